"""Remarks: what one message of a chat is for, by rules of words, and by what others wrote."""

from pipelines.dialogues.courtesy import (
    asks_back,
    closes,
    is_agent_courtesy,
    is_customer_courtesy,
    is_details,
    is_holding,
    is_request,
    knows_nothing,
    replies,
    troubles,
)
from pipelines.dialogues.heard import heard_of_agent, heard_of_customer


def is_courteous(text: str) -> bool:
    """Tell whether a customer only greets, thanks or assents, or says nothing at all."""
    heard = heard_of_customer(text) == "courtesy" and not troubles(text)
    return heard or is_customer_courtesy(text)


def asks_nothing(text: str) -> bool:
    """Tell whether a customer's words hold no question: a courtesy, a closing, only details."""
    ruled = is_customer_courtesy(text) or closes(text) or is_details(text)
    heard = heard_of_customer(text) in ("courtesy", "closes", "details") and not troubles(text)
    return heard or ruled


def tells(text: str, agent: str) -> bool:
    """Tell whether a customer only gives what `agent` asked for, or reports on what was said."""
    heard = heard_of_customer(text) in ("reply", "details") and not troubles(text)
    return heard or replies(text, agent)


def is_asked_for(text: str, agent: str) -> bool:
    """Tell whether what a customer tells is what `agent` asked for, and part of the question."""
    return replies(text, agent) or asks_back(agent) or asks_the_customer(agent)


def asks_the_customer(text: str) -> bool:
    """Tell whether an agent only asks, for data or back, before any answer."""
    return is_request(text) or heard_of_agent(text) == "request"


def is_filler(text: str) -> bool:
    """Tell whether an agent's words are left out of an answer; an apology is kept for its tone."""
    ruled = is_agent_courtesy(text) or is_request(text) or knows_nothing(text)
    return ruled or heard_of_agent(text) in ("courtesy", "request", "unknown")


def says_something(text: str) -> bool:
    """Tell whether an agent's words can be an answer at all."""
    ruled = is_holding(text) or is_request(text) or knows_nothing(text)
    return not ruled and heard_of_agent(text) in ("answer", "case")


def is_of_one_customer(text: str) -> bool:
    """Tell whether an agent only says what was done for, or is true of, this one customer."""
    return heard_of_agent(text) == "case"
