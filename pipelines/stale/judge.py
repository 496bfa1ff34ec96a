"""Judges whether an older record states what a claim ends: rules, which rather stay silent."""

import re
from dataclasses import replace

from pipelines.stale.claims import TELLING, Claim, head_of
from pipelines.stale.denials import judge_begun, judge_forbidden
from pipelines.stale.floors import Floor, is_below, stated_versions
from pipelines.stale.likeness import gist, likeness
from pipelines.stale.older import Older, Sentence
from pipelines.stale.parts import is_of_another_part
from pipelines.stale.polarity import negates
from pipelines.stale.ruling import (
    DOUBT,
    SURE,
    TELLING_NAME,
    Answer,
    Ruling,
    bare,
    clause_with,
    is_elsewhere,
    states,
    verbatim,
)
from pipelines.stale.subjects import Name, in_code, names, occurs, pairs, share, terms, weight
from pipelines.stale.values import judge_moved, judge_set, moved_figures
from pipelines.text import fold, is_chinese

# `旧推送地址（不带签名）`: only that kind ends.
_ASIDE = re.compile(r"[（(]([^（()）]+)[)）]")
# A name proper within what ends; the first word of an English clause may have its capital for that.
_PROPER = re.compile(
    r"^[A-Z]{2,}\b|(?<=[\w\u3400-\u9fff]\s)[A-Z][A-Za-z]+|(?<=[\u3400-\u9fff])[A-Z][A-Za-z]+"
)
_OF_CODE = re.compile(r"[._/]")
_HALF = 0.5
# Chinese has no capitals: a name of so many characters that stands there whole is no chance.
_LONG_NAME = 3
# What a name is a name of: `the Preferences page`, `套餐专业版`.
_KIND_OF_THING = re.compile(
    r"^(?:the\s+|套餐|页面|菜单|命令行?|配置项?|参数|环境变量|字段|按钮|功能|栏目|选项|模块|插件|组件)"
    r"|(?:\s(?:page|tab|plan|menu|section|screen|button|view|panel|command|option|package|field"
    r"|flag|setting|role|tier|endpoint|module|plugin)s?|页面|菜单|按钮|套餐|功能|模块|栏目)$",
    re.IGNORECASE,
)
# A record without the name that ends must have this share of the words around it.
_SAME = 0.75


def judge(claim: Claim, record: Older) -> Ruling:
    """Tell whether `record` states what `claim` ends: sure, in doubt, or not."""
    ruling = _judged(claim, record)
    if ruling.answer == "unsure" and not _is_worth_a_look(claim, ruling):
        return Ruling("no", "another subject")
    return ruling


def _is_worth_a_look(claim: Claim, ruling: Ruling) -> bool:
    """Tell whether a doubt is of one subject: a telling word is common, and few set them apart."""
    sentence = ruling.sentence
    if sentence is None or ruling.because in _BY_NAME:
        return sentence is not None
    focuses = (*sentence.question.splitlines(), sentence.text)
    thing = f"{claim.scope} {claim.object}"
    alike = likeness(thing, claim.told, sentence.whole, focuses)
    return alike.common >= TELLING and not alike.is_other


# Doubts about a name that stands there whole, which likeness says nothing of.
_BY_NAME = frozenset(
    {"a name that others may have", "another component", "only a part of what ends", "replaced"}
)


def _judged(claim: Claim, record: Older) -> Ruling:
    if claim.floor:
        return _judge_floor(claim.floor, record)
    if not _in_scope(claim, record):
        return Ruling("no", "another component")
    match claim.turn:
        case "ends":
            return _judge_ended(claim, record)
        case "moves":
            if moved_figures(claim):
                return judge_moved(claim, record)
            return _judge_replaced(claim, record)
        case "sets":
            return judge_set(claim, record)
        case "begins":
            return judge_begun(claim, record)
        case "forbids":
            return judge_forbidden(claim, record)


def _in_scope(claim: Claim, record: Older) -> bool:
    """Tell whether the record names the component; one with a telling name need not.

    `Switch` is a component, `switch` is a verb: what has a capital must have it in the record.
    """
    scope = claim.scope
    if not scope or _spelt(scope, f"{record.question}\n{record.text}"):
        return True
    if is_chinese(record.text) and terms(scope) <= record.terms:
        return True
    if " " in scope and not gist(f"{record.question}\n{record.text}").lacks(gist(scope).words):
        return True
    told = (name for name in names(claim.words) if _is_telling(name))
    return any(occurs(name.folded, record.folded) for name in told) and not re.search(
        r"(?<=\s)[A-Z][a-z]+(?:[A-Z][a-z]+)?\b", record.title
    )


def _spelt(scope: str, text: str) -> bool:
    whole = re.compile(rf"(?<![A-Za-z]){re.escape(scope)}(?![a-z])")
    if scope != scope.lower():
        return whole.search(text) is not None
    return occurs(scope, fold(text)) or scope.replace("-", " ") in fold(text)


def _is_telling(name: Name) -> bool:
    return not name.is_plain and " " not in name.text


def _judge_ended(claim: Claim, record: Older) -> Ruling:
    """Hold what is removed or deprecated against the record: its names, else its words."""
    because = "does not name it"
    for name in claim.ended_names:
        for sentence in record.sentences:
            if occurs(name.short, sentence.folded):
                ruling = _affirmed(claim, name, record, sentence)
                if ruling.answer != "no":
                    return ruling
                because = ruling.because
    if because != "does not name it" or any(_OF_CODE.search(n.text) for n in claim.ended_names):
        return Ruling("no", because)
    return _judge_ended_words(claim, record)


def _affirmed(claim: Claim, name: Name, record: Older, sentence: Sentence) -> Ruling:
    clause = clause_with(name.short, sentence)
    if sentence.is_history:
        return Ruling("no", "history")
    if negates(_around(name, clause)) or sentence.says_no:
        return Ruling("no", "negated")
    if is_of_another_part(claim.words, clause, sentence):
        return Ruling("no", "another platform")
    elsewhere = is_elsewhere(claim, record)
    stands_out = in_code(name.short, sentence.text) or is_chinese(sentence.text)
    about = claim.subject - terms(name.text)
    if name.is_plain and (elsewhere or not stands_out):
        return Ruling("no", "another thing of that name")
    placed = bool(claim.scope or claim.places)
    if name.is_plain and not placed and share(sentence.context, about) < _HALF:
        return Ruling(
            "unsure", "a name that others may have", sentence, verbatim(name.short, sentence)
        )
    if elsewhere and len(name.text) < TELLING_NAME:
        return Ruling("unsure", "another component", sentence, verbatim(name.short, sentence))
    # `the setup-token auth option`: the name alone is not what goes.
    rest = terms(head_of(claim.object)).difference(*(terms(n.text) for n in claim.object_names))
    bare_name = not in_code(name.text, claim.words)
    if (
        bare_name
        and weight(rest) >= TELLING
        and not any(rest.intersection(pair) for pair in pairs(claim.object) & pairs(sentence.text))
    ):
        return Ruling(
            "unsure", "only a part of what ends", sentence, verbatim(name.short, sentence)
        )
    return Ruling("yes", "name", sentence, verbatim(name.short, sentence))


def _around(name: Name, clause: str) -> str:
    """Return the words of a clause next to a name: what they deny is the name itself."""
    at = max(clause.lower().find(name.short), 0)
    return f"{clause[max(0, at - _NEAR) : at]} {clause[at + len(name.short) :][:_NEAR]}"


def _judge_ended_words(claim: Claim, record: Older) -> Ruling:
    ruling = _judge_all_words(claim, record)
    if ruling.answer == "yes" and ruling.sentence and _is_of_two(claim, ruling.sentence):
        return replace(ruling, answer="unsure")
    return ruling


def _is_of_two(claim: Claim, sentence: Sentence) -> bool:
    """Tell whether what ends is one of two, such as the old or needless one, and none is told."""
    thing = claim.object
    if not is_chinese(thing):
        head = head_of(thing)
        thing = f"{claim.words.partition(head)[0]}{head}"
    one = _OLD_ONE.search(thing)
    return one is not None and not occurs(fold(one[1] or one[2]), fold(sentence.whole))


# In `旧版网页端的离线模式` the mode ends, and not one of two modes; in `批量导出`, one of two ways.
_OLD_ONE = re.compile(
    r"\b(old|legacy|duplicated?|redundant|unused|obsolete|bulk|batch)\b"
    r"|(旧|老版|重复|多余|冗余|批量).{0,2}的?[^的]*$",
    re.IGNORECASE,
)


# `取消邀请成员的人数限制`: members are invited as before, and without a limit.
_RESTRICTION = re.compile(
    r"(限制|上限|手续费|服务费|冷静期|等待期|门槛|优惠)$"
    r"|\b(limit|cap|restriction|fee|waiting period)s?(?=$| (?:on|of|for|to|when|in)\b)",
    re.IGNORECASE,
)


def _speaks_of_restriction(claim: Claim, sentence: Sentence) -> bool:
    """Tell whether a sentence has the restriction that a change lifts, or a figure of it."""
    lifted = _RESTRICTION.search(claim.object)
    if lifted is None:
        return True
    word = fold(lifted[1] or lifted[2])
    return word in sentence.folded or bool(sentence.figures)


def _judge_all_words(claim: Claim, record: Older) -> Ruling:
    sentences = [one for one in record.sentences if _speaks_of_restriction(claim, one)]
    for sentence in sentences:
        if _is_all_of(claim, record, sentence):
            return Ruling("yes", "words", sentence, sentence.text)
    ended = terms(claim.object)
    if weight(ended) < TELLING:
        return Ruling("no", "names nothing")
    if not terms(" ".join(_ASIDE.findall(claim.object))) <= record.terms:
        return Ruling("no", "another kind of it")
    needed = {term for term in ended if any(character.isdigit() for character in term)}
    needed |= terms(" ".join(_PROPER.findall(claim.object)))
    # `网页端的离线模式` is a mode: an answer that speaks of 网页端 alone is not about it.
    head = terms(head_of(claim.object)) if "的" in claim.object else frozenset()
    phrases = frozenset() if is_chinese(claim.object) else pairs(claim.object)
    best, where = 0.0, None
    for sentence in sentences:
        if not needed <= sentence.context or (head and not head & sentence.context):
            continue
        if phrases and not phrases & (pairs(sentence.text) | pairs(sentence.question)):
            continue
        score = (2 * share(sentence.context, ended) + share(sentence.terms, ended)) / 3
        if score > best and weight(ended & sentence.terms) >= TELLING:
            best, where = score, sentence
    if where is None or best < DOUBT or is_elsewhere(claim, record):
        return Ruling("no", "another subject")
    if where.is_history:
        return Ruling("no", "history")
    if where.says_no or any(
        negates(clause) for clause in where.clauses if weight(ended & terms(clause))
    ):
        return Ruling("no", "negated")
    if is_of_another_part(claim.words, where.text, where):
        return Ruling("no", "another platform")
    told = share(where.context, claim.about) >= SURE and where.says_yes
    enough = SURE if is_chinese(claim.object) and not claim.ended_names else _SAME
    sure = best >= enough and (weight(ended) >= 2 or bool(claim.scope) or told)
    alike = likeness(claim.object, claim.told, where.whole, where.question.splitlines())
    sure = sure and not alike.is_other and (told or share(where.terms, ended) >= SURE)
    return Ruling("yes" if sure else "unsure", "words", where, where.text)


def _is_all_of(claim: Claim, record: Older, sentence: Sentence) -> bool:
    """Tell whether a sentence affirms all that ends, and nobody could mean anything else."""
    if any(_is_telling(name) for name in claim.ended_names):
        return False
    alike = likeness(
        claim.object, claim.told, sentence.whole, (*sentence.question.splitlines(), sentence.text)
    )
    if alike.common < TELLING or is_elsewhere(claim, record):
        return False
    head = gist(head_of(claim.object)).words if "的" in claim.object else frozenset()
    if head and not any(map(gist(sentence.whole).has, head)):
        return False
    if alike.lacking and (alike.more or alike.common < 2 * max(TELLING, alike.lacking)):
        return False
    if sentence.is_history or sentence.says_no or any(map(negates, sentence.clauses)):
        return False
    if is_of_another_part(claim.words, sentence.text, sentence):
        return False
    if alike.common >= 2 * TELLING and not alike.more:
        return True
    asked = gist(record.title)
    if asked.words and not (alike.lacking or gist(claim.told).lacks(asked.words)):
        return True
    return not asked.lacks(gist(claim.object).words)


def _judge_replaced(claim: Claim, record: Older) -> Ruling:
    """Hold a name or words that others replace against the record."""
    because = "does not state it"
    old_names = claim.ended_names
    moved = [name for name in claim.object_names if name not in names(claim.old)]
    if moved and not any(occurs(name.folded, record.folded) for name in moved):
        return Ruling("no", "another subject")
    for sentence in record.sentences:
        stated = next((name for name in old_names if occurs(name.folded, sentence.folded)), None)
        wrong = stated.text if stated else bare(_KIND_OF_THING.sub("", claim.old))
        if stated is None and (old_names or not occurs(fold(wrong), sentence.folded)):
            continue
        if states(claim.new, sentence):
            because = "states the new one"
        elif sentence.is_history or negates(clause_with(wrong, sentence)):
            because = "history"
        elif is_of_another_part(claim.words, clause_with(wrong, sentence), sentence):
            because = "another platform"
        else:
            answer = _is_of_same_thing(claim, stated, wrong, record, sentence)
            if answer != "no":
                return Ruling(answer, "replaced", sentence, verbatim(wrong, sentence))
            because = "another subject"
    return Ruling("no", because)


def _is_of_same_thing(
    claim: Claim, stated: Name | None, wrong: str, record: Older, sentence: Sentence
) -> Answer:
    elsewhere = is_elsewhere(claim, record)
    named = stated is not None and claim.kind != "default"
    if stated is not None and named and not stated.is_plain:
        return "no" if elsewhere and len(stated.text) < TELLING_NAME else "yes"
    capital = wrong[:1].isupper() and f" {wrong}" in sentence.text
    coded = stated is None or in_code(stated.text, sentence.text)
    coded = coded or (not named and is_chinese(wrong))
    if elsewhere or not (coded or capital):
        return "no"
    long = is_chinese(wrong) and len(wrong) >= _LONG_NAME
    proper = claim.kind == "renamed" and claim.object == claim.old and (long or capital)
    rest = claim.subject - terms(wrong)
    if weight(rest) >= TELLING and not proper:
        alike = likeness(claim.object, claim.told, sentence.whole, sentence.question.splitlines())
        if alike.is_same and claim.object != claim.old:
            return "yes"
        if share(sentence.context, rest) < DOUBT:
            return "no"
        return "unsure" if alike.sets_apart and not (named and coded) else "yes"
    # A name of one word with a capital, such as `Connections`, and no more to go by.
    if claim.scope or (wrong[:1].isupper() and wrong in sentence.text) or long:
        return "yes"
    return "yes" if named and in_code(wrong, record.title) else "no"


def _judge_floor(floor: Floor, record: Older) -> Ruling:
    for sentence in record.sentences:
        for words, version in stated_versions(floor.product, sentence.text):
            if not is_below(version, floor):
                continue
            denied = negates(clause_with(words, sentence)) or sentence.says_no
            if denied or sentence.is_history:
                return Ruling("no", "negated")
            if _is_required(words, sentence):
                return Ruling("yes", "floor", sentence, words)
    return Ruling("no", "states no older version")


def _is_required(words: str, sentence: Sentence) -> bool:
    """Tell whether a version is named as one that is supported, and not in passing."""
    before, _, behind = sentence.text.partition(words)
    return bool(
        _ASKS_WHICH.search(sentence.question)
        or (sentence.says_yes and words in sentence.question)
        or OR_LATER.match(behind)
        or _SUPPORTS.search(before[-_NEAR:])
        or _IS_SUPPORTED.search(behind[:_NEAR])
    )


_NEAR = 24
OR_LATER = re.compile(
    r"\W{0,2}(?:及|或|和)?(?:以上|更高|更新|\+|(?:or|and) (?:newer|later|above|higher))",
    re.IGNORECASE,
)
_SUPPORTS = re.compile(
    r"支持|兼容|最低|至少|需要|要求|\b(?:supports?|requires?|needs?|at least|minimum|compatible"
    r"|works? (?:on|with)|runs? (?:on|with))\b",
    re.IGNORECASE,
)
_IS_SUPPORTED = re.compile(
    r"支持|兼容|能用|可用|可以(?:用|安装|运行|继续)|\b(?:supported|works?|compatible|is fine)\b",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(
    r"哪个版本|哪些|什么版本|支持.{0,20}[吗么]|\b(?:which|what|versions?|run on)\b", re.IGNORECASE
)
