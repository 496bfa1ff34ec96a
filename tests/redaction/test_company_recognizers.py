"""Recognizers of the company's own: what they find, and what is refused as one."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.redaction import Redactor
from pipelines.redaction.shadow import LABELS

CHECKOUT = Path(__file__).resolve().parents[2]
EXAMPLE = CHECKOUT / "kb_sources" / "recognizers" / "staff_number.py"
KEY = b"a test key of 32 bytes, no secret"
WHOLE = """
from presidio_analyzer import Pattern, PatternRecognizer
LABEL = "{label}"
class Members(PatternRecognizer):
    def validate_result(self, text):
        return text.isupper()
recognizer = Members(
    supported_entity="{entity}", supported_language="{language}",
    patterns=[Pattern("member", "HY[0-9]{{4}}[A-Za-z]", 0.5)],
)
"""
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def staff() -> Redactor:
    """A redactor with the shipped example."""
    return Redactor(KEY, recognizers=[EXAMPLE])


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a recognizer file, and return where it is."""

    def writing(text: str = WHOLE, *, name: str = "members.py", **values: str) -> Path:
        defaults = {"label": "会员号", "entity": "MEMBER", "language": "zh"}
        file = tmp_path / name
        file.write_text(text.format(**(defaults | values)) if text is WHOLE else text)
        return file

    return writing


def ignore(_: int) -> None:
    """Take no interest in progress."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工号YQ204817的同事", "工号〈工号1〉的同事"),
        ("我是ＹＱ２０４８１７", "我是〈工号1〉"),
        ("yq-204817 和 YQ204818", "〈工号1〉 和 〈工号2〉"),
        ("员工号是 204817，对吗", "员工号是 〈工号1〉，对吗"),
        ("Staff number: 204817", "Staff number: 〈工号1〉"),
        ("共 204817 条", "共 204817 条"),
        ("MYQ204817 不是", "MYQ204817 不是"),
        ("〈工号1〉转给YQ204817", "〈工号1〉转给〈工号2〉"),
        ("〈同事1〉转给YQ204817", "〈同事1〉转给〈工号1〉"),
    ],
)
def test_the_example_finds_staff_numbers(staff: Redactor, text: str, expected: str) -> None:
    once = staff.redact(text)
    assert once.text == expected
    assert staff.redact(once.text).text == once.text


def test_what_a_recognizer_finds_is_mapped_back_to_the_original(staff: Redactor) -> None:
    text = "\u200b工号Ｙ\u200bＱ２０４８１７。"
    (span,) = staff.redact(text).spans
    assert (span.type, text[span.start : span.end]) == ("STAFF_NUMBER", "Ｙ\u200bＱ２０４８１７")


def test_its_values_spread_through_a_conversation_like_ours(staff: Redactor) -> None:
    spoken = ("员工号 204817", "204817 没有权限", "电话13812345678")
    found = staff.redact_conversations({"a": spoken}, ignore)["a"]
    expected = ["员工号 〈工号1〉", "〈工号1〉 没有权限", "电话〈电话1〉"]
    assert [message.text for message in found] == expected


def test_a_bracket_is_a_placeholder_only_to_the_redactor_that_knows_its_label(
    staff: Redactor, redactor: Redactor
) -> None:
    text = "〈工号1〉，电话13812345678"
    assert staff.redact(text).text == redactor.redact(text).text == "〈工号1〉，电话〈电话1〉"
    assert staff._placeholder.fullmatch("〈工号1〉")
    assert not redactor._placeholder.fullmatch("〈工号1〉")
    assert not staff._placeholder.fullmatch("〈同事1〉")


def test_the_documented_example_is_the_shipped_one() -> None:
    page = (CHECKOUT / "docs" / "recognizers.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown == EXAMPLE.read_text(encoding="utf-8")


def test_the_documented_command_prints_placeholders(staff: Redactor) -> None:
    page = (CHECKOUT / "docs" / "recognizers.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^\$ echo '(.*)' \|", page, re.MULTILINE)
    assert staff.redact(text).text == "工号〈工号1〉的同事，员工号是 〈工号2〉"


def test_the_check_of_a_recognizer_decides(write: Write) -> None:
    redactor = Redactor(KEY, recognizers=[write()])
    assert redactor.redact("卡HY1234A、HY1234a").text == "卡〈会员号1〉、HY1234a"


def test_two_recognizers_work_side_by_side(write: Write) -> None:
    redactor = Redactor(KEY, recognizers=[EXAMPLE, write()])
    assert redactor.redact("YQ204817办HY1234A").text == "〈工号1〉办〈会员号1〉"


@pytest.mark.parametrize("label", sorted({*LABELS.values()}))
def test_a_label_of_ours_is_refused(write: Write, label: str) -> None:
    with pytest.raises(SettingsError, match=f"has the label `{label}`"):
        Redactor(KEY, recognizers=[write(label=label)])


@pytest.mark.parametrize("label", ["", "工 号", "工号1", "九个字的标签太长了", "〉", "a-b"])
def test_a_label_that_would_not_be_recognized_is_refused(write: Write, label: str) -> None:
    with pytest.raises(SettingsError, match=r"has `LABEL = .*`; use one to eight"):
        Redactor(KEY, recognizers=[write(label=label)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LABEL = '会员号'\n", "defines no `recognizer`"),
        ("LABEL = '会员号'\nrecognizer = 3\n", "defines no `recognizer`"),
        (WHOLE.replace("LABEL", "NAME").format(label="x", entity="X", language="zh"), "no `LABEL`"),
        ("import nothing_of_that_name\n", "cannot be imported: ModuleNotFoundError.*, line 1"),
        ("a = 1\nraise RuntimeError('why')\n", "RuntimeError: why, line 2. Mend"),
        ("def broken(:\n", "cannot be imported: SyntaxError"),
    ],
)
def test_a_file_that_does_not_define_one_is_refused(write: Write, text: str, message: str) -> None:
    file = write(text)
    with pytest.raises(SettingsError, match=message) as refused:
        Redactor(KEY, recognizers=[file])
    assert str(refused.value).startswith(f"`{file}` (`redaction.recognizers`) ")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist; mend its path"):
        Redactor(KEY, recognizers=[tmp_path / "nowhere.py"])


def test_another_language_is_refused(write: Write) -> None:
    with pytest.raises(SettingsError, match='the language `en`; pass `supported_language="zh"`'):
        Redactor(KEY, recognizers=[write(language="en")])


def test_an_entity_that_another_one_finds_is_refused(write: Write) -> None:
    with pytest.raises(SettingsError, match=r"`STAFF_NUMBER`, as `.*staff_number.py` does"):
        Redactor(KEY, recognizers=[EXAMPLE, write(entity="STAFF_NUMBER")])
    with pytest.raises(SettingsError, match="finds `mobile`, which Sanku itself finds"):
        Redactor(KEY, recognizers=[write(entity="mobile")])


FAILING = """
from presidio_analyzer import EntityRecognizer, RecognizerResult
LABEL = "会员号"
class Failing(EntityRecognizer):
    def load(self): pass
    def analyze(self, text, entities, nlp_artifacts):
        {body}
recognizer = Failing(supported_entities=["MEMBER"], supported_language="zh")
"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise KeyError(text)", r"failed on a message with KeyError, line 7\. Mend"),
        ("return [RecognizerResult('MEMBER', 0, len(text) + 1, 1.0)]", "places inside the text"),
        ("return [RecognizerResult('OTHER', 0, 1, 1.0)]", "found `OTHER` at 0 to 1 of 6"),
        ("return [text]", "failed on a message with AttributeError"),
    ],
)
def test_a_recognizer_that_fails_stops_the_work_and_tells_nothing_of_the_message(
    write: Write, body: str, message: str
) -> None:
    redactor = Redactor(KEY, recognizers=[write(FAILING.format(body=body))])
    with pytest.raises(SettingsError, match=message) as failed:
        redactor.redact("一句客户的话")
    assert "客户的话" not in str(failed.value)
    assert failed.value.__suppress_context__ or failed.value.__context__ is None


def test_a_recognizer_that_finds_nothing_may_say_so_with_none(write: Write) -> None:
    redactor = Redactor(KEY, recognizers=[write(FAILING.format(body="return None"))])
    assert redactor.redact("电话13812345678").text == "电话〈电话1〉"


def test_loading_one_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Redactor(KEY, recognizers=[EXAMPLE]).redact("YQ204817").text == "〈工号1〉"


TRAPS = """

from presidio_analyzer import Pattern, PatternRecognizer
LABEL = "计划"
recognizer = PatternRecognizer(supported_entity="PLAN", supported_language="zh", {arguments})
"""


@pytest.mark.parametrize(
    ("arguments", "text", "found"),
    [
        (r"patterns=[Pattern('a', r'\bPL[0-9]{3}\b', 0.9)]", "代号PL123。", False),
        (r"patterns=[Pattern('a', r'\bPL[0-9]{3}\b', 0.9)]", "代号 PL123。", True),
        ("deny_list=['甲计划']", "请看甲计划第二页", False),
        ("patterns=[Pattern('a', '甲计划|乙计划', 0.9)]", "请看甲计划第二页", True),
        ("patterns=[Pattern('a', 'PL[0-9]{3}', 0.9)]", "代号pl123", True),
        (
            "patterns=[Pattern('a', 'PL[0-9]{3}', 0.9)], global_regex_flags=0",
            "代号pl123",
            False,
        ),
        ("patterns=[Pattern('a', 'PL[0-9]{3}', 0.34)]", "代号PL123", False),
        ("patterns=[Pattern('a', 'PL[0-9]{3}', 0.35)]", "代号PL123", True),
    ],
)
def test_the_traps_are_as_the_page_tells_them(
    write: Write, arguments: str, text: str, found: bool
) -> None:
    redactor = Redactor(KEY, recognizers=[write(TRAPS.format(arguments=arguments))])
    assert bool(redactor.redact(text).spans) == found
