"""Which addresses in an answer are the company's own, and may stay clickable.

Whoever can write a record or talk the model into something would like to send customers elsewhere.
An address is therefore own by what the operator configured, never by what a record says of it.
"""

import ipaddress
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

import regex
from tldextract import TLDExtract

from pipelines.settings import Settings

# Letters of a host name. Linkifiers let one begin behind a Han character, so none is among them.
_LETTER = r"[[\p{L}\p{N}_\-]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]]"
_LABEL = rf"{_LETTER}{{1,63}}"
_DOT = r"[.．｡]"
_MORE_LABELS = rf"(?:{_DOT}{_LABEL}+)"
# Where a host ends: a name that may go on is not over.
_OVER = rf"(?={_DOT}?+(?!{_LETTER})[\s\S])"
_AFTER_FIRST = rf"(?<=(?P<before>(?<!{_LETTER}|[./]){_LABEL}){_DOT})"
# Endings that chat clients take for an address even without a path behind them.
_ENDING = (
    r"com|cn|net|org|edu|gov|info|biz|io|co|cc|me|tv|ai|app|dev|top|xyz|vip|club|shop|store|"
    r"site|online|live|link|click|work|fun|icu|ltd|group|tech|cloud|space|website|win|mobi|pro|"
    r"asia|hk|tw|mo|jp|kr|sg|my|vn|th|in|ru|su|uk|de|fr|nl|eu|es|it|pl|br|us|ca|au|nz|ch|se|no|"
    r"fi|dk|be|at|cz|ua|tk|ml|ga|cf|gq|pw|ws|to|ly|gl|gg|example|test|onion|рф|xn--[a-z0-9\-]{2,59}"
)
_HAN_ENDING = r"中国|中國|公司|网络|網絡|集团|在线|网址|商城|商店|网店|我爱你"
_REST = r"[^\s<>\"'`()\[\]{}|，。；：！？、「」『』《》【】（）“”‘’…\p{Han}]{0,2000}+"

ADDRESSES = (
    # Anything with a scheme, as wide as a browser or a Markdown renderer would forgive.
    r"(?P<url>[:：](?<=(?P<before>[a-z][a-z0-9+.\-]{0,30}\\?)[:：])\\?[/／\\]\\?[/／\\]"
    rf"{_REST})(?=[\s\S])",
    rf"(?P<mail>[@＠](?<=(?P<before>(?:{_LETTER}|[.%+]){{1,64}})[@＠]){_LABEL}+"
    rf"{_MORE_LABELS}{{1,126}}+{_OVER})",
    rf"(?P<relative>[/／\\]{{2}}{_LABEL}+{_MORE_LABELS}{{1,126}}+{_OVER})",
    rf"(?P<bare>{_DOT}{_AFTER_FIRST}{_LABEL}+{_MORE_LABELS}{{0,125}}+{_OVER}"
    rf"(?:(?<={_DOT}(?:{_ENDING}))|(?<=(?<!{_LETTER})www{_DOT}[^\s]{{1,253}})"
    rf"|(?<={_DOT}[a-z]{{2,24}})(?=(?::\d{{1,5}})?+/)))",
    rf"(?P<bare>{_DOT}(?<=(?P<before>\p{{Han}}{{1,20}}){_DOT})"
    rf"(?:{_HAN_ENDING}|(?:{_ENDING}){_OVER}))",
    # What the markers of a prompt's passages hold is treated alike, and may be a customer's own.
    r"(?P<nonce>(?<![0-9a-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{16}(?=[^0-9a-z]))",
)
"""Finds each kind of address in front of the end, a newline; read without regard to case.

What was in front of the first character that matters is looked back at, and is the group `before`.
"""
KINDS = frozenset({"url", "mail", "relative", "bare", "nonce"})

_WEB = regex.compile(
    r"https?://(?P<host>[a-z0-9.\-]+)(?::\d{1,5})?(?P<path>[/?#][^\s\\]*)?", regex.IGNORECASE
)
_EACH = tuple(regex.compile(rule, regex.IGNORECASE | regex.VERSION1) for rule in ADDRESSES)
_PLAIN_HOST = regex.compile(r"[a-z0-9.\-]+")
_HEAD = regex.compile(r"[:：]\\?[/／\\]+[^/／?#\\]*")
_INNER_DOT = regex.compile(r"[.．｡](?=[\p{L}\p{N}])")
_WIDE = str.maketrans(":/\\@_=&|✿", "：／＼＠＿＝＆￨❀")
_ENDS = ".,;:!?*_~"


class Addresses:
    """The company's own addresses: whole domains, parts of shared hosts, and single addresses."""

    def __init__(
        self,
        domains: Iterable[str] = (),
        prefixes: Iterable[str] = (),
        single: Iterable[str] = (),
    ) -> None:
        self._domains = frozenset(domains)
        self._prefixes = tuple(prefixes)
        self._single = frozenset(single)

    @classmethod
    def of(cls, settings: Settings) -> "Addresses":
        """Return what the settings name: of the FAQ, repositories, `link_domains`, and in words.

        A repository's host is shared with strangers, so only the repository itself is own.
        """
        bases = [source.base_url for source in settings.faq]
        domains = {registered(urlsplit(url).hostname or "") for url in bases if url}
        domains |= {*settings.gateway.link_domains}
        repositories = [source.git or "" for source in settings.faq]
        repositories += [source.repo for source in settings.changelog]
        pages = filter(_is_page, repositories)
        wording = (*settings.wording.zh.values(), *settings.wording.en.values())
        return cls(
            domains - {""},
            (page.lower().removesuffix("/").removesuffix(".git") for page in pages),
            addresses_in("\n".join((settings.company.contact, *wording))),
        )

    def hold(self, address: str) -> bool:
        """Tell whether `address` is own; one that is written to look like another is not."""
        address = plain(address)
        if address in self._single:
            return True
        if "://" not in address:
            # Whoever has a mailbox at a domain of the company's belongs to it.
            return self._has(address.rpartition("@")[2])
        found = _WEB.fullmatch(address)
        if found is None or "://" in (found["path"] or ""):
            return False
        within = (address == one or address.startswith(f"{one}/") for one in self._prefixes)
        return self._has(found["host"]) or (".." not in address.replace("%2e", ".") and any(within))

    def _has(self, host: str) -> bool:
        if not _PLAIN_HOST.fullmatch(host):
            return False
        return any(host == domain or host.endswith(f".{domain}") for domain in self._domains)


def addresses_in(text: str) -> frozenset[str]:
    """Return every address in `text`, in lower case and without the punctuation behind it."""
    found = (match for rule in _EACH for match in rule.finditer(f"{text}\n"))
    return frozenset(plain(whole(match)) for match in found)


def whole(match: "regex.Match[str]") -> str:
    """Return the address that was found, with what stands before its first special character."""
    return f"{match.groupdict().get('before') or ''}{match[0]}"


def plain(address: str) -> str:
    """Return `address` as it is compared: in lower case, without the punctuation behind it."""
    return address.rstrip(_ENDS).lower()


def head(url: str) -> str:
    """Return a URL's host and what is before it; what follows is text like any other."""
    found = _HEAD.match(url)
    return found[0] if found else url


def defanged(address: str) -> str:
    """Return an address that people can read and nothing makes a link of.

    The dots of its host stand in brackets, as is the custom, and its scheme is none any more.
    """
    return _INNER_DOT.sub("[.]", address.translate(_WIDE))


def registered(host: str) -> str:
    """Return the domain that a host's owner registered, by the public suffix list; or the host.

    Of an ending that is not listed, as in `docs.corp.internal`, the last two labels are registered:
    where no rule matches, the list's rule is `*` (publicsuffix.org/list).
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        found = _suffixes()(host)
        unlisted = host if found.suffix else ".".join(host.split(".")[-2:])
        return found.top_domain_under_public_suffix or unlisted
    return host


@cache
def _suffixes() -> TLDExtract:
    # The list that comes with the library: nothing is fetched, and nothing is written.
    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def _is_page(url: str) -> bool:
    return url.startswith("https://") and urlsplit(url).path.count("/") > 1
