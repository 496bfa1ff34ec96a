"""FAQ entries and exchanges for the tests of enrichment."""

from datetime import UTC, datetime

from pipelines.records import Exchange, FaqEntry
from pipelines.text import digest


def entry(question: str, answer: str, similar: tuple[str, ...] = ()) -> FaqEntry:
    """Return an entry; its id is that of its question."""
    return FaqEntry(
        id=digest(question),
        source="help",
        path="help.md",
        line_start=1,
        line_end=2,
        heading_path=(),
        question=question,
        similar_questions=similar,
        answer=answer,
        links=(),
        content_hash="h",
    )


def exchange(question: str, answer: str) -> Exchange:
    """Return an exchange; its id is its question."""
    at = datetime(2026, 11, 19, tzinfo=UTC)
    return Exchange(
        id=question,
        source="web",
        conversation="k",
        customer="",
        day=at.date(),
        at=at,
        question=question,
        answer=answer,
        outcome="resolved",
        redactions=0,
        path="web.jsonl",
        line=5,
    )


INVOICE = entry("怎么开发票？", "在控制台的「费用中心」里申请，三个工作日内开出电子发票。")
PASSWORD = entry("忘记密码怎么办？", "在登录页点「忘记密码」，按提示收验证码后重新设置。")
EXPORT = entry("报表怎么导出？", "打开报表页，选择时间范围，再点右上角的导出按钮，得到表格文件。")
REFUND = entry("How do I get a refund?", "Open Billing, choose the order and request a refund.")
ENTRIES = (INVOICE, PASSWORD, EXPORT, REFUND)
