"""What one message of a chat is for: by what others wrote."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pipelines.kinds import Classifier

AgentKind = Literal["answer", "courtesy", "apology", "request", "unknown", "case"]
"""An agent's; a `case` tells what was done for, or is true of, this one customer alone."""
AGENT_KINDS: tuple[AgentKind, ...] = get_args(AgentKind)
CustomerKind = Literal["question", "courtesy", "closes", "details", "reply"]
"""A customer's; `details` are data alone, and a `reply` tells what the agent asked back."""
CUSTOMER_KINDS: tuple[CustomerKind, ...] = get_args(CustomerKind)

AGENT_LEARNED = Path(__file__).with_name("agent.safetensors")
CUSTOMER_LEARNED = Path(__file__).with_name("customer.safetensors")
"""Both by `benchmarks/learned_kinds/train_remarks.py`."""
_AGENT = Classifier(AGENT_LEARNED, AGENT_KINDS)
_CUSTOMER = Classifier(CUSTOMER_LEARNED, CUSTOMER_KINDS)

LEAST_SURE = 0.7
"""So sure it must be that an agent does not answer, and a customer does not ask."""
SURE_OF_A_CLAUSE = 0.8
"""So sure it must be that a clause of a request answers; chosen among four by lessons left out."""
LONGEST = 200
"""Characters; in what is told at more length there is an answer, or a question."""

# What redaction put in the place of personal data, and what no one else has either.
_PLACEHOLDER = re.compile("〈[^〉]*〉")
_NUMBER = re.compile(r"\d{5,}")
_STOPS = "。.~～ \n"
_BETWEEN = re.compile(r"[,，。;；!！\n]|\.(?= )")

Kind = TypeVar("Kind", bound=str)


def as_told(text: str) -> str:
    """Return a message as it is heard: one mark for all personal data, one for all long numbers.

    A full stop at the end tells an orderly writer, and not what a message is for.
    """
    return _NUMBER.sub("#", _PLACEHOLDER.sub("〈〉", text)).rstrip(_STOPS)


def heard_of_agent(text: str) -> AgentKind:
    """Return what an agent's message is for."""
    fillers: tuple[AgentKind, ...] = ("courtesy", "apology", "request", "unknown")
    kind = _heard(_AGENT, text, "answer", (fillers, ("case",)))
    return "answer" if kind in ("request", "unknown") and _answers_too(text) else kind


def asks_back(text: str) -> bool:
    """Tell whether an agent asks the customer for something, whatever else is said."""
    # Whatever is asked stands at the end.
    last = text[-LONGEST:]
    return any(
        _AGENT.probabilities(as_told(clause))["request"] >= LEAST_SURE
        for clause in (last, *_BETWEEN.split(last))
        if clause.strip()
    )


def _answers_too(text: str) -> bool:
    """Tell whether one clause among others answers: `要提前登记，请提供一下来访信息`."""
    clauses = [clause for clause in _BETWEEN.split(text) if clause.strip()]
    return len(clauses) > 1 and any(
        _AGENT.probabilities(as_told(clause))["answer"] >= SURE_OF_A_CLAUSE for clause in clauses
    )


def heard_of_customer(text: str) -> CustomerKind:
    """Return what a customer's message is for."""
    return _heard(_CUSTOMER, text, "question", (("courtesy", "closes", "details", "reply"),))


def _heard(
    by: Classifier[Kind], text: str, worth: Kind, others: Iterable[tuple[Kind, ...]]
) -> Kind:
    """Return the likeliest of those kinds that are sure together, else what is worth keeping."""
    if len(text) > LONGEST:
        return worth
    likely = by.probabilities(as_told(text))
    for kinds in others:
        if sum(likely[kind] for kind in kinds) >= LEAST_SURE:
            return max(kinds, key=likely.__getitem__)
    return worth
