"""The page to score on and the report: blind, one file each, and only our own script runs."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.experiment.figures import Orders, Rated
from pipelines.experiment.page import report_page, score_page
from pipelines.experiment.scores import Scored
from pipelines.experiment.sheet import SCORE_COLUMNS, filled_in, scored
from tests.experiment.answered import ALONE, KNOWN, SETUP, pair

HOSTILE = (
    "<script>alert(1)</script>\"'</style></script><img src=x onerror=alert(1)>\x1b[31m\u202e发票"
)


class Elements(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def count(self, name: str) -> int:
        return sum(tag == name for tag, _ in self.found)


def hostile_report() -> str:
    one = pair(HOSTILE, kind=HOSTILE, grounded=HOSTILE, alone=HOSTILE)
    scores = Scored(HOSTILE, HOSTILE, HOSTILE, {"accuracy": 1}, {"accuracy": 5})
    raters = (
        Rated(HOSTILE, (scores,), Orders(1, 0, 0, 0.5)),
        Rated("answers.csv", (scores,)),
    )
    return report_page(SETUP.model_copy(update={"company": HOSTILE}), (one,), raters)


def hostile_score_page() -> str:
    return score_page(
        SETUP, (pair(HOSTILE, kind=HOSTILE, grounded=HOSTILE, alone=HOSTILE), pair("甲"))
    )


PAGES = {"score": hostile_score_page, "report": hostile_report}


@pytest.mark.parametrize("name", PAGES)
def test_no_text_becomes_an_element_and_no_host_is_named(name: str) -> None:
    text = PAGES[name]()
    page = Elements(text)
    assert page.count("script") == (1 if name == "score" else 0)
    assert not {tag for tag, _ in page.found} & {"img", "iframe", "object", "link", "base", "form"}
    attributes = {key for _, attrs in page.found for key in attrs}
    assert not {key for key in attributes if key.startswith("on")}
    assert not attributes & {"style", "href", "src", "srcset", "action"}
    assert not re.search(
        r"https?:|//[a-z]|url\(|@import", text.replace("http://www.w3.org/2000/svg", "")
    )
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_its_own_styles_and_script_by_their_hashes(name: str) -> None:
    text = PAGES[name]()
    (policy,) = (
        attrs["content"] or ""
        for _, attrs in Elements(text).found
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def hashed(tag: str) -> str:
        inner = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        if not inner:
            return "'none'"
        digest = hashlib.sha256(inner[-1].encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "style-src": hashed("style"),
        "script-src": hashed("script"),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_page_does_not_tell_which_answer_is_which() -> None:
    pairs = tuple(pair(f"问{number}") for number in range(30))
    page = score_page(SETUP, pairs)
    turned = tuple(pair(f"问{number}", grounded=ALONE, alone=KNOWN) for number in range(30))
    other = score_page(SETUP, turned)
    assert page != other
    # All that depends on which is which is the place of the two texts.
    swapped = {KNOWN: ALONE, ALONE: KNOWN}
    assert re.sub("|".join(swapped), lambda found: swapped[found[0]], page) == other
    assert not re.search(r"grounded|degraded|qwen", page)


def test_every_score_can_be_given_on_the_page() -> None:
    found = Elements(score_page(SETUP, (pair("甲"), pair("乙")))).found
    columns = [attrs["data-column"] for tag, attrs in found if attrs.get("type") == "radio"]
    assert {column: columns.count(column) for column in SCORE_COLUMNS} == dict.fromkeys(
        SCORE_COLUMNS, 10
    )


def test_the_report_shows_where_the_knowledge_base_did_worse_with_both_answers() -> None:
    pairs = (pair("甲"), pair("乙", grounded="<b>错</b>"))
    rated = Rated(
        "answers.csv",
        (
            Scored("甲", "常见", "甲怎么办？", {"accuracy": 5}, {"accuracy": 1}),
            Scored("乙", "常见", "乙怎么办？", {"accuracy": 2}, {"accuracy": 4}),
        ),
    )
    text = report_page(SETUP, pairs, (rated,))
    worse = text.partition("Where the knowledge base did worse: 1")[2]
    assert "乙怎么办？" in worse
    assert "甲怎么办？" not in worse
    assert "&lt;b&gt;错&lt;/b&gt;" in worse
    assert text.count("<svg ") == 1
    assert "may be chance" in text


PRESS = """
addEventListener("load", () => {
  for (const key of ["5", "4", "3", "1", "1", "2", "ArrowDown", "ArrowUp", "3"])
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  document.querySelector("textarea").value = '=1,"x"\\n好';
  document.body.dataset.csv = csv();
  document.body.dataset.done = document.querySelector("output").textContent;
});
"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium")
def test_keys_score_and_the_csv_that_is_saved_reads_back(tmp_path: Path) -> None:
    pairs = (pair("=甲"), pair("乙"))
    text = score_page(SETUP, pairs)
    script = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[0]
    pressed = f"{script}{PRESS}"
    digests = [
        base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()
        for one in (script, pressed)
    ]
    file = tmp_path / "score.html"
    file.write_text(text.replace(script, pressed).replace(*digests), encoding="utf-8")
    done = subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *(f"--user-data-dir={tmp_path / 'profile'}", f"file://{file}"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (body,) = (attrs for tag, attrs in Elements(done.stdout).found if tag == "body")
    assert body["data-done"] == "1 / 2"
    saved = tmp_path / "scores.csv"
    saved.write_text(body["data-csv"] or "", encoding="utf-8", newline="")
    filled = filled_in(saved, pairs)
    assert list(filled["=甲"].scores.values()) == [5, 4, 3, 1, 1, 2]
    assert filled["=甲"].note == '=1,"x"\n好'
    assert filled["乙"].scores == {"accuracy_A": 3}
    assert next(csv.reader(io.StringIO((body["data-csv"] or "")[1:])))[0] == "id"
    assert len(scored(pairs, SETUP.seed, filled)) == 2


def test_the_templates_are_installed_with_the_package() -> None:
    project = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    folder = Path(__file__).resolve().parents[2] / "pipelines" / "experiment"
    (line,) = re.findall(r'^"pipelines\.experiment" = (\[.*\])$', project, re.MULTILINE)
    there = {file.name for file in folder.iterdir() if file.is_file() and file.suffix != ".py"}
    assert set(json.loads(line)) == there
