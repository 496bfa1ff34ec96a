"""`sanku experiment` on the published sample: answers, goes on, has them judged, and reports."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.experiment.folder import Folder
from pipelines.experiment.pairs import is_grounded_first
from pipelines.publish import erase
from pipelines.settings import Settings
from pipelines.versions import POINTER, published
from pipelines.warehouse import Warehouse
from tests.cli.command import read, sanku
from tests.experiment.answered import begun, pair, reply
from tests.fake_ollama import FakeOllama

GOLDEN = """
| 问题 | 期望 | 类型 | 对话 |
|---|---|---|---|
| 忘记登录密码了怎么找回？ | 忘记登录密码了怎么找回？ | 常见 | |
| 怎么预订会议室？ | 怎么预订会议室？ | 常见 | |
| 那要提前多久？ | 怎么预订会议室？ | 追问 | 用户：怎么预订会议室？<br>客服：在日历里预订。 |
"""
GUESS = "我猜是这样：给管理员打电话。"
SAID = "我猜是这样：给管理员打电话[1]。\n\n参考资料：\n[1] 手册"


@pytest.fixture(scope="module")
def options(
    sample: tuple[Settings, Warehouse], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    golden = tmp_path_factory.mktemp("golden") / "golden.md"
    golden.write_text(GOLDEN, encoding="utf-8")
    places = ("--sources", str(sample[0].sources_file), "--warehouse", str(sample[1].root))
    return ("experiment", "run", *places, "--golden", str(golden), "--seed", "5")


@pytest.fixture(scope="module")
def model(sample: tuple[Settings, Warehouse]) -> str:
    return sample[0].embedding.model


def script(messages: list[dict[str, Any]]) -> str:
    """Answer as a judge, from passages, or as a model that knows nothing of the company."""
    system = messages[0]["content"]
    if "accuracy" in system:
        return reply(4, 2)
    return "请看资料。[1]" if "NOT_FOUND" in system else SAID


def test_each_question_is_answered_twice_scored_blind_and_reported(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "experiment")
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        done = sanku(*options, "--to", str(folder.path), **there)
        alone = [
            chat["messages"]
            for chat in fake.chats
            if "NOT_FOUND" not in str(chat["messages"]) and "format" not in chat
        ]
    assert done.exit_code == 0, done.output
    assert "3 questions answered twice" in done.stdout
    assert [turn["content"] for turn in alone[2]][1:] == [
        *("怎么预订会议室？", "在日历里预订。", "那要提前多久？"),
    ]
    assert all("云雀协作" in messages[0]["content"] for messages in alone)
    first = folder.pairs()[0]
    assert first.alone == GUESS
    assert first.decision == "direct"
    assert "参考资料" not in first.grounded
    assert "参考资料" not in folder.page.read_text(encoding="utf-8")

    rows = list(csv.reader(io.StringIO(folder.sheet.read_text(encoding="utf-8-sig"), newline="")))
    for row in rows[1:3]:
        good, bad = ("5", "5", "4"), ("1", "2", "3")
        at = rows[0].index("accuracy_A")
        known_first = is_grounded_first(5, row[0])
        row[at : at + 6] = (*good, *bad) if known_first else (*bad, *good)
    with folder.sheet.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    told = read(sanku("experiment", "report", str(folder.path), "--json"))
    (rater,) = told["raters"]
    assert rater["groups"]["all"]["wins"] == {"wins": 2, "ties": 0, "losses": 0, "p": 0.5}
    assert rater["groups"]["常见"]["scores"]["accuracy"]["difference"]["mean"] == pytest.approx(4)
    shown = sanku("experiment", "report", str(folder.path))
    assert "with the knowledge base: better 2, equal 0, worse 0; may be chance" in shown.stdout
    assert "2 of 3 questions are scored" in folder.report.read_text(encoding="utf-8")


def test_a_stopped_experiment_goes_on_where_it_was(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "experiment")
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        run = (*options, "--to", str(folder.path))
        assert sanku(*run, "--questions", "1", **there).exit_code == 0
        asked = len(fake.chats)
        (kept,) = folder.pairs()
        sheet = folder.sheet.read_text(encoding="utf-8")
        folder.sheet.write_text(sheet.replace(",,,,,,,\n", ",5,4,3,2,1,1,好\n"), encoding="utf-8")
        told = read(sanku(*run, "--json", **there))
        assert len(fake.chats) > asked
        asked = len(fake.chats)
        again = read(sanku(*run, "--json", **there))
        assert len(fake.chats) == asked
    assert told["questions"] == again["questions"] == 3
    assert kept in folder.pairs()
    assert ",5,4,3,2,1,1,好" in folder.sheet.read_text(encoding="utf-8")


def test_an_experiment_goes_on_after_dialogues_left_its_version_and_is_judged_after_it_went(
    sample: tuple[Settings, Warehouse], options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    folder, warehouse = Folder(tmp_path / "experiment"), Warehouse(tmp_path / "warehouse")
    shutil.copytree(sample[1].index, warehouse.index)
    shutil.copy(sample[1].root / POINTER, warehouse.root)
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        run = (*options, "--warehouse", str(warehouse.root), "--to", str(folder.path), "--json")
        begun_with = read(sanku(*run, "--questions", "1", **there))["version"]
        assert erase(warehouse, "dialogues", set()) == {begun_with: published(warehouse).name}
        assert read(sanku(*run, "--questions", "2", **there))["questions"] == 2
        shutil.rmtree(warehouse.index)
        read(sanku(*run, "--questions", "2", "--judge", fake.model, **there))
        left = sanku(*run, **there)
    assert {verdict.id for verdict in folder.verdicts()} == {pair.id for pair in folder.pairs()}
    assert left.exit_code == 5
    assert "is not kept" in left.stderr


def test_a_judge_scores_and_is_asked_once(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    path = str(tmp_path / "experiment")
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        run = (*options, "--to", path, "--judge", fake.model, "--json")
        assert read(sanku(*run, **there))["judged"] == 3
        asked = len(fake.chats)
        assert read(sanku(*run, **there))["judged"] == 3
        assert len(fake.chats) == asked
    shown = sanku("experiment", "report", path)
    assert "with the knowledge base: better 0, equal 3, worse 0" in shown.stdout
    assert "in 3 of 3 questions the judge preferred the other answer" in shown.stdout
    assert "+2.00 points for being read first" in shown.stdout


def test_without_a_model_nothing_is_begun_and_the_way_out_is_shown(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    path = tmp_path / "experiment"
    done = sanku(*options, "--to", str(path), SANKU_EMBEDDING_MODEL=model)
    assert done.exit_code == 5
    assert "`ollama pull qwen3:32b`" in done.stderr
    assert not path.exists()


def test_a_model_that_breaks_off_leaves_what_was_answered(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "experiment")
    calls: list[int] = []

    def breaks_off(messages: list[dict[str, Any]]) -> str:
        calls.append(1)
        return GUESS if len(calls) == 1 else ""

    with FakeOllama(breaks_off) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        done = sanku(*options, "--to", str(folder.path), **there)
    assert done.exit_code == 0, done.output
    assert len(folder.pairs()) == 1
    assert done.stderr.count("left for the next run") == 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (("--seed", "6"), "the seed 5"),
        (("--judge", "nowhere:1b"), "`ollama pull nowhere:1b`"),
    ],
)
def test_what_does_not_fit_the_experiment_is_refused(
    options: tuple[str, ...], model: str, tmp_path: Path, more: tuple[str, ...], reason: str
) -> None:
    path = str(tmp_path / "experiment")
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        run = (*options, "--to", path, "--questions", "1")
        assert sanku(*run, **there).exit_code == 0
        done = sanku(*run, *more, **there)
    assert done.exit_code == 5
    assert reason in done.stderr


def test_a_golden_question_that_changed_is_not_mixed_with_its_former_answers(
    sample: tuple[Settings, Warehouse], model: str, tmp_path: Path
) -> None:
    golden = tmp_path / "golden.jsonl"
    item = {"id": "1", "kind": "k", "question": "怎么预订会议室？", "expect": {"tier": "faq"}}
    places = ("--sources", str(sample[0].sources_file), "--warehouse", str(sample[1].root))
    run = ("experiment", "run", *places, "--golden", str(golden), "--to", str(tmp_path / "x"))
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        golden.write_text(json.dumps(item), encoding="utf-8")
        assert sanku(*run, **there).exit_code == 0
        golden.write_text(json.dumps(item | {"question": "怎么退会议室？"}), encoding="utf-8")
        done = sanku(*run, **there)
    assert done.exit_code == 5
    assert "the golden question `1` was another one" in done.stderr


def test_questions_may_come_between_but_not_from_another_file(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "x")
    golden = tmp_path / "golden.md"
    run = (*options, "--golden", str(golden), "--to", str(folder.path))
    _, names, dashes, first, second, _ = GOLDEN.splitlines()
    header = f"{names}\n{dashes}\n"
    with FakeOllama(script) as fake:
        there = {"SANKU_EMBEDDING_MODEL": model, "OLLAMA_HOST": fake.url}
        golden.write_text(f"{header}{second}\n", encoding="utf-8")
        assert sanku(*run, **there).exit_code == 0
        (kept,) = folder.pairs()
        golden.write_text(f"{header}{first}\n{second}\n", encoding="utf-8")
        assert sanku(*run, **there).exit_code == 0
        assert folder.pairs()[0] == kept
        golden.write_text(f"{header}{first}\n", encoding="utf-8")
        asked = len(fake.chats)
        done = sanku(*run, **there)
        assert len(fake.chats) == asked
    assert done.exit_code == 5
    assert "holds answers to `怎么预订会议室？`, which is none of these" in done.stderr
    assert len(folder.pairs()) == 2


def test_a_folder_of_other_things_is_left_alone(
    options: tuple[str, ...], model: str, tmp_path: Path
) -> None:
    (tmp_path / "report.html").write_text("mine", encoding="utf-8")
    for command in (options, ("experiment", "report")):
        where = ("--to", str(tmp_path)) if command is options else (str(tmp_path),)
        done = sanku(*command, *where, SANKU_EMBEDDING_MODEL=model)
        assert done.exit_code == 5
        assert "holds no experiment" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_report_without_scores_says_where_to_give_them(tmp_path: Path) -> None:
    folder = begun(tmp_path / "x", (pair("甲"),))
    done = sanku("experiment", "report", str(folder.path))
    assert done.exit_code == 5
    assert "score.html" in done.stderr
    nowhere = sanku("experiment", "report", str(tmp_path / "none"))
    assert nowhere.exit_code == 5
    assert "`sanku experiment run --to FOLDER`" in nowhere.stderr


def test_several_people_are_reported_one_by_one_with_their_agreement(tmp_path: Path) -> None:
    folder = begun(tmp_path / "x", (pair("甲"), pair("乙")))
    header = folder.sheet.read_text(encoding="utf-8-sig").splitlines()[0]
    columns = header.split(",")
    for name, scores in (("one", "555111"), ("two", "544222")):
        cells = {"id": "甲", **dict(zip(columns[7:13], scores, strict=True))}
        row = ",".join(cells.get(column, "") for column in columns)
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    files = [str(tmp_path / f"{name}.csv") for name in ("one", "two")]
    done = sanku(
        "experiment", "report", str(folder.path), "--scores", files[0], "--scores", files[1]
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.count("with the knowledge base: ") == 2
    shown = re.sub(r"\s+", " ", folder.report.read_text(encoding="utf-8"))
    assert "hold the same answer for the better one in 1 of 1 questions" in shown


@pytest.mark.parametrize("name", ["experiment.json", "unblinded.jsonl"])
def test_a_damaged_file_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    folder = begun(tmp_path / "x", (pair("甲"),))
    (folder.path / name).write_bytes(b'\n{"id": \xff}\n')
    done = sanku("experiment", "report", str(folder.path))
    assert done.exit_code == 5
    assert f"{name}` line 2 is damaged" in done.stderr
