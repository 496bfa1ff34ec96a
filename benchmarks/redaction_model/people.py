"""Made-up names of people, in the ways they are spoken of."""

import random
from functools import cache

from words import Chooser, rare_characters, words

from pipelines.redaction.surnames import COMMON_SURNAMES, COMPOUND_SURNAMES


@cache
def _surnames() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return surnames of one character and of two."""
    pooled = {*words("surnames"), *words("frequent_surnames")}
    short = {name for name in pooled if len(name) == 1}
    long = {name for name in pooled if len(name) == 2}
    return tuple(sorted(COMMON_SURNAMES | short)), tuple(sorted({*COMPOUND_SURNAMES[:50], *long}))


class People(Chooser):
    """A source of names."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self._frequent = words("frequent_surnames")
        self._weights = [1 / (4 + rank) for rank in range(len(self._frequent))]
        self._surnames, self._compound = _surnames()

    def surname(self) -> str:
        """Return a surname; half of them rare or of two characters."""
        draw = self.rng.random()
        if draw < 0.54:
            return self.rng.choices(self._frequent, self._weights)[0]
        return self.any(self._surnames) if draw < 0.90 else self.any(self._compound)

    def given(self) -> str:
        """Return a given name."""
        draw = self.rng.random()
        characters = words("given_characters")
        if draw < 0.36:
            return self.any(words("given_names"))
        if draw < 0.68:
            return self.any(characters) + self.any(characters)
        if draw < 0.88:
            return self.any(characters)
        if draw < 0.93:
            return self.any(rare_characters()) + self.any(characters)
        if draw < 0.95:
            return self.any(rare_characters())
        return self.any(words("everyday_words" if self.chance(60) else "given_names_words"))

    def han_name(self) -> str:
        """Return a full Han name."""
        draw = self.rng.random()
        if draw < 0.025:
            return self.any(words("word_names"))
        if draw < 0.08:
            return self.any(self._frequent) + self.surname() + self.given()
        surname = self.any(words("odd_surnames")) if self.chance(9) else self.surname()
        return surname + self.given()

    def person(self) -> str:
        """Return a person's name of any kind."""
        draw = self.rng.random()
        if draw < 0.80:
            return self.han_name()
        if draw < 0.86:
            return self.nickname()
        if draw < 0.90:
            return self.dotted()
        if draw < 0.95:
            return self.english()
        if draw < 0.97:
            return self.any(words("japanese")) + self.any(words("japanese_given"))
        parts = [self.any(words("minority_parts")) for _ in range(self.any((1, 1, 2)))]
        return "".join(parts)

    def titled(self) -> str:
        """Return a name with a title."""
        draw = self.rng.random()
        if draw < 0.62:
            name = self.surname()
        elif draw < 0.82:
            name = self.han_name()
        elif draw < 0.92:
            name = self.given()[:2]
        else:
            name = self.any(("小", "老", "阿", "大")) + self.any((self.surname(), self.given()[:1]))
        return name + self.any(words("titles"))

    def nickname(self) -> str:
        """Return what friends call someone."""
        if self.chance(15):
            return self.any(words("nicks"))
        kind = self.rng.randrange(9)
        one = self.any(words("given_characters"))
        if kind <= 2:
            return self.any("小小小老老阿阿大") + self.any((self.surname(), one))
        if kind == 3:
            return one + one + self.any(("", "", "", *words("nick_tails")))
        if kind == 4:
            return self.given() + self.any(words("nick_tails"))
        if kind == 5:
            return one + self.any(("哥", "姐", "仔", "儿", "子", "妹", "总", "叔", "姨", "嫂"))
        if kind == 6:
            return self.surname() + self.any(
                ("总", "工", "哥", "姐", "队", "导", "老", "老师", "师傅")
            )
        if kind == 7:
            return self.any("小阿老") + self.given()
        return self.given()

    def dotted(self) -> str:
        """Return a name with a dot, or one of syllables."""
        if self.chance(25):
            return self.any(words("dotted")).replace("·", self.any("····•・.·"))
        if self.chance(50):
            parts = [self.any(words("minority_parts")) for _ in range(2)]
        else:
            parts = [
                "".join(self.any(words("syllables")) for _ in range(self.any((2, 2, 3, 3, 4, 5))))
                for _ in range(self.any((2, 2, 2, 3)))
            ]
        return self.any("····•・.").join(parts)

    def english(self) -> str:
        """Return a name in Latin letters."""
        first = self.any(words("english_first"))
        surname = self.any((*words("pinyin_surnames"), *words("english_last")))
        kind = self.rng.randrange(10)
        if self.chance(25):
            return self.any(words("english"))
        syllables = [self.any(words("pinyin")) for _ in range(self.any((1, 2, 2)))]
        given = "".join(syllables).capitalize()
        if kind <= 4:
            name = first
        elif kind <= 6:
            before = self.any(("", "", "", "", "O'", "Mc", "van "))
            name = f"{first} {before}{surname}"
        elif kind == 7:
            name = f"{self.any(words('pinyin_surnames'))} {given}"
        elif kind == 8:
            name = f"{given} {self.any(words('pinyin_surnames'))}"
        else:
            name = self.any(words("pinyin_surnames")) + self.any(("", "", " ")) + given
        if self.chance(12):
            return name.lower()
        return name.upper() if self.chance(6) else name
