"""Bundles that lie, lack something or were cut, and servers that list what they do not have."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.sources.repository import open_repository
from tests.sources.conftest import Guard, check_product, commit, git, refusal

Damage = Callable[[bytes], bytes]


@pytest.fixture
def bundle(product: Path, tmp_path: Path) -> Path:
    """A bundle of the whole product."""
    file = tmp_path / "lark.bundle"
    git(product, "bundle", "create", "-q", str(file), "--all", "HEAD")
    return file


def test_a_whole_bundle_is_read(bundle: Path, cache: Path, guard: Guard) -> None:
    with guard():
        check_product(str(bundle), cache)


def header_of(data: bytes) -> bytes:
    return data[: data.index(b"\n\n") + 2]


DAMAGE: dict[str, Damage] = {
    "cut in the pack": lambda data: data[:-40],
    "cut in the header": lambda data: data[:60],
    "no pack": header_of,
    "zeros for a pack": lambda data: header_of(data) + bytes(len(data)),
    "a ref of an object it lacks": lambda data: (
        data[:20] + b"1" * 40 + b" refs/tags/v9\n" + data[20:]
    ),
    "a prerequisite that is nowhere": lambda data: (
        data[:20] + b"-" + b"1" * 40 + b" x\n" + data[20:]
    ),
    "another hash": lambda data: data.replace(
        b"# v2 git bundle\n", b"# v3 git bundle\n@object-format=sha256\n"
    ),
    "a capability of no git": lambda data: data.replace(
        b"# v2 git bundle\n", b"# v3 git bundle\n@run=touch ran\n"
    ),
    "garbage after the first line": lambda data: data[:16] + b"\xff" * 200,
    "another version": lambda data: data.replace(b"# v2", b"# v9"),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_bundle_that_is_not_whole_is_refused(
    bundle: Path, cache: Path, guard: Guard, how: str
) -> None:
    bundle.write_bytes(DAMAGE[how](bundle.read_bytes()))
    with guard():
        assert str(bundle) in refusal(str(bundle), cache)


def test_a_bundle_that_was_cut_off_loses_no_tag_of_its_mirror(
    bundle: Path, cache: Path, guard: Guard
) -> None:
    check_product(str(bundle), cache)
    whole = bundle.read_bytes()
    lines = header_of(whole).splitlines(keepends=True)
    for cut in (b"".join(lines[:2]), b"".join(lines[:-1]), header_of(whole)):
        bundle.write_bytes(cut)
        with guard():
            assert "is a bundle that was cut off" in refusal(str(bundle), cache)
    assert (cache / "lark.git" / "refs" / "tags" / "v1.1.0").exists() or "v1.1.0" in (
        cache / "lark.git" / "packed-refs"
    ).read_text(encoding="utf-8")


def test_a_bundle_of_the_newest_part_alone_is_refused(
    bundle: Path, product: Path, cache: Path, guard: Guard
) -> None:
    git(product, "bundle", "create", "-q", str(bundle), "v1.0.0..v1.1.0")
    with guard():
        said = refusal(str(bundle), cache)
    assert "lacks these prerequisite commits" in said
    assert "git bundle create FILE --all HEAD" in said


def test_a_bundle_without_its_files_is_refused(
    bundle: Path, product: Path, cache: Path, guard: Guard
) -> None:
    git(product, "bundle", "create", "-q", str(bundle), "--all", "--filter=blob:none")
    with guard():
        refusal(str(bundle), cache)


@pytest.mark.parametrize(
    "ref", ["refs/tags/../../config", "refs/tags/-x", "../../hooks/post-update", "refs/tags/v1..x"]
)
def test_a_bundle_cannot_write_outside_the_refs(
    bundle: Path, cache: Path, guard: Guard, ref: str
) -> None:
    data = bundle.read_bytes()
    bundle.write_bytes(data.replace(b" refs/tags/v1.1.0\n", f" {ref}\n".encode()))
    with guard(), open_repository(str(bundle), name="lark", cache=cache) as opened:
        names = {tag.name for tag in opened.tags()}
    assert names == {"v1.0.0"} | ({"-x"} if ref == "refs/tags/-x" else set())
    assert not (cache / "hooks").exists()


def test_a_mirror_that_turns_from_a_url_into_a_bundle_is_made_anew(
    bundle: Path, product: Path, cache: Path, guard: Guard
) -> None:
    git(product, "config", "uploadpack.allowFilter", "true")
    open_repository(product.as_uri(), name="lark", cache=cache).close()
    product.rename(product.with_name("gone"))
    with guard():
        check_product(str(bundle), cache)
        check_product(product.with_name("gone").as_uri(), cache)


def test_a_name_that_is_a_branch_there_and_a_folder_here_follows(
    product: Path, cache: Path, guard: Guard
) -> None:
    git(product, "branch", "a/b")
    check_product(product.as_uri(), cache)
    git(product, "branch", "-D", "a/b")
    git(product, "branch", "a")
    with guard():
        check_product(product.as_uri(), cache)
        with open_repository(product.as_uri(), name="lark", cache=cache) as opened:
            assert opened.resolve("a") == opened.resolve("main")


def test_a_branch_that_was_pushed_by_force_and_a_tag_that_moved_are_followed(
    product: Path, cache: Path
) -> None:
    check_product(product.as_uri(), cache)
    git(product, "reset", "-q", "--hard", "v1.0.0")
    head = commit(product, "## 1.1.0\n- 三\n", "v1.1.0")
    git(product, "tag", "-d", "v1.0.0")
    with open_repository(product.as_uri(), name="lark", cache=cache) as opened:
        assert [tag.name for tag in opened.tags()] == ["v1.1.0"]
        assert opened.resolve("main") == opened.resolve("v1.1.0") == head
        assert opened.read(head, "CHANGELOG.md") == "## 1.1.0\n- 三\n".encode()
