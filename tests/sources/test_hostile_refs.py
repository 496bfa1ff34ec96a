"""Refs with hostile names and targets, and what would swap one commit for another."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources.repository import open_repository
from tests.sources.conftest import Guard, check_product, commit, git, refusal, use_everything


def write_ref(folder: Path, name: str | bytes, target: str) -> None:
    """Write a loose ref past all that git would say against it."""
    raw = name.encode() if isinstance(name, str) else name
    file = folder / ".git" / "refs" / os.fsdecode(raw)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(target + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["--output=pwned", "-x", "--upload-pack=ran", "-u", "--exec", "--", "-"]
)
def test_tags_branches_and_files_named_like_options_are_only_names(
    product: Path, cache: Path, guard: Guard, name: str
) -> None:
    (product / name).write_text("x", encoding="utf-8")
    head = commit(product, "## 1.2.0\n")
    write_ref(product, f"tags/{name}", head)
    write_ref(product, f"heads/{name}", head)
    with guard():
        for location in (str(product), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                use_everything(opened)
                assert opened.read(head, name) == b"x"
                assert name in [tag.name for tag in opened.tags()]
                assert opened.resolve(name) == head


@pytest.mark.parametrize(
    ("name", "is_a_tag"),
    [
        ("v1\u2028x", False), ("v1\x85x", False), ("v1\u202ex", False), ("v1\u3000x", True),
        ("版本一", True), ("é" * 120, True), ("v" * 250, True), ("a/b/c/d", True),
        ("V1.0.0", True), ("v1.0.0^{}x", False), ("v1..0", False), ("v1.lock", False),
        ("v1\x1b[31m", False), ("v1\nv2", False), ("v1\tx", False), (".v1", False), ("@{1}", False),
        ("<script>", True), ("`id`", True), ("$(id)", True), ("';DROP", True), ("%00", True),
        ("v1.1.0 v9", False),
    ],
)  # fmt: skip
def test_a_tag_with_a_strange_name_is_in_nobodys_way(
    product: Path, cache: Path, guard: Guard, name: str, is_a_tag: bool
) -> None:
    write_ref(product, f"tags/{name}", git(product, "rev-parse", "v1.0.0"))
    expected = {"v1.0.0", "v1.1.0"} | ({name} if is_a_tag else set())
    with guard():
        for location in (str(product), product.as_uri(), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                use_everything(opened)
                assert {tag.name for tag in opened.tags()} == expected


def test_a_name_that_git_passes_over_does_not_make_it_fetch_again(
    product: Path, cache: Path
) -> None:
    write_ref(product, "tags/v1..0", git(product, "rev-parse", "v1.0.0"))
    check_product(product.as_uri(), cache)
    fetched = cache / "lark.git" / "FETCH_HEAD"
    before = fetched.stat().st_mtime_ns
    check_product(product.as_uri(), cache)
    assert fetched.stat().st_mtime_ns == before


def test_a_tag_whose_name_is_no_utf_8_is_no_release(
    product: Path, cache: Path, guard: Guard
) -> None:
    write_ref(product, b"tags/v1.2.0-\xff\xfe", git(product, "rev-parse", "v1.0.0"))
    with guard():
        check_product(str(product), cache)
        check_product(product.as_uri(), cache)


@pytest.mark.parametrize(
    "target",
    ["0" * 40, "1" * 40, "ref: refs/heads/nowhere", "ref: /etc/passwd", "ref: ../../../../x",
     "ref: refs/tags/loop", "", "zzzz", "\0"],
)  # fmt: skip
def test_a_ref_that_leads_nowhere_is_no_release_or_named(
    product: Path, cache: Path, guard: Guard, target: str
) -> None:
    write_ref(product, "tags/loop", target)
    with guard():
        if target == "1" * 40:
            assert "`refs/tags/loop` of `lark` cannot be read" in refusal(str(product), cache)
            with open_repository(str(product), name="lark", cache=cache) as opened:
                assert opened.resolve("v1.0.0")
        else:
            check_product(str(product), cache)


def test_a_branch_that_leads_nowhere_is_in_nobodys_way(
    product: Path, cache: Path, guard: Guard
) -> None:
    write_ref(product, "heads/broken", "1" * 40)
    with guard():
        check_product(str(product), cache)


@pytest.mark.parametrize(
    "head",
    ["ref: ../../../etc/passwd", "ref: /etc/passwd", "garbage", "", "ref: refs/heads/\x1b[31m",
     "ref: config", "x" * 100_000],
)  # fmt: skip
def test_a_head_that_is_none_is_refused(
    product: Path, cache: Path, guard: Guard, head: str
) -> None:
    (product / ".git" / "HEAD").write_text(head, encoding="utf-8")
    with guard():
        refusal(str(product), cache)


def test_replaced_objects_are_not_read(product: Path, cache: Path, guard: Guard) -> None:
    names = [f"v1.{n}.0{kind}" for kind in ("", "^{tree}", ":CHANGELOG.md") for n in (0, 1)]
    ids = git(product, "rev-parse", *names).split()
    for old, new in zip(ids[::2], ids[1::2], strict=True):
        write_ref(product, f"replace/{old}", new)
    assert git(product, "show", "v1.0.0:CHANGELOG.md").startswith("## 1.1.0")
    with guard():
        check_product(str(product), cache)
        check_product(product.as_uri(), cache)


def test_grafts_do_not_change_what_came_before(product: Path, cache: Path, guard: Guard) -> None:
    old, new = (git(product, "rev-parse", f"v1.{n}.0") for n in (0, 1))
    grafts = product / ".git" / "info" / "grafts"
    grafts.write_text(f"{old} {new}\n{new}\n", encoding="ascii")
    with guard():
        check_product(str(product), cache)


@pytest.mark.parametrize("content", ["{old}\n", "garbage\n", "0" * 40 + "\n", "{new}\n{new}\n"])
def test_a_shallow_file_cannot_hide_what_came_before(
    product: Path, cache: Path, guard: Guard, content: str
) -> None:
    old, new = (git(product, "rev-parse", f"v1.{n}.0") for n in (0, 1))
    (product / ".git" / "shallow").write_text(content.format(old=old, new=new), encoding="ascii")
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.is_shallow
        with pytest.raises(SourceError, match="git fetch --unshallow --tags"):
            pytest.fail(str(opened.is_ancestor(new, old)))
        if "new" in content:
            with pytest.raises(SourceError, match="does not show whether"):
                pytest.fail(str(opened.is_ancestor(old, new)))


def test_parents_that_only_the_commit_graph_knows_are_not_believed(
    product: Path, cache: Path, guard: Guard
) -> None:
    head = commit(product, "## 1.2.0\n")
    git(product, "commit-graph", "write", "--reachable")
    graph = product / ".git" / "objects" / "info" / "commit-graph"
    data = bytearray(graph.read_bytes())
    # A commit's tree is followed by the place of its parent; this number stands for none.
    place = data.index(bytes.fromhex(git(product, "rev-parse", "v1.1.0^{tree}"))) + 20
    data[place : place + 4] = (0x70000000).to_bytes(4, "big")
    graph.chmod(0o644)
    graph.write_bytes(data)
    assert git(product, "rev-list", "--count", "main") == "2", "a plain git believes it"
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        assert opened.is_ancestor(opened.resolve("v1.0.0"), head)


@pytest.mark.parametrize("file", ["info/commit-graph", "pack/multi-pack-index"])
@pytest.mark.parametrize("damage", ["cut", "other", "zeros"])
def test_a_cache_of_git_that_lies_is_not_believed(
    product: Path, cache: Path, guard: Guard, tmp_path: Path, file: str, damage: str
) -> None:
    git(product, "repack", "-a", "-d", "-q")
    git(product, "commit-graph", "write", "--reachable")
    git(product, "multi-pack-index", "write")
    path = product / ".git" / "objects" / file
    data = path.read_bytes()
    if damage == "other":
        other = tmp_path / "other"
        git(tmp_path, "init", "-q", str(other))
        commit(other, "x")
        git(other, "repack", "-a", "-d", "-q")
        git(other, "commit-graph", "write", "--reachable")
        git(other, "multi-pack-index", "write")
        data = (other / ".git" / "objects" / file).read_bytes()
    path.chmod(0o644)
    path.write_bytes({"cut": data[: len(data) // 2], "zeros": bytes(len(data))}.get(damage, data))
    with guard():
        check_product(str(product), cache)


def test_a_tag_wins_over_a_branch_of_its_name(product: Path, cache: Path, guard: Guard) -> None:
    old, new = (git(product, "rev-parse", f"v1.{n}.0") for n in (0, 1))
    write_ref(product, "heads/v1.0.0", new)
    write_ref(product, "heads/HEAD", old)
    write_ref(product, "tags/refs/heads/main", old)
    with guard():
        for location in (str(product), product.as_uri()):
            with open_repository(location, name="lark", cache=cache) as opened:
                assert opened.resolve("v1.0.0") == old
                assert opened.resolve("HEAD") == new
                assert opened.resolve("refs/heads/v1.0.0") == new
                assert opened.resolve("refs/heads/main") == new


@pytest.mark.parametrize(
    "seconds", ["99999999999999", "-1", "253402300800", "18446744073709551616"]
)
def test_a_commit_from_no_calendar_does_not_stop_the_others(
    product: Path, cache: Path, guard: Guard, seconds: str
) -> None:
    tree = git(product, "rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor a <a> {seconds} +0000\ncommitter a <a> {seconds} +0000\n\nx\n"
    sha = git(
        product, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=raw.encode()
    )
    write_ref(product, "tags/v9", sha)
    with guard(), open_repository(str(product), name="lark", cache=cache) as opened:
        dates = {tag.name: tag.committed for tag in opened.tags()}
    assert dates["v1.0.0"] == datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert dates["v9"].year in (1969, 1970)


@pytest.mark.parametrize(
    ("zone", "there"),
    [
        ("+0800", "2026-08-01T02:30:00+08:00"),
        ("-0930", "2026-07-31T09:00:00-09:30"),
        ("+9900", "2026-07-31T18:30:00+00:00"),
    ],
)
def test_a_commit_has_the_time_of_where_it_was_made(
    product: Path, cache: Path, zone: str, there: str
) -> None:
    tree = git(product, "rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nauthor a <a> 1 +0000\ncommitter a <a> 1785522600 {zone}\n\nx\n"
    sha = git(
        product, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", data=raw.encode()
    )
    write_ref(product, "tags/v9", sha)
    with open_repository(str(product), name="lark", cache=cache) as opened:
        assert {tag.name: tag.committed for tag in opened.tags()}["v9"].isoformat() == there
