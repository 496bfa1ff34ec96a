"""Remarks: what one message of a chat is for, by what others wrote, and a few rules of words."""

from pipelines.dialogues.courtesy import is_customer_courtesy, is_short, troubles
from pipelines.dialogues.heard import asks_back, heard_of_agent, heard_of_customer


def is_courteous(text: str) -> bool:
    """Tell whether a customer only greets, thanks or assents, or says nothing at all."""
    heard = heard_of_customer(text) == "courtesy" and not troubles(text)
    return heard or is_customer_courtesy(text)


def asks_nothing(text: str) -> bool:
    """Tell whether a customer's words hold no question: a courtesy, a closing, only details."""
    heard = heard_of_customer(text) in ("courtesy", "closes", "details") and not troubles(text)
    return heard or is_customer_courtesy(text)


def tells(text: str, agent: str) -> bool:
    """Tell whether a customer only gives what `agent` asked for, or reports on what was said."""
    heard = heard_of_customer(text) in ("reply", "details") and not troubles(text)
    return heard or (is_short(text) and asks_back(agent))


def asks_the_customer(text: str) -> bool:
    """Tell whether an agent only asks, for data or back, before any answer."""
    return heard_of_agent(text) == "request"


def is_holding(text: str) -> bool:
    """Tell whether an agent only apologises, or is courteous: worth its tone, but no answer."""
    return heard_of_agent(text) in ("courtesy", "apology")


def is_filler(text: str) -> bool:
    """Tell whether an agent's words are left out of an answer; an apology is kept for its tone."""
    return heard_of_agent(text) in ("courtesy", "request", "unknown")


def says_something(text: str) -> bool:
    """Tell whether an agent's words can be an answer at all."""
    return heard_of_agent(text) in ("answer", "case")


def is_of_one_customer(text: str) -> bool:
    """Tell whether an agent only says what was done for, or is true of, this one customer."""
    return heard_of_agent(text) == "case"
