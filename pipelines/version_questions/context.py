"""A question about releases that leans on the one before: `那 2.4 呢？`, `它更新了什么？`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.version_questions.heard import LEAST_SURE, LEAST_SURE_AFTER, heard
from pipelines.version_questions.question import (
    VersionQuestion,
    is_about_a_feature,
    marked,
    version_question,
)
from pipelines.version_questions.spelling import as_rules_read
from pipelines.version_questions.steps import step_in
from pipelines.version_questions.subject import parts_of
from pipelines.version_questions.words import FLAGS, WHEN

# As far back as one leans, and as long as a question that leans is.
_TURNS = 3
_LONGEST = 40
# `what was fixed in the version before that?` says which release, and may say more.
_LONGEST_STEP = 60
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

    Rules of words say it, as in `version_question`; what none of them hears may be told by what
    people wrote who asked that.
    """
    return _by_rules(text, before) or heard(text, LEAST_SURE_AFTER if before else LEAST_SURE)


def _by_rules(text: str, before: Sequence[str]) -> VersionQuestion | None:
    found = version_question(text)
    step = step_in(as_rules_read(text)) if len(text) <= _LONGEST_STEP else None
    if (found is not None and step is None) or not before or len(text) > _LONGEST_STEP:
        return found
    *earlier, last = before[-_TURNS:]
    leant_on = _by_rules(last, earlier) or heard(last)
    if leant_on is not None and step is not None:
        # `上一个版本` is the last one there was, unless another was just spoken of.
        return _a_step_from(leant_on, *step) or found
    if found is not None or len(text) > _LONGEST:
        return found
    return _after(leant_on, as_rules_read(text)) if leant_on else None


def _a_step_from(before: VersionQuestion, rest: str, steps: int) -> VersionQuestion | None:
    """Return what is asked of the release before or after the one that was spoken of."""
    if before.kind not in ("what", "latest") or (before.parts and before.kind == "latest"):
        return None
    if steps > 0 and WHEN.search(rest):
        return None  # `下一个版本什么时候出` looks ahead
    asked = version_question(rest) if rest else replace(before, kind="what")
    if asked is None or asked.kind not in ("what", "latest") or (rest and asked.parts):
        return None
    steps += before.steps
    return replace(asked, kind="what", versions=before.versions, day=before.day, steps=steps)


def _after(before: VersionQuestion, text: str) -> VersionQuestion | None:
    if (match := _AND_X.match(text)) is not None:
        found = _and_what(before, str(match["chinese"] or match["english"]))
        if found is not None:
            return found
    if before.kind in ("what", "latest") and not before.parts:
        named = before.versions[0] if before.versions else "最新版本"
        listed = version_question(f"{named} {_OF_IT.sub('', text, count=1)}")
        if listed is not None and listed.kind == "what" and not listed.parts:
            named_by = replace(listed, versions=before.versions, day=before.day)
            return replace(named_by, steps=before.steps, is_sure=False)
    # `它是哪个版本加的？`: all that is lacking is what it is about.
    asked = version_question(f"{before.subject} {text}") if before.subject else None
    return replace(asked, is_sure=False) if asked and asked.parts == before.parts else None


def _and_what(before: VersionQuestion, asked: str) -> VersionQuestion | None:
    """Return the same question of another version, or of another thing."""
    if before.kind in ("what", "between"):
        listed = version_question(f"{asked} 更新了什么")
        if listed is None or not (listed.versions or listed.day):
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
