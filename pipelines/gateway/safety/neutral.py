"""Defuses answers that a chat front end would execute, obey, fetch or swallow instead of showing.

An answer text ran a shell command in an OpenClaw with default settings, so whatever a model or a
poisoned document says, no dialect of `dialects` may leave the gateway intact, no address that is
not the company's may stay clickable, and the system prompt stays inside. All of it stays readable.
"""

import re
from collections.abc import Set as AbstractSet

import regex

from pipelines.gateway.safety.addresses import (
    ADDRESSES,
    KINDS,
    Addresses,
    addresses_in,
    defanged,
    head,
    plain,
    whole,
)
from pipelines.gateway.safety.dialects import DIALECTS, LOOKS_BACK, broken
from pipelines.gateway.safety.leaks import PromptFilter
from pipelines.text import clean

# A link's text ends, and what it leads to begins.
_TARGET = r"(?P<target>\]\()(?=\s{0,20}+(?P<aim>[^\s()]*+)[\s\S])"
_AUTOLINK = r"<(?=(?P<aim>https?://[^\s<>]{1,2000}+)>)"
# The first of them that matches at a place counts. They are apart, because a search for several at
# once prefers one that is whole to one before it that is still incomplete.
_RULES = tuple(
    regex.compile(rule, regex.IGNORECASE | regex.MULTILINE | regex.VERSION1)
    for rule in (_TARGET, _AUTOLINK, *DIALECTS, *ADDRESSES)
)
# Invisible, and not among what `clean` removes, which keeps what an author may mean.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
# The beginning of an escape sequence or of a line's end, which is told with what follows.
_UNFINISHED = re.compile(r"(?:\r|\x1b(?:\[[0-9;?]*[ -/]*)?)\Z")
_GOES_ON = re.compile(r"[\w。．｡\]]")
_MARK = "…"
_NONE = Addresses()


class Neutraliser:
    """Defuses a text that arrives in pieces, exactly as it would defuse it whole.

    `own` are the addresses that stay, and `prompt` is what may not be said. From an address on that
    is not own the text is held back until `close` tells which others stay.
    """

    def __init__(self, own: Addresses = _NONE, prompt: str = "") -> None:
        self._own = own
        self._prompt = PromptFilter(prompt)
        self._raw = ""
        self._text = ""
        self._at = 0
        self._waits = False

    @property
    def asks(self) -> bool:
        """Whether what is held back has an address that stays only if `close` says so."""
        held = addresses_in(self._text)
        return any(not self._own.hold(address) for address in held)

    def feed(self, piece: str) -> str:
        """Return what of the text so far is decided."""
        self._raw += piece
        unfinished = _UNFINISHED.search(self._raw)
        end = unfinished.start() if unfinished else len(self._raw)
        ready, self._raw = self._raw[:end], self._raw[end:]
        return self._scan(self._prompt.feed(_cleaned(ready)))

    def close(self, also: AbstractSet[str] = frozenset()) -> str:
        """Return the rest, in which the addresses of `also` stay as well."""
        rest = self._prompt.feed(_cleaned(self._raw)) + self._prompt.close()
        self._raw = ""
        return self._scan(rest, also)

    def _scan(self, text: str, also: AbstractSet[str] | None = None) -> str:
        """Return what is decided with `text` added; `also` is None while more may follow."""
        self._text += text
        if also is None and self._waits:
            return ""
        self._waits = False
        # The end of the whole is the end of a line, which patterns look for.
        searched = self._text if also is None else f"{self._text}\n"
        out: list[str] = []
        found: dict[int, regex.Match[str] | None] = {}
        while self._at < len(self._text):
            match = self._next(found, searched, partial=also is None)
            start = match.start() if match else len(self._text)
            out.append(self._text[self._at : start])
            self._at = start
            if match is None or match.partial:
                break
            if also is None and match.end() == len(self._text):
                break
            told, end = self._told(match, also)
            if told is None:
                self._waits = True
                break
            out.append(told)
            self._at = end
        dropped = max(0, self._at - LOOKS_BACK)
        self._text, self._at = self._text[dropped:], self._at - dropped
        return "".join(out)

    def _next(
        self, found: dict[int, "regex.Match[str] | None"], searched: str, *, partial: bool
    ) -> "regex.Match[str] | None":
        """Return the first match from here on; `found` keeps each rule's own for the next call."""
        first: regex.Match[str] | None = None
        for number, rule in enumerate(_RULES):
            match = found.get(number)
            if number not in found or (match is not None and match.start() < self._at):
                match = found[number] = rule.search(searched, self._at, partial=partial)
            if match is not None and (first is None or match.start() < first.start()):
                first = match
        return first

    def _told(
        self, match: "regex.Match[str]", also: AbstractSet[str] | None
    ) -> tuple[str | None, int]:
        """Return what stands in place of a match, None when `close` has to tell; and its end."""
        kind, found = match.lastgroup, match.groupdict()
        if "aim" in found:
            # A relative link would lead to somewhere in the front end.
            stays = "://" in found["aim"] and self._stays(found["aim"], also)
            broken_up = "＜" if match[0] == "<" else "］("
            return None if stays is None else match[0] if stays else broken_up, match.end()
        if kind not in KINDS:
            return broken(match), match.end()
        stays = self._stays(whole(match), also)
        # A path may hold anything that is looked for.
        shown = head(match[0]) if kind == "url" else match[0]
        end = match.start() + len(shown)
        if not stays:
            broken_up = _MARK if kind == "nonce" else defanged(shown)
            return None if stays is None else broken_up, end
        # To a browser a letter, or the Chinese full stop, would go on with the name of the host.
        goes_on = kind == "url" and end == match.end() and _GOES_ON.match(self._text, end)
        return f"{shown} " if goes_on else shown, end

    def _stays(self, address: str, also: AbstractSet[str] | None) -> bool | None:
        if self._own.hold(address):
            return True
        return None if also is None else plain(address) in also


def neutral(text: str, own: Addresses = _NONE, also: AbstractSet[str] = frozenset()) -> str:
    """Return `text` with every dialect in it defused, and every address but `own` and `also`."""
    neutraliser = Neutraliser(own)
    return neutraliser.feed(text) + neutraliser.close(also)


def _cleaned(text: str) -> str:
    return _UNSEEN.sub("", clean(text))
