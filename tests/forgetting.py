"""A company of one FAQ and two logs, for tests of forgetting, and a look into every byte of it."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from pipelines import pull, refresh
from pipelines.checks import CHECKS
from pipelines.embedding.model import Embedder
from pipelines.settings import Settings
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse

NOW = "2026-11-20"
# Long and without sense: redaction leaves it, compression cannot hide it, and nothing else has it.
CANARY = "wqzjxvkpbdfg"
OTHER = "mhtrlscynwqa"
CHAT = '[[dialogues]]\nname = "chat"\nfiles = "logs/*.jsonl"\nfields = {customer = "customer"}\n'


def write_company(folder: Path, model: Path, chat: str = CHAT) -> Settings:
    """Write a company of one FAQ and two logs, one the gateway's own; nothing is pulled yet."""
    (folder / "faq").mkdir(exist_ok=True)
    (folder / "faq" / "a.md").write_text(
        "".join(f"## 第{n}个问题怎么办？\n\n答案{n}。\n\n" for n in range(12)), encoding="utf-8"
    )
    file = folder / "sources.toml"
    file.write_text(
        f'as_of = {NOW}\n[company]\nname = "云雀"\ncontact = "热线"\n'
        f'[embedding]\nmodel = "{model}"\n[redaction]\nkey_file = "redaction.key"\n'
        'quarantine = "encrypt"\n[window]\ndays = 5\n'
        f'[[faq]]\nname = "help"\nfolder = "faq"\n{chat}'
        '[[dialogues]]\nname = "own"\nformat = "gateway"\n',
        encoding="utf-8",
    )
    (folder / "logs").mkdir(exist_ok=True)
    return load_settings(file, folder / "warehouse", environ={})


def conversation(name: str, customer: str, topic: str, day: int) -> list[dict[str, str]]:
    """Return a conversation that is kept, on a day of November."""
    at = f"2026-11-{day:02}T10:0"
    common = {"conversation": name, "customer": customer}
    return [
        {**common, "at": f"{at}0:00", "role": "user", "text": f"请问{topic}的报表怎么导出"},
        {**common, "at": f"{at}1:00", "role": "agent", "text": f"在设置里选择{topic}再点导出即可"},
        {**common, "at": f"{at}2:00", "role": "user", "text": "可以了，谢谢"},
    ]


def write_log(settings: Settings, *spoken: list[dict[str, str]], name: str = "a.jsonl") -> Path:
    """Write a log of the source `chat`."""
    file = settings.beside_sources("logs") / name
    lines = [json.dumps(one, ensure_ascii=False) for talk in spoken for one in talk]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def publish(settings: Settings, warehouse: Warehouse, model: Embedder) -> str:
    """Pull everything, build, check, publish, and return the version's name."""
    for faq in settings.faq:
        pull.faq(settings, warehouse, faq)
    for log in settings.dialogues:
        pull.dialogues(settings, warehouse, log, settings.window_days(), only_changed=True)
    refresh.embed(settings, warehouse, lambda: model)
    refresh.find_stale(settings, warehouse)
    refresh.build(settings, warehouse, lambda: model)
    at = refresh.gate(settings, warehouse, lambda: model)
    if at is not None:
        for name in CHECKS:
            assert refresh.run_check(name, at).passed, name
    return refresh.publish_candidate(settings, warehouse).manifest.version


def hold(warehouse: Warehouse, secret: str) -> set[str]:
    """Return the files of the warehouse that hold `secret`: in their bytes, or in what they mean.

    Parquet and LanceDB compress what they store, so that both are read as well.
    """
    holds = {
        file.relative_to(warehouse.root).as_posix()
        for file in warehouse.root.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    }
    for file in warehouse.root.rglob("*.parquet"):
        if secret in str(pq.read_table(file).to_pylist()):
            holds.add(file.relative_to(warehouse.root).as_posix())
    for table in warehouse.root.rglob("*.lance"):
        if table.is_dir() and any(secret in str(rows) for rows in rows_of_all_commits(table)):
            holds.add(table.relative_to(warehouse.root).as_posix())
    for file in warehouse.root.rglob("*.sqlite3"):
        with sqlite3.connect(file) as database:
            if secret in "".join(database.iterdump()):
                holds.add(file.relative_to(warehouse.root).as_posix())
    return holds


def rows_of_all_commits(folder: Path) -> Iterator[object]:
    """Yield the rows of every commit of a LanceDB table, the old ones too."""
    import lancedb

    table = lancedb.connect(folder.parent).open_table(folder.stem)
    for commit in table.list_versions():
        table.checkout(commit["version"])
        yield table.to_arrow().drop_columns(["vector"]).to_pylist()
