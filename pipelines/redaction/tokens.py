"""Keys and tokens: by their vendor's prefix, by the word before them, or by their looks."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.redaction.findings import Finding
from pipelines.redaction.spelling import gap

_EDGE = r"(?<![0-9A-Za-z_-])"
_KNOWN_KEY = re.compile(
    _EDGE
    + r"(?:sk-[A-Za-z0-9_-]{20,200}|[rspw]?k_(?:live|test)_[A-Za-z0-9]{10,100}|whsec_\w{16,80}"
    r"|(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}|LTAI[A-Za-z0-9]{12,30}|AKID[A-Za-z0-9]{13,40}"
    r"|AKLT[A-Za-z0-9]{20,80}|HPUA[A-Z0-9]{16}|bce-v3/ALTAK-[A-Za-z0-9]{10,40}/[0-9a-f]{32,64}"
    r"|ALTAK[A-Za-z0-9-]{10,40}|gh[opusr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}"
    r"|gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{16,64}|xox[abceprs]-[A-Za-z0-9-]{10,200}"
    r"|xapp-[A-Za-z0-9-]{20,200}|AIza[0-9A-Za-z_-]{30,40}|ya29\.[A-Za-z0-9_-]{20,200}"
    r"|GOCSPX-[A-Za-z0-9_-]{20,40}|hf_[A-Za-z0-9]{20,60}|npm_[A-Za-z0-9]{30,60}"
    r"|pypi-[A-Za-z0-9_-]{30,250}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}"
    r"|ssh-(?:rsa|dss|ed25519) AAAA[0-9A-Za-z+/=]{16,2000}|(?:SK|AC)[0-9a-f]{32}"
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{30,40}|pk\.eyJ[A-Za-z0-9_-]{10,200}"
    r"(?:\.[A-Za-z0-9_-]{10,100})?|do[opr]_v1_[0-9a-f]{60,70}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"
    r"|(?:secret|ntn)_[A-Za-z0-9]{40,60}|NRAK-[A-Z0-9]{20,40}|sntry[su]_[A-Za-z0-9_=+/-]{30,200}"
    r"|ATATT[A-Za-z0-9_=-]{20,250}|dapi[0-9a-f]{32}|(?:gsk|tvly|nvapi|xai|pplx|r8|fc|ark|co)[_-]"
    r"[A-Za-z0-9_-]{28,100}|lin_api_[A-Za-z0-9]{30,60}|figd_[A-Za-z0-9_-]{30,60}"
    r"|PMAK-[A-Za-z0-9-]{40,80}|SEC[0-9a-f]{64}|[tu]-(?=[A-Za-z]*[0-9])[A-Za-z0-9]{28,60}"
    r"|key-[0-9a-f]{32}|EAA[A-Za-z0-9]{40,250}|[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])"
    r"|[MNO][A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{4,2000}(?:\.[A-Za-z0-9_-]{0,2000}){0,3})"
)
_PEM = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}(?:PRIVATE KEY|CERTIFICATE)[A-Z ]{0,10}-----"
    r"[A-Za-z0-9+/=\s\\,:-]{0,9000}?(?:-----END [A-Z0-9 ]{0,40}-----|$)"
)
_HEADER = re.compile(
    r"\b(?:Bearer|Basic|Token|Digest) +([A-Za-z0-9+/._~-]{16,2000}={0,2})"
    r"|(?:Authorization|X-[A-Za-z-]{0,24}(?:Key|Token|Secret|Auth)[A-Za-z-]{0,10}|(?:Set-)?Cookie"
    r"|api-key)[\"']?\s{0,2}[:=] ?[\"']?(?:[A-Za-z]{4,10} )?([!-~]{8,2000})",
    re.IGNORECASE,
)
_SIGNED_IN = re.compile(r"(?<![A-Za-z0-9-])-u ?[\"']?[A-Za-z0-9._@-]{1,60}:([!-~]{3,200})")
_KEY_WORD = (
    r"(?:api[ _-]?key|apikey|access[ _-]?key(?:[ _-]?(?:id|secret))?|secret(?:[ _-]?(?:key|id))?"
    r"|(?:app|client|corp|sign(?:ing)?)[ _-]?secret"
    r"|(?:private|auth|aes|encoding[a-z]*|license|app|master|server|client|mch|pay|map"
    r"|[a-z]{2,12}_)"
    r"[ _-]?key|(?:access|refresh|auth|bot|id)?[ _-]?token|密钥|秘钥|密匙|私钥|公钥串|令牌|凭证"
    r"|凭据|签名串"
    r"|(?<![A-Za-z])(?:[AS]K|key|jwt|hook|cookie|credentials?)(?![A-Za-z])|签名|session[ _-]?id"
    r"|环境变量"
    r"|(?<=[a-z])(?-i:Key|Token|Secret)(?=[\"' ]{0,2}[:=])"
    r"|变量|webhook)"
)
_NAMED = re.compile(
    _KEY_WORD + r"[\"'`]? ?(?:(?:改|换)?(?:就是|是|为|成)|[:=]|\bis\b){1,2}\s?[\"'`(【\[“「]?"
    r"([A-Za-z0-9+/][!-~]{7,400})",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    rf"{_KEY_WORD}{gap(10)}([A-Za-z0-9_+/][A-Za-z0-9_+/=.:-]{{14,400}})", re.IGNORECASE
)
_NO_VALUE = re.compile(
    r"(?:.*\*{3}.*|[*•.xX?#-]+|null|none|true|false|string|undefined|\$?\{.*|[<?&/=%].*|\(.*"
    r"|https?:.*"
    r"|your.*|(?:ctrl|alt|shift|cmd|command|option|win)[+].*|(?:my|the|some|test|example"
    r"|demo)[_-].*)[,.;)\]\"'`]*",
    re.IGNORECASE,
)
# A key of a vendor that nobody told us of: long, and digits, capitals and small letters in turn.
_TOKEN = re.compile(
    r"(?<![0-9A-Za-z_/+=.-])[A-Za-z0-9_-]{20,400}(?![0-9A-Za-z_/+=])"
    r"|(?<![0-9A-Za-z_/+=.:-])[A-Za-z0-9+/]{32,200}={0,2}(?![0-9A-Za-z_/+=.-])"
)
_TOKEN_BODY = re.compile("[A-Za-z0-9]{16,}")
_HEX = re.compile(
    r"(?<![0-9A-Za-z_./+@#-])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{64}|[0-9A-F]{32}"
    r"|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![0-9A-Za-z_+-]|\.[0-9A-Za-z])"
)
_NO_SECRET = re.compile(
    r"md5|sha[0-9-]*|commit|hash|checksum|digest|etag|trace|request|uuid|guid|image|镜像|校验|摘要"
    r"|提交[记号]|版本|日志|订单|单号|流水|会话|session|设备|device|任务|实例|租户|哈希|指纹"
    r"|序列号|文件|编号|模板"
    r"|请求 ?id|task|job|file|blob|rev|tag|branch|分支",
    re.IGNORECASE,
)
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,15}://[!-~]{3,2000}", re.IGNORECASE)
_PARAMETER = re.compile(
    r"[?&#;](?:[a-z0-9_.-]{0,40}[_.-])?(?:token|key|secret|sign|signature|sig|password|pwd|passwd"
    r"|pass|auth|code|ticket|session|sessionid|sid|jwt|credential|accesskeyid|ossaccesskeyid|phone"
    r"|mobile|tel|email|mail|idcard|idno|openid|unionid|uid|accesstoken|access_token|apikey"
    r"|appsecret|username|realname|ak|sk)=([^&#\s\"'<>]{1,2000})",
    re.IGNORECASE,
)
_HOOK_PATH = re.compile(
    r"://[^/\s]{1,100}/(?:[a-z0-9._-]{1,30}/){0,5}(?:hook|hooks|services|webhooks?)/"
    r"([A-Za-z0-9_/-]{16,200})"
)
_USERINFO = re.compile(r"://(?:[^/@:\s]{0,200}:(?P<pass>[^\s/]{1,200})|(?P<user>[^/@\s:]{8,200}))@")
_LEAST_PARAMETER = 5
_HINT = re.compile(r"[A-Za-z0-9_+/=-]{8}|[!-~]{12}")


def find_tokens(text: str) -> Iterator[Finding]:
    """Yield the keys, tokens and other secrets of a shadow text, and passwords inside of URLs."""
    if "://" in text:
        yield from _in_urls(text)
    if _HINT.search(text) is None:
        return
    for pattern in (_KNOWN_KEY, _PEM):
        for match in pattern.finditer(text):
            yield Finding("secret", match.start(), match.end(), 1.0)
    for pattern in (_HEADER, _SIGNED_IN):
        for match in pattern.finditer(text):
            group = match.lastindex or 0
            value = _value(match.group(group))
            if _is_random(value) or (pattern is _SIGNED_IN and len(value) >= 4):
                start = match.start(group)
                yield Finding("secret", start, start + len(value), 0.95)
    yield from _named(text)
    yield from _unnamed(text)


def is_secret(value: str) -> bool:
    """Tell whether `value`, that somebody sent when asked for a key, can be one."""
    return len(value) >= 8 and _is_random(value) and _NO_VALUE.fullmatch(value) is None


def _named(text: str) -> Iterator[Finding]:
    for match in _NAMED.finditer(text):
        value = _value(match.group(1))
        if not _NO_VALUE.fullmatch(value) and _is_random(value):
            yield Finding("secret", match.start(1), match.start(1) + len(value), 0.9)
    for match in _LOOSE.finditer(text):
        value = _value(match.group(1))
        if (
            len(value) >= 15
            and _is_random(value)
            and any(map(str.isalpha, value))
            and _NO_VALUE.fullmatch(value) is None
            and "://" not in value
        ):
            yield Finding("secret", match.start(1), match.start(1) + len(value), 0.8)


def _unnamed(text: str) -> Iterator[Finding]:
    urls = [match.span() for match in _URL.finditer(text)] if "://" in text else []
    for match in _TOKEN.finditer(text):
        inside = any(start <= match.start() < end for start, end in urls)
        if inside:
            continue
        if "/" in match.group() or "+" in match.group():
            if _is_shuffled(re.sub("[^A-Za-z0-9]", "", match.group())):
                yield Finding("secret", *match.span(), 0.85)
        elif any(map(_is_shuffled, _TOKEN_BODY.findall(match.group()))):
            yield Finding("secret", *match.span(), 0.85)
    for match in _HEX.finditer(text):
        around = text[max(0, match.start() - 24) : match.start()] + "\n" + text[match.end() :][:8]
        lettered = any(map(str.isalpha, match.group())) and any(map(str.isdigit, match.group()))
        inside = any(start <= match.start() < end for start, end in urls)
        if lettered and not inside and _NO_SECRET.search(around) is None:
            yield Finding("secret", *match.span(), 0.7)


def _is_shuffled(value: str) -> bool:
    """Tell whether capitals, small letters and digits change places as in no word or identifier.

    Of random letters and digits two neighbours in three differ in kind; in camelCase one in three,
    and its digits stand in one place.
    """
    kinds = "".join("0" if char.isdigit() else "A" if char.isupper() else "a" for char in value)
    changes = sum(left != right for left, right in pairwise(kinds))
    numbers = len(re.findall("0+", kinds))
    return numbers >= 2 and {"a", "A"} <= set(kinds) and changes >= 0.45 * len(value)


def _value(text: str) -> str:
    """Return the value without the punctuation of the sentence it stands in."""
    value = re.split(r"[&<]|[,;\"'`)\]}](?=[,;\"'`)\]} ]|$)", text, maxsplit=1)[0]
    return value.rstrip(".,;:?!\"'`)]}") or text


def _is_random(value: str) -> bool:
    kinds = sum(
        any(test(char) for char in value) for test in (str.isdigit, str.isupper, str.islower)
    )
    return any(map(str.isdigit, value)) and (kinds >= 2 or len(value) >= 8)


def _in_urls(text: str) -> Iterator[Finding]:
    for url in _URL.finditer(text):
        for match in _PARAMETER.finditer(text, *url.span()):
            value = _value(match.group(1))
            if len(value) >= _LEAST_PARAMETER and _NO_VALUE.fullmatch(value) is None:
                yield Finding("secret", match.start(1), match.start(1) + len(value), 0.9)
        for match in _HOOK_PATH.finditer(text, *url.span()):
            if any(map(str.isdigit, match.group(1))):
                yield Finding("secret", *match.span(1), 0.9)
        for match in _USERINFO.finditer(text, *url.span()):
            kind = "password" if match["pass"] else "secret"
            yield Finding(kind, *match.span(match.lastgroup or 0), 0.9)
