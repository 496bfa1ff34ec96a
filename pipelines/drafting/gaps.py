"""What customers asked most and nobody answered, with its draft where there is one."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.analytics import turns, unresolved
from pipelines.analytics.topics import Topic, telling_words, topics
from pipelines.drafts import Draft
from pipelines.settings import Settings

DAYS = 7
"""How many days are looked at, today the last of them."""
MOST = 10
"""How many topics are drafted for."""
# What a customer says of the service, and not of the product: no entry could answer it.
_OF_NO_ENTRY = ("asks_for_person", "angry")


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that was asked and not answered, or a draft that is left of one."""

    topic: Topic | None
    """None where it is none of the last days' top questions any more; then there is a draft."""
    draft: Draft | None
    """What was drafted for it, or decided; None before anything was."""

    @property
    def waits(self) -> bool:
        """Whether nobody has decided on it."""
        return self.draft is None or self.draft.state == "draft"


def gaps(settings: Settings, drafts: Sequence[Draft]) -> tuple[Gap, ...]:
    """Return the topics of the last days, asked most first, and then what is left of earlier ones.

    Up to the last of `MOST` topics that nobody has decided on. A draft belongs to the topic that
    its wording counts under, also when another wording of it is the most frequent now, or the only
    one that was asked lately. Raises `OSError` when the log cannot be read.
    """
    asked = unresolved(turns(settings, DAYS))
    is_gap = pc.invert(pc.is_in(asked["reason"], pa.array(_OF_NO_ENTRY)))
    left = {one.id: one for one in drafts}
    words = {one.id: telling_words(one.asked) for one in drafts}
    found: list[Gap] = []
    # Each decision can be one on a topic that was asked more.
    for topic in topics(asked.filter(is_gap), MOST + sum(one.state != "draft" for one in drafts)):
        if sum(gap.waits for gap in found) == MOST:
            break
        said = set(map(telling_words, topic.said)) if left else set()
        draft = next((one for one in left.values() if words[one.id] in said), None)
        found.append(Gap(topic, draft))
        if draft is not None:
            del left[draft.id]
    return (*found, *(Gap(None, draft) for draft in left.values()))
