"""What an assistant may do over MCP: search the knowledge, and ask for a checked answer."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints
from starlette.concurrency import run_in_threadpool

from pipelines.followup import Turn
from pipelines.gateway.context import Context
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.conversation.recorder import Recording
from pipelines.gateway.conversation.reply import reply, whole
from pipelines.gateway.protocols.messages import Message
from pipelines.gateway.safety.addresses import addresses_in
from pipelines.gateway.safety.neutral import neutral
from pipelines.search import MAX_QUESTION, Hit

_MOST_HITS = 20
# Of each hit that is asked for; among them are dialogues, which are left out.
_SEARCHED = 3

_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)
]


class SearchArguments(BaseModel):
    """What `search_knowledge` takes."""

    question: _Words = Field(description="What is looked for, as a customer would ask it.")
    limit: int = Field(5, ge=1, le=_MOST_HITS, description="How many passages at most.")


class Said(BaseModel):
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class AskArguments(BaseModel):
    """What `ask` takes."""

    question: _Words = Field(description="The customer's question, in their own words.")
    history: list[Said] = Field([], description="The turns before it, oldest first.")


class Passage(BaseModel):
    """A passage of the FAQ, or a change of a release."""

    number: int = Field(description="As in the text of the result.")
    tier: Literal["faq", "changelog"]
    title: str
    text: str
    source: str = Field(description="File and line that it stands in.")
    url: str = Field(description="The first link that its author set; may be empty.")
    version: str = Field(description="Release that brought a change; empty for the FAQ.")
    outdated_by: str = Field(description="Release since which it no longer holds; else empty.")
    score: float = Field(description="Relevance between 0 and 1; not a probability.")


class Knowledge(BaseModel):
    """What `search_knowledge` returns, best passage first."""

    published: str = Field(description="Version of the index that was searched.")
    passages: list[Passage]


class Source(BaseModel):
    """What an answer cites."""

    number: int = Field(description="As in the text of the answer.")
    title: str
    url: str
    source: str = Field(description="File and line that it stands in.")


class Told(BaseModel):
    """What `ask` returns."""

    answer: str
    decision: str = Field(description="direct, grounded, refuse, handoff or degraded (quoted).")
    reason: str = Field(description="Code of the reason for the decision.")
    handoff: bool = Field(description="Whether a person should take over.")
    sources: list[Source]
    published: str = Field(description="Version of the index that answered.")


async def search_knowledge(context: Context, arguments: SearchArguments) -> tuple[str, Knowledge]:
    """Return the passages that fit a question as text and as data, safe for any front end.

    Dialogues are left out: what customers wrote proves nothing. Raises what `Searcher.search`
    raises.
    """
    found = await run_in_threadpool(
        context.searcher.search, arguments.question, limit=arguments.limit * _SEARCHED
    )
    hits = [hit for hit in found.hits if hit.chunk.tier != "dialogues"][: arguments.limit]
    passages = [_passage(number, hit, context) for number, hit in enumerate(hits, 1)]
    text = "\n\n".join(_as_text(passage) for passage in passages)
    return text or "No passage was found.", Knowledge(published=found.version, passages=passages)


async def ask(
    context: Context, arguments: AskArguments, headers: Mapping[str, str], client: str
) -> tuple[str, Told]:
    """Return the answer to a question as text and as data, as a chat front end would get it.

    Raises what `Answerer.stream` raises.
    """
    history = tuple(Turn(said.role, said.content) for said in arguments.history)
    asked = Asked(arguments.question, history)
    messages = [Message(role=turn.role, content=turn.text) for turn in history]
    messages.append(Message(role="user", content=asked.question))
    recording = Recording(context.recorder, headers, messages, asked, client=client, protocol="mcp")
    answer, ending = await whole(reply(context, asked, messages, None, recording))
    await recording.hand_on()
    about: dict[str, Any] = ending.about or {}
    return answer, Told(
        answer=answer,
        decision=about.get("decision", ""),
        reason=about.get("reason", ""),
        handoff=about.get("handoff", False),
        sources=[
            Source(
                number=one["number"],
                title=one["title"],
                url=one["url"],
                source=neutral(f"{one['path']}:{one['line']}"),
            )
            for one in about.get("citations", [])
        ],
        published=about.get("version", ""),
    )


def _passage(number: int, hit: Hit, context: Context) -> Passage:
    chunk = hit.chunk
    link = hit.url
    # An FAQ keeps its author's links; a change may be written by anybody.
    is_faq = chunk.tier == "faq"
    also = addresses_in(f"{chunk.title}\n{chunk.text}\n{link}") if is_faq else frozenset[str]()
    return Passage(
        number=number,
        tier="faq" if is_faq else "changelog",
        title=neutral(chunk.title, context.own, also),
        text=neutral(chunk.text, context.own, also),
        source=neutral(f"{chunk.path}:{chunk.line_start}"),
        url=link if is_faq or context.own.hold(link) else "",
        version=chunk.version,
        outdated_by=chunk.until,
        score=round(hit.score, 4),
    )


def _as_text(passage: Passage) -> str:
    outdated = f"\n(no longer true since {passage.outdated_by})" if passage.outdated_by else ""
    return f"[{passage.number}] {passage.title}\n{passage.text}{outdated}\n({passage.source})"
