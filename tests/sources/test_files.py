"""Reading a folder: what is found, what is refused, and that nothing outside is ever read."""

import os
import socket
from pathlib import Path

import pytest

from pipelines.errors import SettingsError, SourceError
from pipelines.records import Quarantined
from pipelines.sources.files import MAX_FILE_BYTES, SourceFile, decode, folder_files


def _read(root: Path, glob: str = "**/*.md") -> tuple[list[SourceFile], list[Quarantined]]:
    return folder_files(root, glob, tier="faq", source="help")


def _write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")


def _paths(root: Path, glob: str) -> list[str]:
    return [file.path for file in _read(root, glob)[0]]


def test_files_are_read_in_the_order_of_their_paths(tmp_path: Path) -> None:
    _write(tmp_path, "b.md", "a/z.md", "a.md", "计费/续费.md", "notes.txt")
    files, refused = _read(tmp_path)
    assert [file.path for file in files] == ["a.md", "a/z.md", "b.md", "计费/续费.md"]
    assert files[3].data == "计费/续费.md".encode()
    assert refused == []


def test_a_suffix_in_capitals_is_matched_and_no_other_part_of_a_name(tmp_path: Path) -> None:
    _write(tmp_path, "常见问题.MD", "b.Md", "C.md")
    assert _paths(tmp_path, "*.md") == ["C.md", "b.Md", "常见问题.MD"]
    assert _paths(tmp_path, "c.md") == []


def test_a_glob_spans_folders_only_with_two_stars(tmp_path: Path) -> None:
    _write(tmp_path, "a.md", "x/b.md", "x/y/c.md", ".hidden.md", ".git/d.md")
    assert _paths(tmp_path, "*.md") == ["a.md"]
    assert _paths(tmp_path, "x/**/*.md") == ["x/b.md", "x/y/c.md"]
    assert _paths(tmp_path, "**/**/*.md") == ["a.md", "x/b.md", "x/y/c.md"]
    assert _paths(tmp_path, "x/**") == ["x/b.md", "x/y/c.md"]
    assert _paths(tmp_path, ".git/*.md") == [".git/d.md"]


@pytest.mark.parametrize("glob", ["../*.md", "/etc/*", "a/../../b", "", ".", "a\\..\\b"])
def test_a_glob_that_could_leave_the_folder_is_refused(tmp_path: Path, glob: str) -> None:
    with pytest.raises(SettingsError, match="relative glob"):
        _read(tmp_path, glob)


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere"):
        _read(tmp_path / "nowhere")


def test_links_out_of_the_folder_are_quarantined_and_not_read(tmp_path: Path) -> None:
    _write(tmp_path, "secret/key.md", "faq/a.md")
    root = tmp_path / "faq"
    (root / "out.md").symlink_to(tmp_path / "secret" / "key.md")
    (root / "outside").symlink_to(tmp_path / "secret")
    (root / "climb.md").symlink_to("../secret/key.md")
    (root / "gone.md").symlink_to("nothing.md")
    (root / "loop.md").symlink_to("loop.md")
    files, refused = _read(root)
    assert [file.path for file in files] == ["a.md"]
    assert [bad.path for bad in refused] == ["climb.md", "gone.md", "loop.md", "out.md", "outside"]
    assert all("link leaves" in bad.reason for bad in (refused[0], refused[3], refused[4]))


def test_a_link_that_stays_in_the_folder_is_read_and_a_linked_folder_only_once(
    tmp_path: Path,
) -> None:
    _write(tmp_path, "a/one.md")
    (tmp_path / "two.md").symlink_to("a/one.md")
    (tmp_path / "again").symlink_to("a")
    (tmp_path / "a" / "up").symlink_to("..")
    files, refused = _read(tmp_path)
    assert [(file.path, file.data) for file in files] == [
        ("a/one.md", b"a/one.md"),
        ("two.md", b"a/one.md"),
    ]
    assert refused == []


@pytest.mark.timeout(10)
def test_pipes_sockets_and_devices_are_quarantined_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.md"))
    (tmp_path / "null.md").symlink_to("/dev/null")
    files, refused = _read(tmp_path)
    assert files == []
    assert [bad.path for bad in refused] == ["null.md", "pipe.md", "socket.md"]
    assert "no regular file" in refused[1].reason


def test_a_file_over_20_mb_is_quarantined(tmp_path: Path) -> None:
    with (tmp_path / "huge.md").open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    files, refused = _read(tmp_path)
    assert files == []
    assert "over 20 MB" in refused[0].reason


def test_a_name_that_is_no_text_is_quarantined_with_a_name_that_is(tmp_path: Path) -> None:
    (Path(os.fsdecode(bytes(tmp_path) + b"/\xff.md"))).write_bytes(b"x")
    files, refused = _read(tmp_path)
    assert files == []
    assert refused[0].path.encode() == b"?.md"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_decoded_in_every_usual_encoding(encoding: str) -> None:
    text = "## 如何重置密码？\n\n打开“设置 → 安全”，Ｂ区 €3。\n"
    assert decode(text.encode(encoding)) == text


def test_damaged_utf8_is_refused_and_not_read_as_gb18030() -> None:
    damaged = "第一行\n如何登录云雀工作台？".encode()[:-1]
    with pytest.raises(ValueError, match="first bad byte on line 2"):
        decode(damaged)


@pytest.mark.parametrize(
    "data", [b"a\0b", "如何登录".encode("utf-16"), b"\xff\xfe\xfd" * 9, b"\x80\x81\xff"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="UTF-8"):
        decode(data)
