"""Locations that are no plain repository, and repositories that point to another one."""

import os
import shutil
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.repository import open_repository
from tests.sources.conftest import Guard, check_product, git, refusal


@pytest.mark.parametrize(
    "location",
    [
        "ext::sh -c touch% {ran}", "ext://{marker}", "fd::17", "EXT::{marker}",
        "git://example.com/x", "http://example.com/x", "ssh://-oProxyCommand={marker}/x",
        "-oProxyCommand={marker}:x", "git@-oProxyCommand={marker}:x", "--upload-pack={marker}",
        "-u{marker}", "--template=/tmp", "https://example.com/x\n[core]\nfsmonitor={marker}",
        "https://example.com/x y", "https://user:secret@example.com/x",
        "transport::https://example.com", "file::/tmp/x", "ssh://user@-oProxyCommand={marker}/x",
        "persistent-https://example.com/x", "-", "--", "@", ".git/config", "/proc/self/fd/0",
        "/dev/zero", "/dev/null", "/proc/self/mem", "https://[::1", "file://", "ssh://",
        "file:///proc/self/cwd/../../--upload-pack={marker}", "x\0y",
        "~nobody-here/x",
    ],
)  # fmt: skip
def test_a_location_that_is_no_plain_repository_is_refused(
    cache: Path, marker: Path, guard: Guard, location: str
) -> None:
    ran = marker.with_suffix(".ran")
    with guard():
        assert "secret" not in refusal(location.format(marker=marker, ran=ran), cache)


@pytest.mark.parametrize("name", ["../lark", "-lark", "", "Lark", "a/b", "lark.git", "a" * 33])
def test_a_name_that_could_leave_the_cache_is_refused(
    product: Path, cache: Path, name: str
) -> None:
    with pytest.raises(SourceError, match="cannot name a mirror"):
        open_repository(product.as_uri(), name=name, cache=cache)
    assert not cache.exists()


@pytest.mark.parametrize("name", ["-u", "--upload-pack=x", "a b", "$(touch ran)", "*", "%41"])
def test_a_folder_may_be_called_like_an_option(
    product: Path, cache: Path, guard: Guard, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    product.rename(product.with_name(name))
    monkeypatch.chdir(product.parent)
    with guard():
        check_product(name, cache)
        if set(name) <= set("-u=xload pack%41") and " " not in name:
            check_product(product.with_name(name).as_uri(), cache)


@pytest.mark.parametrize("to", ["/proc/self/root", "{other}/.git/objects", "../../../other", "-"])
def test_objects_of_another_repository_are_not_read(
    product: Path, cache: Path, guard: Guard, template: Path, to: str
) -> None:
    other = shutil.copytree(template, product.with_name("other"))
    alternates = product / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(to.format(other=other) + "\n", encoding="utf-8")
    with guard():
        for location in (str(product), product.as_uri(), str(product / ".git")):
            said = refusal(location, cache)
            assert "takes objects from another repository" in said
            assert "git repack -a -d" in said


def test_what_git_clones_as_shared_says_how_it_stands_alone(
    product: Path, cache: Path, guard: Guard
) -> None:
    other = product.with_name("other")
    git(product.parent, "clone", "-q", "--shared", str(product), str(other))
    with guard():
        assert "`--shared` and `--reference`" in refusal(str(other), cache)
    git(other, "repack", "-a", "-d", "-q")
    (other / ".git" / "objects" / "info" / "alternates").unlink()
    with guard():
        check_product(str(other), cache)


def test_an_alternates_file_that_is_a_pipe_is_not_waited_for(
    product: Path, cache: Path, guard: Guard
) -> None:
    os.mkfifo(product / ".git" / "objects" / "info" / "alternates")
    with guard():
        assert "takes objects from" in refusal(str(product), cache)


def test_an_object_folder_that_is_a_link_is_not_followed(
    product: Path, cache: Path, guard: Guard, template: Path
) -> None:
    shutil.rmtree(product / ".git" / "objects")
    (product / ".git" / "objects").symlink_to(template / ".git" / "objects")
    with guard():
        assert "link to another repository's objects" in refusal(str(product), cache)
        refusal(product.as_uri(), cache)


def test_a_bare_repository_nested_in_a_working_copy_is_left_alone(
    product: Path, cache: Path, marker: Path, guard: Guard
) -> None:
    nested = product / "docs" / "nested"
    git(product, "init", "-q", "--bare", str(nested))
    git(nested, "config", "core.fsmonitor", str(marker))
    with guard():
        check_product(str(product), cache)


def test_a_folder_inside_a_working_copy_is_not_taken_for_it(
    product: Path, cache: Path, guard: Guard
) -> None:
    with guard():
        assert "no git repository" in refusal(str(product / "docs"), cache)


@pytest.mark.parametrize(
    "text",
    ["gitdir: /proc/self\n", "gitdir: \n", "gitdir: .git\n", "", "gitdir: " + "a/" * 5000,
     "gitdir: {other}/.git/objects\n", "\udcff", "gitdir: /dev/zero\n", "gitdir: a\0b"],
)  # fmt: skip
def test_a_git_file_that_leads_nowhere_is_refused(
    product: Path, cache: Path, guard: Guard, text: str
) -> None:
    shutil.rmtree(product / ".git")
    said = text.format(other=product).encode("utf-8", "surrogateescape")
    (product / ".git").write_bytes(said)
    with guard():
        refusal(str(product), cache)


@pytest.mark.parametrize("text", ["/proc/self", "..", "", "/dev/zero", "a\0b", "commondir"])
def test_a_common_folder_that_is_none_is_refused(
    product: Path, cache: Path, guard: Guard, text: str
) -> None:
    (product / ".git" / "commondir").write_text(text, encoding="utf-8")
    with guard():
        if text == "":  # As git takes it: this folder itself.
            check_product(str(product), cache)
        else:
            refusal(str(product), cache)


@pytest.mark.parametrize("kind", ["file", "link", "commondir"])
def test_a_working_copy_that_names_its_repository_is_read_from_there_and_no_program_is_run(
    product: Path, cache: Path, marker: Path, guard: Guard, tmp_path: Path, kind: str
) -> None:
    git(product, "config", "core.fsmonitor", str(marker))
    other = tmp_path / "other"
    other.mkdir()
    if kind == "file":
        (other / ".git").write_text(f"gitdir: {product}/.git\n", encoding="utf-8")
    elif kind == "link":
        (other / ".git").symlink_to(product / ".git")
    else:
        (other / ".git").mkdir()
        (other / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
        (other / ".git" / "commondir").write_text("../../product/.git\n", encoding="ascii")
    with guard():
        check_product(str(other), cache)


@pytest.mark.parametrize("file", ["HEAD", "config", "packed-refs", "shallow"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(
    product: Path, cache: Path, guard: Guard, file: str
) -> None:
    (product / ".git" / file).unlink(missing_ok=True)
    os.mkfifo(product / ".git" / file)
    with guard():
        if file == "HEAD":
            assert "no git repository" in refusal(str(product), cache)
        else:
            check_product(str(product), cache)
