"""What the columns of a spreadsheet hold, by their headers: Sanku's own and other products'."""

import re
from collections.abc import Sequence
from typing import Literal

from pipelines.faq.markdown.line_kinds import COLUMN_NAMES
from pipelines.text import clean, fold

Column = Literal[
    "question", "similar", "answer", "links", "title", "category", "headings", "place",
    "status", "owner", "product", "tags", "valid_from", "valid_until", "reviewed_at", "reviewer",
    "checked", "stale", "not_for",
]  # fmt: skip
REVIEW_COLUMNS: tuple[Column, ...] = (
    "status", "owner", "product", "tags", "valid_from", "valid_until", "reviewed_at", "reviewer",
    "checked", "stale", "not_for",
)  # fmt: skip

EXPORTED = (
    "question", "answer", "similar_questions", "links", *REVIEW_COLUMNS,
    "source", "path", "line", "headings",
)  # fmt: skip
"""The header of `sanku faq export --format csv`; a sheet that has all of it is such an export."""

HEADER_WITHIN_ROWS = 20

# FastGPT: q, a, indexes. MaxKB: 分段标题, 分段内容, 问题 (title, content, problem_list). Dify:
# question, answer. The rest is what support platforms and hand-made tables call the same things;
# what is too vague for the tables of a page is named here alone.
_NAMES: dict[Column, str] = {
    "question": f"{COLUMN_NAMES['question']}|quer(?:y|ies)|prompt|user question|知识标题|faq问题",
    "answer": f"{COLUMN_NAMES['answer']}|completion|content|分段内容|知识内容|内容|正文|faq答案",
    "similar": f"{COLUMN_NAMES['similar']}|index(?:es)?|similar|problems|problem list|variant|索引",
    "links": COLUMN_NAMES["links"],
    "title": "title|标题|分段标题",
    "category": "categor(?:y|ies)|groups?|topics?|sections?"
    "|分类|类别|类目|目录|知识分类|问题分类|问题类型|问题类别|所属分类|分类名称|业务分类|[一二三四]级(?:分类|类目|目录)"
    "|[大小]类|模块|所属模块|板块|主题",
    "headings": "headings",
    "place": "source|path|line",
    "status": "status|review status|状态|审核状态|发布状态|启用状态",
    "owner": "owner|maintainer|负责人|责任人|维护人",
    "product": "products?|产品|产品线|所属产品|适用产品",
    "tags": "tags?|labels?|keywords?|标签|关键词|关键字",
    "valid_from": "valid from|effective (?:from|date)|生效日期|生效时间|有效期起",
    "valid_until": "valid (?:until|to)|expires(?: at| on)?|expiry(?: date)?|expiration date"
    "|失效日期|失效时间|有效期至|有效期止|过期日期|过期时间|到期日期|截止日期",
    "reviewed_at": "reviewed(?: at| on)|review date|审核日期|审核时间|复核日期",
    "reviewer": "reviewer|reviewed by|审核人|复核人",
    "checked": "checked|checked against|已核对|核对版本",
    "stale": "stale|已过时",
    "not_for": "not for|must not match|counter ?examples?|不适用(?:于|问题|问法)?|反例",
}
_COLUMNS = {column: re.compile(names, re.IGNORECASE) for column, names in _NAMES.items()}
# `问题(选填)`, `答案（必填）`, `* 问题`, `相似问 3`, `相似问题一`.
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_NUMBER = re.compile(r"(?<=.)\s*(?:\d{1,3}|[一二三四五六七八九十]{1,2})$")


def column_named(header: str) -> Column | None:
    """Return what a column with this header holds, if it is of an FAQ."""
    name = _REMARK.sub("", fold(header[:100])).replace("_", " ").strip(" *:：#'\"")
    for spelling in (name, _NUMBER.sub("", name)):
        for column, names in _COLUMNS.items():
            if names.fullmatch(spelling):
                return column
    return None


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which of the first rows names a column of answers and one of what they answer.

    Above it may stand a title or instructions, as templates have them.
    """
    for index, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        columns = {column_named(cell) for cell in row}
        if "answer" in columns and columns & {"question", "similar", "title"}:
            return index
    return None


def is_exported(header: Sequence[str]) -> bool:
    """Tell whether a header has all columns of Sanku's own export, in any order."""
    return set(EXPORTED) <= {clean(cell).strip() for cell in header}
