"""How changelogs say that something ends, moves or begins, in Chinese and English."""

import re
from collections.abc import Iterator


class Phrases:
    """Ways to say one thing; `hint` is in all of them, and cheap to look for."""

    def __init__(self, hint: str, *patterns: str) -> None:
        self._hint = re.compile(hint, re.IGNORECASE)
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]

    def matches(self, clause: str) -> Iterator[re.Match[str]]:
        """Yield where `clause` says it, pattern by pattern."""
        if self._hint.search(clause):
            for pattern in self._patterns:
                yield from pattern.finditer(clause)


# Where an English noun phrase ends that a verb stands before.
_STOP = (
    r"(?=$|,(?!\s*(?:and\s+)?`)|[;:(]|\.\s|\.$| in favou?r of | instead\b| since | because "
    r"| which | so that | so the "
    r"| now that | and (?:use|add|require|route|move|replace|prefer|keep|switch|no longer|only"
    r"|allow|make|fix|avoid|prevent|return|show|ensure|treat|send|keep)\b"
    r"| to (?:avoid|prevent|eliminate|reduce|fix|clear|silence|improve)\b| when )"
)
_VALUE_STOP = (
    r"(?=$|[,;()（），；。]|\.\s|\.$| for | by default| in | on | when | to | with | and | per )"
)
_NO_PURPOSE = (
    r"(?!(?:avoid|prevent|keep|eliminate|reduce|allow|clean|make|be|get|fix|ensure|support"
    r"|help|match"
    r"|improve|use|show|the next|include|enable|limit|stop|surface|preserve)\b)"
)
_HAN_STOP = r"(?=$|[，,；;。（(：:]|、并|以)"
_REMOVE = (
    r"(?:remov(?:e|es|ed|ing)|drop(?:s|ped|ping)?|delet(?:e|es|ed)|discontinu(?:e|es|ed)|retir(?:e"
    r"|es|ed)|sunset|eliminate[sd]?)"
)
# `restore deleted files` deletes nothing: such a form is a verb where a clause begins.
_REMOVING = (
    rf"(?:^(?:we(?:['’]ve| have)? |now |also )?|(?:[,;:]|\band|\bwe|\bhave)\s+"
    rf"|\b(?![a-z]+ed\b)){_REMOVE}"
)
_BE = r"(?:is|are|was|were|has been|have been|been)"
_MOVES = (
    r"(?:改为|改成|改用|变为|变成|调整为|调整到|修改为|更改为|变更为|切换为|切换到|提高到"
    r"|提升到|提高至|提升至|增加到|增加至|"
    r"延长到|延长至|缩短到|缩短至|缩短为|降低到|降低至|降至|降到|减少到|减少至|扩大到|扩大至"
    r"|扩展到|放宽到|放宽至|增至|升至|"
    r"上调到|上调至|下调到|下调至|收紧到|收紧为|转为|移到|移动到|迁移到|迁移至|重命名为|更名为"
    r"|改名为|替换为|升级为|升级到|归入)"
)

_HAN_REMOVE = (
    r"(?:移除|删除|去除|去掉|砍掉|下线|下架|停用|停止使用|停运|停售|关闭|取消|废除|废止|终止)"
)
# A short name of a place, and no verb that makes the removal a thing of its own: `新增删除按钮`.
_HAN_PLACE = (
    r"(?![^，。；;：:]{0,16}(?:新增|增加|添加|支持|允许|可|能|修复|优化|改进|提供|默认|点击|批量"
    r"|自动|手动|确认|提示))[^，。；;：:（(移删去砍下停关取废的]{2,16}"
)
# What may stand in front of a verb that says what the release itself did.
_HAN_LEAD = (
    r"^(?:现在|已经?|正式|并|同时|全面|[在从][^，。；;]{1,30}?[中里面上]\s*|[A-Za-z][\w -]{0,30}?"
    r"\s*(?:插件|组件|字段)?\s*[中里]?)?\s*"
)

FROM_TO = Phrases(
    r"from|→|->|=>|[从由]|instead| \(",
    (
        rf"\bfrom (?P<old>[^;,]{{1,60}}?) (?:up |down )?to {_NO_PURPOSE}"
        rf"(?P<new>[^;]{{1,60}}?){_VALUE_STOP}"
    ),
    r"(?P<old>[\w./`\"%-]+(?: ?[a-z]{1,7})?)\s*(?:→|->|=>)\s*(?P<new>[\w./`\"%-]+)",
    (
        rf"(?:从|(?<![路理自])由)\s*(?P<old>[^，。；;]{{1,40}}?)\s*{_MOVES}\s*"
        rf"(?P<new>[^，。；;（(：:]{{1,40}}?){_HAN_STOP}"
    ),
    (
        r"(?:从|由)\s*(?P<old>\d[^，。；;提延增降减升缩扩放变改调]{0,12}?)\s*(?:优化)?[到至]\s*"
        r"(?P<new>\d[^，。；;（(]{0,12})"
    ),
    (
        r"\b(?:to|now|is) (?P<new>(?:(?! to )[^;,()]){1,30}?) \((?:was|were|previously"
        r"|formerly|used to be)\s"
        r"(?P<old>[^()]{1,40})\)"
    ),
    (
        rf"\b(?:returns?|sends?|renders?|emits?|shows?|prints?) (?P<new>[^;,()]{{1,40}}?),? "
        rf"instead of (?P<old>[^;,()]{{1,40}}?){_VALUE_STOP}"
    ),
    rf"\bto (?P<new>[^;,()]{{1,40}}?),? instead of (?P<old>[^;,()]{{1,40}}?){_VALUE_STOP}",
)

RENAMED = Phrases(
    (
        r"renam|replac|migrat|mov(?:e|ing)|call|named|known|instead|rather|favou?r| now | to "
        r"|重命名|更名|改|替|代|移动|迁移|调整|变更"
    ),
    (
        rf"\brenam(?:e|es|ed|ing) (?:the |legacy |old )?(?P<old>[^;]{{1,80}}?) (?:to|into|as|→|->"
        rf"|=>) (?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    (
        rf"(?P<old>`[^`]+`[^;,`]{{0,20}}?) (?:{_BE} )?(?:now )?(?:renamed|moved"
        rf"|changed) (?:in)?to (?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    (
        rf"^[Mm]ov(?:e|es|ed) (?P<old>[^;]{{0,30}}`[^`]+`[^;]{{0,30}}?) (?:under|into|to) "
        rf"(?P<new>[^;]{{1,40}}?){_STOP}"
    ),
    (
        rf"^(?P<old>(?:(?! to )[^;]){{1,60}}?) (?:{_BE} )?(?:now )?renamed(?: to)? "
        rf"(?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    (
        rf"\breplac(?:e|es|ed|ing) (?:the |legacy |old )?(?P<old>[^;]{{1,60}}?) (?:with|by) "
        rf"(?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    rf"(?P<old>[^;]{{1,60}}?) {_BE} (?:now )?replaced (?:with|by) (?P<new>[^;]{{1,60}}?){_STOP}",
    (
        rf"\bmigrat(?:e|es|ed) (?:the |legacy |old )?(?P<old>[^;]{{0,40}}`[^`]+`) to "
        rf"(?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    (
        r"\buses? (?P<new>[`'\"][^`'\"]+[`'\"]) (?:instead of|rather than) "
        r"(?P<old>[`'\"][^`'\"]+[`'\"])"
    ),
    (
        r"(?P<old>`[^`]+`[^，。；;`]{0,8}?)(?:变更为|修改为|调整为|更改为|改成|移至|移到|由)\s*"
        r"(?P<new>`[^`]+`)"
    ),
    rf"(?P<old>`[^`]+`) {_BE} now (?P<new>`[^`]+`)",
    (
        rf"^(?:the )?(?P<old>[^;]{{2,60}}?) {_BE} now (?:called|named|known as|labell?ed) "
        rf"(?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    rf"(?P<old>`[^`]+`)[^;`]{{0,20}} {_BE} now \w+ (?:by|in|under) (?P<new>`[^`]+`)",
    (
        rf"\b{_REMOVE} (?:the |legacy |old )?"
        rf"(?P<old>[^;]{{0,40}}`[^`]+`[^;]{{0,20}}?) in favou?r of (?P<new>[^;]{{1,60}}?){_STOP}"
    ),
    r"重命名\s*(?P<old>[^，。；;]{1,50}?)\s*(?:为|成)\s*(?P<new>[^，。；;（(：:]{1,40})",
    (
        r"(?:将|把)\s*(?P<old>[^，。；;]{1,50}?)\s*(?:移到|移动到|移至|迁移到)\s*"
        r"(?P<new>[^，。；;（(：:]{1,40}?)(?:下面|下|中|里)?(?=$|[，。；;（(：:])"
    ),
    (
        r"(?:将|把)?\s*(?P<old>[^，。；;]{1,50}?)\s*(?:现?已(?:经)?|现在|正式|被)*(?:重命名|更名|改名|改叫|改称)"
        r"(?:为|成|到|叫)?\s*"
        r"(?P<new>[^，。；;（(：:]{1,40})"
    ),
    (
        r"(?:将|把)\s*(?P<old>[^，。；;]{1,50}?)\s*(?:替换|改|移动|迁移|调整|变更)(?:为|成|到|至)"
        r"\s*(?P<new>[^，。；;（(：:]{1,40})"
    ),
    (
        r"(?P<old>`[^`]+`|(?<![\w`-])[a-z][\w.]*-[\w.-]+)[^，。；;]{0,8}?(?:替换为|改为|改用)\s*"
        r"(?P<new>`[^`]+`|[a-z][\w.-]+)"
    ),
    r"^(?P<old>[a-z][\w]*-[\w-]+) to (?P<new>[a-z][\w]*-[\w-]+)",
    (
        r"(?:使用|用|改用)\s*(?P<new>`?[^，。；;]{1,40}?`?)\s*(?:代替|替代|替换|取代)\s*"
        r"(?P<old>`?[^，。；;（(]{1,40}`?)"
    ),
)

ENDED = Phrases(
    (
        r"remov|drop|delet|discontinu|retir|sunset|eliminat|no longer|stop|gone|shut|withdraw|phas"
        r"|decommission|移除|删除|去除|去掉|下线|停用|关闭|取消|不再|停止|停运|停售|砍掉|下架|废|终止"
    ),
    (
        rf"{_REMOVING}\s+(?!(?:from|in|by|when|as|on)\b)(?:the |all |legacy |old |support for "
        rf"|official )*(?P<object>[^;]{{2,120}}?){_STOP}"
    ),
    (
        rf"(?P<object>[^;.]{{2,100}}?) {_BE} (?:now )?(?:removed|dropped|retired|gone|discontinued"
        rf"|deleted|shut down|withdrawn|phased out|decommissioned|sunset)\b"
    ),
    (
        rf"\bno longer (?:supports?|accepts?|available|offers?|ships?|bundles?|includes?|provides?"
        rf"|sells?|exists?)\s*(?P<object>[^;]{{2,100}}?){_STOP}"
    ),
    (
        r"(?P<object>[^;.]{2,100}?) (?:is|are) no longer (?:supported|available|accepted|provided"
        r"|included|shipped|bundled|used|sold|offered|possible|maintained)\b"
    ),
    r"(?P<object>[^;.]{2,100}?) no longer exists?\b",
    r"^(?P<object>[^;.,]{2,60}?) (?:removed|dropped|retired|discontinued)$",
    (
        rf"\bstop(?:s|ped)? (?:supporting|shipping|accepting|bundling) "
        rf"(?P<object>[^;]{{2,100}}?){_STOP}"
    ),
    r"\((?:dropping|removing) (?P<object>[^()]{2,80})\)",
    (
        rf"{_HAN_LEAD}{_HAN_REMOVE}(?:了|对|掉)?(?![的时后按])"
        rf"(?P<object>[^，。；;：:（(]{{2,60}})"
    ),
    # `分享面板去掉 QQ 空间`: where, then what.
    (rf"^{_HAN_PLACE}{_HAN_REMOVE}(?:了|掉)?(?![的时后按])(?P<object>[^，。；;：:（(]{{2,60}})"),
    (
        r"(?:不再|停止|终止)(?:支持|提供|兼容|维护|接受|包含|销售|出售|开放|受理)(?:了|对)?"
        r"(?P<object>[^，。；;：:（(]{2,60})"
    ),
    (
        r"^(?![^，。；;：:]{0,40}(?:可|能够|支持|允许|新增|批量|默认))"
        r"(?P<object>[^，。；;：:]{2,40}?)(?:功能|服务|方式|入口)?"
        r"(?:现?已经?|被|将?[于在自从][^，。；;：:]{2,12}|正式|全面|现)*"
        rf"(?:{_HAN_REMOVE}|停止(?:服务|运营|使用)|不再(?:可用|支持|提供|开放|维护))(?:了)?$"
    ),
)

DEPRECATED = Phrases(
    r"deprecat|弃|不推荐|不建议|将于",
    r"\bmark(?:s|ed)? (?P<object>(?!as\b)[^;]{2,60}?) (?:as )?deprecated\b",
    r"(?P<object>[^;.]{2,80}?) (?:(?:is|are|was|were) )?marked as deprecated\b",
    (
        rf"(?<!\ba )\bdeprecat(?:e|es|ed|ing)\s+(?!(?:since|as|in|by)\b)(?:the |support for )?"
        rf"(?P<object>[^;]{{2,80}}?){_STOP}"
    ),
    rf"(?P<object>[^;.]{{2,80}}?) {_BE} (?:now )?deprecated\b",
    r"(?:废弃|弃用|不推荐使用|不建议使用|不推荐)(?:了|掉)?(?P<object>[^，。；;：:（(]{2,50})",
    r"(?P<object>[^，。；;：:]{2,40}?)(?:已|被|已被|将|即将|标记为|标为)?(?:废弃|弃用|进入弃用期)",
    r"(?P<object>[^，。；;：:]{2,40}?)将于[^，。；;：:]{2,20}(?:停用|下线|关闭|移除)",
)

# A value that is given anew, without a word of the one before.
GIVEN = Phrases(
    r"\d",
    rf"(?P<object>[^;]{{2,60}}?) {_BE} (?:now |changed to |set to |now set to )(?P<new>\d[\w.]*)\b",
    (
        r"(?P<object>[^，。；;：:]{2,40}?)(?:修改为|改为|调整为|更改为|变更为|设为|设置为)\s*"
        r"(?P<new>\d[^，。；;（(：:]{0,12})"
    ),
)

DEFAULTED = Phrases(
    r"default|默认",
    (
        r"^(?P<object>.*?)\b(?:now )?defaults? to (?P<new>[^;,()]{1,60}?),? "
        r"(?:rather than|instead of) (?P<old>[^;,()]{1,40})"
    ),
    (
        r"^(?P<object>.*?)\b(?:now )?defaults? to (?P<new>[^;,()]{1,40}?) \((?:was|were|previously"
        r"|formerly|instead of) (?P<old>[^;,()]{1,40})\)"
    ),
    (
        rf"^(?P<object>.*?)\b(?:now |will )?defaults? to "
        rf"(?P<new>[^;,()]{{1,40}}?){_VALUE_STOP}(?:[^;]*?(?:\(was |instead of |previously )"
        rf"(?P<old>[^;,()]{{1,40}}))?"
    ),
    (
        rf"\b(?:set|change|switch|make|update)\w* (?:the )?default (?P<object>[^;]{{0,60}}?)\bto "
        rf"(?P<new>[^;,()]{{1,40}}?){_VALUE_STOP}"
    ),
    (
        rf"\bdefault (?P<object>(?!to\b)[\w ./`'\"-]{{2,60}}?) to "
        rf"(?P<new>[^;,()]{{1,40}}?){_VALUE_STOP}"
    ),
    rf"^default(?:s|ing)? (?P<object>[^;]{{2,60}}?) to (?P<new>[^;,()]{{1,40}}?){_VALUE_STOP}",
    r"\b(?:use|using|set) (?P<new>[^;,()]{1,40}?) as (?:the )?default (?P<object>[^;,()]{2,40})",
    rf"(?P<new>[^;,()]{{2,40}}?) {_BE} used as the default (?P<object>[^;,()]{{2,40}})",
    (
        r"(?:使用|用|将|把)\s*(?P<new>[^，。；;]{1,40}?)\s*(?:作为|设为)默认(?:的)?\s*"
        r"(?P<object>[^，。；;（(：:]{2,30})"
    ),
    (
        r"(?P<object>[^，。；;]{0,40}默认的?[^，。；;]{1,20}?)(?:改为|更改为|变为|修改为|调整为|是)\s*"
        r"(?P<new>[^，。；;（(：:]{1,30})"
    ),
    r"^(?P<new>enable|disable|turn on|turn off)[sd]? (?P<object>[^;]{2,80}?) by default",
    (
        r"^(?P<object>[^;]{2,80}?) (?:is|are) (?:now )?(?P<new>enabled|disabled|on|off|required"
        r"|verified) by default"
    ),
    r"^(?P<object>[^;]{2,80}?) (?P<new>enabled|disabled|required|verified) by default",
    r"^(?!(?:do not|don['’]t|never|only)\b)(?P<object>(?:(?!should not)[^;]){2,100}?) by default",
    (
        r"(?:将|把)?(?P<object>[^，。；;]{0,40}?)(?:的)?默认(?:值|端口|地址|路由|协议|时间|格式"
        r"|方式|大小)?(?:现在)?(?:改为|设为|设置为|变为|调整为|修改为|改成|更改为|为|是)\s*"
        r"(?P<new>[^，。；;（(：:]{1,30})"
    ),
    r"^默认(?:使用|用|采用)\s*(?P<new>[^，。；;（(：:]{1,30}?)(?P<object>[^，。；;]{0,30})$",
    (
        r"(?P<object>[^，。；;]{0,40}?)默认(?P<new>开启|关闭|启用|禁用|打开|不启用|不开启|只允许"
        r"|仅允许)"
    ),
)

FORBIDDEN = Phrases(
    (
        r"no longer|now |require|cannot|can['’]t|allow|doesn['’]t|reject|enforce|disallow"
        r"|forbid|prohibit|refuse|default|不再"
        r"|不允许|禁止|必须|现在|只允许|仅允许"
    ),
    rf"(?P<object>[^;.]{{0,60}}?\bno longer [^;]{{2,80}}?){_STOP}",
    (
        rf"(?P<object>[^;.]{{0,80}}?\b(?:now )(?:only )?(?:requires?|rejects?|needs?|throws?"
        rf"|fails?) [^;]{{2,80}}?){_STOP}"
    ),
    (
        r"^(?P<object>(?:do not|don['’]t|[^;]{2,60} should not|never"
        r"|only allow)\s[^;]{2,80}?) by default"
    ),
    (
        r"(?P<object>[^;.]{0,60}?\bnow (?:only (?:works?|applies|triggers?|supports?|accepts?)"
        r"|do(?:es)?n['’]t|do(?:es)? not)\s[^;]{2,80})"
    ),
    (
        r"^(?:[Nn]ow )?(?P<object>[^;.]{2,80}? (?:cannot|can['’]t|does not allow|do not allow"
        r"|(?:is|are) not allowed|doesn['’]t) [^;]{2,80})"
    ),
    r"^(?:when [^;]{2,60}, )?(?P<object>require the user [^;]{2,60})",
    (
        rf"^(?:require|reject|enforce|disallow|forbid|prohibit|refuse)s? "
        rf"(?P<object>[^;]{{2,80}}?){_STOP}"
    ),
    r"^(?P<object>[^，。；;：:]*不再[^，。；;：:（(]{2,40})",
    (
        r"^(?P<object>[^，。；;：:]*(?:不允许|禁止|必须|仅允许|只允许|现在仅|现在只"
        r"|现在需要)[^，。；;：:（(]{2,40})"
    ),
)

BOUNDED = Phrases(
    r"\d",
    r"(?:最多|上限为|最大|最长|最高|至多|不超过)\s*(?P<new>[^，。；;（(]{1,16})",
    r"\b(?:up to|at most|maximum of|max(?:imum)?|limited to|capped at) (?P<new>\d[^,;()]{0,16})",
    (
        r"\b(?:increase|raise|extend|lower|reduce|decrease|cap|limit|bound"
        r"|truncate)\w* [^;]{2,60}? to (?P<new>\d[^,;()]{0,16})"
    ),
    r"(?:提高|提升|增加|延长|缩短|降低|扩大|放宽)(?:到|至|为)\s*(?P<new>\d[^，。；;（(]{0,16})",
)

BEGUN = Phrases(
    (
        r"add|introduc|implement|provide|expose|enable|support|allow|accept|now|新增|增加|添加"
        r"|支持|允许|可以|上线|开放|提供"
    ),
    (
        rf"^(?:add(?:ed|s)?|introduc(?:e|es|ed)|implement(?:s|ed)?|provide[sd]?|expose[sd]?"
        rf"|enable[sd]?)\s+(?:initial |basic |native |full |optional |new )*(?:support for "
        rf"|support )?(?P<object>[^;]{{2,140}}?){_STOP}"
    ),
    rf"\b(?:now )?(?:supports?|allows?|accepts?)\s+(?P<object>[^;]{{2,120}}?){_STOP}",
    rf"\bsupport for (?P<object>[^;]{{2,100}}?){_STOP}",
    r"(?P<object>[^;]{2,100}?) (?:is|are) now (?:supported|available|allowed|possible)",
    r"(?P<object>[^;.]{2,100}? can now [^;.]{2,100})",
    r"(?:新增|增加|添加|支持|允许|可以|上线|开放|提供)(?:了|对)?(?P<object>[^，。；;：:（(]{2,60})",
    (
        r"^(?P<object>[^，。；;：:]{2,40}?)(?:功能)?(?:现?已经?|正式|全新|全面|现)*"
        r"(?:上线|发布|推出|开放|可用|开通)了?$"
    ),
)
