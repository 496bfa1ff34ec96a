"""A question about releases that leans on the one before: `那 2.4 呢？`, `它更新了什么？`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.version_questions.question import (
    VersionQuestion,
    is_about_a_feature,
    marked,
    version_question,
)
from pipelines.version_questions.spelling import as_rules_read
from pipelines.version_questions.subject import parts_of
from pipelines.version_questions.words import FLAGS

# As far back as one leans, and as long as a question that leans is.
_TURNS = 3
_LONGEST = 40
_AND_X = re.compile(
    r"^(?:那么?|还有|那如果是)?[ ]?(?P<chinese>.+?)[ ]?呢[?!。 ]*$|"
    r"^(?:and|what about|how about|and what about)(?: (?:in|for|with))? (?P<english>.+?)[?!. ]*$",
    FLAGS,
)
# `它有什么新功能？`, after which release was named, or after the latest one was asked for.
_OF_IT = re.compile(
    r"^(?:那么?|然后|and|so|then)?[ ,，]*(?:它|其|里面|(?:这|那|该)个?(?:版本|版|更新)?)?"
    r"(?:里|中|都|又|还)*[ ,，]*",
    FLAGS,
)


def version_question_after(text: str, before: Sequence[str]) -> VersionQuestion | None:
    """Return what a question asks about releases, by itself or after those `before`, the last last.

    Rules of words alone, as in `version_question`.
    """
    found = version_question(text)
    if found is not None or not before or len(text) > _LONGEST:
        return found
    *earlier, last = before[-_TURNS:]
    leant_on = version_question_after(last, earlier)
    return _after(leant_on, as_rules_read(text)) if leant_on else None


def _after(before: VersionQuestion, text: str) -> VersionQuestion | None:
    if (match := _AND_X.match(text)) is not None:
        found = _and_what(before, str(match["chinese"] or match["english"]))
        if found is not None:
            return found
    if before.kind in ("what", "latest") and not before.parts:
        named = before.versions[0] if before.versions else "最新版本"
        listed = version_question(f"{named} {_OF_IT.sub('', text, count=1)}")
        if listed is not None and listed.kind == "what" and not listed.parts:
            return replace(listed, is_sure=False)
    # `它是哪个版本加的？`: all that is lacking is what it is about.
    asked = version_question(f"{before.subject} {text}") if before.subject else None
    return replace(asked, is_sure=False) if asked and asked.parts == before.parts else None


def _and_what(before: VersionQuestion, asked: str) -> VersionQuestion | None:
    """Return the same question of another version, or of another thing."""
    if before.kind in ("what", "between"):
        listed = version_question(f"{asked} 更新了什么")
        if listed is None or not listed.versions:
            return None
        parts = listed.parts or before.parts
        return replace(listed, parts=parts, asked=before.asked, breaking=before.breaking)
    if before.kind == "latest" or not is_about_a_feature(asked):
        return None
    text, versions = marked(asked, owned=False)
    if versions:
        parts = parts_of(text, "in_version") or before.parts
        return VersionQuestion("in_version", parts, versions[:1], is_sure=False)
    parts = parts_of(text, "still")
    return replace(before, parts=parts, is_sure=False) if parts else None
