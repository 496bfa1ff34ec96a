"""Open WebUI: background tasks, and its retrieval template around a real question.

Both begin with `### Task:`; only the retrieval template holds a question of a person's.
"""

from collections.abc import Sequence

from pipelines.front_ends.front_end import Background, FrontEnd, Spoken

_TASK = "### Task:\n"
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


def _background(messages: Sequence[Spoken]) -> Background | None:
    users = [message.text for message in messages if message.role == "user"]
    # A task is sent on its own and quotes the conversation; a person's turn is part of one.
    if len(users) != 1 or len(messages) > 2 or users[0].startswith(_RETRIEVAL):
        return None
    text = users[0].rstrip()
    # The whole template: a customer's words that only begin like it are answered as a question.
    is_template = text.startswith(_TASK) and "\n### Output:\n" in text
    return "task" if is_template and text.endswith("</chat_history>") else None


OPEN_WEBUI = FrontEnd("open_webui", _unwrap, _background)
