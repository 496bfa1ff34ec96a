"""Which way a clause points: yes or no, must or may, at most or at least, before or after."""

import re
from functools import lru_cache

# What reads like a no and is none.
_NO_NO = (
    r"不(?=[同仅但论管断妨然错足便久良限])|不一定|没问题|没关系|未(?=[来读])|无(?=[线论障忧痕])"
    r"|别(?=[人名的墅])|\bno (?=later|earlier|more|less|fewer|problem)|\bnot (?=only|just)\b"
)
_NO = re.compile(
    r"不能|不|没有?|无法|无|尚未|未|禁止|勿|拒绝|免收|[移去]除|下线|废弃|弃用|下架"
    r"|\b(?:not|cannot|never|no|none|without|unable|unsupported|unavailable|neither|nor"
    r"|removed?|dropped|deprecated|discontinued)\b|n['’]t\b"
)
# No charge is a no where charging is what is said, and none to what may be done without one.
_FREE = re.compile(r"免费(?!版)|\b(?:free of charge|for free)\b")
_MAY = re.compile(r"可以?|能|\b(?:can|could|may)\b")
# `不登录也不能看`: what stands in front of the second no is its condition.
_DROPPED = re.compile(_NO_NO)
_AT_MOST = (
    r"不(?:超过|大于|高于|多于|晚于|得超过|能超过)|至多|最[多大长高晚]|[以之]?内(?![容部网外置])|以下"
    r"|上限|(?:小|低|少)于|不足|未满|or (?:earlier|older|less|fewer|below)"
    r"|no (?:more|later|longer|larger|higher) than|at most|up to|max(?:imum|imal)?\b|\bwithin\b"
    r"|\b(?:less|fewer|smaller|lower) than|\bunder\b|\bbelow\b"
)
_AT_LEAST = (
    r"不(?:少于|低于|小于|早于|得少于)|至少|最[少小短低早]|以上|及以[上后]|下限|(?:大|高|多)于|超过|超出"
    r"|or (?:later|newer|more|above|higher)|no (?:less|fewer|earlier) than|at least"
    r"|min(?:imum|imal)?\b|\b(?:more|greater|larger|higher|longer) than|\bover\b|\babove\b|\bexceed"
)
_BOUND = re.compile(rf"(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST})")
_BEGINS_NO = re.compile(
    r"(?:目前|暂时|现在|抱歉[，,]?)?(?:不(?!同|仅|限)|没有|没|无法|否|暂|尚|还没|no\b|not\b|none\b|never\b)"
)
# Pairs of which a text that means one does not say the other.
_PAIRS = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
        (
            r"(?<!目)(?<!以)前(?![往端台缀提])|before\b|prior to",
            r"(?<!最)(?<!以)后(?![台端续缀])|\bafter\b|\bonce\b",
        ),
        (
            r"必须|务必|强制|必填|\bmust\b|\bmandatory\b|\brequired\b|\bcompulsory\b",
            r"可选|选填|可以不|自愿|\boptional\b|\bvoluntary\b",
        ),
        (
            r"增加|提高|提升|上调|延长|扩大|\bincreas\w+|\brais\w+|\bextend\w*",
            r"减少|降低|下调|缩短|缩小|\breduc\w+|\bdecreas\w+|\blower\w*|\bshorten\w*",
        ),
        (r"自动|\bautomatic\w*", r"手动|人工|\bmanual\w*|\bby hand\b"),
        (r"永久|\bpermanent\w*", r"临时|暂时|到期|\btemporar\w+"),
        (r"公开|\bpublic\b", r"私有|私密|非公开|\bprivate\b"),
        (r"在线|\bonline\b", r"离线|\boffline\b"),
        (r"成功|\bsucce\w+", r"失败|\bfail\w*"),
        (
            r"开启|打开|启用|开通|\benabl\w+|\bturn(?:ed|ing)? on",
            r"关闭|停用|禁用|\bdisabl\w+|\bturn(?:ed|ing)? off",
        ),
        (r"创建|新建|\bcreat\w+", r"删除|销毁|\bdelet\w+"),
        (r"添加|加入|\badd(?:ed|ing)?\b", r"移出|退出|\bremov\w+"),
        (r"上传|\bupload\w*", r"下载|\bdownload\w*"),
        (r"导入|\bimport\w*", r"导出|\bexport\w*"),
        (r"加密|\bencrypt\w*", r"解密|\bdecrypt\w*"),
        (r"升级|\bupgrad\w+", r"降级|\bdowngrad\w+"),
        (r"付款|支付|充值", r"退款|退费"),
        (r"允许|\ballow\w*", r"禁止|拒绝|\bforbid\w*|\bblock\w*"),
        (
            r"(?:小时|分钟|天|日|周|月|年|期限?)[以之]?内|\bwithin\b|\buntil\b",
            r"(?:小时|分钟|天|日|周|月|年)(?:[以之])?后|\bafter\b",
        ),
        (r"左[侧边面]|\bleft\b(?! (?:over|out))", r"右[侧边面]|\bright (?:side|hand|of)|\bright-"),
        (r"\b(?:comes?|the) first\b", r"\b(?:comes?|the) last\b"),
        (r"以前者?为准|先到", r"以后者?为准|后到"),
        (r"免费|\b(?:free of charge|for free)\b", r"付费|收费|自费|\bpaid\b"),
        (r"更?快|\bfast\w*", r"更?慢|\bslow\w*"),
        (r"便宜|\bcheap\w*", r"更贵|\bexpensive"),
        (r"(?<!未)(?<!不)已(?!经?未)|\balready\b", r"(?:尚|还|暂|且|的)?未(?![来读])|\bnot yet\b"),
    )
)
_UNIVERSAL = re.compile(
    r"所有(?!者)|任何|任意|全部|全体|全员|每[个位人]|一切|人人|\ball\b|\bany(?:one|body)?\b|\bevery\w*\b|\beach\b"
)
_UNIVERSAL_TOO = re.compile(r"各|每|都|均|不限|无论|不论|\bwhatever\b|\bwhichever\b")
_ONLY = re.compile(r"仅|只(?![要需])|唯一|\bonly\b|\bsolely\b|\bexclusively\b")
_ONLY_TOO = re.compile(r"才|限|\bjust\b|\blimited\b")
_ONLY_WHO = re.compile(
    r"(?:仅限?|只有|只限)\s?(?P<han>[^，。；,;]{1,12}?)\s?(?=(?:可以?|能|支持|才|有权|提供|使用)|$)"
    r"|\bonly (?P<who>(?:[\w-]+ ){1,4}?)(?:can|may|is|are|has|have)\b"
    r"|\bonly (?:available |possible )?(?:for|to|on|in|with) "
    r"(?P<where>(?:the )?[\w-]+(?: [\w-]+){0,2})"
)
_ONLY_WHAT = re.compile(
    r"(?P<who>[^，。；,;]{2,16}?)\s?[只仅](?:能|可以?|支持|提供)(?P<what>[^，。；,;]{2,20})"
    r"|(?P<whose>(?:[\w-]+ ){1,3}?)(?:can|may) only (?P<does>[\w -]{3,40})"
)
_SURE = re.compile(
    r"一定(?!的)|肯定|绝对|必定|必然|保证|百分之百|\balways\b|\bguarantee\w*|\bdefinitely\b|\bcertainly\b"
)
_SURE_TOO = re.compile(r"必须|均|都会|总是|\bmust\b|\bevery\b")
_FOREVER = re.compile(r"永久|永远|一直|无限期|长期|\b(?:for ?ever|permanent|indefinite)\w*")
_MUST = re.compile(
    r"必须|务必|强制|必填|\bmust\b|\bmandatory\b|\brequired\b|\bcompulsory\b|\bha(?:s|ve) to\b"
)
_MUST_TOO = re.compile(r"需|须|要|请|应|才能|得先|\bneed\w*|\brequir\w+|\bshall\b|\bshould\b")


def says_no(folded: str) -> bool:
    """Tell whether a folded answer to a yes-or-no question begins with a no."""
    return _BEGINS_NO.match(folded) is not None


def is_negative(folded: str) -> bool:
    """Tell whether a folded clause says no, counting a no of a no as a yes."""
    told = _BOUND.sub(" ", _DROPPED.sub(" ", folded))
    noes = len(_NO.findall(told)) + (_FREE.search(told) is not None and not _MAY.search(told))
    return noes % 2 == 1


def without_no(folded: str) -> str:
    """Return a folded clause without the words that say no, so that both ways look alike."""
    return _NO.sub(" ", _FREE.sub(" ", folded))


def bounds_in(folded: str) -> frozenset[str]:
    """Return which bounds a folded clause sets: `most`, `least`, both or none."""
    return frozenset(match.lastgroup or "" for match in _BOUND.finditer(folded))


def is_opposed(claim: str, told: str) -> bool:
    """Tell whether a folded claim says one side of a pair of which `told` says only the other."""
    return any(
        (ours[0] and not ours[1] and theirs[1] and not theirs[0])
        or (ours[1] and not ours[0] and theirs[0] and not theirs[1])
        for ours, theirs in zip(_sides(claim), _sides(told), strict=True)
    )


@lru_cache(maxsize=4096)
def _sides(folded: str) -> tuple[tuple[bool, bool], ...]:
    """Return of each pair which of its sides a folded text says."""
    return tuple((bool(one.search(folded)), bool(other.search(folded))) for one, other in _PAIRS)


def overstates(claim: str, told: str, around: str) -> bool:
    """Tell whether a claim says all, only, surely or for ever where a passage says no such thing.

    `told` is the clause like it, `around` its sentence; all folded.
    """
    if _FOREVER.search(claim) and not _FOREVER.search(told):
        return True
    return any(
        strong.search(claim) and not (strong.search(around) or alike.search(around))
        for strong, alike in (
            (_UNIVERSAL, _UNIVERSAL_TOO),
            (_ONLY, _ONLY_TOO),
            (_SURE, _SURE_TOO),
            (_MUST, _MUST_TOO),
        )
    )


def restricted_to(told: str) -> str:
    """Return whom or what a folded clause allows alone, such as `企业版` in `仅企业版支持`."""
    found = _ONLY_WHO.search(told)
    return next((words for words in found.groups() if words), "") if found else ""


def limited(told: str) -> tuple[str, str]:
    """Return who may do nothing else, and what, such as `个人用户` and `开普通发票`; or nothing."""
    found = _ONLY_WHAT.search(told)
    if found is None:
        return "", ""
    return found["who"] or found["whose"], found["what"] or found["does"]


def is_restricted(folded: str) -> bool:
    """Tell whether a folded text says `only`."""
    return bool(_ONLY.search(folded) or _ONLY_TOO.search(folded))
