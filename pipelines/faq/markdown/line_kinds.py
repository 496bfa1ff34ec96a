"""What a line of FAQ text says it is: a question, a label, a structural title, a container.

The patterns look at the wording of one heading, line or table cell that markdown-it has already
found; they never look for Markdown structure.
"""

import re
from functools import lru_cache
from typing import Literal

from pipelines.text import clean, fold

Label = Literal["question", "answer", "links", "similar", "not_for"]
Strength = Literal["asked", "likely", "plain", "structure", "container", "guide", "elsewhere"]

GOES_ON = ("：", ":", "，", ",", "；", ";")
"""How a line ends that is continued below, and so is no title."""

HAN_NUMBER = "一二三四五六七八九十"
CIRCLED = "①-⑳"

# `?` inside a URL or a pattern asks nothing; one before a space, a quote, Han or the end does.
_ASKED = re.compile(r"？|\?(?=\s|$|[\"'”’」』）)*`\u3400-\u9fff])")
_LIKELY_ZH = re.compile(
    "如何|怎么|怎样|怎办|为什么|为何|为啥|什么|啥|哪些|哪个|哪里|哪种|哪儿|能否|可否|是否|能不能"
    "|可不可以|可以不|有没有|会不会|是不是|要不要|多少|多久|多长|谁|吗$|呢$"
    "|报错|错误|失败|异常|无法|不能|不了|不到|没反应|没有反应|丢失|卡住|卡死|闪退|超时|提示|变成|消失"
    "|乱码|黑屏|白屏|花屏|太慢|很慢|没声音|没有声音|[\u3400-\u9fff]不(?:上|出|开|动|进|着|通|对|准|齐|全)"
)
_LIKELY_EN = re.compile(
    r"^(?:how|what|why|when|where|which|who|whose|can|could|do|does|did|is|are|am|was|were|will"
    r"|would|should|shall|may|has|have|any)\b"
    r"|(?<![a-z])(?:error|errors|fail|fails|failed|failing|failure|cannot|can not|unable|not found"
    r"|denied|invalid|missing|refused|time ?out|timed out|unauthorized|forbidden|crash|crashes"
    r"|crashed|stuck|blocked|aborted|disconnected|not working|already in use|too large"
    r"|(?:ca|wo|does|is|are|do|did|could)n['’]?t)(?![a-z])"
    r"|(?<![a-z])http ?\d{3}(?!\d)",
    re.IGNORECASE,
)
# `InvalidDataDiskCategory.NotSupported`, `ERR-1001`: people search for the code itself.
_ERROR_CODE = re.compile(r"\b[A-Z]\w*\.[A-Z]\w{2,}|\b[A-Z]{1,5}[-_]?\d{3,}\b")

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
    rf"(?:步骤|方式|方法|方案|选项|场景|情况|原因|解决方案|解决方法)\s*(?:[{HAN_NUMBER}]|\d)"
    r"|(?:step|solution|option|method|case|fix|approach|workaround|check)\s*(?:\d+|[a-z])\b",
    re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"(?:.*[^a-z])?FAQs?|.*常见(?:问题|疑问|问答)(?:解答|汇总|与解答|及解答)?|.*(?:问题汇总|问答|帮助中心|使用帮助)"
    r"|.*Q\s?&\s?A|.*troubleshooting(?: guide)?|.*frequently asked questions"
    r"|(?:common )?(?:questions|issues|problems)",
    re.IGNORECASE,
)

# Pages and parts of a page that stand beside an FAQ: what their plain headings name is no question.
_ELSEWHERE = re.compile(
    r".*(?:更新(?:日志|说明|公告|记录)|更新历史|变更记录|变更日志|版本记录|版本历史|版本说明|发布说明|发版说明|新功能一览)"
    r"|.*(?:隐私(?:保护)?(?:政策|声明|协议|条款)|服务(?:条款|协议)|用户(?:协议|条款)|使用条款|免责声明)"
    r"|.*\b(?:privacy (?:policy|notice)|terms (?:of|and) \w+)"
    r"|.*(?:联系我们|联系方式|联系客服|联系支持)|.*(?:术语表|名词解释|词汇表|术语)|(?:关于|加入)(?:我们|本站|作者)"
    r"|(?:开源)?(?:许可|协议|许可证)|致谢|贡献(?:指南|者)?"
    r"|v?\d+\.\d+(?:\.\d+)*(?:[-.+]\w+)*(?:\s*[（(\[].*[)）\]])?|\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{0,2}日?)?"
    r"|\d{1,2}月\d{1,2}日(?:\s*(?:周|星期)[一二三四五六日天])?"
    r"|.*\b(?:changelog|change log|release notes|release history|what['’]?s new)"
    r"|(?:contact|about)(?: us| support)?|glossary|terminology|licen[cs]e|contributing|contributors"
    r"|acknowledge?ments?|credits|authors?|security policy",
    re.IGNORECASE,
)

# A guide: its steps are no questions, but what asks how something is done is one.
_GUIDE = re.compile(
    r".*(?:(?:安装|入门|部署|快速|新手|使用|操作|上手)(?:指南|手册|教程)|说明书|快速(?:开始|上手|入门))"
    r"|.*\b(?:user|quick ?start|installation|setup) guide",
    re.IGNORECASE,
)

# What leads out of an FAQ: it asks the reader, and nobody asks it.
_MORE_HELP = re.compile(
    r"(?:还|仍)(?:有|是)?(?:其他|别的)?(?:问题|疑问|没有?解决).*|没有?(?:找到|解决).{0,4}(?:答案|问题).*"
    r"|(?:still )?(?:have|got|need)(?: any)?(?: more| other| further)?"
    r" (?:questions|help|assistance|support).*|still stuck.*",
    re.IGNORECASE,
)

# `{#section_x .section}`, `{ .task}`: attributes that DITA and Pandoc writers leave behind.
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")
# What a number before it counts: `2.4 GHz`, `1.8 米`, `3.2 折起`, but `1.2 折扣` is a chapter. One
# with two digits behind its point is the day of a sale: `6.18 活动`.
_COUNTED = (
    r"(?:[cmk]?m|[mk]?g|m?L|ml|[MGk]?Hz|[KMGT]B|k?[VW]|k?Wh|mAh|inch(?:es)?|hours?|stars?)(?![A-Za-z\d])"
    r"|[%％]|倍(?!数)|折(?!扣|叠|旧|线|算|合|页)|元(?!素|件|数据|旦|宇宙)|英?寸|[毫厘千]米|米(?!粉|饭|线)"
    r"|公[里斤]|千克|毫?升(?!级|降|序)|声道|小时|分(?=钟|[以及的])|[星级](?=[以及的])"
)
_SALE = "活动|大促|购物节|促销"
# What stands behind a sign that is talked about: `①和②有什么区别？`.
_NAMED = rf"\s*(?:[、{CIRCLED}（(]|和|与|或|号|的|是什么)"
# `3. `, `3、`, `（3）`, `三、`, `（三）`, `③`, `1.2 `, `1.2、`; but neither `2.0 版`, `0.5 元`,
# `404 页` nor `2.1、2.2 有什么区别？`.
_ORDINAL = re.compile(
    r"^(?:[（(]\d{1,2}[)）]|\d{1,2}[)）、]|\d{1,2}[.．](?=\s|[\u3400-\u9fff]|[A-Z][a-z])"
    rf"|(?!\d{{1,2}}\.\d\d\s+(?:{_SALE}))[1-9]\d?(?:\.[1-9]\d?){{1,3}}(?:\.?\s|、(?!\s*\d))"
    rf"(?!\s*(?:版|及|以|之|或|和|到|or\b|and\b|to\b|release|{_COUNTED}))"
    rf"|[{HAN_NUMBER}]{{1,3}}[、.．]"
    rf"|(?:[（(][{HAN_NUMBER}]{{1,3}}[)）]|[{CIRCLED}])(?!{_NAMED}))\s*"
)
# What decorates a title: pictographs, arrows, dingbats, and digits in a box, with their modifiers.
_PICTURE = (
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff]"
    "[\U0001f3fb-\U0001f3ff\ufe0f\u200d]*"
)
_DECORATION = re.compile(rf"^(?:(?:{_PICTURE}|\d\ufe0f?\u20e3)\s*)+|(?:\s*{_PICTURE})+$")
_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|\"([^\"]+)\"")

_NAMES: dict[Label, str] = {
    "question": "Q|Ｑ|问|问题|提问|标准问题?|Question",
    "answer": "A|Ａ|答|答案|回答|解答|答复|标准答案|标准回答|Answer",
    "links": "(?:关联|相关|参考|延伸)(?:文档|链接|资料|文章|阅读)|文档链接|Docs?|Documents?"
    "|Documentation"
    "|Related(?: (?:docs?|documents?|links?|articles?|pages?|topics?))?"
    "|See also|References?|Links?|参见|另见|另请参阅",
    "similar": "(?:相似|类似|同类)(?:问题|问法|问|提问)|其他问法|同义(?:问题|问法)|扩展问(?:题|法)?"
    "|(?:用户|客户|大家)?(?:还会|也会|也有人|也)(?:这样|这么)?问"
    "|Similar(?: questions?)?|Also asked(?: as)?|Aliases|Variants",
    "not_for": "反例|不适用(?:于)?(?:的)?(?:问题|问法)?|Not for|Must not match|Counter ?examples?",
}
# `**不适用**：包年包月实例` is of an answer: these list questions only where one stands behind.
_VAGUE = re.compile("不适用于?|Not for", re.IGNORECASE)
_WORD = "|".join(f"(?P<{label}>{names})" for label, names in _NAMES.items())
# Possessive, here and below: else a long run of spaces takes time in its square.
_NUMBER = rf"\s*+(?:\d{{1,3}}|[{HAN_NUMBER}]{{1,3}})?"
_LABEL = re.compile(
    rf"(?:(?P<mark>\*\*|__)|(?P<box>【))?(?:{_WORD})(?P<number>{_NUMBER})\s*+"
    r"(?(mark)[:：]?\s*+(?P=mark)\s*+[:：]?|(?(box)】\s*+[:：]?"
    r"|(?:[:：]|(?P<point>[.．、)](?=\D)))))[ \t]*+",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(rf"(?:{_WORD}){_NUMBER}\s*+[:：]?", re.IGNORECASE)
_PROBLEM = re.compile(r"(?:problem|issue)\s*+\d*+\s*+[:：]\s*+", re.IGNORECASE)


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
    if name == "not_for" and not _lists_questions(match, line[match.end() :]):
        return None
    return name, match.end()


def _lists_questions(label: re.Match[str], behind: str) -> bool:
    """Tell whether a label introduces questions, and not what an answer does not hold for."""
    if not (label["mark"] or label["box"]):
        return False
    asking = any(strength_of(one) in ("asked", "likely") for one in similar_in(behind))
    return asking or not _VAGUE.fullmatch(label["not_for"])


_CUSTOMER = r"客户|顾客|用户|买家|客人|家长|学员|会员|Customer|User|Client"
_AGENT = r"客服|商家|店家|掌柜|小编|小二|管家|Agent|Support|Staff"
_SAID = re.compile(
    rf"(?:{_PICTURE}\s*)*(?:\*\*)?(?:(?P<question>{_CUSTOMER})|(?P<answer>{_AGENT}))"
    r"\s?[A-Z甲乙丙丁\d]{0,2}(?:\*\*)?\s*[:：](?:\*\*)?\s*",
    re.IGNORECASE,
)


def said_by(line: str) -> tuple[Label, int] | None:
    """Return the label that `客户：` and `客服：` are in a conversation, and its width."""
    match = _SAID.match(line)
    return ("question" if match["question"] else "answer", match.end()) if match else None


def bare_label(title: str) -> Label | None:
    """Return the label that a heading consists of, like `答案` or `**Q1**`."""
    match = _BARE_LABEL.fullmatch(title.strip())
    name = next(label for label in _NAMES if match[label]) if match else None
    return None if name == "not_for" else name


@lru_cache(maxsize=4096)
def question_words(title: str) -> tuple[str, bool]:
    """Return `title` without its numbering, attributes and label, and whether it had a label."""
    text = _ATTRIBUTES.sub("", " ".join(clean(title).split()))
    text = _DECORATION.sub("", text).strip() or text
    text = _ORDINAL.sub("", text).strip()
    problem = _PROBLEM.match(text)
    if problem:
        return text[problem.end() :], True
    label = label_of(text)
    if label and label[0] == "question" and label[1] < len(text):
        words = text[label[1] :].strip()
        quoted = _QUOTED.fullmatch(words)  # `Q: “…”`; an error's own quotes are part of its name
        return next(group for group in quoted.groups() if group) if quoted else words, True
    return text, False


@lru_cache(maxsize=1024)
def strength_of(title: str) -> Strength:
    """Judge by its wording what a heading, bold line or summary is."""
    words, labelled = question_words(title)
    bare = words.strip(" *_`\"'“”「」()（）:：。.!！")
    if _MORE_HELP.fullmatch(bare):
        return "elsewhere"
    if labelled or _ASKED.search(words):
        return "asked"
    if _STRUCTURE.fullmatch(bare) or _NUMBERED_STRUCTURE.match(bare):
        return "structure"
    if _ELSEWHERE.fullmatch(bare):
        return "elsewhere"
    if _GUIDE.fullmatch(bare):
        return "guide"
    if _CONTAINER.fullmatch(bare):
        return "container"
    if _LIKELY_ZH.search(bare) or _LIKELY_EN.search(bare) or _ERROR_CODE.search(bare):
        return "likely"
    return "plain"


_MORE_COLUMNS: dict[Label, str] = {
    "question": "(?:常见|用户|客户|顾客|典型)问题|(?:用户|客户|顾客)提问|问法|标准问[法句]|主问题?"
    "|问题(?:描述|内容)|提示信息|(?:报错|错误)(?:信息|提示)"
    "|(?:Standard )?questions?|FAQ|Error(?: message)?|Problem|Issue",
    "answer": "解决(?:方案|方法|办法)|(?:处理|应对)(?:方法|方式|办法)|(?:怎么|如何)(?:处理|解决|办)"
    "|标准(?:答复|回复)|回复(?:内容)?|(?:答案|回答|答复)内容|问题答案|(?:客服|回复|标准)?话术"
    "|(?:Standard )?answers?|Reply|Response|What to do|How to fix|Solution|Resolution",
    "links": "文档|链接(?:地址)?|Linked docs|URLs?",
    "similar": "相似(?:问句|提问)|同义问|其[他它]问法|更多问法|用户问法|关联问题"
    "|Similar wordings?|(?:Alternative|Alternate) questions?",
}
COLUMN_NAMES = {label: f"{_NAMES[label]}|{more}" for label, more in _MORE_COLUMNS.items()}
"""What the columns of tables are called: those of Markdown here, with others those of sheets."""
_COLUMNS = {label: re.compile(names, re.IGNORECASE) for label, names in COLUMN_NAMES.items()}


def column_of(header: str) -> Label | None:
    """Return what a table column with this name holds, if it is of an FAQ."""
    name = fold(header).replace("_", " ").strip(" *`:")
    return next((label for label, names in _COLUMNS.items() if names.fullmatch(name)), None)


def key_of(name: str) -> Label | None:
    """Return what a front matter key holds, as `column_of`; a question only where it says so.

    `issue: 4521` and `faq: true` ask nothing.
    """
    label = column_of(name)
    vague = label == "question" and bare_label(name.replace("_", " ")) != label
    return None if vague else label


def similar_in(text: str) -> list[str]:
    """Split one cell or line into the questions it lists."""
    parts = re.split(r"<br\s*/?>|[;；\n|｜]|\s/\s|(?<=[?？])", text, flags=re.IGNORECASE)
    questions = (
        question_words(one.strip(" \t-*+、,，"))[0] for part in parts for one in _listed(part)
    )
    return [
        question for question in questions if question.strip("-—–/\\") and question not in _NONE
    ]


# What a cell says that has no similar question.
_NONE = frozenset({"无", "暂无", "没有", "none", "n/a", "N/A", "None"})


def _listed(part: str) -> list[str]:
    """Split at `、`, which separates questions only where each part is one."""
    parts = part.split("、")
    asking = sum(strength_of(one) in ("asked", "likely") for one in parts)
    return parts if asking * 2 >= len(parts) else [part]
