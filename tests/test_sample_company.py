"""The sample company keeps what its README and the brief promise of it."""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import git
import pytest

from pipelines.settings import Settings
from pipelines.sources_toml import load_settings

SAMPLE = Path(__file__).resolve().parent.parent / "kb_sources"
PLANTED = Path(__file__).parent / "data" / "sample_pii.txt"
AS_OF = date(2026, 11, 20)

Spoken = dict[str, list[str]]


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SAMPLE / "sources.toml", environ={})


@pytest.fixture(scope="module")
def faq_text() -> str:
    return "\n".join(
        file.read_text(encoding="utf-8") for file in sorted((SAMPLE / "faq").rglob("*.md"))
    )


@pytest.fixture(scope="module")
def golden() -> list[dict[str, Any]]:
    lines = (SAMPLE / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def planted() -> list[str]:
    return PLANTED.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def logs() -> tuple[Spoken, dict[str, Spoken], list[str]]:
    """Conversation → texts by channel, day → conversations, and the reasons of the bad records."""
    days: dict[str, Spoken] = {"web": defaultdict(list), "wecom": defaultdict(list)}
    texts: Spoken = defaultdict(list)
    bad: list[str] = []
    for channel, record in _records(bad):
        keys = (
            ("session_id", "time", "from", "text")
            if channel == "web"
            else ("会话编号", "消息时间", "发送人", "内容")
        )
        if missing := [key for key in keys if not record.get(key)]:
            bad.append(f"no {missing[0]}")
            continue
        conversation, at, role, text = (record[key] for key in keys)
        try:
            day = datetime.fromisoformat(at).date()
        except ValueError:
            bad.append("time")
            continue
        if role not in {"user", "agent", "bot", "客户", "客服", "机器人"}:
            bad.append("role")
            continue
        days[channel][day.isoformat()].append(conversation)
        texts[conversation].append(text)
    return texts, days, bad


def _records(bad: list[str]) -> list[tuple[str, dict[str, str]]]:
    records: list[tuple[str, dict[str, str]]] = []
    for file in sorted((SAMPLE / "dialogues").glob("web-*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                records.append(("web", json.loads(line)))
            except json.JSONDecodeError:
                bad.append("json")
    with (SAMPLE / "dialogues" / "wecom.csv").open(encoding="utf-8-sig", newline="") as export:
        records.extend(("wecom", row) for row in csv.DictReader(export))
    return records


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[git.Repo]:
    clone = tmp_path_factory.mktemp("product") / "clone"
    with git.Repo.clone_from(str(SAMPLE / "product.bundle"), clone, no_checkout=True) as repo:
        yield repo


def _changelog(repo: git.Repo, ref: str) -> str:
    return str(repo.git.show(f"{ref}:CHANGELOG.md"))


# --- sources.toml ------------------------------------------------------------------------------


def test_the_settings_load_and_name_sources_that_exist(settings: Settings) -> None:
    assert settings.as_of == AS_OF
    assert [source.name for source in settings.faq] == ["handbook", "english"]
    for faq in settings.faq:
        assert list(settings.beside_sources(faq.folder).glob(faq.glob)), faq.name
    for dialogues in settings.dialogues:
        assert list(SAMPLE.glob(dialogues.files)), dialogues.name
    for changelog in settings.changelog:
        assert settings.beside_sources(changelog.repo).is_file()
    assert settings.beside_sources(settings.publish.golden).is_file()


def test_the_public_hotline_is_in_the_faq_the_logs_and_the_allow_list(
    settings: Settings, faq_text: str, logs: tuple[Spoken, dict[str, Spoken], list[str]]
) -> None:
    spoken = "\n".join(text for texts in logs[0].values() for text in texts)
    for public in settings.redaction.allow:
        assert public in faq_text
        assert public in spoken


# --- FAQ ---------------------------------------------------------------------------------------


def _questions(text: str) -> list[str]:
    written = re.findall(r"^\*\*Q\*\*: (.+)$", text, re.M)
    written += re.findall(r"^#{2,3} (.+[？?])$", text, re.M)
    written += re.findall(r"^\*\*(.+[？?])\*\*$", text, re.M)
    return written + re.findall(r"^\| (.+?[？?]) \|", text, re.M)


def test_the_faq_has_at_least_seventy_different_questions_some_in_english(faq_text: str) -> None:
    questions = _questions(faq_text)
    assert len(questions) >= 70
    assert [question for question, times in Counter(questions).items() if times > 1] == []
    assert sum(question.isascii() for question in questions) >= 12


def test_the_faq_is_written_in_every_style(faq_text: str) -> None:
    for mark in (
        "**Q**: ",
        "**关联文档**: ",
        "| 问题 | 答案 |",
        "| Question | Answer |",
        "---\nowner:",
    ):
        assert mark in faq_text
    assert re.search(r"^\*\*.+？\*\*$", faq_text, re.M)


# --- golden questions --------------------------------------------------------------------------


def test_golden_questions_are_many_and_a_fair_share_must_not_be_answered(
    golden: list[dict[str, Any]],
) -> None:
    kinds = Counter(row["kind"] for row in golden)
    assert len(golden) >= 60
    assert len({row["id"] for row in golden}) == len(golden)
    assert len({row["question"] for row in golden}) == len(golden)
    assert kinds["unanswerable"] + kinds["handoff"] + kinds["chitchat"] >= 15
    assert min(kinds[kind] for kind in ("direct", "colloquial", "change", "english")) >= 8


def test_every_expected_faq_question_stands_in_the_faq(
    golden: list[dict[str, Any]], faq_text: str
) -> None:
    expected = [row["expect"] for row in golden if row["expect"].get("tier") == "faq"]
    questions = set(_questions(faq_text))
    assert len(expected) >= 40
    assert [row["question"] for row in expected if row["question"] not in questions] == []
    for row in golden:
        for words in row.get("must_contain", []):
            assert words in faq_text, row["id"]


def test_every_expected_change_stands_in_its_release(
    golden: list[dict[str, Any]], product: git.Repo
) -> None:
    text = _changelog(product, "v2.5.0")
    sections = {part.split("]")[0]: part for part in text.split("\n## [")[1:]}
    expected = [row["expect"] for row in golden if row["expect"].get("tier") == "changelog"]
    assert expected
    for change in expected:
        assert change["contains"] in sections[change["version"]]


# --- releases ----------------------------------------------------------------------------------


def test_the_bundle_has_its_releases_and_one_candidate_that_is_none(
    settings: Settings, product: git.Repo
) -> None:
    pattern = re.compile(settings.changelog[0].tags)
    tags = [tag.name for tag in product.tags]
    releases = [name for name in tags if pattern.fullmatch(name)]
    assert len(releases) == 17
    assert set(tags) - set(releases) == {"v2.5.0-rc.1"}
    newest = max(product.tags, key=lambda tag: tag.commit.committed_date)
    assert newest.commit.committed_datetime.date() <= date(2026, 11, 18)
    assert {ref.name for ref in product.remote().refs} >= {"origin/main", "origin/release/1.x"}


def test_the_changelog_has_the_cases_that_real_ones_have(product: git.Repo) -> None:
    newest = _changelog(product, "v2.5.0")
    assert len(re.findall(r"^\s*- ", newest, re.M)) >= 60
    assert re.search(r"^- 文档\n  - ", newest, re.M), "bullets nested under a component"
    assert _changelog(product, "v2.3.0") == _changelog(product, "v2.3.1")
    assert "15 天后" in _changelog(product, "v2.2.0"), "a line that 2.2.1 corrects"
    assert "15 天后" not in _changelog(product, "v2.2.1")


def test_two_faq_answers_are_older_than_the_release_that_contradicts_them(
    faq_text: str, product: git.Repo
) -> None:
    newest = _changelog(product, "v2.5.0")
    assert "单个文件最大 2 GB" in faq_text
    assert "上传上限从 2 GB 提高到 5 GB" in newest
    assert "保留 30 天：云盘 → 回收站" in faq_text
    assert "回收站的保留时间从 30 天延长到 60 天" in newest


# --- conversations -----------------------------------------------------------------------------


def test_there_are_conversations_on_every_day_up_to_the_pinned_one(
    settings: Settings, logs: tuple[Spoken, dict[str, Spoken], list[str]]
) -> None:
    texts, days, _ = logs
    every = sorted({date.fromisoformat(day) for channel in days.values() for day in channel})
    assert len(texts) >= 320
    assert every[0] == settings.window.first_day
    assert every[-1] == AS_OF
    assert len(every) == (every[-1] - every[0]).days + 1 >= 40
    assert len({name for names in days["wecom"].values() for name in names}) >= 40


def test_five_bad_records_wait_for_quarantine(
    logs: tuple[Spoken, dict[str, Spoken], list[str]],
) -> None:
    assert sorted(logs[2]) == ["json", "no text", "role", "time", "time"]


def test_about_a_third_of_the_conversations_hold_planted_personal_data(
    planted: list[str], logs: tuple[Spoken, dict[str, Spoken], list[str]]
) -> None:
    holding = [name for name, said in logs[0].items() if _holds("\n".join(said), planted)]
    assert 0.3 <= len(holding) / len(logs[0]) <= 0.5


def _holds(text: str, planted: list[str]) -> bool:
    return any(value in text for value in planted)


def test_every_planted_value_stands_in_a_log_and_nowhere_else(
    planted: list[str], faq_text: str, product: git.Repo
) -> None:
    raw = "".join(
        file.read_text(encoding="utf-8") for file in sorted((SAMPLE / "dialogues").iterdir())
    )
    public = faq_text + _changelog(product, "v2.5.0")
    public += (SAMPLE / "golden.jsonl").read_text(encoding="utf-8")
    assert len(planted) == len(set(planted)) >= 250
    assert [value for value in planted if value not in raw] == []
    assert [value for value in planted if value in public] == []


# --- checksums, computed here on their own, from the standards' texts ---------------------------


def _digits(value: str) -> str:
    """Return the value without separators, full-width digits as ASCII."""
    return re.sub(r"[ -]", "", value.translate(str.maketrans("０１２３４５６７８９", "0123456789")))


def test_planted_resident_ids_have_a_valid_check_digit(planted: list[str]) -> None:
    """GB 11643: the weighted sum of all 18 digits is 1 modulo 11, X standing for 10."""
    ids = [
        plain.upper()
        for value in planted
        if re.fullmatch(r"[1-6]\d{5}(19|20)\d{9}[\dXx]", plain := _digits(value))
    ]
    assert len(ids) >= 5
    for number in ids:
        weighed = sum(
            (10 if digit == "X" else int(digit)) * pow(2, 17 - place, 11)
            for place, digit in enumerate(number)
        )
        assert weighed % 11 == 1, number


def test_planted_bank_cards_pass_luhn(planted: list[str]) -> None:
    cards = [
        plain for value in planted if re.fullmatch(r"62\d{14}(\d{3})?", plain := _digits(value))
    ]
    assert len(cards) >= 5
    for number in cards:
        doubled = "".join(
            str(int(digit) * (1 + place % 2)) for place, digit in enumerate(reversed(number))
        )
        assert sum(map(int, doubled)) % 10 == 0, number


def test_planted_credit_codes_have_a_valid_check_character(planted: list[str]) -> None:
    """GB 32100: the sum of the characters' values times powers of 3 is 0 modulo 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = [value for value in planted if re.fullmatch(r"91\d{6}[0-9A-Z]{10}", value)]
    assert len(codes) >= 4
    for code in codes:
        total = sum(
            alphabet.index(mark) * pow(3, place, 31) for place, mark in enumerate(code[:17])
        )
        assert (total + alphabet.index(code[17])) % 31 == 0, code
