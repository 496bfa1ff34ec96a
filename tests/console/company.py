"""A small company whose every source tries to run script in the console, published twice."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import git

from pipelines import pull, refresh
from pipelines.dialogues.table import exchange_table
from pipelines.embedding.model import load_embedder
from pipelines.enrichment.drafts import make_draft, write_drafts
from pipelines.faq.table import entries_in
from pipelines.publish import publish
from pipelines.records import WHOLE, Exchange
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.text import digest
from pipelines.versions import Version
from pipelines.warehouse import Warehouse
from tests.small_index import pass_checks

# Run, it tells of itself in `window.pwned`; asked for, its picture would come from elsewhere.
EVIL = "<script>window.pwned=1</script><img src=https://evil.example/x onerror=window.pwned=1>"
TODAY = date(2026, 11, 20)

_TOML = """
as_of = 2026-11-20
[company]
name = "云雀<b>协作</b>"
contact = "400-000-2638"
[window]
days = 3
[[faq]]
name = "help"
folder = "faq"
base_url = "https://docs.yunque.example/"
[[dialogues]]
name = "web"
files = "logs/*.jsonl"
format = "jsonl"
fields = { conversation = "c", at = "t", role = "r", text = "x" }
roles = { user = "customer", agent = "agent" }
[[changelog]]
name = "yunque"
repo = "product"
[embedding]
model = "%(model)s"
[redaction]
key_file = "%(key)s"
[ollama]
url = "http://127.0.0.1:9"
"""

_FAQ = """# 帮助

**Q**: 忘记登录密码了怎么找回？

**A**: 在登录页点「忘记密码」，输入手机号，收到验证码后设置新密码。验证码 %(minutes)s 分钟内有效。

**关联文档**: [重置密码](https://docs.yunque.example/reset)

**Q**: 单个文件最大可以上传多大？

**A**: 单个文件最大 2 GB，网页版、桌面端和手机端相同。

**Q**: 怎么显示 %(evil)s 这段文字？

**A**: 直接粘贴 %(evil)s 即可。[点这里](javascript:window.pwned=1) ![图](https://evil.example/y.png)

**Q**: %(evil)s 没有答案的问题？

**Q**: How do I invite teammates?

**A**: Open the workspace menu, choose Invite, and send the link.
"""
_ADDED = "\n**Q**: 注销账号后还能恢复吗？\n\n**A**: 注销后 7 天内重新登录即可恢复。\n"


@dataclass(frozen=True)
class Two:
    """The company with its two versions, the second of them published."""

    settings: Settings
    first: str
    second: str

    @property
    def warehouse(self) -> Warehouse:
        """Where its output lies."""
        return Warehouse(self.settings.warehouse)


def publish_twice(folder: Path, model: Path) -> Two:
    """Write the company into `folder`, and publish it before and after an edit of its FAQ."""
    key = folder / "redaction.key"
    (folder / "sources.toml").write_text(_TOML % {"model": model, "key": key}, encoding="utf-8")
    settings = load_settings(folder / "sources.toml", folder / "warehouse", environ={})
    (folder / "faq" / "<img src=x onerror=window.pwned=1>").mkdir(parents=True)
    _write_releases(folder / "product")
    _write_dialogues(Warehouse(settings.warehouse))
    _write_log(Warehouse(settings.warehouse).conversations)
    first = _published(settings, minutes=10, rest="")
    second = _published(settings, minutes=15, rest=_ADDED)
    _write_drafts(settings)
    return Two(settings, first, second)


def _published(settings: Settings, *, minutes: int, rest: str) -> str:
    warehouse = Warehouse(settings.warehouse)
    file = settings.sources_file.parent / "faq" / "<img src=x onerror=window.pwned=1>" / "a.md"
    file.write_text(_FAQ % {"evil": EVIL, "minutes": minutes} + rest, encoding="utf-8")
    pull.faq(settings, warehouse, settings.faq[0])
    pull.changelog(settings, warehouse, settings.changelog[0])
    embedder = load_embedder(settings)
    refresh.embed(settings, warehouse, lambda: embedder)
    refresh.find_stale(settings, warehouse)
    pass_checks(refresh.build(settings, warehouse, lambda: embedder))
    with warehouse.writing():
        manifest = publish(warehouse, keep=5, now=settings.now()).manifest
    assert isinstance(manifest.version, str)
    return manifest.version


def _write_releases(folder: Path) -> None:
    releases = {
        "v2.3.0": ("2026-10-20", f"- 支持粘贴 {EVIL} 这样的文字\n"),
        "v2.4.0": ("2026-11-05", "- 单个文件的上传上限从 2 GB 提高到 5 GB，网页版和手机端相同\n"),
    }
    text = ""
    with git.Repo.init(folder) as repo:
        for tag, (day, bullets) in releases.items():
            text = f"## [{tag[1:]}] - {day}\n\n### Changed\n\n{bullets}\n{text}"
            (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{text}", encoding="utf-8")
            repo.index.add(["CHANGELOG.md"])
            repo.index.commit(tag)
            repo.create_tag(tag)


def _write_dialogues(warehouse: Warehouse) -> None:
    """Store redacted exchanges as a pull would: what redaction does is tested elsewhere."""
    for back in range(3):
        day = TODAY - timedelta(days=back)
        at = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        exchanges = [
            Exchange(
                id=digest(str(day), question),
                source="web",
                conversation=digest(question),
                customer="",
                day=day,
                at=at,
                question=question,
                answer=answer,
                outcome="resolved",
                redactions=0,
                path="logs/<b>web</b>.jsonl",
                line=3,
            )
            for question, answer in (
                (f"{day} 密码忘了怎么办", "您好，请在登录页点「忘记密码」，按提示重置。"),
                (f"{day} 我粘贴了 {EVIL}", f"请去掉 {EVIL} 再试一次，谢谢。"),
            )
        ]
        rows = exchange_table(exchanges)
        warehouse.write_partition("dialogues", "web", day.isoformat(), rows, (), revision="test")
    warehouse.mark_pulled("dialogues", "web", datetime.fromisoformat(f"{TODAY}T12:00:00+00:00"))


def _write_log(folder: Path) -> None:
    folder.mkdir(parents=True)
    said = (
        ("忘记密码怎么办？", "direct", "faq_match", False, 80.0),
        (f"{EVIL} 怎么收费？", "refuse", "not_found", True, 220.0),
        ("转人工", "handoff", "asks_for_person", True, 20.0),
    )
    lines: list[dict[str, object]] = []
    for number, (question, decision, reason, handoff, milliseconds) in enumerate(said):
        about = {
            "conversation": digest(str(number)),
            "customer": "",
            "at": f"{TODAY}T09:00:0{number}+00:00",
        }
        lines.append({**about, "role": "customer", "text": question})
        lines.append(
            {**about, "role": "other", "text": "…", "decision": decision, "reason": reason,
             "handoff": handoff, "version": "0001", "tiers": ["faq"], "records": [],
             "client": "company", "protocol": "ollama", "milliseconds": milliseconds,
             "first_piece": milliseconds}
        )  # fmt: skip
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / f"{TODAY}.jsonl").write_text(text, encoding="utf-8")


def _write_drafts(settings: Settings) -> None:
    warehouse = Warehouse(settings.warehouse)
    entry = entries_in(warehouse.read_partition("faq", "help", WHOLE))[0]
    wordings = (f"{EVIL} 怎么找回密码", "密码不记得了")
    write_drafts(warehouse, [make_draft(entry, text, "asked", "qwen") for text in wordings])


def record_titled(version: Version, words: str) -> str:
    """Return the id of the record whose title holds `words`."""
    rows = version.rows("entry_id", "title").to_pylist()
    return next(row["entry_id"] for row in rows if words in row["title"])
