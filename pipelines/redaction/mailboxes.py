"""E-mail addresses, with or without an `@` and a public domain."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

import re
from collections.abc import Iterator

from pipelines.redaction.findings import Finding

_SPOKEN = "下划线|横杠|中划线|减号|点"
_AT = (
    r"(?: ?@\s?|\s@| ?[(\[{<](?:at|@)[)\]}>] ?| ?(?:艾特|圈[aA]|小老鼠|花a) ?"
    # Behind `we close at 6pm.` the next sentence begins.
    r"| at (?=[a-z0-9-]+(?:\.[a-z0-9]|\. (?:com|cn)\b| dot )))"
)
_DOT = (
    r"(?: ?\. ?(?=[a-z0-9])| ?[(\[{<]dot[)\]}>] ?| dot |(?:点|。)(?=[a-z0-9])"
    r"|,(?=(?:com|cn|net|org)\b))"
)
_LOCAL = rf"[a-z0-9_](?:[a-z0-9._%+-]|(?:{_SPOKEN})(?=[a-z0-9])){{0,63}}"
_MAILBOX = re.compile(
    rf"{_LOCAL}{_AT}(?:[a-z0-9](?:[a-z0-9-]{{0,62}})?{_DOT}){{1,5}}"
    r"(?:com|cn|net|org|edu|gov|[a-z][a-z-]{1,23})",
    re.IGNORECASE,
)
# `zhangsan#qq.com`: so that no robot reads it.
_DISGUISED = re.compile(
    rf"{_LOCAL} ?[#*&$] ?(?:(?:vip\.)?(?:qq|163|126|139|189|sina|gmail|outlook|hotmail|foxmail"
    r"|aliyun|yeah|icloud|live)\.(?:com|cn|net))(?![a-z0-9])",
    re.IGNORECASE,
)
_ON_HOST = re.compile(
    r"(?<![A-Za-z0-9@/._%+=-])(?<![A-Za-z0-9]:)[A-Za-z][A-Za-z0-9._+-]{0,40}@[A-Za-z][A-Za-z0-9-]{1,40}"
    r"(?![A-Za-z0-9@/=-]|\.[A-Za-z0-9])"
)
_NO_HOST = frozenset(
    """
    next latest beta alpha canary rc dev stable host hostname example version media import param
    return returns override click input change types
    """.split()
)
# What stands before the address of a page: `sign in at app.example.com`, `the guide at …`.
_LEADS_TO_PAGE = frozenset(
    """
    in on up out it us them me him her this that these those all more one some now here there is
    are was were be live online offline available free open running hosted published posted listed
    page pages site website portal console dashboard app docs doc documentation document guide
    guides manual faq article articles post form tutorial changelog notes policy terms list store
    shop blog forum wiki register registered login signin signup download downloads look looking
    see visit read check find found start try again anytime yourself details instructions status
    api endpoint server address url link
    """.split()
)
# `zhangsan@qq.com.zip` names a mail box still.
_FILE = re.compile(
    r"(?:@ ?(?:v?[0-9]+(?:\.[0-9]+)+(?:\.min)?|[\w-]*)| at .*)"
    r"\.(?:png|jpe?g|gif|svg|webp|ico|jsx?|tsx?|css|html?|pdf|zip|json|txt|xml|ya?ml)$",
    re.IGNORECASE,
)
# Without a domain it may be a user on a server, or a version of a package.
_MAIL = re.compile(
    "邮|信箱|e-?mail|outlook|联系|抄送|发(?![现布版])|告警|收件|账号|帐号|登[录陆]名?|收不到"
    "|[退回]信|发不",
    re.IGNORECASE,
)
_SIGN = re.compile(r"@|[(\[{<](?:at|@)[)\]}>]|艾特|圈a|小老鼠|花a| at ", re.IGNORECASE)


def is_source_or_file(text: str, start: int, end: int) -> bool:
    """Tell whether what is shaped like a mail box is `git@host:path` or `logo@2x.png`."""
    value = text[start:end]
    source = value[:4].lower() == "git@" and text[end : end + 1] in (":", "/")
    return source or _FILE.search(value) is not None


def _is_no_mailbox(text: str, start: int, end: int) -> bool:
    local, at, _ = text[start:end].lower().partition(" at ")
    return is_source_or_file(text, start, end) or (bool(at) and local in _LEADS_TO_PAGE)


def find_mailboxes(text: str) -> Iterator[Finding]:
    """Yield the e-mail addresses of a shadow text."""
    if _SIGN.search(text):
        for match in _MAILBOX.finditer(text):
            in_path = "://" in text[max(0, match.start() - 200) : match.start()].rsplit(" ")[-1]
            if not in_path and not _is_no_mailbox(text, *match.span()):
                yield Finding("email", *match.span(), 1.0)
        for match in _ON_HOST.finditer(text) if "@" in text and _MAIL.search(text) else ():
            host = match.group().rpartition("@")[2].lower()
            if host not in _NO_HOST and not host.startswith(("ssw0rd", "ssword")):
                yield Finding("email", *match.span(), 0.7)
    if "#" in text or "*" in text or "&" in text or "$" in text:
        for match in _DISGUISED.finditer(text):
            yield Finding("email", *match.span(), 0.8)
