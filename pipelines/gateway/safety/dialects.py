"""What front ends execute, obey or swallow in an answer, and how each is broken up.

One character of each is replaced by its full-width twin: people read the same, parsers do not.
Every pattern is of the `regex` module, which can tell that more text may make a match of a part of
one; read line by line, without regard to case, and with a newline at the end of the whole. Each
begins with the character that it breaks, and looks back at what makes it dangerous: that is fast,
and words need not be held back.
"""

import regex

_TAGS = r"tool|function|invoke|parameter|think|thought|antthinking|final|relevant[-_]memor"
_DIRECTIVES = (
    r"reply_to|audio_as|tts|quick_replies|location|confirm|buttons|media_player|event|agenda|"
    r"device|appletv_remote"
)
_TOKENS = (
    r"(?:END_)?TOOL_(?:REQUEST|CALL|RESULT)|AVAILABLE_TOOLS|INST\]|SYSTEM_PROMPT|ARGS\]|"
    r"CALL_ID|THINK\]|BEGIN_OF|/?SYS\]"
)
_STEPS = r"tool(?:\s?input)?|thought|observation|final\s?answer|思考|观察|工具(?:输入|调用)?"
_CHINESE_ACTIONS = r"行动(?:输入)?|动作(?:输入)?"
_ARGUMENTS = r"arguments|parameters|args|kwargs|input|tool_?input|action_?input|params"
_CALLS = r"tool_?calls?|function_?calls?|tool_?uses?|recipient_name|action_?input|tool_?name"

# What a colon makes a command of.
_COMMANDS = (
    # MEDIA:path attaches a local file.
    r"(?<![a-z0-9_])MEDIA\s?",
    # ReAct: `Action: exec` and `Action Input: {}`.
    rf"^[ \t>*#\-]{{0,8}}(?:{_STEPS})[*_]{{0,2}}\s?",
    r"(?<![a-z0-9_])action\s?\d{0,2}\s?(?:input)?[*_]{0,2}\s?",
    rf"(?:{_CHINESE_ACTIONS})[*_]{{0,2}}\s?",
    # {"tool_calls": …}
    rf"[\"'](?:{_CALLS})[\"']\s{{0,8}}",
    # A definition makes a link of a number far away from it.
    r"^[ \t>]{0,8}\[[^\]\n]{1,200}\]",
    r"(?:java|vb|live)script\s?",
    r"magnet|view-source",
)

DIALECTS = (
    # Our own fences.
    r"(?P<passage></?\s?(?:资料|语气示例)[ \t][^>\n]{0,80}>?)",
    # <|channel|>, <｜tool▁calls▁begin｜>, <tool_call>, <invoke>, </think>, <<<BEGIN_…>>>,
    # <!everyone>, and HTML of every kind: no `<` stays in front of what could be a name, in code
    # neither: a tool may have any name, and who looks for its tag knows no code spans. Escaped as
    # `\<` or `&lt;` it would show so in plain text, with an invisible mark be copied with it.
    r"<(?=<{0,7}[\p{L}/!?|｜_$@%&#:\[{\\])",
    rf"<(?=\s{{1,3}}/?\s{{0,3}}(?:[a-z]{{1,10}}:)?(?:{_TAGS}))",
    r"[|｜](?=>)",
    # Functionary: `>>>exec` and arguments.
    r">(?<=^>)(?=>>[a-z_])",
    # [[reply_to_current]], [TOOL_CALLS], [/INST], `[exec]` alone on a line or before arguments.
    rf"\[(?=\[\s?/?(?:{_DIRECTIVES}))",
    rf"\[(?=\s?/?(?:{_TOKENS}))",
    r"\[(?<=^[ \t]{0,8}\[)(?=/?[a-z_][\w.:\- ]{0,63}\][ \t]{0,8}\n)",
    r"\[(?=/?[a-z_][\w.:\- ]{0,63}\]\s{0,16}\{)",
    # Calls in Python's writing, `[exec(command="id")]`.
    r"\[(?<=^[ \t]{0,8}\[)(?=[a-z_][\w.]{0,63}\()",
    # Images are fetched without a click, and tell their address whatever it holds.
    r"!(?=\[)",
    # NO_REPLY and its kin make the whole answer vanish.
    r"_(?<=(?:NO|HEARTBEAT|ANNOUNCE|REPLY)_)(?=REPLY|OK|SKIP)",
    r"⟦(?=openclaw)",
    rf":(?<=(?:{'|'.join(_COMMANDS)}):)",
    r":(?<=data:)(?=[a-z]{1,20}/|[;,])",
    # Calls written as JSON: {"name": …, "arguments": {…}}.
    rf":(?<=[\"'](?:{_ARGUMENTS})[\"']\s{{0,8}}:)(?=\s{{0,8}}(?:[\"']|\[)?\s{{0,8}}\{{)",
    # Qwen's ✿FUNCTION✿, harmony's `to=exec`.
    r"✿(?=\s?[a-z])",
    r"=(?<=(?<![a-z0-9_])to=)(?=\s?(?:functions|tool|[a-z_]{2,20}[.:\s<{]))",
    # A fence that names what runs its content: ```tool_code
    r"(?P<fence>[`~]{3,8}[ \t]{0,4})(?=tool|function|action|invoke|execut)",
    # LaTeX that fetches or links.
    r"\\(?=href|url|includegraphics|html|input\{|include\{|write18)",
    # Names that ring at everybody in a group.
    r"[@＠](?=everyone|channel|所有人|全体|(?:here|all)[^a-z])",
    # Characters by number: what a renderer makes of them is not looked at again.
    r"&(?=#x?[0-9a-f]{1,8}|(?:colon|sol|period|commat|lsqb|lbrack|lpar|excl|bsol|newline|tab);)",
)
LOOKS_BACK = 256
"""More characters than any of them looks back."""

_WIDE = str.maketrans(
    {
        "<": "＜",
        ">": "＞",
        "[": "［",
        "|": "￨",
        "｜": "￨",
        "!": "！",
        "_": "＿",
        ":": "：",
        "=": "＝",
        "⟦": "〚",
        "✿": "❀",
        "\\": "＼",
        "@": "＠",
        "&": "＆",
    }
)


def broken(match: "regex.Match[str]") -> str:
    """Return what stands in place of a found dialect."""
    match match.lastgroup:
        case "passage":
            return "…"
        case "fence":
            return f"{match[0]}·"
        case _:
            return match[0].translate(_WIDE)
