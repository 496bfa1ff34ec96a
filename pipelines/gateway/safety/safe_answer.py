"""The answer to a customer's question as it may leave: in pieces, defused, and never empty."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from pipelines.answer import Answer, Citation, wording_for
from pipelines.gateway.context import Context
from pipelines.gateway.conversation.question import Asked
from pipelines.gateway.safety.addresses import addresses_in
from pipelines.gateway.safety.neutral import Neutraliser, neutral


async def safe_answer(
    context: Context, asked: Asked, *, explained: bool = False
) -> AsyncGenerator[str | Answer, None]:
    """Yield the answer in pieces that no front end executes, and then the `Answer` of that text.

    Only where it is to be `explained` does it hold what was found: that weighs as much as a hundred
    answers, and answers are kept for those who ask again.

    Raises what `Answerer.stream` raises.
    """
    neutraliser = Neutraliser(context.own, context.searcher.version().manifest.prompt)
    said = ""
    answer: Answer | None = None
    # Closed at once when the client hangs up, and with it the model's generation.
    async with aclosing(context.answerer.stream(asked.question, asked.history)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Answer):
                answer = piece
            elif text := neutraliser.feed(piece):
                said += text
                yield text
    also: frozenset[str] = frozenset()
    # What is given verbatim keeps its author's links; whatever else is said, the company's alone.
    if answer and answer.decision == "direct" and neutraliser.asks:
        also = _written_by_authors(answer)
    if rest := neutraliser.close(also):
        said += rest
        yield rest
    if not said.strip():
        said = wording_for(context.settings, asked.question, asked.history).unanswered
        yield said
    if answer:
        citations = (_safe(one, context, also) for one in answer.citations)
        found = answer.found if explained else None
        yield replace(answer, text=said, citations=tuple(citations), found=found)


def _written_by_authors(answer: Answer) -> frozenset[str]:
    """Return the addresses in the FAQ entries that are cited; changes are written by anybody."""
    cited = {one.chunk_id for one in answer.citations if one.tier == "faq"}
    found: set[str] = set()
    for hit in answer.found.result.hits if answer.found else ():
        if hit.chunk.id in cited:
            links = " ".join(link.url for link in hit.chunk.links)
            found |= addresses_in(f"{hit.chunk.title}\n{hit.answer}\n{links}")
    return frozenset(found)


def _safe(citation: Citation, context: Context, also: frozenset[str]) -> Citation:
    stays = context.own.hold(citation.url) or citation.url.lower() in also
    title = neutral(citation.title, context.own, also)
    return replace(citation, title=title, url=citation.url if stays else "")
