"""`sanku` as a function to call, and a company of two questions, a chat and a product."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner, Result

from pipelines.cli import main

CHECKOUT = Path(__file__).resolve().parents[2]
# `sanku` as a process of its own, where it is not installed.
COMMAND = (sys.executable, "-c", "from pipelines.cli import main; main(prog_name='sanku')")

SOURCES = """
as_of = 2026-11-20
company = {{ name = "云雀协作", contact = "400-000-2638" }}
[[faq]]
name = "handbook"
folder = "faq"
[[dialogues]]
name = "web"
files = "web.jsonl"
[[changelog]]
name = "yunque"
repo = "{bundle}"
[window]
days = 5
[redaction]
key_file = "redaction.key"
allow = ["400-000-2638"]
[embedding]
model = "{model}"
"""
FAQ = """# 账号

## 忘记密码怎么办？

在登录页点「忘记密码」，按提示收验证码后重新设置。

## 怎么开发票？

在控制台的「费用中心」里申请，三个工作日内开出。
"""
CHAT = (
    ("customer", "我叫王建国，电话13812345678，密码忘了"),
    ("agent", "登录页有「忘记密码」，按提示收验证码重新设置就可以。"),
)


@dataclass(frozen=True)
class SmallCompany:
    """Where a small company's sources and output lie."""

    sources: Path
    warehouse: Path

    @property
    def options(self) -> tuple[str, ...]:
        """The options that every command takes."""
        return ("--sources", str(self.sources), "--warehouse", str(self.warehouse))


def commands() -> dict[str, click.Command]:
    """Return every command by what is typed, those of groups as `faq lint`."""
    found: dict[str, click.Command] = {}
    for name, command in main.commands.items():
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": one for inner, one in command.commands.items()}
        else:
            found[name] = command
    return found


def sanku(*arguments: str, stdin: str | bytes = "", **environ: str) -> Result:
    """Run the command in this process, without the caller's own `SANKU_…` variables."""
    cleared: dict[str, str | None] = dict.fromkeys(
        (
            "SANKU_SOURCES",
            "SANKU_WAREHOUSE",
            "SANKU_EMBEDDING_MODEL",
            "SANKU_REDACTION_KEY",
            "SANKU_DAGSTER_URL",
        )
    )
    # Nothing listens on port 9, so that no answer depends on what runs on this machine.
    cleared |= {"OLLAMA_HOST": "127.0.0.1:9", **environ}
    return CliRunner().invoke(main, arguments, input=stdin, env=cleared, prog_name="sanku")


def read(result: Result) -> Any:
    """Return the JSON that a command printed, once it has succeeded."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def write_company(folder: Path, bundle: Path, model: Path) -> SmallCompany:
    """Write a small company's sources into `folder`."""
    (folder / "faq").mkdir()
    (folder / "faq" / "account.md").write_text(FAQ, encoding="utf-8")
    lines = (
        {"conversation": "c1", "at": f"2026-11-20T10:0{minute}:00", "role": role, "text": text}
        for minute, (role, text) in enumerate(CHAT)
    )
    log = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "web.jsonl").write_text(f"{log}\nnot json\n", encoding="utf-8")
    sources = folder / "sources.toml"
    sources.write_text(SOURCES.format(bundle=bundle, model=model), encoding="utf-8")
    return SmallCompany(sources, folder / "warehouse")
