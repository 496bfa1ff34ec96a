"""`sanku eval` on the published sample: what it prints, compares, keeps, and refuses."""

import os
import re
import shutil
from pathlib import Path

import pytest

from pipelines.evaluation import report
from pipelines.evaluation.history import history
from pipelines.settings import Settings
from pipelines.versions import published
from pipelines.warehouse import Warehouse
from tests.cli.command import read, sanku
from tests.conftest import write_character_model
from tests.fake_ollama import FakeOllama

GOLDEN = """
| 问题 | 期望 | 必须包含 | 类型 |
|---|---|---|---|
| 忘记登录密码了怎么找回？ | 忘记登录密码了怎么找回？ | 10 分钟 | 常见 |
| 怎么预订会议室？ | 怎么预订会议室？ | 60 天 | 常见 |
| 云盘能不能插着优盘用？ | 没有这样的条目？ | | 常见 |
| How do I paginate API results? | How do I paginate API results? | | english |
| 转人工 | 转人工 | | 人工 |
| 你好呀 | 拒答 | | 闲聊 |
"""


@pytest.fixture(scope="module")
def warehouse(
    sample: tuple[Settings, Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """A copy of the published sample, to which the history may be written."""
    copy = tmp_path_factory.mktemp("measured") / "warehouse"
    shutil.copytree(sample[1].root, copy)
    return Warehouse(copy)


@pytest.fixture(scope="module")
def options(
    sample: tuple[Settings, Warehouse],
    warehouse: Warehouse,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, ...]:
    golden = tmp_path_factory.mktemp("golden") / "golden.md"
    golden.write_text(GOLDEN, encoding="utf-8")
    places = ("--sources", str(sample[0].sources_file), "--warehouse", str(warehouse.root))
    return ("eval", *places, "--golden", str(golden))


@pytest.fixture(scope="module")
def model(sample: tuple[Settings, Warehouse]) -> str:
    return sample[0].embedding.model


def test_the_published_version_is_measured_shown_and_remembered(
    options: tuple[str, ...], model: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    done = sanku(*options, "--html", str(file), SANKU_EMBEDDING_MODEL=model)
    assert done.exit_code == 0, done.output
    assert "kind\tasked\tR@1\tR@5\tR@10\tMRR\tnDCG@10" in done.stdout
    assert "常见\t3\t0.667 (" in done.stdout
    assert "6 golden questions read" in done.stderr
    assert "the question that these expect: 云盘能不能插着优盘用？\n" in done.stderr
    (wrong,) = [line for line in done.stdout.splitlines() if line.startswith("云盘能不能")]
    assert "source: 没有这样的条目？" in wrong
    assert re.search(r"\t(said|found): .{5,}", wrong)
    assert "云盘能不能插着优盘用？" in file.read_text(encoding="utf-8")
    (row,) = history(warehouse).to_pylist()
    assert (row["by"], row["version"], row["questions"]) == (
        "sanku eval",
        published(warehouse).name,
        6,
    )
    assert row["refusal_recall"] == 1.0


def test_json_holds_figures_and_every_question(options: tuple[str, ...], model: str) -> None:
    told = read(sanku(*options, "--json", "--retrieval-only", SANKU_EMBEDDING_MODEL=model))
    assert [item["rank"] for item in told["found"]] == [1, 1, 0, 1]
    assert told["ranking"]["kinds"]["english"]["measures"]["R@1"]["mean"] == 1.0
    assert "answers" not in told
    assert told["found"][1]["first"] == "怎么预订会议室？"


def test_json_holds_each_answer_with_its_citations_and_what_it_misses(
    options: tuple[str, ...], model: str
) -> None:
    told = read(sanku(*options, "--json", SANKU_EMBEDDING_MODEL=model))
    first, _, slip, *_, refused = told["answered"]
    assert "10 分钟" in first["text"]
    assert first["citations"][0]["title"] == "忘记登录密码了怎么找回？"
    assert first["missed"] == {}
    assert slip["missed"]["source"] == ["没有这样的条目？"]
    assert refused["text"]


def test_a_version_is_compared_with_another(
    options: tuple[str, ...], model: str, warehouse: Warehouse
) -> None:
    name = published(warehouse).name
    told = read(
        sanku(
            *options,
            "--compare",
            name,
            "--retrieval-only",
            "--json",
            SANKU_EMBEDDING_MODEL=model,
        )
    )
    assert told["before"]["version"] == told["after"]["version"] == name
    assert told["better"] == told["worse"] == []
    assert told["tests"]["record found first"]["plainly"] == "no question differs"


def test_figures_of_both_versions_are_printed_side_by_side(
    options: tuple[str, ...], model: str, warehouse: Warehouse
) -> None:
    name = published(warehouse).name
    done = sanku(*options, "--compare", name, SANKU_EMBEDDING_MODEL=model)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert ["figure", "before", "now"] in lines
    (direct,) = [line for line in lines if line[0] == "direct" and len(line) == 3]
    assert direct[1] == direct[2]
    assert "answered directly: no question differs" in done.stdout


def test_another_embedding_model_is_tried_beside_the_published_index(
    options: tuple[str, ...], model: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    before = sorted(path.name for path in warehouse.index.iterdir())
    rows = history(warehouse).num_rows
    other = write_character_model(tmp_path / "other", seed=2)
    told = read(sanku(*options, "--embedding", str(other), "--json", SANKU_EMBEDDING_MODEL=model))
    assert told["before"]["embedder_id"] == published(warehouse).manifest.embedder_id
    assert told["after"]["embedder_id"] != told["before"]["embedder_id"]
    assert len(told["after"]["answered"]) == 6
    assert sorted(path.name for path in warehouse.index.iterdir()) == before
    assert history(warehouse).num_rows == rows


def test_two_language_models_are_compared(options: tuple[str, ...], model: str) -> None:
    with FakeOllama() as ollama:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": ollama.url}
        both = ("--ollama-model", ollama.model) * 2
        done = sanku(*options, *both, **there)
    assert done.exit_code == 0, done.output
    assert "answer right: " in done.stdout


@pytest.mark.parametrize("is_second", [False, True])
def test_a_language_model_that_is_not_there_is_refused_before_anything_is_measured(
    options: tuple[str, ...], model: str, monkeypatch: pytest.MonkeyPatch, is_second: bool
) -> None:
    monkeypatch.setattr(report, "evaluate", lambda *_: pytest.fail("one was measured"))
    with FakeOllama() as ollama:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": ollama.url}
        first = ("--ollama-model", ollama.model) if is_second else ()
        missing = sanku(*options, *first, "--ollama-model", "nowhere:1b", **there)
    assert missing.exit_code == 5
    assert "`ollama pull nowhere:1b`" in missing.stderr


@pytest.mark.parametrize(
    "mixed",
    [
        ("--compare", "0001-a", "--embedding", "builtin"),
        ("--ollama-model", "a", "--ollama-model", "b", "--ollama-model", "c"),
        ("--ollama-model", "a", "--retrieval-only"),
    ],
)
def test_two_comparisons_at_once_are_wrong_usage(
    options: tuple[str, ...], mixed: tuple[str, ...]
) -> None:
    done = sanku(*options, *mixed)
    assert done.exit_code == 2
    assert "Error: " in done.stderr


def test_a_release_that_is_not_in_the_index_is_named_as_a_slip(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.md"
    rows = "| 上传最大多少？ | v2.4.0 |\n| 界面改了什么？ | ９.９.０ |\n"
    golden.write_text(f"| 问题 | 版本 |\n|---|---|\n{rows}", encoding="utf-8")
    file = tmp_path / "report.html"
    run = (*options, "--golden", str(golden), "--retrieval-only")
    done = sanku(*run, "--html", str(file), SANKU_EMBEDDING_MODEL=model)
    told = read(sanku(*run, "--json", SANKU_EMBEDDING_MODEL=model))
    assert "no change is there of the release that these expect: 界面改了什么？\n" in done.stderr
    assert "no change of the expected release is there" in file.read_text(encoding="utf-8")
    assert told["without_release"] == [told["found"][1]["id"]]


@pytest.mark.parametrize("name", ["nowhere/report.html", "file/report.html"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_measured(
    options: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = sanku(*options, "--html", str(tmp_path / name), SANKU_EMBEDDING_MODEL="nowhere")
    assert done.exit_code == 5
    assert f"there is no folder `{(tmp_path / name).parent}` to write `--html` into" in done.stderr


def test_a_report_without_permission_is_refused_before_anything_is_measured(
    options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)  # root may write anywhere
    html = tmp_path / "report.html"
    done = sanku(*options, "--html", str(html), SANKU_EMBEDDING_MODEL="nowhere")
    assert done.exit_code == 5
    assert f"`{html}` cannot be written: no permission" in done.stderr


def test_without_golden_questions_the_way_out_is_shown(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    empty = tmp_path / "golden.jsonl"
    empty.write_text("\n", encoding="utf-8")
    done = sanku(*options, "--golden", str(empty))
    assert done.exit_code == 5
    assert "there are no golden questions" in done.stderr
