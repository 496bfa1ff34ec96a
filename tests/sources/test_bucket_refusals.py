"""Buckets that cannot be read: each says why and what to do, soon, and nobody else is asked."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fsspec
import httpx
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from pipelines.errors import SettingsError, SourceError
from pipelines.sources import s3
from pipelines.sources.open import open_tree
from tests.conftest import CHECKOUT
from tests.sources.conftest import Declare
from tests.sources.object_store import ObjectStore

SECRET = "wJalrXUtnFEMI"
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
PLACES = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_DEFAULT_REGION")


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    """One server for all tests of this file."""
    running = ObjectStore()
    running.client.create_bucket(Bucket="faq")
    running.put("faq", **{"a.md": "a"})
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the environment; nobody else's."""
    for name in (*KEYS, *PLACES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREADER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


def refusal(declare: Declare, **keys: str) -> str:
    """Open and read a source that cannot be, and return what is said about it."""
    with pytest.raises((SourceError, SettingsError)) as caught, open_tree(*declare(**keys)) as tree:
        tree.files()
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_a_bucket_that_is_not_there_is_named(store: ObjectStore, declare: Declare) -> None:
    said = refusal(declare, bucket="s3://nobodys", endpoint=store.url)
    assert f"`{store.url}` has no bucket `s3://nobodys`" in said
    assert "Mend `bucket`" in said


def test_a_key_that_is_refused_is_told_from_a_missing_bucket(
    store: ObjectStore, declare: Declare
) -> None:
    httpx.post(f"{store.url}/moto-api/reset-auth", content="0").raise_for_status()
    try:
        said = refusal(declare, bucket="s3://faq", endpoint=store.url)
    finally:
        httpx.post(f"{store.url}/moto-api/reset-auth", content="inf").raise_for_status()
    assert "does not let Sanku list `s3://faq`" in said
    assert "Set `AWS_ACCESS_KEY_ID`" in said


@pytest.mark.timeout(30)
def test_an_endpoint_where_nobody_listens_fails_at_once(declare: Declare) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        began = time.monotonic()
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        said = refusal(declare, bucket="s3://faq", endpoint=url)
    assert "Could not connect" in said
    assert "Check `endpoint`" in said
    assert time.monotonic() - began < 15


@pytest.mark.timeout(30)
def test_an_endpoint_that_never_answers_is_given_up(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "s3", {"config_kwargs": {"read_timeout": 0.2}})
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert "Read timeout" in refusal(declare, bucket="s3://faq", endpoint=url)


def test_without_a_key_nobody_is_asked(
    store: ObjectStore, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    store.requests()
    said = refusal(declare, bucket="s3://faq", endpoint=store.url)
    assert "no credentials for the bucket of `help`" in said
    assert "`AWS_SECRET_ACCESS_KEY`" in said
    assert store.requests() == (0, 0)


def test_a_public_bucket_is_read_unsigned_only_when_asked_for(
    store: ObjectStore, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setitem(fsspec.config.conf, "s3", {"anon": True})
    store.client.put_bucket_acl(Bucket="faq", ACL="public-read")
    with open_tree(*declare(bucket="s3://faq", endpoint=store.url)) as tree:
        files, refused = tree.files()
    assert files == []
    assert "allow `s3:GetObject`" in refused[0].reason
    store.client.put_object_acl(Bucket="faq", Key="a.md", ACL="public-read")
    with open_tree(*declare(bucket="s3://faq", endpoint=store.url)) as tree:
        assert [file.path for file in tree.files()[0]] == ["a.md"]


def test_the_endpoint_of_the_environment_is_used_where_the_source_names_none(
    store: ObjectStore, declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", store.url)
    with open_tree(*declare(bucket="s3://faq")) as tree:
        assert tree.exists("a.md")


class Redirecting(BaseHTTPRequestHandler):
    """Sends everybody to another host, as S3 and as HTTP would."""

    def do_GET(self) -> None:
        body = (
            b"<Error><Code>PermanentRedirect</Code><Message>go elsewhere</Message>"
            b"<Endpoint>faq.s3.eu-west-1.amazonaws.com</Endpoint></Error>"
        )
        self.send_response(307)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.send_header("x-amz-bucket-region", "eu-west-1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_HEAD = do_GET  # noqa: N815 - as http.server names it

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in http.server
        """Write nothing."""


# An audit hook sees every connection and look-up that Python code makes, also those that fail.
WATCHED = """
import json, sys
from pathlib import Path

seen = set()

def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        seen.add(f"{arguments[1][0]}:{arguments[1][1]}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        seen.add(str(arguments[0]))

sys.addaudithook(watch)
from pipelines.errors import SankuError
from pipelines.sources.open import open_tree
from pipelines.sources_toml import load_settings

settings = load_settings(sys.argv[1], sys.argv[2])
said = ""
try:
    with open_tree(settings.faq[0], settings) as tree:
        tree.files()
except SankuError as error:
    said = str(error)
print(json.dumps([said, sorted(seen)]))
"""


@pytest.mark.parametrize("variables", [{}, {"FSSPEC_S3": '{"anon": true}'}, {"keys": "yes"}])
def test_nothing_but_the_endpoint_is_ever_contacted(
    tmp_path: Path, declare: Declare, variables: dict[str, str]
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Redirecting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    here = f"127.0.0.1:{server.server_port}"
    _, settings = declare(bucket="s3://faq", endpoint=f"http://{here}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    # A home without credentials, so that a search for some would go on to the network; and a
    # proxy, which is somebody else.
    environment |= {"HOME": str(tmp_path), "HTTP_PROXY": "http://127.0.0.1:9"} | variables
    if variables.get("keys"):
        environment |= {"AWS_ACCESS_KEY_ID": "AKIAREADER", "AWS_SECRET_ACCESS_KEY": SECRET}
    try:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, settings.sources_file, tmp_path / "warehouse"],
            cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    said, contacted = json.loads(done.stdout)
    if variables:
        assert "go elsewhere" in said
        assert set(contacted) - {"127.0.0.1"} == {here}
    else:
        assert "no credentials" in said
        assert contacted == []


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://oss-cn-hangzhou.aliyuncs.com", "faq.oss-cn-hangzhou.aliyuncs.com"),
        ("https://cos.ap-guangzhou.myqcloud.com", "faq.cos.ap-guangzhou.myqcloud.com"),
        ("http://minio.example", "minio.example"),
        ("", "faq.s3.eu-west-1.amazonaws.com"),
    ],
)
def test_each_storage_is_addressed_as_it_wants_to_be(
    declare: Declare, monkeypatch: pytest.MonkeyPatch, endpoint: str, host: str
) -> None:
    hosts: set[str] = set()

    def unknown(name: str, *_: object, **__: object) -> None:
        hosts.add(name)
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(s3, "_LIMITS", s3._LIMITS | {"retries": {"total_max_attempts": 1}})
    keys = {"endpoint": endpoint} if endpoint else {}
    assert "Could not connect" in refusal(declare, bucket="s3://faq", **keys)
    assert hosts == {host}


@pytest.mark.parametrize(
    "bucket",
    ["faq", "s3://", "s3://faq/docs", "S3://faq", "file:///etc", "http://example.com", "memory://x",
     "simplecache::s3://faq", "s3://-faq", "s3://a b", "s3://faq?versionId=x"],
)  # fmt: skip
def test_what_names_no_bucket_is_refused(declare: Declare, bucket: str) -> None:
    assert "names no bucket" in refusal(declare, bucket=bucket)


def test_a_key_in_the_name_of_a_bucket_is_in_no_message(declare: Declare) -> None:
    told = refusal(declare, bucket="s3://KEY:SECRET@faq")
    assert "names no bucket" in told
    assert "SECRET" not in told


@pytest.mark.parametrize(
    "endpoint",
    ["minio:9000", "ftp://x", "https://", f"https://AKIA:{SECRET}@x", "https://x/?a=b", "http://[::1"],
)  # fmt: skip
def test_an_endpoint_that_is_none_is_refused(declare: Declare, endpoint: str) -> None:
    assert "is no URL of a storage" in refusal(declare, bucket="s3://faq", endpoint=endpoint)


@pytest.mark.parametrize("folder", ["..", "a/../../b", "/a", "a/../b"])
def test_a_folder_that_leaves_the_bucket_is_refused(
    store: ObjectStore, declare: Declare, folder: str
) -> None:
    said = refusal(declare, bucket="s3://faq", endpoint=store.url, folder=folder)
    assert "leaves the bucket" in said


def test_a_storage_whose_package_is_missing_names_the_package(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "oss", {"key": "k", "secret": "s"})
    assert "`pip install ossfs`" in refusal(declare, bucket="oss://support-faq")


def test_a_storage_of_another_protocol_takes_credentials_from_its_variable_alone(
    declare: Declare,
) -> None:
    assert "Set `FSSPEC_GS`" in refusal(declare, bucket="gs://support-faq")
    said = refusal(declare, bucket="gs://support-faq", endpoint="http://127.0.0.1")
    assert "sets `endpoint`, which is for `s3://`" in said


class Foreign(MemoryFileSystem):
    """A storage with a protocol of its own; fsspec's files in memory."""

    protocol = ("tos",)
    store: dict[str, Any] = {}  # noqa: RUF012 - as in fsspec
    pseudo_dirs = [""]  # noqa: RUF012 - as in fsspec


def test_a_storage_of_another_protocol_is_read_through_its_package(
    declare: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "tos", {"key": "k"})
    monkeypatch.setitem(_registry, "tos", Foreign)
    files = Foreign()
    files.pipe({"/faq/docs/a.md": b"a", "/faq/docs2/b.md": b"b", "/faq/docs/x.txt": b""})
    opened = declare(bucket="tos://faq", folder="docs")
    with open_tree(*opened) as tree:
        before = tree.revision
        assert [(file.path, file.data) for file in tree.files()[0]] == [("a.md", b"a")]
        assert tree.exists("x.txt")
    files.pipe({"/faq/docs/a.md": b"changed"})
    with open_tree(*opened) as tree:
        assert tree.revision != before
        assert tree.read("a.md") == b"changed"
        files.rm("/faq/docs/a.md")
    with (
        pytest.raises(SourceError, match="`help` has no folder"),
        open_tree(*declare(bucket="tos://faq", folder="gone")),
    ):
        pass
