"""The release before or after the one that was spoken of: `再上一个版本呢`, `and the next one?`."""

import re

from pipelines.version_questions.words import FLAGS

_RELEASE = r"(?:版本|版|次?更新|次?升级|次?发布|次?发版)"
_IT = r"(?:那|这)?一?[个次]?"
_BEFORE = re.compile(
    # `上次更新` is the last one there was, and no step; `再上次` is.
    rf"(?:再|更)(?:往)?(?:上+|前|之前|早)一?(?:面|的)?{_IT}{_RELEASE}?|"
    rf"(?P<ups>上+)一?个{_RELEASE}|上一?版本?|(?:往)?前(?:面的?)?{_IT}(?:版本|版)|"
    rf"(?:它|其)?(?:之前|更早)的?(?:那|一|那一)个{_RELEASE}|"
    r"\b(?:the )?(?:previous|preceding|prior|earlier) (?:one|version|release|update)\b"
    r"(?: (?:to|before) (?:that|it|this)(?: one)?)?|"
    r"\b(?:the )?(?:one|version|release|update) (?:(?:right|just|directly) )?"
    r"(?:before|prior to|preceding)(?: (?:that|it|this)(?: one)?)?(?=[?!., ]*$|,)",
    FLAGS,
)
_AFTER = re.compile(
    rf"再(?:往)?(?:下+|后|之后)一?(?:面|的)?{_IT}{_RELEASE}?|"
    rf"下一?个{_RELEASE}|下一?版本?|(?:往)?后(?:面的?)?(?:那|这|一|那一)个(?:版本|版)|"
    rf"(?:它|其)?之后的?(?:那|一|那一)个{_RELEASE}|"
    r"\b(?:the )?(?:next|following|subsequent) (?:one|version|release|update)\b|"
    r"\b(?:the )?(?:one|version|release|update) (?:(?:right|just|directly) )?"
    r"(?:after|following)(?: (?:that|it|this)(?: one)?)?(?=[?!., ]*$|,)",
    FLAGS,
)
# With nothing else said, what it is a step from was just spoken of.
_ALONE = re.compile(r"^(?:再往?)?(?P<way>[上前下后])一?个$", FLAGS)
_AROUND = re.compile(
    r"^(?:那么?|还有|然后|好的?|嗯|哦|and|so|then|ok(?:ay)?|what about|how about|what was in|in)?+"
    r"[ ,，]*|[ ]?(?:的|呢|啊|呀|吧|的呢)?[?!。.~ ]*$",
    FLAGS,
)


def step_in(text: str) -> tuple[str, int] | None:
    """Return a question of the release before (-1) or after, and what else it says, if it is one.

    What else it says is asked of that release as of the latest one, and is empty where the
    question is the same as the one before.
    """
    bare = text
    while (shorter := _AROUND.sub("", bare)) != bare:
        bare = shorter
    if (alone := _ALONE.match(bare)) is not None:
        return "", -1 if alone["way"] in "上前" else 1
    for pattern, way in ((_BEFORE, -1), (_AFTER, 1)):
        if (match := pattern.search(bare)) is not None:
            latest = "the latest release" if match.group().isascii() else "最新版本"
            rest = f"{bare[: match.start()]}\n{bare[match.end() :]}"
            steps = way * len(match["ups"] or "1") if way < 0 else way
            return ("" if not rest.strip() else rest.replace("\n", f" {latest} ")), steps
    return None
