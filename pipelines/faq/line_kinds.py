"""What a line of FAQ text says it is: a question, a label, a structural title, a container.

The patterns look at the wording of one heading, line or table cell that markdown-it has already
found; they never look for Markdown structure.
"""

import re
from functools import lru_cache
from typing import Literal

from pipelines.text import clean, fold

Label = Literal["question", "answer", "links", "similar"]
Strength = Literal["asked", "likely", "plain", "structure", "container"]

_HAN_NUMBER = "一二三四五六七八九十"

# `?` inside a URL or a pattern asks nothing; one before a space, a quote, Han or the end does.
_ASKED = re.compile(r"？|\?(?=\s|$|[\"'”’」』）)*`\u3400-\u9fff])")
_LIKELY_ZH = re.compile(
    "如何|怎么|怎样|怎办|为什么|为何|为啥|什么|啥|哪些|哪个|哪里|哪种|哪儿|能否|可否|是否|能不能"
    "|可不可以|可以不|有没有|会不会|是不是|要不要|多少|多久|多长|谁|吗$|呢$"
    "|报错|错误|失败|异常|无法|不能|不了|不到|打不开|没反应|没有反应|丢失|卡住|卡死|闪退|超时|提示"
)
_LIKELY_EN = re.compile(
    r"^(?:how|what|why|when|where|which|who|whose|can|could|do|does|did|is|are|am|was|were|will"
    r"|would|should|shall|may|has|have|any)\b"
    r"|\b(?:error|errors|fail|fails|failed|failing|failure|cannot|can not|unable|not found|denied"
    r"|invalid|missing|refused|time ?out|timed out|unauthorized|forbidden|crash|crashes|crashed"
    r"|stuck|blocked|aborted|disconnected|not working|already in use|too large"
    r"|(?:ca|wo|does|is|are|do|did|could)n['’]?t)\b"
    r"|\bhttp ?\d{3}\b",
    re.IGNORECASE,
)
# `InvalidDataDiskCategory.NotSupported`, `ERR-1001`: people search for the code itself.
_ERROR_CODE = re.compile(r"\b[A-Z][a-z]+[A-Z]\w*\.[A-Z]\w+|\b[A-Z]{1,5}[-_]?\d{3,}\b")

_STRUCTURE = re.compile(
    "目录|背景(?:信息|知识|介绍)?|概述|简介|前言|前提(?:条件)?|准备工作|(?:具体)?(?:操作)?步骤|具体操作"
    "|操作(?:方法|指引|说明)?|使用说明|(?:问题|故障)?现象(?:示例|描述|说明)?|(?:问题|故障)(?:描述|分析|背景)"
    "|(?:问题|故障|可能)?(?:的)?原因(?:分析)?|影响(?:范围)?|(?:解决|处理|排查|修复)(?:方法|方案|办法|步骤|思路|措施)"
    "|验证(?:结果|方法)?|(?:执行|预期|返回)?结果(?:验证)?|下一步|后续(?:操作|步骤)?|注意(?:事项)?|说明|备注|提示"
    "|(?:使用)?限制(?:条件|说明)?|适用(?:范围|场景|对象|版本)|更多(?:信息|内容)?"
    "|(?:相关|关联|参考)(?:文档|链接|信息|操作|资料|阅读)|参考|(?:代码)?示例(?:代码)?|附录|总结"
    "|table of contents|contents|toc|overview|background|introduction|prerequisites?|requirements"
    "|before you begin|steps?|procedure|symptoms?|(?:root |possible )?causes?|reasons?|impact"
    "|solutions?|resolution|fix(?:es)?|workarounds?|verification|verifying .*|next steps?|notes?"
    "|limitations?|related(?: .*)?|see also|references?|.* reference|examples?|more information"
    "|further reading|details|summary|description",
    re.IGNORECASE,
)
_NUMBERED_STRUCTURE = re.compile(
    rf"(?:步骤|方式|方法|方案|选项|场景|情况|原因|解决方案|解决方法)\s*(?:[{_HAN_NUMBER}]|\d)"
    r"|(?:step|solution|option|method|case|fix|approach|workaround|check)\s*(?:\d+|[a-z])\b",
    re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"(?:.*[^a-z])?FAQs?|.*常见(?:问题|疑问|问答)(?:解答|汇总|与解答|及解答)?|.*(?:问题汇总|问答|帮助中心)"
    r"|.*Q\s?&\s?A|.*troubleshooting(?: guide)?|.*frequently asked questions"
    r"|(?:common )?(?:questions|issues|problems)",
    re.IGNORECASE,
)

# `{#section_x .section}`, `{ .task}`: attributes that DITA and Pandoc writers leave behind.
_ATTRIBUTES = re.compile(r"\s*\{\s*[#.][^{}]*\}\s*$")
# `3. `, `3、`, `（3）`, `三、`; but neither `2.0 版` nor `404 页`.
_ORDINAL = re.compile(
    r"^(?:[（(]\d{1,2}[)）]|\d{1,2}[)）、]|\d{1,2}[.．](?=\s|[\u3400-\u9fff])"
    rf"|[{_HAN_NUMBER}]{{1,3}}[、.．])\s*"
)

_NAMES: dict[Label, str] = {
    "question": "Q|Ｑ|问|问题|提问|标准问题?|Question",
    "answer": "A|Ａ|答|答案|回答|解答|答复|标准答案|标准回答|Answer",
    "links": "(?:关联|相关|参考)(?:文档|链接|资料)|文档链接|Docs?|Documents?|Documentation"
    "|Related (?:docs?|documents?|links?|articles?)|See also|References?|Links?",
    "similar": "相似(?:问题|问法|问|提问)|其他问法|同义(?:问题|问法)|扩展问(?:题|法)?"
    "|Similar(?: questions?)?|Also asked(?: as)?|Aliases|Variants",
}
_WORD = "|".join(f"(?P<{label}>{names})" for label, names in _NAMES.items())
_NUMBER = rf"\s*(?:\d{{1,3}}|[{_HAN_NUMBER}]{{1,3}})?"
_LABEL = re.compile(
    rf"(?P<mark>\*\*|__)?(?:{_WORD})(?P<number>{_NUMBER})\s*"
    r"(?(mark)[:：]?\s*(?P=mark)\s*[:：]?|(?:[:：]|(?P<point>[.．、)](?=\D))))[ \t]*",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(rf"(?:{_WORD}){_NUMBER}\s*[:：]?", re.IGNORECASE)
_PROBLEM = re.compile(r"(?:problem|issue)\s*\d*\s*[:：]\s*", re.IGNORECASE)


def label_of(line: str) -> tuple[Label, int] | None:
    """Return what label `line` begins with, and how many characters it takes.

    `**Q**：`, `**答案：**`, `Q1. `, `问题二：` are labels; `A. ` may be an option and is not one.
    """
    match = _LABEL.match(line)
    if match is None:
        return None
    name = next(label for label in _NAMES if match[label])
    if match["point"] and (name not in ("question", "answer") or not match["number"].strip()):
        return None
    return name, match.end()


def bare_label(title: str) -> Label | None:
    """Return the label that a heading consists of, like `答案` or `**Q1**`."""
    match = _BARE_LABEL.fullmatch(title.strip())
    return next(label for label in _NAMES if match[label]) if match else None


def question_words(title: str) -> tuple[str, bool]:
    """Return `title` without its numbering, attributes and label, and whether it had a label."""
    text = _ATTRIBUTES.sub("", " ".join(clean(title).split()))
    text = _ORDINAL.sub("", text).strip()
    problem = _PROBLEM.match(text)
    if problem:
        return text[problem.end() :], True
    label = label_of(text)
    if label and label[0] == "question" and label[1] < len(text):
        return text[label[1] :].strip(), True
    return text, False


@lru_cache(maxsize=1024)
def strength_of(title: str) -> Strength:
    """Judge by its wording what a heading, bold line or summary is."""
    words, labelled = question_words(title)
    bare = words.strip(" *_`\"'“”「」()（）:：。.!！🔧")
    if labelled or _ASKED.search(words):
        return "asked"
    if _STRUCTURE.fullmatch(bare) or _NUMBERED_STRUCTURE.match(bare):
        return "structure"
    if _CONTAINER.fullmatch(bare):
        return "container"
    if _LIKELY_ZH.search(bare) or _LIKELY_EN.search(bare) or _ERROR_CODE.search(bare):
        return "likely"
    return "plain"


_MORE_COLUMNS: dict[Label, str] = {
    "question": "常见问题|用户问题|Questions|FAQ",
    "answer": "解决(?:方案|方法|办法)|处理方法|Answers|Reply|Response",
    "links": "文档|链接|Linked docs",
    "similar": "相似问句|Similar wordings?",
}
_COLUMNS = {
    label: re.compile(f"{_NAMES[label]}|{more}", re.IGNORECASE)
    for label, more in _MORE_COLUMNS.items()
}


def column_of(header: str) -> Label | None:
    """Return what a table column or front matter key with this name holds, if it is of an FAQ."""
    name = fold(header).replace("_", " ").strip(" *`:")
    return next((label for label, names in _COLUMNS.items() if names.fullmatch(name)), None)


def similar_in(text: str) -> list[str]:
    """Split one cell or line into the questions it lists."""
    parts = re.split(r"<br\s*/?>|[;；\n|]|(?<=[?？])", text, flags=re.IGNORECASE)
    questions = (question_words(part.strip(" \t-*+、,，"))[0] for part in parts)
    return [question for question in questions if question]
