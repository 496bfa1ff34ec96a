"""The documentation says what the code does.

`python -m tests.test_docs` writes the tables that are generated from the code again.
"""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import click
import pyarrow as pa
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from assets.metadata import answer_metadata
from pipelines.analytics import DAYS_SCHEMA, TURNS_SCHEMA
from pipelines.checks import CHECKS
from pipelines.chunks import CHUNK_SCHEMA
from pipelines.cli import main
from pipelines.dialogues.curation import SURPLUS
from pipelines.dialogues.exchanges import REASONS
from pipelines.dialogues.table import EXCHANGE_SCHEMA
from pipelines.evaluation.answering import Answered
from pipelines.faq.table import FAQ_SCHEMA
from pipelines.records import TIERS
from pipelines.settings import Settings, Sources
from pipelines.sources_toml import load_settings
from pipelines.warehouse import Warehouse
from tests.cli.command import commands, sanku
from tests.evaluation.measured import report

CHECKOUT = Path(__file__).resolve().parent.parent
READMES = (CHECKOUT / "README.md", CHECKOUT / "README.zh-CN.md")
DOCS = (*READMES, *sorted((CHECKOUT / "docs").glob("*.md")), CHECKOUT / "kb_sources" / "README.md")
TEXTS = {file.relative_to(CHECKOUT).as_posix(): file.read_text(encoding="utf-8") for file in DOCS}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_VARIABLE = re.compile(r"SANKU_[A-Z_]+[A-Z]")
# Commands of the READMEs that pull or embed a whole company, or that never end by themselves.
_TOO_SLOW = ("sanku run", "sanku serve", "sanku release")


def keys_table() -> str:
    """Return the reference of every key of `sources.toml`, from the models' own descriptions."""
    parts = [_top_level()]
    for name, field in Sources.model_fields.items():
        for model in _models(field.annotation):
            repeated = name in (*TIERS, "alias", "client")
            header = f"`[[{name}]]`" if repeated else f"`[{name}]`"
            parts += [f"### {header}", (model.__doc__ or "").strip(), _rows(model)]
            for inner, nested in model.model_fields.items():
                for deeper in _models(nested.annotation):
                    parts += [
                        f"### `{name}.{inner}`",
                        (deeper.__doc__ or "").strip(),
                        _rows(deeper),
                    ]
    return "\n\n".join(parts)


def chunk_table() -> str:
    """Return the chunk's fields, from the schema's own metadata."""
    return _schema_table(CHUNK_SCHEMA)


def _schema_table(schema: pa.Schema) -> str:
    lines = ["| field | type | meaning |", "|---|---|---|"]
    for field in schema:
        kind = str(field.type).replace("item: ", "").replace(" not null", "")
        lines.append(f"| `{field.name}` | `{kind}` | {field.metadata[b'doc'].decode()} |")
    return "\n".join(lines)


def entry_table() -> str:
    """Return the FAQ entry's fields, from the schema's own metadata."""
    return _schema_table(FAQ_SCHEMA)


def exchange_table() -> str:
    """Return the exchange's fields, from the schema's own metadata."""
    return _schema_table(EXCHANGE_SCHEMA)


def turn_table() -> str:
    """Return the fields of an answered question, from the schema's own metadata."""
    return _schema_table(TURNS_SCHEMA)


def day_figures_table() -> str:
    """Return the figures of a day, from the schema's own metadata."""
    return _schema_table(DAYS_SCHEMA)


GENERATED = {
    ("docs/analytics.md", "day"): day_figures_table,
    ("docs/analytics.md", "turn"): turn_table,
    ("docs/dialogues.md", "exchange"): exchange_table,
    ("docs/faq.md", "entry"): entry_table,
    ("docs/sources.md", "keys"): keys_table,
    ("docs/architecture.md", "chunk"): chunk_table,
}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def _top_level() -> str:
    plain = {
        name: field
        for name, field in Sources.model_fields.items()
        if not any(_models(field.annotation))
    }
    return f"### Above all tables\n\n{_table(plain)}"


def _rows(model: type[BaseModel]) -> str:
    return _table(model.model_fields)


def _table(fields: dict[str, FieldInfo]) -> str:
    lines = ["| key | default | meaning |", "|---|---|---|"]
    for name, field in fields.items():
        meaning = (field.description or "").replace("|", "\\|")
        lines.append(f"| `{name}` | {_default(field)} | {meaning} |")
    return "\n".join(lines)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is PydanticUndefined:
        return "see below"
    match field.default:
        case None | "" | ():
            return "none"
        case bool(value):
            return f"`{str(value).lower()}`"
        case dict(mapping):
            pairs = ", ".join(f"{key} = {_toml(value)}" for key, value in mapping.items())
            return f"`{{ {pairs} }}`"
        case frozenset(names):
            return f"`{json.dumps(sorted(names))}`"
        case value:
            return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if not isinstance(value, str):
        return str(value)
    return f"'{value}'" if "\\" in value else f'"{value}"'


def with_generated(path: str, text: str) -> str:
    """Return a document with its generated tables as the code has them now."""
    for (document, name), table in GENERATED.items():
        if document == path:
            opening, closing = f"<!-- generated: {name} -->\n", "<!-- end -->"
            before, _, rest = text.partition(opening)
            assert rest, f"`{path}` has no `{opening.strip()}`"
            _, _, after = rest.partition(closing)
            text = f"{before}{opening}\n{table()}\n\n{closing}{after}"
    return text


def blocks(text: str) -> list[tuple[str, str]]:
    """Return language and content of every fenced block."""
    return _FENCE.findall(text)


def headings(text: str) -> list[tuple[str, str]]:
    """Return marks and words of every heading outside of code."""
    return _HEADING.findall(_FENCE.sub("", text))


def anchor(heading: str) -> str:
    """Return a heading as a link names it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", sorted({document for document, _ in GENERATED}))
def test_generated_tables_are_those_of_the_code(path: str) -> None:
    assert with_generated(path, TEXTS[path]) == TEXTS[path], "run `python -m tests.test_docs`"


def test_every_key_and_every_field_has_a_meaning() -> None:
    for table in (keys_table(), chunk_table()):
        assert not re.search(r"\|\s*\|$", table, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(TEXTS))
def test_links_lead_somewhere(path: str) -> None:
    for target in _LINK.findall(_CODE.sub("", _FENCE.sub("", TEXTS[path]))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = unquote(target).partition("#")
        file = (CHECKOUT / path).parent / name if name else CHECKOUT / path
        assert file.exists(), f"`{path}` links to `{target}`"
        if fragment:
            text = file.read_text(encoding="utf-8")
            assert fragment in [anchor(words) for _, words in headings(text)], target


def test_environment_variables_of_docs_and_code_are_the_same() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("pipelines", "assets")
        for file in (CHECKOUT / folder).rglob("*.py")
    )
    used = set(_VARIABLE.findall(code))
    for path, text in TEXTS.items():
        assert set(_VARIABLE.findall(text)) <= used, path
    table = TEXTS["docs/operations.md"].partition("## Environment variables")[2]
    assert set(_VARIABLE.findall(table.partition("\n## ")[0])) == used


def test_every_command_is_documented_and_every_documented_option_exists() -> None:
    text = "\n".join(TEXTS.values())
    known = commands()
    for name in known:
        assert f"sanku {name}" in text, name
    groups = {name for name, command in main.commands.items() if isinstance(command, click.Group)}
    for typed, rest in re.findall(r"sanku ([a-z]+)([^`\n|]*)", text):
        name = typed
        if typed in groups:
            inner = re.match(r" ([a-z]+)", rest)
            if inner is None:
                continue
            name = f"{typed} {inner[1]}"
        assert name in known, f"`sanku {name}` is no command"
        options = {option for item in known[name].params for option in item.opts} | {"--help"}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= options, f"sanku {name}{rest}"


def test_every_check_and_exit_status_is_documented() -> None:
    text = TEXTS["docs/operations.md"]
    for name in CHECKS:
        assert f"| `{name}` |" in text
    for status in (0, 1, 2, 3, 4, 5, 130, 141):
        assert f"| {status} |" in text


def test_every_reason_to_keep_or_drop_a_turn_is_explained() -> None:
    text = TEXTS["docs/dialogues.md"]
    for reason in (*REASONS, *SURPLUS):
        assert f"| `{reason}` |" in text


def test_everything_that_golden_answers_reports_is_explained() -> None:
    answered = Answered("1", "direct", "?", True, "refuse", "not_found", {"source": False}, 1.0)
    shown = answer_metadata(replace(report({}), answered=(answered,)))
    reported = {"version", "model", "history", *shown}
    explained = TEXTS["docs/evaluation.md"]
    assert {name for name in reported if f"`{name}`" not in explained} == set()


def test_every_file_that_the_tour_names_exists() -> None:
    for name in re.findall(
        r"`((?:pipelines|assets)/[\w/]*(?:\.py)?)`", TEXTS["docs/architecture.md"]
    ):
        if name != "pipelines/tickets/":
            assert (CHECKOUT / name).exists(), name


def test_every_name_of_the_code_that_the_tour_names_exists() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (CHECKOUT / "pipelines").rglob("*.py"))
    named = re.findall(r"`(?:[a-z]+\.)?(_?[a-z]+(?:_[a-z]+)+)`", TEXTS["docs/architecture.md"])
    assert {name for name in named if not re.search(rf"\b{name}\b", code)} == {"ticket_chunks"}


@pytest.mark.parametrize("path", ["README.md", "README.zh-CN.md", "docs/sources.md"])
def test_examples_of_sources_are_accepted(path: str, tmp_path: Path) -> None:
    company = '[company]\nname = "x"\ncontact = "y"\n'
    examples = [body for language, body in blocks(TEXTS[path]) if language == "toml"]
    assert examples
    for example in examples:
        declared = tomllib.loads(example)
        more = "" if "company" in declared else company
        more += "" if any(tier in declared for tier in TIERS) else '[[faq]]\nname = "help"\n'
        (tmp_path / "sources.toml").write_text(example + more, encoding="utf-8")
        load_settings(tmp_path / "sources.toml", tmp_path / "warehouse", environ={})


def test_both_readmes_are_built_alike() -> None:
    english, chinese = (file.read_text(encoding="utf-8") for file in READMES)
    assert [marks for marks, _ in headings(english)] == [marks for marks, _ in headings(chinese)]
    ours, theirs = blocks(english), blocks(chinese)
    assert [language for language, _ in ours] == [language for language, _ in theirs]
    for (language, body), (_, other) in zip(ours, theirs, strict=True):
        if language in ("sh", "toml", "console"):
            assert _without_comments(body) == _without_comments(other)
        else:
            assert _first_words(body) == _first_words(other)
    assert english.count("\n- ") == chinese.count("\n- ")
    assert english.count("\n| ") == chinese.count("\n| ")


def _without_comments(body: str) -> list[str]:
    return [line.partition("  #")[0].rstrip() for line in body.splitlines()]


def _first_words(body: str) -> list[str]:
    return [line.split("  ")[0].strip() or line.split()[0] for line in body.splitlines() if line]


def console_commands() -> list[str]:
    """Return what the READMEs and docs show as typed after a `$`, once each."""
    typed = [
        line.removeprefix("$ ")
        for text in TEXTS.values()
        for language, body in blocks(text)
        if language == "console"
        for line in body.splitlines()
        if line.startswith("$ ")
    ]
    return [command for command in dict.fromkeys(typed) if not command.startswith(_TOO_SLOW)]


@pytest.mark.parametrize("typed", console_commands())
def test_commands_shown_in_the_docs_work_on_the_sample(
    typed: str, sample: tuple[Settings, Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CHECKOUT)
    settings, warehouse = sample
    fed, _, command = typed.rpartition(" | ")
    assert not fed or fed.startswith("echo ")
    name, *arguments = shlex.split(command)
    assert name == "sanku"
    options = ("--sources", str(settings.sources_file), "--warehouse", str(warehouse.root))
    done = sanku(
        *arguments,
        *options,
        stdin=" ".join(shlex.split(fed)[1:]) + "\n",
        SANKU_EMBEDDING_MODEL=settings.embedding.model,
    )
    assert done.exit_code == 0, done.output
    assert done.stdout


def test_what_the_redaction_page_shows_is_what_is_printed() -> None:
    (shown,) = (
        body for language, body in blocks(TEXTS["docs/redaction.md"]) if language == "console"
    )
    command, expected = shown.strip().split("\n")
    text = command.partition("'")[2].partition("'")[0]
    done = sanku("redact", stdin=f"{text}\n")
    assert done.stdout == f"{expected}\n"


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "CHANGELOG.md"])
def test_the_files_that_every_project_has_are_there(name: str) -> None:
    assert (CHECKOUT / name).read_text(encoding="utf-8").strip()


def test_the_changelog_names_the_version_of_the_package() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## [{project['version']}]" in (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    for path in {document for document, _ in GENERATED}:
        (CHECKOUT / path).write_text(with_generated(path, TEXTS[path]), encoding="utf-8")
