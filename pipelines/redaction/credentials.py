"""What opens something: keys, tokens, passwords, codes; and addresses in a network."""

import ipaddress
import re
from collections.abc import Iterator
from itertools import pairwise

from pipelines.redaction import context
from pipelines.redaction.findings import Finding

_EDGE = r"(?<![0-9A-Za-z_-])"
_KNOWN_KEY = re.compile(
    _EDGE + r"(?:sk-[A-Za-z0-9_-]{20,200}|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,100}|(?:AKIA|ASIA)"
    r"[0-9A-Z]{16}"
    r"|LTAI[A-Za-z0-9]{12,30}|AKID[A-Za-z0-9]{13,40}|gh[opusr]_[A-Za-z0-9]{20,255}"
    r"|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,64}|xox[abeprs]-[A-Za-z0-9-]{10,200}"
    r"|AIza[0-9A-Za-z_-]{30,40}|hf_[A-Za-z0-9]{20,60}|npm_[A-Za-z0-9]{30,60}"
    r"|pypi-[A-Za-z0-9_-]{30,250}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{0,2000})"
)
_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,30}(?:PRIVATE KEY|CERTIFICATE)[A-Z ]{0,10}-----[A-Za-z0-9+/=\s\\]{0,9000}"
    r"(?:-----END [A-Z ]{0,40}-----)?"
)
_BEARER = re.compile(r"\b(?:Bearer|Basic) +([A-Za-z0-9+/._~-]{16,2000}={0,2})")
_KEY_WORD = (
    r"(?:api[ _-]?key|access[ _-]?key(?:[ _-]?(?:id|secret))?|secret(?:[ _-]?(?:key|id))?"
    r"|(?:app|client)[ _-]?secret|private[ _-]?key|(?:access|refresh|auth|bot)?[ _-]?token|密钥"
    r"|秘钥|私钥|令牌"
    r"|(?<![A-Za-z])(?:[AS]K|key)(?![A-Za-z])|签名|cookie|session[ _-]?id)"
)
_NAMED_SECRET = re.compile(
    _KEY_WORD
    + r"[\"'`]? ?(?:就是|是|为|[:=：]|\bis\b){1,2} ?[\"'`(【\[]?([A-Za-z0-9][!-~]{7,400})",
    re.IGNORECASE,
)
_LOOSE_SECRET = re.compile(
    _KEY_WORD + r"[\"'`]? ?[(【\[]?([A-Za-z0-9_+/=-]{16,400})", re.IGNORECASE
)
_ENTRY_WORD = r"(?:密码|口令|passwords?|passwd|passcode|(?<![A-Za-z])p(?:wd|ass)(?![A-Za-z]))"
_NAMED_PASSWORD = re.compile(
    _ENTRY_WORD
    + r"[\"'`]? ?(?:(?:改|设|设置|重置|换|更新)?(?:就是|是|为|成|叫)|[:=：]){1,2} ?[\"'`(【\[]?"
    r"([!-~]{4,64})",
    re.IGNORECASE,
)
_LOOSE_PASSWORD = re.compile(
    _ENTRY_WORD + r"(?:改|设|设置|重置|换|\bis\b)?[ (【\[\"'`]{0,2}([!-~]{4,64})", re.IGNORECASE
)
_NO_PASSWORD = re.compile(
    r"(?:[*•.xX?#-]+|null|none|true|false|string|str|required|optional|undefined|https?:.*"
    r"|protected|reset"
    r"|\$?\{.*|[<?&/=].*|\(.*)[,.;)\]\"'`]*",
    re.IGNORECASE,
)
_CODE_WORD = (
    r"(?:验证码|校验码|动态码|动态密码|动态口令|短信码|激活码|取件码|提取码|授权码|邀请码"
    r"|verification code|\bOTP\b"
    r"|pass ?code|\bPIN\b)"
)
_CODE = re.compile(
    _CODE_WORD + r"(?:(?:发(?:过)?来的?|收到的?|显示的?|短信|信息)?(?:就是|是|为)|\bis\b"
    r"|[:=：,，(（【\[\"'` ]){0,3}"
    r"([0-9](?:[ -]?[0-9]){3,7}|(?=[A-Za-z]{0,7}[0-9])[A-Za-z0-9]{4,8})(?![0-9A-Za-z]|[ ]?"
    r"[位分个次小秒天元块年月])",
    re.IGNORECASE,
)
_CODE_BEFORE = re.compile(
    r"(?<![0-9A-Za-z.-])([0-9](?:[ -]?[0-9]){3,7})[】\])\"' ，,]{0,2}"
    r"(?:就?是|为|\(|（)?(?:你|您|我|本次)?(?:的|收到的)?"
    r"[^0-9，。,;；\n]{0,6}?" + _CODE_WORD,
    re.IGNORECASE,
)
# The text message as it came: `【云雀】361946，十分钟内有效`, with or without the word for code.
_YEAR = "(?:19|20)[0-9]{2}(?:[0-9]{4})?(?![0-9])"
_CODE_RECEIVED = re.compile(
    r"(?:【[^】\n]{1,16}】|\[[^\]\n]{1,16}\]|短信|收到)[^0-9\n]{0,10}"
    rf"(?!{_YEAR})([0-9]{{4,8}})(?![0-9A-Za-z.-]"
    r"| ?[位分个次小秒天元块年月条人])"
    r"(?=[^\n]{0,24}(?:有效|过期|失效|验证|登录|勿|泄露|无效|不对|错))"
    r"|(?<![0-9A-Za-z.-])([0-9]{4,8})(?![0-9A-Za-z.-])[,，。 ]{0,2}(?:请|在|于)?"
    r"[0-9一二三五十]{1,3} ?分钟(?:之?内)?有效"
)
_ENGLISH_CODE = re.compile(
    r"\b(?:my|(?:sms|text|login|sign-?in|security|confirmation|one-time|2fa|mfa|auth\w*)) code"
    r"(?: (?:i|we) (?:got|received|entered))?(?: (?:is|was)|:| =)? ?([0-9]{4,8})(?![0-9A-Za-z.-])",
    re.IGNORECASE,
)
# A key of a vendor that nobody told us of: long, and digits, capitals and small letters in turn.
_TOKEN = re.compile(r"(?<![0-9A-Za-z_/+=.-])[A-Za-z0-9_-]{20,400}(?![0-9A-Za-z_/+=])")
_TOKEN_BODY = re.compile("[A-Za-z0-9]{16,}")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,15}://[!-~]{3,2000}", re.IGNORECASE)
_PARAMETER = re.compile(
    r"[?&#;](?:[a-z0-9_.-]{0,40}[_.-])?(?:token|key|secret|sign|signature|sig|password|pwd|passwd"
    r"|pass|auth|"
    r"code|ticket|session|sessionid|sid|jwt|credential|accesskeyid|ossaccesskeyid|phone|mobile"
    r"|tel|email|mail|"
    r"idcard|idno|openid|unionid|uid|accesstoken|access_token|apikey|appsecret|username|realname)"
    r"=([^&#\s\"'<>]{1,2000})",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"://([^/@\s]{1,200})@")

_IPV4 = re.compile(
    r"(?<![0-9A-Za-z_.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) ?\. ?){3}(?:25[0-5]|2[0-4][0-9]"
    r"|1?[0-9]?[0-9])"
    r"(?![0-9A-Za-z_]|\.[0-9]|/[0-9])"
)
_GLUED_IPV4 = re.compile(
    r"(?<=[A-Za-z])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?"
    r"[0-9])"
    r"(?![0-9A-Za-z_]|\.[0-9])"
)
_NOBODY = re.compile(r"127\.|0\.0\.0\.0|255\.|169\.254\.169\.254|(?:8\.8\.8\.8|8\.8\.4\.4"
                     r"|1\.1\.1\.1|114\.114\.11[45]\.11[45]|223\.[56]\.[56]\.[56])$")  # fmt: skip
_IPV6 = re.compile(r"(?<![0-9A-Za-z_:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![0-9A-Za-z_])")
_MAC = re.compile(
    r"(?<![0-9A-Za-z_:-])(?:[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})(?![0-9A-Za-z_:-])"
)
_NAMED_MAC = re.compile(
    r"\bmac[^0-9A-Za-z]{0,3}(?:地址|address)?[是为：: ]{0,3}([0-9A-F]{12})(?![0-9A-Z])", re.I
)


def find_credentials(text: str) -> Iterator[Finding]:
    """Yield the secrets, passwords, one-time codes and network addresses of a shadow text."""
    for pattern in (_KNOWN_KEY, _PEM):
        for match in pattern.finditer(text):
            yield Finding("secret", match.start(), match.end(), 1.0)
    for match in _BEARER.finditer(text):
        yield Finding("secret", match.start(1), match.end(1), 0.95)
    yield from _named(text)
    yield from _tokens(text)
    yield from _in_urls(text)
    yield from _addresses(text)


def _named(text: str) -> Iterator[Finding]:
    for match in _NAMED_SECRET.finditer(text):
        value = _value(match)
        if not _NO_PASSWORD.fullmatch(value) and _is_random(value):
            yield Finding("secret", match.start(1), match.start(1) + len(value), 0.9)
    for match in _LOOSE_SECRET.finditer(text):
        if _is_random(match.group(1)) and any(char.isalpha() for char in match.group(1)):
            yield Finding("secret", match.start(1), match.end(1), 0.8)
    for match in _NAMED_PASSWORD.finditer(text):
        value = _value(match)
        if len(value) >= 4 and not _NO_PASSWORD.fullmatch(value):
            yield Finding("password", match.start(1), match.start(1) + len(value), 0.9)
    for match in _LOOSE_PASSWORD.finditer(text):
        value = _value(match)
        digits = sum(char.isdigit() for char in value)
        # Behind the bare word only what mixes kinds of characters: `password reset` is a phrase.
        mixed = digits and (digits == len(value) >= 6 or not value.replace("-", "").isdigit())
        if (
            mixed
            and len(value) >= 6
            and not _NO_PASSWORD.fullmatch(value)
            and not re.fullmatch(r"[A-Z]{2,8}[-_][0-9]{2,6}", value)
        ):
            yield Finding("password", match.start(1), match.start(1) + len(value), 0.7)
    for pattern in (_CODE, _CODE_BEFORE):
        for match in pattern.finditer(text):
            yield Finding("code", match.start(1), match.end(1), 0.9)

    for match in _CODE_RECEIVED.finditer(text):
        yield Finding("code", *match.span(match.lastindex or 0), 0.7)
    for match in _ENGLISH_CODE.finditer(text):
        yield Finding("code", match.start(1), match.end(1), 0.85)


def _tokens(text: str) -> Iterator[Finding]:
    urls = [match.span() for match in _URL.finditer(text)] if "://" in text else []
    for match in _TOKEN.finditer(text):
        inside = any(start <= match.start() < end for start, end in urls)
        if not inside and any(map(_is_shuffled, _TOKEN_BODY.findall(match.group()))):
            yield Finding("secret", match.start(), match.end(), 0.85)


def _is_shuffled(value: str) -> bool:
    """Tell whether capitals, small letters and digits change places as in no word or identifier.

    Of random letters and digits two neighbours in three differ in kind; in camelCase one in three,
    and its digits stand in one place.
    """
    kinds = "".join("0" if char.isdigit() else "A" if char.isupper() else "a" for char in value)
    changes = sum(left != right for left, right in pairwise(kinds))
    numbers = len(re.findall("0+", kinds))
    return numbers >= 2 and {"a", "A"} <= set(kinds) and changes >= 0.45 * len(value)


def _value(match: re.Match[str]) -> str:
    """Return the value without the punctuation of the sentence it stands in."""
    value = re.split(r"[&<]|[,;\"'`)\]}](?=[,;\"'`)\]} ]|$)", match.group(1), maxsplit=1)[0]
    return value.rstrip(".,;:\"'`)]}") or match.group(1)


def _is_random(value: str) -> bool:
    kinds = sum(
        any(test(char) for char in value) for test in (str.isdigit, str.isupper, str.islower)
    )
    return any(char.isdigit() for char in value) and (kinds >= 2 or len(value) >= 8)


def _in_urls(text: str) -> Iterator[Finding]:
    if "://" not in text:
        return
    for url in _URL.finditer(text):
        for pattern in (_PARAMETER, _USERINFO):
            for match in pattern.finditer(text, url.start(), url.end()):
                yield Finding("secret", match.start(1), match.end(1), 0.9)


def _addresses(text: str) -> Iterator[Finding]:
    for pattern in (_IPV4, _GLUED_IPV4):
        for match in pattern.finditer(text):
            address = match.group().replace(" ", "")
            if _NOBODY.match(address) or context.VERSION.search(
                context.before(text, match.start())
            ):
                continue
            yield Finding("ip", match.start(), match.end(), 0.9)
    if text.count(":") >= 2:
        for match in _IPV6.finditer(text):
            if _is_ipv6(match.group().rstrip(".:")) and (length := len(match.group().rstrip("."))):
                yield Finding("ip", match.start(), match.start() + length, 0.9)
    for match in _MAC.finditer(text):
        yield Finding("mac", match.start(), match.end(), 0.97)
    for match in _NAMED_MAC.finditer(text):
        yield Finding("mac", match.start(1), match.end(1), 0.9)


def _is_ipv6(candidate: str) -> bool:
    try:
        address = ipaddress.IPv6Address(candidate)
    except ValueError:
        return False
    groups = [group for group in candidate.split(":") if group]
    named = any(char.isdigit() for char in candidate) and len(groups) >= 3
    return named and not address.is_loopback
