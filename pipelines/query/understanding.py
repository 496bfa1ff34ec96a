"""A question as it was typed -> the text and the terms that are searched for."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.query.aliases import Aliases
from pipelines.query.courtesies import courtesy_edits
from pipelines.query.homophones import homophone_edits, variants
from pipelines.query.rewrites import Edit, Kind, Rewrite, apart, edited, told
from pipelines.query.spelling import latin_edits
from pipelines.query.vocabulary import Vocabulary
from pipelines.query.wordings import Wordings, built_in
from pipelines.terms import mainland_word, query_terms, simplified, words_of
from pipelines.text import clean, is_chinese

MAX_QUESTION = 4_000
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Chinese punctuation stays as it was typed: to search, it is what its narrow twin is.
_TEXT = re.compile("[^，。？！：；（）]+")
# A correction may make the next one possible; what is not settled then stays.
_PASSES = 4

Origin = Literal["asked", "corrected", "alias", "wording", "synonym"]
# What was not typed counts less than what was; set by hand.
WEIGHTS: dict[Origin, float] = {
    "asked": 1.0,
    "corrected": 0.9,
    "alias": 0.7,
    "synonym": 0.5,
    "wording": 0.4,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One full-text term, its weight (1: as asked), and where it comes from."""

    text: str
    weight: float
    origin: Origin


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for a question, and every change that was made to it."""

    text: str
    """The question to embed: as it was asked, but put right and in simplified script."""
    terms: tuple[Term, ...]
    rewrites: tuple[Rewrite, ...]

    @property
    def sentence(self) -> str:
        """The text as a question, with its mark: so it is embedded, and read with an entry.

        Customers leave the mark out, and entries have one. With it, 8 of 290 colloquial questions
        more find their entry first, and 3 of 1,872 to other companies.
        """
        if self.text.endswith(("?", "？")):
            return self.text
        return self.text.rstrip("。.!！~,， ") + ("？" if is_chinese(self.text) else "?")

    def asked(self) -> frozenset[str]:
        """Return the terms that were typed, or would have been without a mistake."""
        return frozenset(one.text for one in self.terms if one.origin in ("asked", "corrected"))


def understand(
    question: str, vocabulary: Vocabulary, aliases: Aliases, wordings: Wordings | None = None
) -> Query:
    """Return what to search for; of a long question, its first 4,000 characters."""
    wordings = built_in() if wordings is None else wordings
    asked, rewrites = _normal(clean(question).strip()[:MAX_QUESTION])
    courtesies = list(courtesy_edits(asked))
    rewrites += told(asked, courtesies)
    text = asked = edited(asked, courtesies).strip()
    for _ in range(_PASSES):
        edits = _corrections(text, vocabulary, aliases)
        if not edits:
            break
        rewrites += told(text, edits)
        text = edited(text, edits)[:MAX_QUESTION].strip()
    said = apart((*aliases.edits(text, vocabulary), *wordings.edits(text, vocabulary)))
    rewrites += told(text, said)
    return Query(
        text=text,
        terms=_terms(asked, text, rewrites, vocabulary, aliases),
        rewrites=tuple(rewrites),
    )


def _normal(question: str) -> tuple[str, list[Rewrite]]:
    """Return a question in normal width and simplified script."""
    narrow = _TEXT.sub(lambda text: unicodedata.normalize("NFKC", text.group()), question)
    narrow = narrow[:MAX_QUESTION].strip()
    plain = simplified(narrow)[:MAX_QUESTION]
    rewrites = []
    if narrow != question:
        rewrites.append(Rewrite("width", question, narrow))
    if plain != narrow:
        rewrites.append(Rewrite("script", narrow, plain))
    return plain, rewrites


def _corrections(text: str, vocabulary: Vocabulary, aliases: Aliases) -> list[Edit]:
    """Return what is put right in `text`; nothing of what a name or an alias is."""
    named = [Edit(found.start, found.end, "", "alias") for found in aliases.find(text)]
    mainland = _mainland_edits(text, vocabulary)
    typos = (*latin_edits(text, vocabulary), *homophone_edits(text, vocabulary))
    return [edit for edit in apart((*named, *mainland, *typos)) if edit.kind != "alias"]


def _mainland_edits(text: str, vocabulary: Vocabulary) -> Iterator[Edit]:
    """Yield mainland words for words of other regions that are written alike in both scripts."""
    for run in _HAN.finditer(text):
        at = run.start()
        for word in words_of(run.group()):
            known = mainland_word(word) if word not in vocabulary else word
            if known != word and known in vocabulary:
                yield Edit(at, at + len(word), known, "script")
            at += len(word)


def _terms(
    asked: str, text: str, rewrites: Sequence[Rewrite], vocabulary: Vocabulary, aliases: Aliases
) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}

    def add(words: Iterable[str], origin: Origin) -> None:
        for word in words:
            terms.setdefault(word, Term(word, WEIGHTS[origin], origin))

    add(query_terms(asked).split(), "asked")
    add(query_terms(text).split(), "corrected")
    add(_terms_of("alias", rewrites), "alias")
    for found in aliases.find(text):
        for name in aliases.of(found):
            words = query_terms(name).split()
            if vocabulary.holds(words):
                add(words, "alias")
    for _, variant in variants(text, vocabulary):
        add(query_terms(variant).split(), "synonym")
    add(_terms_of("wording", rewrites), "wording")
    return tuple(terms.values())


def _terms_of(kind: Kind, rewrites: Sequence[Rewrite]) -> list[str]:
    """Return the terms of what was put in by rewrites of a kind."""
    return [
        word
        for rewrite in rewrites
        if rewrite.kind == kind
        for word in query_terms(rewrite.after).split()
    ]
