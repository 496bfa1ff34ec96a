"""The redactor: conversations in, the same conversations without personal data out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.redaction.cold_import import without_torch
from pipelines.redaction.findings import Finding, Span
from pipelines.redaction.orders import find_answered_order
from pipelines.redaction.pseudonyms import Pseudonyms, canonical
from pipelines.redaction.residue import allow_pattern, scan
from pipelines.redaction.shadow import HOLE, LABELS, PLACEHOLDER, Shadow, placeholders, shadow

if TYPE_CHECKING:
    from pipelines.redaction.engine import Engine
    from pipelines.redaction.recognizers import CompanyRecognizer

LONGEST = 100_000
"""Characters of a message that is still read; a longer one is refused whole."""

Conversations = Mapping[str, Sequence[str]]

# Looked at together: more texts of one length share a batch, and memory stays bounded.
_GROUP_MESSAGES = 4_000
_GROUP_CHARACTERS = 400_000
_SPREADS_FROM = 5


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

    def look(self, placeholder: re.Pattern[str]) -> str:
        """Return the shadow of what is left to look at."""
        holes = sorted((span.start, span.end) for span in self.spans)
        self.shadow = _NOTHING if self.is_too_long else shadow(self.text, holes, placeholder)
        return self.shadow.text

    def add(self, finding: Finding, value: str | None = None) -> None:
        """Take a finding in the current shadow, without the holes that it runs over."""
        for piece in re.finditer(f"[^{HOLE}]+", self.shadow.text[finding.start : finding.end]):
            start = finding.start + piece.start() + _blank(piece.group())
            end = finding.start + piece.start() + len(piece.group().rstrip(_tail(finding.type)))
            if start >= end:
                continue
            span = Span(finding.type, *self.shadow.original(start, end))
            met = [one for one in self.spans if span.start < one.end and one.start < span.end]
            if not all(span.holds(one) for one in met):
                continue
            # The whole of a value takes the place of a part of it that was found before.
            for part in met:
                self.spans.remove(part)
                del self.values[part]
            self.spans.append(span)
            text = self.shadow.text[start:end]
            self.values[span] = value or canonical(finding.type, text)
            self.is_new = True


def _tail(kind: str) -> str:
    """Return what ends a sentence rather than a value; a password may end in anything."""
    return ",，;；\n " if kind in ("password", "secret") else " ,，.。、:：;；\n"


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip(" ,，.。、:：;；\n"))


class Redactor:
    """Replaces personal data by pseudonyms; loads Presidio and LAC when first used (1 s, 250 MB).

    `allow` lists public numbers and names that stay, in whatever way a message writes them.
    `replace_orders` tells whether order, ticket and tracking numbers are replaced too, and
    `recognizers` are the files of the company's own; one that is wrong raises `SettingsError`.
    The output is the same however messages are batched, and redacting it again changes nothing.
    """

    def __init__(
        self,
        key: bytes,
        *,
        allow: Sequence[str] = (),
        replace_orders: bool = False,
        recognizers: Sequence[Path] = (),
    ) -> None:
        self._key = key
        self._allowed = allow_pattern(allow)
        self._replace_orders = replace_orders
        self._company = _load(recognizers)
        self._labels = LABELS | {
            kind: one.label for one in self._company for kind in one.supported_entities
        }
        self._placeholder = placeholders(self._labels.values()) if self._company else PLACEHOLDER

    @cached_property
    def _engine(self) -> "Engine":
        # Presidio, spaCy and LAC are heavy: `sanku --help` must not pay for them.
        with without_torch():
            from pipelines.redaction.engine import Engine

        return Engine(self._company, replace_orders=self._replace_orders)

    def __repr__(self) -> str:
        return "Redactor()"

    def prepare(self) -> None:
        """Load what the first message needs, before it comes."""
        self.redact("您好")

    def redact(self, text: str) -> Redacted:
        """Return `text` redacted as the only message of a conversation without a name."""
        return next(self._redact_group({"": (text,)}))[1][0]

    def redact_conversations(
        self, conversations: Conversations, advance: Callable[[int], None]
    ) -> dict[str, list[Redacted]]:
        """Return each conversation's messages redacted, in order.

        A name found in one message is replaced in all of its conversation, and a value has one
        pseudonym there. `advance` is called with the number of messages just finished.
        """
        redacted: dict[str, list[Redacted]] = {}
        for group in groups(conversations, _GROUP_MESSAGES, _GROUP_CHARACTERS):
            for name, messages in self._redact_group(group):
                redacted[name] = messages
                advance(len(messages))
        return redacted

    def _redact_group(self, group: Conversations) -> Iterator[tuple[str, list[Redacted]]]:
        drafts = {name: [_Draft(text) for text in texts] for name, texts in group.items()}
        self._find_all(drafts)
        for name, messages in drafts.items():
            yield name, list(self._replace_all(name, messages))

    def _find_all(self, drafts: Mapping[str, list[_Draft]]) -> None:
        """Look until nothing new is found: what is replaced changes how its surroundings read, and
        redacting the result again must find nothing.
        """
        open_ = dict(drafts)
        while open_:
            new = [draft for messages in open_.values() for draft in messages if draft.is_new]
            known = self._engine.analyze(draft.look(self._placeholder) for draft in new)
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
        from pipelines.redaction.answered_addresses import find_answered_address
        from pipelines.redaction.answers import LOOKS_BACK, find_answers
        from pipelines.redaction.split_values import find_split_values

        texts = [draft.shadow.text for draft in messages]
        for place, (draft, text) in enumerate(zip(messages, texts, strict=True)):
            for answer in find_answers(text, texts[max(0, place - LOOKS_BACK) : place]):
                if not self._is_allowed(text, answer):
                    draft.add(answer)
            address = find_answered_address(text, texts[max(0, place - LOOKS_BACK) : place])
            if address is not None and not self._is_allowed(text, address):
                draft.add(address)
        for before, after in pairwise(messages) if self._replace_orders else ():
            if number := find_answered_order(after.shadow.text, before.text[-200:]):
                after.add(number)
        for place, finding, value in find_split_values(texts):
            messages[place].add(finding, value)
        values = _telling(messages)
        for draft in messages if values else ():
            for start, text in _occurrences(draft.shadow.text, values):
                kind, value = values[text]
                finding = Finding(kind, start, start + len(text), 0.9)
                if not self._is_allowed(draft.shadow.text, finding):
                    draft.add(finding, value)

    def _replace_all(self, name: str, messages: list[_Draft]) -> Iterator[Redacted]:
        found = any(draft.spans for draft in messages)
        texts = (draft.text for draft in messages) if found else ()
        pseudonyms = Pseudonyms(self._key, name, texts, self._labels)
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
            residue = self._residue(text if spans else None, draft.shadow.text)
            yield Redacted("" if residue else text, tuple(spans), residue)

    def _residue(self, text: str | None, visible: str) -> tuple[str, ...]:
        """Return what the strict scan sees in `text`; `visible` is its shadow where it is None."""
        if text is not None:
            visible = shadow(text, (), self._placeholder).text
        return scan(visible, self._allowed)

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


def groups(
    conversations: Conversations, messages: int, characters: int
) -> Iterator[dict[str, Sequence[str]]]:
    """Yield `conversations` in order, each whole, in groups that end when they have so many
    `messages` or `characters`.
    """
    group: dict[str, Sequence[str]] = {}
    count = size = 0
    for name, texts in conversations.items():
        group[name] = texts
        count += len(texts)
        size += sum(map(len, texts))
        if count >= messages or size >= characters:
            yield group
            group, count, size = {}, 0, 0
    if group:
        yield group


def _load(files: Sequence[Path]) -> "tuple[CompanyRecognizer, ...]":
    if not files:
        return ()
    with without_torch():
        from pipelines.redaction.recognizers import load_recognizers

    return load_recognizers(files)


def _telling(messages: Sequence[_Draft]) -> dict[str, tuple[str, str]]:
    """Return the texts to look for in all messages of a conversation: type and value of each."""
    from pipelines.redaction.names import given_name, is_telling

    types: dict[str, tuple[str, str]] = {}
    for draft in messages:
        for span, value in draft.values.items():
            text = shadow(draft.text[span.start : span.end]).text
            if HOLE in text:
                continue
            if span.type == "person":
                if is_telling(text):
                    types.setdefault(text, (span.type, value))
                if (given := given_name(text)) is not None:
                    types.setdefault(given, (span.type, value))
                if value != text and len(value) >= 2 and value in text and is_telling(value):
                    types.setdefault(value, (span.type, value))
            elif len(text) >= _SPREADS_FROM and span.type not in ("birth_date", "code"):
                types.setdefault(text, (span.type, value))
    return types


def _occurrences(text: str, values: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield where `values` stand in `text`, from the left, the longest of those at one place.

    Not a pattern: compiling one for each conversation costs more than all of its searches.
    """
    found: list[tuple[int, int, str]] = []
    for value in values:
        start = text.find(value)
        while start >= 0:
            if not (value.isascii() and _inside_a_token(text, start, start + len(value))):
                found.append((start, -len(value), value))
            start = text.find(value, start + 1)
    end = 0
    for start, _, value in sorted(found):
        if start >= end:
            end = start + len(value)
            yield start, value


def _inside_a_token(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(char.isascii() and char.isalnum() for char in around)
