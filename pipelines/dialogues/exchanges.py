"""A redacted conversation becomes exchanges: the customer's question and the agent's answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from pipelines.dialogues.courtesy import confirms, hands_over, meaning
from pipelines.dialogues.heard import asks_back
from pipelines.dialogues.orders import is_about_one_order
from pipelines.dialogues.remarks import (
    asks_nothing,
    asks_the_customer,
    is_courteous,
    is_filler,
    is_notice,
    is_of_one_customer,
    says_something,
    tells,
)
from pipelines.records import Exchange, Outcome, Role
from pipelines.text import digest

Reason = Literal[
    "kept",
    "courtesy",
    "too_short",
    "unanswered",
    "only_acknowledged",
    "one_order",
    "residue",
    "repeated",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""What can become of a customer's turn; every turn is counted under exactly one."""

MIN_MEANING = 4
"""Letters, digits or Han characters that a question needs to be understood by itself."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message after redaction. `withheld` means that its text may not be used at all."""

    at: datetime
    role: Role
    customer: str
    """Keyed hash of the customer; empty where the log names none."""
    text: str
    redactions: int
    withheld: bool
    outcome: Outcome
    path: str
    line: int


@dataclass(slots=True)
class _Turn:
    """What a customer said until an agent answered, and that answer."""

    question: list[Said] = field(default_factory=list)
    answer: list[Said] = field(default_factory=list)

    def has_answer(self) -> bool:
        return any(said.withheld or says_something(said.text) for said in self.answer)


def exchanges_of(
    said: Sequence[Said], *, source: str, conversation: str, day: date
) -> tuple[list[Exchange], Counter[Reason]]:
    """Return the exchanges of one conversation, in order, and how its turns were judged.

    `said` is ordered by time; `conversation` is the keyed hash that stands for its name.
    """
    outcome = outcome_of(said)
    kept: dict[str, Exchange] = {}
    reasons: Counter[Reason] = Counter()
    for turn in _turns(said):
        reason = _judge(turn)
        if reason == "kept":
            exchange = _exchange(turn, source, conversation, day, outcome)
            if exchange.id in kept:
                reason = "repeated"
            kept.setdefault(exchange.id, exchange)
        reasons[reason] += 1
    return list(kept.values()), reasons


def outcome_of(said: Sequence[Said]) -> Outcome:
    """Return how a conversation ended: what the log says last, else what the words show."""
    for one in reversed(said):
        if one.outcome != "unknown":
            return one.outcome
    spoken = [
        one
        for one in said
        if one.role != "other" and one.text and not (one.withheld or is_notice(one.text))
    ]
    if any(one.role == "agent" and hands_over(one.text) for one in spoken):
        return "handed_off"
    # An agent who says `不客气` last does not undo the customer's thanks before it.
    answers = (
        at for at, one in enumerate(spoken) if one.role == "agent" and says_something(one.text)
    )
    answered = max(answers, default=-1)
    last_words = [one.text for one in spoken[answered + 1 :] if one.role == "customer"]
    if not last_words:
        return "unknown"
    silent = is_courteous(last_words[-1])
    settled = silent or confirms(last_words[-1])
    if answered >= 0 and settled and any(confirms(text) for text in last_words):
        return "resolved"
    return "unknown" if silent else "abandoned"


def _turns(said: Sequence[Said]) -> Iterator[_Turn]:
    """Cut a conversation where a customer speaks again after an answer.

    Bots and the help desk's own notices do not count. While a question waits, `稍等` and
    `怎么称呼您` are no answer to it, and neither `好的` nor a name and a number are part of it.
    What an agent asked for, and what was tried, is no question of its own: the answer goes on
    after it.
    """
    turn = _Turn()
    for one in said:
        if one.role == "other" or is_notice(one.text) or not (one.text or one.withheld):
            continue
        if one.role == "agent":
            if turn.question:  # an agent's opening words answer nothing
                turn.answer.append(one)
        elif not turn.has_answer():
            if not turn.answer or one.withheld or _asks(one, turn.answer[-1]):
                turn.question.append(one)
        elif _tells(one, turn.answer[-1]):
            if not one.redactions and asks_back(turn.answer[-1].text):
                turn.question.append(one)
        else:
            yield turn
            turn = _Turn([one])
    if turn.question:
        yield turn


def _asks(one: Said, after: Said) -> bool:
    """Tell whether a customer's words belong to the question that still waits."""
    details = one.redactions > 0 and asks_the_customer(after.text)
    return not (details or is_courteous(one.text))


def _tells(one: Said, after: Said) -> bool:
    """Tell whether a customer only gives what the agent asked for along with an answer."""
    if one.withheld or is_courteous(one.text):
        return False
    return tells(one.text, after.text)


def _judge(turn: _Turn) -> Reason:
    if any(one.withheld for one in (*turn.question, *turn.answer)):
        return "residue"
    asked = _spoken_question(turn)
    if not asked:
        return "courtesy"
    if len(meaning("".join(one.text for one in asked))) < MIN_MEANING:
        return "too_short"
    if not turn.answer:
        return "unanswered"
    if not turn.has_answer():
        return "only_acknowledged"
    told = [one.text for one in turn.answer if not is_filler(one.text)]
    if is_about_one_order([one.text for one in asked], told) or all(map(is_of_one_customer, told)):
        return "one_order"
    return "kept"


def _spoken_question(turn: _Turn) -> list[Said]:
    return [one for one in turn.question if not asks_nothing(one.text)]


def _exchange(turn: _Turn, source: str, conversation: str, day: date, outcome: Outcome) -> Exchange:
    asked = _spoken_question(turn)
    told = [one for one in turn.answer if not is_filler(one.text)]
    question = "\n".join(one.text for one in asked)
    answer = "\n".join(one.text for one in told)
    return Exchange(
        id=digest("dialogues", source, conversation, question, answer),
        source=source,
        conversation=conversation,
        customer=next((one.customer for one in asked if one.customer), ""),
        day=day,
        at=asked[0].at,
        question=question,
        answer=answer,
        outcome=outcome,
        redactions=sum(one.redactions for one in (*asked, *told)),
        path=asked[0].path,
        line=asked[0].line,
    )
