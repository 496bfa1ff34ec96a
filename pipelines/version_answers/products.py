"""Which products a question is about, where a company keeps several changelogs."""

import re

from pipelines.text import fold
from pipelines.version_answers.releases import ReleaseIndex, product_of, product_words


def asked_products(index: ReleaseIndex, asked: str, *, chinese: bool) -> list[frozenset[str]]:
    """Return the sources to ask, one set after the other: twins in the question's language first.

    Where the question `asked` names products, it is only about these.
    """
    named = [
        source
        for source in index.sources
        if any(_is_named(word, fold(asked)) for word in product_words(source))
    ]
    every = named or list(index.sources)
    languages = ("zh", "cn") if chinese else ("en",)
    by_product: dict[str, list[str]] = {}
    for source in every:
        by_product.setdefault(product_of(source), []).append(source)
    own_language = frozenset(
        next((name for name in twins if name.endswith(languages) and name != product), twins[0])
        for product, twins in by_product.items()
    )
    others = frozenset(every) - own_language
    return [own_language, others] if others else [own_language]


def _is_named(word: str, text: str) -> bool:
    return re.search(rf"(?<![a-z0-9_-]){re.escape(word)}(?![a-z0-9_-])", text) is not None
