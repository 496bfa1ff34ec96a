"""Rewriting by rules: what a question says in full, with what was said before it.

The customer's own turns go in front of the question as they stand. Of 95 second questions, the
rarest terms of those turns found as much as the turns themselves, and names in place of pronouns
cannot find more: search looks for words and meaning, and a pronoun has neither. What the
assistant said lowers recall, and comes in only where the customer answers it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.followup.leaning import LEANS, leaning, topic_terms
from pipelines.followup.turns import Turn, asks_back, assents, bare, last_reply, plain
from pipelines.intent import Intent, intent_of
from pipelines.query import Vocabulary
from pipelines.terms import simplified
from pipelines.text import clean

# A pasted log as the previous message must not push the question out of the search.
LONGEST_CONTEXT = 200
MOST_TURNS = 3
# What answers a question is short.
_LONGEST_ANSWER = 24
_MOST_OF_REPLY = 3
# How sure it must be that what follows the assistant's question is no answer to it.
SURE_BEHIND_A_QUESTION = 0.9
# `新疆呢？`: the same of something else.
_AND_THAT = re.compile(r"呢[?!。~ ]*$")
_CORRECTION = re.compile(
    r"\s*(?:(?:不是|不对|错了|no|nope|not that|sorry)[的了吧]?(?:这个|那个)?[,，。.!！、 ]+)?"
    r"(?:我(?:说|问|指|要|想问)的?是|我是(?:说|问|指)|"
    r"i (?:meant|mean|said|was asking about|am asking about))"
    r"[:：,， ]*(?=\S)",
    re.IGNORECASE,
)
# `还有一个问题` and `顺便问下` are no such signs: what follows often leans.
_NEW_TOPIC = re.compile(
    r"\s*(?:(?:好的?|行|嗯|谢谢|ok(?:ay)?|thanks?|got it)[吧了啊,，。.!！;； ]*)?"
    r"(?:那|我|就|再|想)*+(?:换一?个(?:话题|问题)|(?:说|问)(?:点|个)别的|题外话|算了(?:不[^,，。!！?？]{0,6})?|"
    r"forget (?:it|that|about (?:it|that))|never ?mind(?: that)?|scratch that|"
    r"(?:on )?(?:a |an )?(?:completely |totally )?(?:different|unrelated|new|separate) "
    r"(?:topic|question|subject|matter|note)|unrelated|chang(?:e of|ing the) (?:topic|subject))"
    r"(?:哈|啊|吧|了)?[:：,，。.!！—\- ]+(?=\S)",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"(?:选项|问题|方案|方式|序号|回复|没错|应该|是|对|嗯|好|那|就|我|想|要|选|用|问|说|指|的|yes|ok(?:ay)?"
    r"|it(?:['’]s| is)|i (?:mean|meant|want)|option|question|the|number|no\.?|#|[,，、: ])*+"
    r"(?:第(?P<nth>[一二三四五六七八九1-9])(?:个|种|项|条)?(?:问题)?"
    # `问两个` and `要一个` tell how many.
    r"|(?P<number>[一二三四五六七八九两1-9])(?:号|st|nd|rd|th|(?<![问是要].)(?:个|种|项|条))?"
    r"|(?P<word>first|second|third|fourth|fifth|last|(?<!the )(?<!no )one|two|three|four|five)"
    r"|(?P<last>最后一?(?:个|种|项|条)(?:问题)?))"
    r"(?: one| option| question)?(?:吧|呢|的|怎么弄|怎么做|怎么办|[?？。.! ])*"
)
_ITEM = re.compile(
    r"^\s*(?:(?:\d{1,2}|[一二三四五六七八九])[.)、．）:：]|[-*•·])\s*(?P<item>\S.*)$"
)
_NUMBERS = {name: number for number, name in enumerate("一二三四五六七八九", 1)} | {
    "两": 2, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": 0,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
# Who asks for the same once more wants what he got, in other words.
_ONCE_MORE = re.compile(
    r"再(?:说|讲|发|解释)|没(?:看|听)?(?:懂|明白)|什么意思|看不懂|"
    r"\b(?:again|repeat|don't understand|do not understand|rephrase)\b"
)

Rule = str


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a question says, and what it says with the turns that it leans on."""

    asked: str
    """The question itself: without `我说的是`, and a choice by number as the thing chosen."""
    context: str
    """What stands in front of it, oldest first; empty where nothing was said before."""
    answered: str
    """The customer's turn that the assistant has answered already; empty where there is none."""
    rules: tuple[Rule, ...]
    """`correction`, `new_topic`, `choice`, `answer`, `assent`: the rules that found something to
    do."""

    @property
    def together(self) -> str:
        """Return the whole text; the question comes last."""
        return f"{self.context} {self.asked}".strip()

    @property
    def must_lean(self) -> bool:
        """Tell whether a rule says that the question means nothing alone."""
        return bool(set(self.rules) & {"choice", "answer", "assent"})


def intent_in(history: Sequence[Turn], message: str) -> Intent:
    """Return what a message is for, behind what was said before it.

    Who chooses from a list or says yes to what the assistant asked has not done with it, and
    whatever else is said then is an answer, but for what surely is none. Nor does `…呢` greet him
    to whom something was said before.
    """
    reply = last_reply(history)
    if chosen_item(message, reply):
        return "question"
    if asks_back(reply):
        return "question" if assents(message) else intent_of(message, SURE_BEHIND_A_QUESTION)
    intent = intent_of(message)
    goes_on = bool(history) and _AND_THAT.search(plain(message)) is not None
    return "question" if intent == "greeting" and goes_on else intent


def rewriting(
    question: str, history: Sequence[Turn], vocabulary: Vocabulary, records: int
) -> Rewriting:
    """Return what `question` says in full; `records` is what `vocabulary` was made of."""
    question = clean(question).strip()
    said = simplified(question)
    if (fresh := _NEW_TOPIC.sub("", said, count=1)) != said:
        return Rewriting(fresh, "", "", ("new_topic",))
    reply = last_reply(history)
    turns = _turns_before(history, vocabulary, records)
    context = [turn[-LONGEST_CONTEXT:] for turn in turns]
    asked, rules = question, []
    if (corrected := _CORRECTION.sub("", said, count=1)) != said:
        asked, rules = corrected.strip(), ["correction"]
    elif chosen := chosen_item(question, reply):
        asked, rules = chosen, ["choice"]
    elif reply and asks_back(reply) and _answers(question):
        rules = ["assent" if assents(question) else "answer"]
        context += _named_by(reply, turns, question, vocabulary, records)
    return Rewriting(
        asked=asked,
        context=" ".join(context)[-LONGEST_CONTEXT:].strip(),
        answered=_answered(question, reply, turns),
        rules=tuple(rules),
    )


def _turns_before(history: Sequence[Turn], vocabulary: Vocabulary, records: int) -> list[str]:
    """Return the customer's turns back to the last that stood alone, oldest first."""
    turns: list[str] = []
    for turn in reversed(history):
        text = clean(turn.text).strip()
        if turn.role != "user" or not text or intent_of(text) != "question":
            continue
        turns.insert(0, text)
        stood = leaning(text[-LONGEST_CONTEXT:], vocabulary, records)
        if len(turns) == MOST_TURNS or stood.probability < LEANS:
            break
    return turns


def _answers(question: str) -> bool:
    text = plain(question)
    return len(text) <= _LONGEST_ANSWER and not re.search(r"[?？]|吗|怎么|如何|为什么|多久", text)


def only_chooses(message: str) -> bool:
    """Tell whether a message only names one of several things by its number, or says yes."""
    return assents(message) or _CHOICE.fullmatch(bare(message)) is not None


def chosen_item(question: str, reply: str) -> str:
    """Return the item of a reply's list that a question names by its number, or nothing."""
    found = _CHOICE.fullmatch(bare(question))
    if not found or not reply:
        return ""
    items = [item["item"].strip() for line in reply.split("\n") if (item := _ITEM.match(line))]
    name = found["nth"] or found["number"] or found["word"] or "last"
    number = int(name) if name.isdecimal() else _NUMBERS[name]
    return items[number - 1][:LONGEST_CONTEXT] if items and number <= len(items) else ""


def _named_by(
    reply: str, turns: Sequence[str], question: str, vocabulary: Vocabulary, records: int
) -> list[str]:
    """Return the rarest terms of what the assistant asked, as far as they are needed.

    Who says yes says what was asked. Another answer needs it where the customer named little
    before, and not where it takes one of the things that were asked about.
    """
    asked = re.split(r"[。！!\n]|\.\s", plain(reply).rstrip("。!！."))[-1]
    terms = topic_terms(asked, vocabulary, records)
    said = topic_terms(" ".join(turns), vocabulary, records)
    if not assents(question) and (
        sum(said.values()) >= 1 or terms.keys() & topic_terms(question, vocabulary, records)
    ):
        return []
    rarest = sorted(terms.keys() - said.keys(), key=lambda term: (-terms[term], term))
    kept = set(rarest[:_MOST_OF_REPLY])
    return [term for term in terms if term in kept]


def _answered(question: str, reply: str, turns: Sequence[str]) -> str:
    if not reply or not turns or asks_back(reply) or _ONCE_MORE.search(plain(question)):
        return ""
    return turns[-1][-LONGEST_CONTEXT:]
