"""LAC's tags: the best path whatever is pruned, and the same in every batch."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.redaction.lac import Entity, Lac, load_lac

Floats = npt.NDArray[np.float32]
TEXTS = (
    "我叫王建国，住在北京市海淀区中关村南大街5号",
    "阿依古丽和欧阳雪晴在上海大学",
    "好的谢谢",
    "您好，请问有什么可以帮您？",
    "𠮷野家在哪",
    "\ud83d半个字符",
    "买买提·艾力 Michael Chen",
    "a",
)


@pytest.fixture(scope="module")
def lac() -> Lac:
    """The process's one LAC."""
    return load_lac()


def entities(lac: Lac, texts: Iterable[str]) -> dict[str, tuple[Entity, ...]]:
    """Return the entities of each different text."""
    found: dict[str, tuple[Entity, ...]] = {}
    for part, emissions in lac.batches(texts):
        found.update(zip(part, lac.decode(emissions), strict=True))
    return found


def best_path(emissions: Floats, transitions: list[list[float]]) -> list[int]:
    """Return the best path by the book: every tag at every place."""
    into = np.array(transitions)
    best, back = emissions[0].astype(float), []
    for row in emissions[1:]:
        scores = best[:, None] + into
        back.append(scores.argmax(0))
        best = scores.max(0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0, 4.0])
def test_entities_are_those_of_the_best_path(lac: Lac, spread: float) -> None:
    rng = np.random.default_rng(7)
    rows, length = 40, 12
    tags = len(lac._transitions)
    emissions = rng.normal(scale=spread, size=(rows, length, tags)).astype(np.float32)
    # Tags of entities lead as often as all others together.
    emissions[:, ::3, [tag for tag, name in lac._tags.items() if name[:3] == "PER"]] += spread * 2
    found = lac.decode(emissions)
    named = [tag for tag, name in lac._tags.items() if name[:3] in ("PER", "LOC", "ORG")]
    seen = 0
    for tagged, scores in zip(found, emissions, strict=True):
        path = best_path(scores, lac._transitions)
        expected = [(place, lac._tags[tag][:3]) for place, tag in enumerate(path) if tag in named]
        places = [
            (place, entity.tag) for entity in tagged for place in range(entity.start, entity.end)
        ]
        assert [place for place, _ in places] == [place for place, _ in expected]
        starts = {entity.start: entity.tag for entity in tagged}
        assert starts.items() <= dict(expected).items()
        seen += len(tagged)
    assert seen > 20


def test_a_text_is_tagged_the_same_in_every_batch(lac: Lac) -> None:
    together = entities(lac, TEXTS)
    many = [f"{text[:-1]}{chr(0x4E00 + number)}" for text in TEXTS for number in range(80)]
    among_many = entities(lac, many)
    assert together == {text: entities(lac, [text])[text] for text in TEXTS}
    assert among_many == entities(lac, reversed(list(among_many)))
    assert among_many == {text: entities(lac, [text])[text] for text in among_many}


def test_the_empty_text_is_in_no_batch(lac: Lac) -> None:
    assert list(lac.batches(["", ""])) == []


@pytest.mark.parametrize("char", ["\U0002a6d6", "\U0010ffff", "\ud83d"])
def test_a_character_that_the_network_never_saw_is_unknown_to_it(lac: Lac, char: str) -> None:
    [(_, emissions)] = lac.batches([f"我叫{char}"])
    [(_, unknown)] = lac.batches(["我叫\U000e0fff"])
    assert np.array_equal(emissions, unknown)


def test_names_and_places_are_tagged(lac: Lac) -> None:
    tagged = entities(lac, TEXTS)
    assert Entity("PER", 2, 5) in tagged[TEXTS[0]]
    assert {entity.tag for entity in tagged[TEXTS[0]]} == {"PER", "LOC"}
    assert tagged["好的谢谢"] == ()
