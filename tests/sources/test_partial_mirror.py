"""Mirrors that leave files out until they are read, and clones that others cut short."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.access import Access
from pipelines.sources.open import open_tree
from pipelines.sources.repository import Repository, open_repository
from tests.sources.conftest import Declare, Guard, check_product, commit, git, refusal
from tests.sources.git_server import GitServer, Handler, basic, write_certificate

ACCESS = Access(token="glpat-R7xkQ2mZ", token_env="FAQ_TOKEN")
Serve = Callable[..., GitServer]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that only those trust who are told to."""
    return write_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def thirty_releases(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """The product with thirty releases, and a file of 100 kB that is new in each."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("large") / "product")
    for number in range(2, 30):
        (folder / "picture.png").write_bytes(os.urandom(100_000))
        (folder / "docs" / f"{number}.md").write_text(f"page {number}\n", encoding="utf-8")
        commit(folder, f"## 1.{number}.0\n- {number}\n", f"v1.{number}.0")
    git(folder, "config", "uploadpack.allowFilter", "true")
    return folder


@pytest.fixture
def large(tmp_path: Path, thirty_releases: Path) -> Path:
    """A working copy of it."""
    return shutil.copytree(thirty_releases, tmp_path / "product")


@pytest.fixture
def serve(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A server of the product's repository."""
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    monkeypatch.setenv("FAQ_TOKEN", ACCESS.token)
    running: list[GitServer] = []

    def started(answer: Callable[[Handler], bool] | None = None) -> GitServer:
        wanted = basic("oauth2", ACCESS.token)
        running.append(GitServer(tmp_path, certificate, wanted, answer))
        return running[-1]

    yield started
    for server in running:
        server.stop()


def read_all(opened: Repository) -> list[bytes | None]:
    return [opened.read(tag.commit, "CHANGELOG.md") for tag in opened.tags()]


def size_of(cache: Path) -> int:
    return sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())


def test_a_changelog_is_fetched_for_all_tags_at_once_and_pictures_never(
    large: Path, cache: Path, serve: Serve
) -> None:
    server = serve()
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        asked = len(server.seen)
        texts = read_all(opened)
        assert len(server.seen) - asked == 2, "one request, and git's greeting before it"
        with open_repository(str(large), name="lark", cache=cache) as whole:
            assert texts == read_all(whole)
        assert len(texts) == 30
        assert size_of(cache) < 150_000
        files, _ = opened.files("main", "docs", "**/*.md", tier="faq", source="help")
        assert len(files) == 29
        assert len(server.seen) - asked == 4, "a folder is one request as well"
    server.seen.clear()
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        assert read_all(opened) == texts
    assert len(server.seen) == 2, "and nothing is fetched a second time"


def test_a_new_release_costs_one_more_request(large: Path, cache: Path, guard: Guard) -> None:
    with guard(), open_repository(large.as_uri(), name="lark", cache=cache) as opened:
        read_all(opened)
    head = commit(large, "## 1.30.0\n", "v1.30.0")
    with open_repository(large.as_uri(), name="lark", cache=cache) as opened:
        assert opened.resolve("v1.30.0") == head
        assert opened.read(head, "CHANGELOG.md") == b"## 1.30.0\n"
        assert opened.read(head, "picture.png") is not None


def test_a_page_that_takes_in_others_fetches_them_together(
    large: Path, serve: Serve, declare: Declare
) -> None:
    server = serve()
    opened = declare(git=server.url(), token_env="FAQ_TOKEN", folder="docs", glob="帮助/*.md")
    with open_tree(*opened) as tree:
        assert [file.path for file in tree.files()[0]] == ["帮助/登录.md"]
        asked = len(server.seen)
        assert [tree.read(f"{number}.md") for number in range(2, 30)] == [
            f"page {number}\n".encode() for number in range(2, 30)
        ]
        assert len(server.seen) - asked == 2


def test_a_server_that_cannot_leave_files_out_gives_them_all(large: Path, cache: Path) -> None:
    git(large, "config", "uploadpack.allowFilter", "false")
    with open_repository(large.as_uri(), name="lark", cache=cache) as opened:
        assert size_of(cache) > 2_000_000
        shutil.rmtree(large / ".git" / "objects")
        assert len(read_all(opened)) == 30


def test_a_server_that_gives_no_object_by_its_id_gives_them_all(
    large: Path, cache: Path, serve: Serve
) -> None:
    def old(request: Handler) -> bool:
        del request.headers["Git-Protocol"]
        return False

    server = serve(old)
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        assert size_of(cache) < 150_000
        texts = read_all(opened)
        assert len([text for text in texts if text]) == 30
        assert size_of(cache) > 2_000_000
    head = commit(large, "## 1.30.0\n", "v1.30.0")
    server.seen.clear()
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        asked = len(server.seen)
        assert opened.read(head, "CHANGELOG.md") == b"## 1.30.0\n"
        assert len(server.seen) == asked, "it is not asked to leave anything out again"


def test_a_server_that_went_away_is_asked_once_and_named(
    large: Path, cache: Path, serve: Serve
) -> None:
    away = False

    def answer(request: Handler) -> bool:
        if away:
            request.say(503, {}, b"closed")
        return away

    server = serve(answer)
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        away = True
        asked = len(server.seen)
        for tag in opened.tags():
            with pytest.raises(SourceError) as caught:
                opened.read(tag.commit, "CHANGELOG.md")
        assert len(server.seen) - asked == 1
    said = str(caught.value)
    assert "which are fetched when they are first read, cannot be" in said
    assert "503" in said
    assert "and run this again" in said
    assert ACCESS.token not in said
    away = False
    with open_repository(server.url(), name="lark", cache=cache, access=ACCESS) as opened:
        assert len(read_all(opened)) == 30


def test_an_unknown_ref_of_a_mirror_is_not_blamed_on_what_was_left_out(
    large: Path, cache: Path
) -> None:
    with (
        open_repository(large.as_uri(), name="lark", cache=cache) as opened,
        pytest.raises(SourceError, match="Mend `ref`"),
    ):
        opened.resolve("v9")


def test_a_mirror_whose_pack_was_lost_says_what_to_delete(large: Path, cache: Path) -> None:
    open_repository(large.as_uri(), name="lark", cache=cache).close()
    for pack in (cache / "lark.git" / "objects" / "pack").iterdir():
        pack.unlink()
    assert f"Delete `{cache}/lark.git`" in refusal(large.as_uri(), cache)


def test_a_shallow_clone_says_how_it_becomes_whole(
    product: Path, cache: Path, tmp_path: Path, guard: Guard
) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", product.as_uri(), "shallow")
    shallow = tmp_path / "shallow"
    with guard(), open_repository(str(shallow), name="lark", cache=cache) as opened:
        assert opened.is_shallow
        assert [tag.name for tag in opened.tags()] == ["v1.1.0"]
        head = opened.resolve("HEAD")
        assert opened.read(head, "CHANGELOG.md") == "## 1.1.0\n- 二\n".encode()
        with pytest.raises(SourceError, match="`git fetch --unshallow --tags`") as caught:
            opened.resolve("v1.0.0")
        assert "`fetch-depth: 0`" in str(caught.value)
    with guard():
        assert "it is a shallow clone" in refusal(shallow.as_uri(), cache)
    git(shallow, "fetch", "-q", "--unshallow", "--tags")
    with guard():
        check_product(str(shallow), cache)
        check_product(shallow.as_uri(), cache)


def test_a_shallow_clone_with_all_tags_reads_all_but_the_order(
    product: Path, cache: Path, tmp_path: Path, guard: Guard
) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", product.as_uri(), "shallow")
    shallow = tmp_path / "shallow"
    git(shallow, "fetch", "-q", "--depth=1", "origin", "+refs/tags/*:refs/tags/*")
    with guard(), open_repository(str(shallow), name="lark", cache=cache) as opened:
        old, new = opened.tags()
        assert opened.read(old.commit, "CHANGELOG.md") == "## 1.0.0\n- 一\n".encode()
        with pytest.raises(SourceError, match="does not show whether"):
            opened.is_ancestor(old.commit, new.commit)


def test_a_whole_clone_is_not_shallow(product: Path, cache: Path) -> None:
    for location in (str(product), product.as_uri()):
        with open_repository(location, name="lark", cache=cache) as opened:
            assert not opened.is_shallow


def test_a_partial_clone_of_others_is_not_filled_but_says_how(
    large: Path, cache: Path, tmp_path: Path, guard: Guard
) -> None:
    git(tmp_path, "clone", "-q", "--filter=blob:none", large.as_uri(), "partial")
    partial = tmp_path / "partial"
    with guard(), open_repository(str(partial), name="lark", cache=cache) as opened:
        head = opened.resolve("HEAD")
        assert opened.read(head, "CHANGELOG.md") == b"## 1.29.0\n- 29\n"
        with pytest.raises(SourceError, match="It is a partial clone") as caught:
            opened.read(opened.resolve("v1.0.0"), "CHANGELOG.md")
    command = str(caught.value).split("`git ")[1].split("`")[0]
    git(partial, "-c", "gc.auto=0", *command.split())
    with guard(), open_repository(str(partial), name="lark", cache=cache) as opened:
        assert len([text for text in read_all(opened) if text]) == 30
