"""Open WebUI: background tasks, and its retrieval template around a real question.

Both begin with `### Task:`; only the retrieval template holds a question of a person's. A task is
never streamed (`routers/tasks.py` of 0.12.4), a person's turn is, unless they switched it off: who
types a template by hand is answered as for any question.
"""

from collections.abc import Sequence

from pipelines.front_ends.front_end import Background, FrontEnd, Spoken

_TASK = "### Task:\n"
# How the default templates end: all others, and the autocompletion's.
_TASK_ENDS = ("</chat_history>", "#### Output:")
_EMOJI = "Your task is to reflect the speaker's likely facial expression through a fitting emoji."
_TOOLS = "Available Tools: "
_RETRIEVAL = "### Task:\nRespond to the user query using the provided"
_QUERY_BEGIN, _QUERY_END = "<user_query>", "</user_query>"


def _unwrap(text: str) -> str:
    if not text.startswith(_RETRIEVAL):
        return text
    end = text.rstrip()
    if end.endswith(_QUERY_END) and _QUERY_BEGIN in end:
        return end.removesuffix(_QUERY_END).rpartition(_QUERY_BEGIN)[2].strip()
    # Newer templates end with the context, and the question follows it.
    return text.rpartition("</context>")[2].strip() or text


def _background(messages: Sequence[Spoken], streamed: bool) -> Background | None:
    users = [message.text for message in messages if message.role == "user"]
    # A task is sent on its own and quotes the conversation; a person's turn is part of one.
    if streamed or len(users) != 1 or len(messages) > 2 or users[0].startswith(_RETRIEVAL):
        return None
    if messages[0].role == "system" and messages[0].text.startswith(_TOOLS):
        return "task"
    text = users[0].rstrip()
    # The whole template: a customer's words that only begin like it are answered as a question.
    is_template = text.startswith(_TASK) and "Output" in text and text.endswith(_TASK_ENDS)
    return "task" if is_template or text.startswith(_EMOJI) else None


OPEN_WEBUI = FrontEnd("open_webui", _unwrap, _background)
