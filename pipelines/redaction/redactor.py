"""The redactor: conversations in, the same conversations without personal data out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from pipelines.redaction.cold_import import without_torch
from pipelines.redaction.findings import Finding, Span
from pipelines.redaction.numbers import joins_into_number
from pipelines.redaction.pseudonyms import Pseudonyms, canonical
from pipelines.redaction.residue import scan
from pipelines.redaction.shadow import HOLE, Shadow, shadow

LONGEST = 100_000
"""Characters of a message that is still read; a longer one is refused whole."""

# Conversations looked at together: more texts of one length share a batch.
_GROUP = 512
_SPREADS_FROM = 5
_TAIL = re.compile(r"(?<![0-9A-Za-z.])[0-9](?:[ -]?[0-9]){2,16}[ ,，.。~-]*$")
_HEAD = re.compile(r"^[ ,，.。-]*([0-9](?:[ -]?[0-9]){1,16}[Xx]?)(?![0-9A-Za-z.])")
_MAIL_TAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{1,40} ?(@?)[ ]*$")
_MAIL_HEAD = re.compile(
    r"^[ ]*(@?) ?[A-Za-z0-9-]{2,40}\.(?:com|cn|net|org|io)(?:\.cn)?(?![A-Za-z])"
)


_NOTHING = Shadow("", None)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A message without personal data."""

    text: str
    """Placeholders in place of personal data; empty where `residue` is not."""
    spans: tuple[Span, ...]
    """What was replaced, as places in the original text, sorted and disjoint."""
    residue: tuple[str, ...]
    """Types that the strict re-scan still saw, or `too_long`: not to be stored. Empty is clean."""


@dataclass(slots=True)
class _Draft:
    """A message on its way: what was found so far, in places of the original text."""

    text: str
    spans: list[Span] = field(default_factory=list)
    values: dict[Span, str] = field(default_factory=dict)
    shadow: Shadow = _NOTHING
    is_new: bool = True

    @property
    def is_too_long(self) -> bool:
        return len(self.text) > LONGEST

    def look(self) -> str:
        """Return the shadow of what is left to look at."""
        holes = sorted((span.start, span.end) for span in self.spans)
        self.shadow = _NOTHING if self.is_too_long else shadow(self.text, holes)
        return self.shadow.text

    def add(self, finding: Finding, value: str | None = None) -> None:
        """Take a finding in the current shadow, without the holes that it runs over."""
        for piece in re.finditer(f"[^{HOLE}]+", self.shadow.text[finding.start : finding.end]):
            start = finding.start + piece.start() + _blank(piece.group())
            end = finding.start + piece.start() + len(piece.group().rstrip(" ,，.。、:：;；\n"))
            if start >= end:
                continue
            span = Span(finding.type, *self.shadow.original(start, end))
            if any(span.start < other.end and other.start < span.end for other in self.spans):
                continue
            self.spans.append(span)
            text = self.shadow.text[start:end]
            self.values[span] = value or canonical(finding.type, text)
            self.is_new = True


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip(" ,，.。、:：;；\n"))


class Redactor:
    """Replaces personal data by pseudonyms; loads Presidio and LAC when made (1 s, 250 MB).

    `allow` lists public numbers and names that stay, in whatever way a message writes them.
    The output is the same however messages are batched, and redacting it again changes nothing.
    """

    def __init__(self, key: bytes, *, allow: Sequence[str] = ()) -> None:
        # Presidio, spaCy and LAC are heavy: `sanku --help` must not pay for them.
        with without_torch():
            from pipelines.redaction.engine import Engine

        self._key = key
        self._engine: Engine = Engine()
        self._allowed = _allow_pattern(allow)

    def __repr__(self) -> str:
        return "Redactor()"

    def redact(self, text: str) -> Redacted:
        """Return `text` redacted as the only message of a conversation without a name."""
        return self.redact_conversations({"": (text,)}, lambda _: None)[""][0]

    def redact_conversations(
        self, conversations: Mapping[str, Sequence[str]], advance: Callable[[int], None]
    ) -> dict[str, list[Redacted]]:
        """Return each conversation's messages redacted, in order.

        A name found in one message is replaced in all of its conversation, and a value has one
        pseudonym there. `advance` is called with the number of messages just finished.
        """
        redacted: dict[str, list[Redacted]] = {}
        waiting = iter(conversations.items())
        while group := dict(islice(waiting, _GROUP)):
            drafts = {name: [_Draft(text) for text in texts] for name, texts in group.items()}
            self._find_all(drafts)
            for name, messages in drafts.items():
                redacted[name] = list(self._replace_all(name, messages))
                advance(len(messages))
        return redacted

    def _find_all(self, drafts: Mapping[str, list[_Draft]]) -> None:
        """Look until nothing new is found: what is replaced changes how its surroundings read, and
        redacting the result again must find nothing.
        """
        known: dict[str, list[Finding]] = {}
        open_ = dict(drafts)
        while open_:
            new = [draft for messages in open_.values() for draft in messages if draft.is_new]
            texts = {text for draft in new if (text := draft.look()) not in known}
            known.update(self._engine.analyze(sorted(texts)))
            for draft in new:
                draft.is_new = False
                for finding in known[draft.shadow.text]:
                    if not self._is_allowed(draft.shadow.text, finding):
                        draft.add(finding)
            for messages in open_.values():
                self._find_across(messages)
            open_ = {
                name: messages
                for name, messages in open_.items()
                if any(draft.is_new for draft in messages)
            }

    def _find_across(self, messages: list[_Draft]) -> None:
        """Find what only the conversation tells: values seen elsewhere, answers, split numbers."""
        from pipelines.redaction.names import find_answered_name

        for before, after in pairwise(messages):
            answer = find_answered_name(after.shadow.text, before.text[-200:])
            if answer is not None and not self._is_allowed(after.shadow.text, answer):
                after.add(answer)
        for distance in (1, 2):
            for before, after in zip(messages, messages[distance:], strict=False):
                _join(before, after)
        if (values := _telling(messages)) is None:
            return
        pattern, types = values
        for draft in messages:
            for match in pattern.finditer(draft.shadow.text):
                kind, value = types[match.group()]
                finding = Finding(kind, match.start(), match.end(), 0.9)
                if not self._is_allowed(draft.shadow.text, finding):
                    draft.add(finding, value)

    def _replace_all(self, name: str, messages: list[_Draft]) -> Iterator[Redacted]:
        pseudonyms = Pseudonyms(self._key, name, (draft.text for draft in messages))
        for draft in messages:
            if draft.is_too_long:
                yield Redacted("", (), ("too_long",))
                continue
            # In reading order, because Presidio's operators run from the end to the start.
            spans = sorted(draft.spans, key=lambda span: span.start)
            placeholders = {
                (span.type, draft.text[span.start : span.end]): pseudonyms.placeholder(
                    span.type, draft.values[span]
                )
                for span in spans
            }
            text = self._engine.replace(draft.text, spans, placeholders) if spans else draft.text
            visible = shadow(text).text
            if self._allowed is not None:
                visible = self._allowed.sub(" ", visible)
            residue = scan(visible)
            yield Redacted("" if residue else text, tuple(spans), residue)

    def _is_allowed(self, text: str, finding: Finding) -> bool:
        if self._allowed is None:
            return False
        for match in self._allowed.finditer(text):
            if match.start() <= finding.start and finding.end <= match.end():
                return True
            if finding.start <= match.start() and match.end() <= finding.end:
                rest = text[finding.start : match.start()] + text[match.end() : finding.end]
                return re.fullmatch(r"[ ()+-]*(?:86)?[ ()+-]*", rest) is not None
        return False


def _allow_pattern(allow: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of the public values, with or without separators between their digits."""
    values = sorted({shadow(value).text.strip() for value in allow} - {""}, key=len, reverse=True)
    if not values:
        return None
    parts = []
    for value in values:
        bare = re.sub(r"(?<=[0-9)])[ .()-]+(?=[0-9(])", "", value)
        literal = "".join(
            re.escape(char) + (r"[ .()-]{0,2}" if char.isdigit() and after.isdigit() else "")
            for char, after in zip(bare, bare[1:] + " ", strict=True)
        )
        parts.append(literal)
    return re.compile(rf"(?<![0-9A-Za-z@])(?:{'|'.join(parts)})(?![0-9A-Za-z@])", re.IGNORECASE)


def _telling(
    messages: Sequence[_Draft],
) -> tuple[re.Pattern[str], dict[str, tuple[str, str]]] | None:
    """Return what to look for in all messages of a conversation, and what each text stands for."""
    from pipelines.redaction.names import is_telling

    types: dict[str, tuple[str, str]] = {}
    for draft in messages:
        for span, value in draft.values.items():
            text = shadow(draft.text[span.start : span.end]).text
            if HOLE in text:
                continue
            if span.type == "person":
                if is_telling(text):
                    types.setdefault(text, (span.type, value))
                if value != text and len(value) >= 2 and value in text and is_telling(value):
                    types.setdefault(value, (span.type, value))
            elif len(text) >= _SPREADS_FROM and span.type not in ("birth_date", "code"):
                types.setdefault(text, (span.type, value))
    if not types:
        return None
    parts = [
        f"(?<![0-9A-Za-z]){re.escape(text)}(?![0-9A-Za-z])" if text.isascii() else re.escape(text)
        for text in sorted(types, key=lambda text: (-len(text), text))
    ]
    return re.compile("|".join(parts)), types


def _join(before: _Draft, after: _Draft) -> None:
    """Take a number or mail box that begins in one message and ends in a later one."""
    tail, head = _TAIL.search(before.shadow.text), _HEAD.match(after.shadow.text)
    if tail and head:
        first = re.sub("[^0-9]", "", tail.group())
        last = re.sub("[^0-9Xx]", "", head.group(1))
        kind = joins_into_number(first, last)
        if kind is not None and len(first) < 16:
            value = canonical(kind, first + last)
            before.add(Finding(kind, tail.start(), tail.end(), 0.7), value)
            after.add(Finding(kind, head.start(1), head.end(1), 0.7), value)
        return
    tail, head = _MAIL_TAIL.search(before.shadow.text), _MAIL_HEAD.match(after.shadow.text)
    if tail and head and (tail.group(1) or head.group(1)):
        value = canonical("email", tail.group() + head.group())
        before.add(Finding("email", *tail.span(), 0.7), value)
        after.add(Finding("email", *head.span(), 0.7), value)
