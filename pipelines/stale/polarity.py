"""Whether a sentence affirms, denies, or speaks of the past, in Chinese and English."""

import re

_HISTORY = re.compile(
    r"之前|以前|早期|最后(?:一个)?支持|停止维护|最后一个版本|曾经?|旧版本|老版本|原先|过去|截至"
    r"|起(?:已|就)?(?:被)?(?:移除|删除|不再|改|更名|重命名|废弃|弃用|取消|停用)"
    r"|原来(?!的)|以后的版本|已(?:经)?(?:改|更名|重命名|由)"
    r"|\b(?:before|prior to|until|up to version|used to|previously|formerly|no longer|went away"
    r"|last (?:version|release)"
    r"|earlier (?:versions?|releases?)|older (?:versions?|releases?)|in the past|was (?:renamed"
    r"|replaced)"
    r"|(?:was|were|been|is|are) (?:removed|dropped|deprecated|renamed|replaced|gone)"
    r"|(?:since|as of|from) (?:version |v)?\d+\.\d)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"不(?!同|过|仅|但|论|管|少|断|久|妨|然|错|足|超|限|区|必担|用担|会丢)|没有|尚未|暂未"
    r"|未(?!来|读)|无法|无需|勿|禁止"
    r"|已(?:经)?(?:被)?(?:移除|删除|下线|废弃|弃用|取消|停用|关闭)|从未"
    r"|\b(?:not|no|never|cannot|neither|nor|unsupported|none|unavailable|lacks?|instead of"
    r"|rather than)\b"
    r"|n['’]t\b|\b(?:removed|dropped|deprecated|gone|discontinued)\b",
    re.IGNORECASE,
)
_LACKING = re.compile(
    r"不(?:支持|能|可以|可|提供|行|会|允许|具备|存在|是|带|含|包含|自带|需要|用)|没有|尚未|暂未"
    r"|暂不|未(?:支持|提供|实现)|无法|还没"
    r"|仅(?:支持|限|有|能)|只(?:能|支持|有|提供|会|认|接受)|固定|都要|必须|还(?:在|不)|得自己"
    r"|要自己|需自行|自行"
    r"|\b(?:not|cannot|never|unsupported|lacks?|none|neither|unavailable|nor)\b|n['’]t\b|^no\b"
    r"|\bno\b(?! need)"
    r"|\b(?:is|are|has|have) no\b|\bthere is no\b|^only\b|\bonly (?:support|work|accept|take"
    r"|through|by|via|on|in|with|one|the|for|a)"
    r"|\bonly(?=[,.;]|$)|\byourself\b|\bby hand\b|\balways\b|\bfixed\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"\s*(?:no\b|not\b|none\b|never\b|only\b|不(?!写|填|传|设|配|同)|没有|没|暂|尚|还没|还不|只|仅|目前(?:不|没|还|只"
    r"|仅|暂)|无法|现在(?:不|没|还|只))",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\s*(?:yes\b|sure\b|of course\b|both\b|可以|能(?!力)|会(?!议|话|员)|支持|有|是的?[，。,]"
    r"|要[，。,]|允许|都)",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"默认|缺省|出厂|不(?:传|填|设|配置|写)|default|out of the box|unless|automatically|as soon as",
    re.IGNORECASE,
)
# The value that a sentence gives as a default; names and words, figures are looked for otherwise.
_DEFAULT_IS = re.compile(
    r"默认(?:值|情况下|路由|端口|策略|算法|方式|格式)?(?:都|会|就)?(?:是|为|用|使用|采用|走)?\s*[`「“\"]?(?P<han>[\w./:-]{2,40})"
    r"|默认(?:值|情况下)?(?:都|会|就)?(?:是|为|用|使用|采用|[\u3400-\u9fff]{1,2}为)\s*[“「]?"
    r"(?P<chinese>[\u3400-\u9fff]{2,16})"
    r"|\bdefault [\w -]{1,30}? (?:is|are)\s+[`\"]?(?P<named>[\w./:-]{2,40})"
    r"|\bdefaults? (?:to|is|value is|of|are)\s+[`\"]?(?P<is>[\w./:-]{2,40})"
    r"|\bby default,? (?:it )?(?:is|are|uses?|to)\s+[`\"]?(?P<uses>[\w./:-]{2,40})"
    r"|(?P<code>[\w./:]*[-_\d][\w./:-]*[a-z\d]) by default"
    r"|[`\"](?P<by>[\w./:-]{2,40})[`\"] by default",
    re.IGNORECASE | re.ASCII,
)
_ON = re.compile(
    r"开启|启用|打开|生效|enabled?\b|\bon\b|\btrue\b|turned on|active|available|works",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"关闭|禁用|不(?:启用|开启|打开|校验|验证|加密|检查)|没有|disabled?\b|\boff\b|\bfalse\b"
    r"|turned off|\bnot?\b|n['’]t\b",
    re.IGNORECASE,
)
# What a customer may do about it: `可以在设置里关闭`, `unless you turn it off`.
_CHOICE = re.compile(
    r"\b(?:unless|until|if|you can|can be|you may|to) [^.;。]*"
    r"|[可请需想要][^，。；]{0,12}?(?:关闭|开启|打开|启用|禁用)",
    re.IGNORECASE,
)
_UNLESS = re.compile(r"\bunless\b|需要?(?:自己|手动|自行)?(?:开启|打开|启用)", re.IGNORECASE)


def is_history(text: str) -> bool:
    """Tell whether `text` speaks of what was, or of what a release ended already."""
    return _HISTORY.search(text) is not None


def negates(text: str) -> bool:
    """Tell whether `text` says that something is not, or is gone."""
    return _NEGATED.search(text) is not None


def lacks(text: str) -> bool:
    """Tell whether `text` says that something cannot be done, or only in another way."""
    return _LACKING.search(text) is not None


def says_no(text: str) -> bool:
    """Tell whether `text` begins as an answer to the negative."""
    return _NO.match(text) is not None


def says_yes(text: str) -> bool:
    """Tell whether `text` begins as an answer to the affirmative."""
    return _YES.match(text) is not None


def is_default(text: str) -> bool:
    """Tell whether `text` speaks of what holds where nobody sets it."""
    return _DEFAULT.search(text) is not None


def default_in(text: str) -> str:
    """Return the word that `text` gives as a default, such as `uuid`; empty where it gives none."""
    match = _DEFAULT_IS.search(text)
    return next((group for group in match.groups() if group), "") if match else ""


def switched(text: str) -> bool | None:
    """Tell whether `text` says that something is on, or off; None where it says neither."""
    told = _CHOICE.sub(" ", text)
    if _OFF.search(told):
        return False
    if _ON.search(told):
        return True
    return False if _UNLESS.search(text) else None
