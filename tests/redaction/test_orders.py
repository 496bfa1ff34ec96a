"""Order, ticket and tracking numbers: replaced where `redaction.order_numbers` says so."""

import pytest

from pipelines.redaction import Redactor

KEY = b"a test key of 32 bytes, no secret"


@pytest.fixture(scope="module")
def replacing() -> Redactor:
    """A redactor that replaces order numbers, and knows one public number."""
    return Redactor(KEY, allow=("400-800-1234",), replace_orders=True)


def ignore(_: int) -> None:
    """Take no interest in progress."""


NUMBERS = (
    "2023110512345678",
    "SF1234567890123",
    "JD0012345678901",
    "JDVA12345678901-1-1",
    "773 0123 4567 890",
    "A-102445",
    "20240315-0001",
    "PO-2024-00815",
    "ZTO202403159988",
    "RX88120394",
    "1Z999AA10123456784",
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "sentence", ["订单号{}", "运单：{}，到哪了", "我的快递单号是{}", "order no. {}"]
)
def test_a_number_behind_the_word_for_order_is_replaced(
    replacing: Redactor, redactor: Redactor, sentence: str, number: str
) -> None:
    text = sentence.format(number)
    assert replacing.redact(text).text == sentence.format("〈单号1〉")
    assert redactor.redact(text).text == text


@pytest.mark.parametrize(
    "number",
    [
        "SF1234567890123",
        "sf1234567890123",
        "ＳＦ１２３４５６７８９０１２３",
        "JD0012345678901",
        "YT2234567890123",
        "EA123456789CN",
        "2024031512345678",
        "20240315-000123",
        "ORD-20240315-0001",
    ],
)
def test_a_carriers_or_shops_own_shape_needs_no_word(replacing: Redactor, number: str) -> None:
    assert replacing.redact(f"{number}到哪了").text == "〈单号1〉到哪了"


@pytest.mark.parametrize(
    "text",
    [
        "SKU 6901234567892",
        "会议号 123 456 789",
        "订单2024-11-05下的",
        "订单12345678条",
        "我的订单 100000元",
        "导出时间20240315123045",
        "今年20240230不是日子",
        "工单1234",
        "订单管理怎么用",
        "快递400-800-1234",
        "错误码 ERR-10054",
        "v2.13.0.1",
    ],
)
def test_what_only_looks_like_an_order_number_stays(replacing: Redactor, text: str) -> None:
    assert replacing.redact(text).text == text


def test_a_telephone_number_that_is_called_an_order_is_a_telephone_number(
    replacing: Redactor,
) -> None:
    assert replacing.redact("订单号13812345678").text == "订单号〈电话1〉"


def test_the_answer_to_the_question_for_an_order_number_is_one(replacing: Redactor) -> None:
    spoken = ("请提供一下订单号", "8812039477", "好的，8812039477 已查到")
    found = replacing.redact_conversations({"a": spoken}, ignore)["a"]
    assert [one.text for one in found[1:]] == ["〈单号1〉", "好的，〈单号1〉 已查到"]


def test_one_order_has_one_pseudonym_in_a_conversation(replacing: Redactor) -> None:
    spoken = ("订单号 SF1234567890123", "就是SF1234567890123", "还有运单JD0012345678901")
    found = replacing.redact_conversations({"a": spoken}, ignore)["a"]
    assert [one.text for one in found] == ["订单号 〈单号1〉", "就是〈单号1〉", "还有运单〈单号2〉"]


@pytest.mark.parametrize("text", ["〈单号3〉和订单号SF1234567890123", "订单号：〈单号1〉123456"])
def test_redacting_orders_again_changes_nothing(replacing: Redactor, text: str) -> None:
    once = replacing.redact(text)
    assert "〈单号3〉" not in text or "〈单号4〉" in once.text
    assert replacing.redact(once.text).text == once.text
