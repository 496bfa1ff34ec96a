"""`sanku search --explain`: how a question was understood, and what each hit stands on."""

import re

import pytest

from tests.cli.command import read, sanku


@pytest.fixture(scope="module")
def options(sample_options: tuple[str, ...]) -> tuple[str, ...]:
    return ("search", *sample_options)


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a piped output: each begins with a row that names its columns."""
    found: list[list[list[str]]] = []
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] in ("what", "term", "rank"):
            found.append([])
        found[-1].append(cells)
    return found


def test_what_was_searched_for_and_every_change_to_it_is_shown(
    options: tuple[str, ...], sample_model: str
) -> None:
    done = sanku(*options, "忘記密碼怎麼辦", "--explain", SANKU_EMBEDDING_MODEL=sample_model)
    assert done.exit_code == 0, done.output
    understood, terms, *_ = tables(done.stdout)
    assert ["question", "忘記密碼怎麼辦"] in understood
    assert ["meaning", "忘记密码怎么办"] in understood
    assert ["script", "忘記密碼怎麼辦 → 忘记密码怎么办"] in understood
    assert terms[0] == ["term", "weight", "origin"]
    assert ["密码", "1", "asked"] in terms
    assert re.search(r"time: understanding \d+ ms, embedding \d+ ms", done.stderr)


def test_the_parts_of_each_hit_add_up_to_the_total_that_it_is_ranked_by(
    options: tuple[str, ...], sample_model: str
) -> None:
    asked = ("忘记密码", "--limit", "4")
    done = sanku(*options, *asked, "--explain", SANKU_EMBEDDING_MODEL=sample_model)
    _, _, ranking, evidence, *_ = tables(done.stdout)
    assert ranking[0] == ["rank", "before rules", "score", "total", "tier", "title"]
    assert [row[0] for row in ranking[1:]] == [row[0] for row in evidence[1:]] == list("1234")
    assert {"question", "words", "coverage"} <= set(evidence[0])
    for hit, features in zip(ranking[1:], evidence[1:], strict=True):
        parts = [float(part) for cell in features for part in re.findall(r"\(([+-].+)\)", cell)]
        assert sum(parts) == pytest.approx(float(hit[3]), abs=0.03)
    read_with_it = evidence[0].index("reading")
    unread = [
        row[4]
        for row, cells in zip(ranking[1:], evidence[1:], strict=True)
        if cells[read_with_it] == "–"
    ]
    assert unread, "of these four, some are no FAQ entries"
    assert "faq" not in unread, "the first entries are all read"
    told = read(sanku(*options, *asked, "--json", SANKU_EMBEDDING_MODEL=sample_model))
    assert [hit["title"] for hit in told["hits"]] == [row[5] for row in ranking[1:]]
    assert sum(told["hits"][0]["parts"].values()) == pytest.approx(float(ranking[1][3]), abs=0.01)


def test_a_hit_that_the_rules_moved_is_shown_with_both_ranks(
    options: tuple[str, ...], sample_model: str
) -> None:
    # What customers typed is closest to what customers typed; of 3 places they get one.
    asked = ("密码忘了怎么办呀", "--limit", "3", "--json")
    hits = read(sanku(*options, *asked, SANKU_EMBEDDING_MODEL=sample_model))["hits"]
    totals = [sum(hit["parts"].values()) for hit in hits]
    assert totals == sorted(totals, reverse=True)
    ranks = [hit["rank_before_rules"] for hit in hits]
    assert ranks == sorted(ranks)
    alone = read(
        sanku(*options, *asked, "--tier", "dialogues", SANKU_EMBEDDING_MODEL=sample_model)
    )["hits"]
    assert len({hit["title"] for hit in alone}) == len(alone)


def test_a_follow_up_shows_what_it_was_made_of(options: tuple[str, ...], sample_model: str) -> None:
    after = ("--after", "怎么预订会议室？", "--after", "assistant: 在日历里预订。")
    done = sanku(
        *options, "那要提前多久？", *after, "--explain", SANKU_EMBEDDING_MODEL=sample_model
    )
    understood = {row[0]: row[1] for row in tables(done.stdout)[0]}
    assert understood["question"] == "那要提前多久？"
    assert understood["context: together"] == "怎么预订会议室？ 那要提前多久？"
    assert understood["context: answered"] == "怎么预订会议室？"
    told = read(
        sanku(*options, "那要提前多久？", *after, "--json", SANKU_EMBEDDING_MODEL=sample_model)
    )
    assert told["context"]["together"] == understood["context: together"]
    assert len(told["hits"]) == 5


def test_nothing_that_was_typed_controls_the_terminal(
    options: tuple[str, ...], sample_model: str
) -> None:
    typed = "密码\x1b[31m\u202e"
    done = sanku(*options, typed, "--after", typed, "--explain", SANKU_EMBEDDING_MODEL=sample_model)
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
