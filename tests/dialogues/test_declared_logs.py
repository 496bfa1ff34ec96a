"""What a dialogue source must declare, and the gateway's own log, of which nothing is declared."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.dialogues.logs import log_files
from pipelines.dialogues.readers import read_file
from pipelines.records import Message
from pipelines.settings import DialogueSource, Settings
from pipelines.sources_toml import load_settings

KEY = bytes(range(32))


def test_a_source_without_files_is_refused_with_the_edit_that_mends_it() -> None:
    with pytest.raises(ValidationError, match=r"names no `files`.*write a glob"):
        DialogueSource(name="chat")
    assert DialogueSource(name="live", format="gateway").files == ""


@pytest.mark.parametrize(
    ("form", "declared"),
    [
        ("gateway", {"files": "*.jsonl"}),
        ("gateway", {"folder": "logs"}),
        ("gateway", {"roles": {"customer": "customer"}}),
        ("openclaw", {"files": "*.sqlite", "fields": {"text": "content"}}),
        ("clawdbot", {"files": "*.jsonl", "encoding": "gb18030"}),
    ],
)
def test_a_key_that_a_format_leaves_without_meaning_is_refused(
    form: str, declared: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError, match=rf"`{list(declared)[-1]}`, which means nothing for"):
        DialogueSource.model_validate({"name": "chat", "format": form, **declared})


# The gateway's own log


@pytest.fixture
def gateway(tmp_path: Path) -> Settings:
    file = tmp_path / "sources.toml"
    file.write_text(
        '[company]\nname = "云雀协作"\ncontact = "请联系人工客服"\n'
        '[[dialogues]]\nname = "live"\nformat = "gateway"\n',
        encoding="utf-8",
    )
    return load_settings(file, tmp_path / "warehouse", {})


def test_the_log_of_the_gateway_is_read_from_the_warehouse(gateway: Settings) -> None:
    folder = gateway.warehouse / "conversations"
    folder.mkdir(parents=True)
    turn = {"conversation": "c", "customer": "u", "at": "2026-03-01T02:00:00+00:00"}
    lines = [
        {**turn, "role": "customer", "text": "如何导出报表"},
        {**turn, "role": "other", "text": "在设置里点导出", "decision": "direct"},
        {**turn, "role": "agent", "text": "我来帮您"},
        {**turn, "role": "user", "text": "13812345678"},
    ]
    written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "2026-03-01.jsonl").write_text(written + "{half", encoding="utf-8")
    (folder / ".2026-03-01.jsonl.draft").write_text("{", encoding="utf-8")
    (source,) = gateway.dialogues
    files, refused = log_files(source, gateway, KEY)
    assert [file.path for file in files] == ["2026-03-01.jsonl"]
    assert refused == []
    *said, unknown, half = read_file(files[0], source, KEY)
    assert [(one.role, one.customer, one.text) for one in said if isinstance(one, Message)] == [
        ("customer", "u", "如何导出报表"),
        ("other", "u", "在设置里点导出"),
        ("agent", "u", "我来帮您"),
    ]
    assert [type(one).__name__ for one in (unknown, half)] == ["Quarantined", "Unfinished"]


def test_a_gateway_that_was_asked_nothing_yet_has_an_empty_log(gateway: Settings) -> None:
    assert log_files(gateway.dialogues[0], gateway, KEY) == ([], [])
