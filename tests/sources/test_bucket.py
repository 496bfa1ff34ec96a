"""A bucket as a source: one listing, a request for each new content, and no key ever a path."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from moto.s3.models import s3_backends

from pipelines.errors import SourceError
from pipelines.settings import FaqSource, Settings
from pipelines.sources import bucket as bucket_module
from pipelines.sources.open import open_tree
from pipelines.text import digest
from tests.sources.conftest import Declare
from tests.sources.object_store import ObjectStore

Open = Callable[..., tuple[FaqSource, Settings]]


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    """One server for all tests of this file; each has a bucket of its own."""
    running = ObjectStore()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of the environment; nobody else's."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-shown")


@pytest.fixture
def bucket(store: ObjectStore) -> str:
    """An empty bucket."""
    name = f"faq-{uuid4().hex[:12]}"
    store.client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def faq(store: ObjectStore, bucket: str, declare: Declare) -> Open:
    """A source that reads the bucket; keyword arguments are keys of its table."""

    def made(**keys: str) -> tuple[FaqSource, Settings]:
        return declare(**{"bucket": f"s3://{bucket}", "endpoint": store.url} | keys)

    return made


def paths(opened: tuple[FaqSource, Settings]) -> list[str]:
    with open_tree(*opened) as tree:
        return [file.path for file in tree.files()[0]]


def cached(settings: Settings) -> list[Path]:
    return sorted((settings.warehouse / "objects" / "help").iterdir())


def test_a_glob_that_matches_none_of_the_objects_is_refused(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    assert paths(faq(glob="*.txt")) == []
    store.put(bucket, **{"a.md": "a", ".hidden.md": "h"})
    with (
        open_tree(*faq(glob="*.txt")) as tree,
        pytest.raises(SourceError, match="matches no file; its folder holds 1"),
    ):
        tree.files()


def test_the_objects_that_match_the_glob_are_read(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"计费/续费.md": "续费", "a.md": "a", "notes.txt": "x", ".hidden.md": "h"})
    with open_tree(*faq()) as tree:
        files, refused = tree.files()
    assert [(file.path, file.data.decode()) for file in files] == [
        ("a.md", "a"),
        ("计费/续费.md", "续费"),
    ]
    assert refused == []


def test_an_unchanged_bucket_costs_one_listing_and_no_content(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{f"{n}.md": f"text {n}" for n in range(5)}, **{"empty.md": ""})
    opened = faq()
    store.requests()
    with open_tree(*opened) as tree:
        first, revision = tree.files(), tree.revision
    assert store.requests() == (1, 5)
    with open_tree(*opened) as tree:
        assert tree.revision == revision
        assert store.requests() == (1, 0)
        assert tree.files() == first
    assert store.requests() == (0, 0)


def test_a_changed_object_is_one_request(store: ObjectStore, bucket: str, faq: Open) -> None:
    store.put(bucket, **{"a.md": "old", "b.md": "b"})
    opened = faq()
    with open_tree(*opened) as tree:
        tree.files()
        before = tree.revision
    store.put(bucket, **{"a.md": "new"})
    store.requests()
    with open_tree(*opened) as tree:
        assert tree.revision != before
        assert [file.data for file in tree.files()[0]] == [b"new", b"b"]
    assert store.requests() == (1, 1)
    assert len(cached(opened[1])) == 2


def test_a_deleted_object_leaves_the_source_and_the_disk(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"a.md": "a", "b.md": "b"})
    opened = faq()
    assert paths(opened) == ["a.md", "b.md"]
    store.client.delete_object(Bucket=bucket, Key="a.md")
    assert paths(opened) == ["b.md"]
    assert [file.read_bytes() for file in cached(opened[1])] == [b"b"]


def test_only_the_folder_of_the_source_is_read(store: ObjectStore, bucket: str, faq: Open) -> None:
    store.put(bucket, **{"docs/faq/a.md": "a", "docs/faq2/b.md": "b", "c.md": "c", "docs/faq/": ""})
    with open_tree(*faq(folder="./docs/faq/")) as tree:
        assert [file.path for file in tree.files()[0]] == ["a.md"]
        assert tree.exists("a.md")
        assert tree.read("../faq2/b.md") is None
        assert not tree.exists("../faq2/b.md")


def test_a_folder_that_the_bucket_does_not_have_is_named(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"docs/a.md": "a"})
    opened = faq(folder="doc")
    with pytest.raises(SourceError, match="`help` has no folder `doc`"), open_tree(*opened):
        pass


def test_includes_and_links_see_the_whole_folder_and_nothing_else(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"a.md": "a", "parts/x.txt": "x", ".env": "secret", "img/": "", "0": ""})
    with open_tree(*faq()) as tree:
        tree.files()
        store.requests()
        assert tree.read("parts/x.txt") == b"x"
        assert tree.read("parts/../parts/./x.txt") == b"x"
        assert store.requests() == (0, 1)
        assert tree.read("0") == b""
        for path in ("../a.md", "/a.md", "a.md\0", "\udc80", "", ".", "parts", ".env", "gone.md"):
            assert tree.read(path) is None
        assert [path for path in ("", "parts", "parts/", "img", "a.md") if tree.exists(path)] == [
            "", "parts", "parts/", "img", "a.md",
        ]  # fmt: skip
        for path in ("..", "/parts", "part", "a.md/x", "gone.md", "a\0"):
            assert not tree.exists(path)
    assert store.requests() == (0, 0)


HOSTILE = {
    "a//b.md": "empty part", "/etc/b.md": "empty part", "../../b.md": "empty part",
    "x/../b.md": "empty part", "./b.md": "empty part", "b.md/": "empty part",
    "a\x1b[31m.md": "control", "a\x07.md": "control", "a\u202egnp.md": "control",
    unicodedata.normalize("NFD", "é.md"): "NFC",
}  # fmt: skip


def test_hostile_keys_are_quarantined_by_name_and_the_rest_is_read(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    hostile = {f"docs/{name}": "hostile" for name in HOSTILE}
    store.put(bucket, **hostile, **{"docs/good.md": "good", "docs//odd.png": "no document"})
    opened = faq(folder="docs")
    store.requests()
    with open_tree(*opened) as tree:
        files, refused = tree.files()
        assert [tree.read(name) for name in HOSTILE] == [None] * len(HOSTILE)
    assert store.requests() == (1, 1)
    assert [file.path for file in files] == ["good.md"]
    reasons = {bad.digest: bad.reason for bad in refused}
    assert len(refused) == len(reasons) == len(HOSTILE)
    assert all(why in reasons[digest(name)] for name, why in HOSTILE.items())
    assert not any("\x1b" in bad.path + bad.excerpt for bad in refused)
    assert len(cached(opened[1])) == 1


def test_a_key_is_never_a_file_name(store: ObjectStore, bucket: str, faq: Open) -> None:
    store.put(bucket, **{"C:\\a|b?c*.md": "odd", "a" * 200 + ".md": "long", "con.md": "device"})
    opened = faq()
    assert len(paths(opened)) == 3
    assert all(len(file.name) == 32 and file.name.isalnum() for file in cached(opened[1]))


def test_an_object_over_20_mb_is_quarantined_without_a_request(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"huge.md": b"x" * 20_000_001, "a.md": "a"})
    opened = faq()
    store.requests()
    with open_tree(*opened) as tree:
        files, refused = tree.files()
        assert tree.read("huge.md") is None
    assert store.requests() == (1, 1)
    assert [file.path for file in files] == ["a.md"]
    assert "over 20 MB" in refused[0].reason


def test_a_listing_of_several_pages_is_read_to_its_end(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    for n in range(1_001):  # straight into moto: a request for each would take seconds
        s3_backends["123456789012"]["aws"].put_object(bucket, f"{n:04}.txt", b"")
    store.put(bucket, **{"zzz.md": "last"})
    opened = faq()
    store.requests()
    assert paths(opened) == ["zzz.md"]
    assert store.requests() == (2, 1)


def test_a_bucket_of_too_many_objects_is_no_folder_of_documents(
    store: ObjectStore, bucket: str, faq: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(bucket, **{f"{n}.md": "" for n in range(4)})
    monkeypatch.setattr(bucket_module, "MAX_FILES", 3)
    with pytest.raises(SourceError, match="more than 30,000 objects"), open_tree(*faq()):
        pass


def test_a_damaged_copy_on_this_disk_is_fetched_again(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"a.md": "whole"})
    opened = faq()
    assert paths(opened) == ["a.md"]
    cached(opened[1])[0].write_bytes(b"wh")
    with open_tree(*opened) as tree:
        assert tree.files()[0][0].data == b"whole"


def test_what_a_crash_left_behind_is_removed(store: ObjectStore, bucket: str, faq: Open) -> None:
    store.put(bucket, **{"a.md": "a"})
    opened = faq()
    assert paths(opened) == ["a.md"]
    (opened[1].warehouse / "objects" / "help" / "tmp1234").write_bytes(b"half")
    assert paths(opened) == ["a.md"]
    assert len(cached(opened[1])) == 1


def test_an_object_that_changes_while_it_is_read_is_not_taken_for_the_old_one(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"a.md": "old"})
    opened = faq()
    with open_tree(*opened) as tree:
        store.put(bucket, **{"a.md": "new"})
        with pytest.raises(SourceError, match=r"`a\.md` of `help` changed while it was read"):
            tree.files()
    assert cached(opened[1]) == []
    with open_tree(*opened) as tree:
        store.client.delete_object(Bucket=bucket, Key="a.md")
        with pytest.raises(SourceError, match="changed while it was read"):
            tree.read("a.md")


def test_a_content_that_was_written_again_is_not_fetched_again(
    store: ObjectStore, bucket: str, faq: Open
) -> None:
    store.put(bucket, **{"a.md": "same"})
    opened = faq()
    assert paths(opened) == ["a.md"]
    store.put(bucket, **{"a.md": "same"})
    store.requests()
    assert paths(opened) == ["a.md"]
    assert store.requests() == (1, 0)
    listed = store.client.list_objects_v2(Bucket=bucket)["Contents"][0]
    assert listed["ETag"] == f'"{hashlib.md5(b"same").hexdigest()}"'  # noqa: S324 - S3's own
