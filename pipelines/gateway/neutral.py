"""Defuses answers that a chat front end would execute, obey or swallow instead of showing.

An answer text ran a shell command in an OpenClaw with default settings, so whatever a model or a
poisoned document says, none of these dialects may leave the gateway intact. One character of each
is replaced by its full-width twin: people read the same, parsers do not.
"""

import re
from collections.abc import Callable

from pipelines.text import clean

_WIDE = str.maketrans({"<": "＜", ">": "＞", "[": "［", ":": "：", "_": "＿", "⟦": "〚"})
_TAGS = r"tool|function|invoke|parameter|think|thought|antthinking|final|relevant[-_]memor"
_DIRECTIVES = (
    r"reply_to|audio_as|tts|quick_replies|location|confirm|buttons|media_player|event|agenda|"
    r"device|appletv_remote"
)

# (what is found, what of it is replaced). None may match further than `_UNDECIDED` holds back.
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), replace)
    for pattern, replace in (
        # <|channel|>, <|im_start|>, <|tool_call|>: chat-template tokens.
        (r"<\|", lambda m: m[0].translate(_WIDE)),
        (r"\|>", lambda m: m[0].translate(_WIDE)),
        # <tool_call>, <function_calls>, </think>, <ns:invoke>; envelopes of untrusted content.
        (rf"<(?=/?\s?(?:[a-z]{{1,10}}:)?(?:{_TAGS}))", lambda _: "＜"),
        (r"<<<(?=\s?[a-z])", lambda _: "＜＜＜"),
        # [[reply_to_current]], [[audio_as_voice]]: swallowed, with what they command.
        (rf"\[\[(?=\s?/?(?:{_DIRECTIVES}))", lambda _: "［［"),
        # [END_TOOL_REQUEST], [TOOL_CALLS], and `[exec]` alone on a line or in front of arguments.
        (r"\[(?=/?(?:END_)?TOOL_(?:REQUEST|CALL|RESULT))", lambda _: "［"),
        (r"^([ \t]{0,8})\[(?=/?[a-z_][\w.:\- ]{0,63}\][ \t]{0,8}$)", lambda m: f"{m[1]}［"),
        (r"\[(?=/?[a-z_][\w.:\- ]{0,63}\][ \t]{0,8}\{)", lambda _: "［"),
        # MEDIA:path attaches a local file; NO_REPLY and its kin make the whole answer vanish.
        (r"\b(MEDIA):", lambda m: f"{m[1]}："),
        (
            r"NO_REPLY|HEARTBEAT_OK|ANNOUNCE_SKIP|REPLY_SKIP",
            lambda m: m[0].translate(_WIDE),
        ),
        (r"⟦(?=openclaw)", lambda _: "〚"),
    )
)

# The end of a stream's text that the next piece may turn into one of the above.
_UNDECIDED = re.compile(
    r"(?:<{1,3}[|/]?\s?[A-Za-z:_-]{0,24}"
    r"|(?:^[ \t]{0,8})?\[{1,2}\s?/?(?:[A-Za-z_][\w.:\- ]{0,63})?\]?[ \t]{0,8}"
    r"|\||⟦[a-z]{0,8}|\b[A-Za-z_]{1,16})\Z",
    re.MULTILINE,
)


# More than the indentation that a rule looks through at the beginning of a line.
_CONTEXT = 10


class Neutraliser:
    """Defuses a text that arrives in pieces, exactly as it would defuse it whole."""

    def __init__(self) -> None:
        self._held = ""
        self._before = "\n"

    def feed(self, piece: str) -> str:
        """Return what of the text so far is decided."""
        self._held += clean(piece)
        undecided = _UNDECIDED.search(self._held)
        return self._emit(undecided.start() if undecided else len(self._held))

    def close(self) -> str:
        """Return the rest."""
        return self._emit(len(self._held))

    def _emit(self, end: int) -> str:
        decided, self._held = self._held[:end], self._held[end:]
        if not decided:
            return ""
        # What went before tells whether this begins a line or a word. Every replacement is as
        # long as what it replaces, so the new part is found again by its position.
        text = self._before + decided
        for pattern, replace in _RULES:
            text = pattern.sub(replace, text)
        emitted = text[len(self._before) :]
        self._before = (self._before + decided)[-_CONTEXT:]
        return emitted


def neutral(text: str) -> str:
    """Return `text` with every dialect in it defused."""
    neutraliser = Neutraliser()
    return neutraliser.feed(text) + neutraliser.close()
