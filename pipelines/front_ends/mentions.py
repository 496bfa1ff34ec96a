"""A bot called by name in a group: `@help_bot 怎么退款？` asks `怎么退款？`.

Only what no one writes for another reason is taken off, at the beginning and at the end, so that
`@Transactional 不生效` stays the question that it is.
"""

import re

_BOT = re.compile(
    # Telegram, whose bots' names all end so (core.telegram.org/bots/features, "Username").
    r"@[A-Za-z][A-Za-z0-9_]{1,30}bot(?![A-Za-z0-9_.(])"
    # Slack (docs.slack.dev, "Formatting message text") and Discord ("Message Formatting").
    r"|<@[!&]?[A-Z0-9]{6,24}(?:\|[^<>\n]{0,80})?>"
    # Feishu: a placeholder in the text of an event, or a tag.
    r"|@_(?:user_\d{1,3}|all)\b"
    r"|<at [^<>\n]{1,200}>[^<>\n]{0,80}</at>"
    # WeChat and WeCom end a name, which may hold spaces, with U+2005.
    r"|@[^@\n\u2005]{1,60}\u2005"
    # Any of them by a name that says what it is.
    r"|@[\w.-]{0,30}(?:机器人|助手|助理|客服)(?=[\s，,：:]|\Z)",
    re.IGNORECASE,
)
_MOST = 8
_AROUND = " \t\r\n\u2005\u3000,，:："


def without_mentions(text: str) -> str:
    """Return `text` without the bots that it calls at either end; unchanged if nothing is left."""
    words = text.strip(_AROUND)
    for _ in range(_MOST):
        if not (mention := _BOT.match(words)):
            break
        words = words[mention.end() :].lstrip(_AROUND)
    for _ in range(_MOST):
        # Looked for near the end alone: a text may hold thousands of them.
        tail = max(0, len(words) - 300)
        last = next((m for m in _BOT.finditer(words, tail) if m.end() == len(words)), None)
        if last is None or not words[: last.start()].endswith(tuple(_AROUND)):
            break
        words = words[: last.start()].rstrip(_AROUND)
    return words if words and words != text.strip(_AROUND) else text
