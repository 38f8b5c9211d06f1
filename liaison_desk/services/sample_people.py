"""Fictional people for large samples: names of the region, addresses and numbers of nobody."""

from typing import NamedTuple

from liaison_desk.domain.folding import fold
from liaison_desk.services.sample_chance import Chance, weigh
from liaison_desk.services.sample_numbers import make_number, write_number
from liaison_desk.services.sample_tables import MAIL_DOMAIN, load_words


class Name(NamedTuple):
    """One word of a name, and how it is spelled in an e-mail address."""

    word: str
    folded: str


class _Names(NamedTuple):
    country: str
    men: tuple[Name, ...]
    women: tuple[Name, ...]
    families: tuple[Name, ...]
    families_of_women: tuple[Name, ...]


class Person(NamedTuple):
    """Somebody who does not exist."""

    country: str
    given: str
    family: str
    is_woman: bool
    email: str
    number: str
    e164: str

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


class Crowd:
    """Makes people, most of them Albanian and Czech; each gets the next free number."""

    def __init__(self, chance: Chance, first_serial: int) -> None:
        self._chance = chance
        self._serial = first_serial
        names = {key: _load_names(key, words) for key, words in load_words()["people"].items()}
        shares = {"AL": 66, "CZ": 18, "RS": 4, "RS-cyrillic": 1, "MK": 4, "XK": 3, "GB": 2, "DE": 2}
        self._origins = weigh({names[key]: share for key, share in shares.items()})

    def make_person(self) -> Person:
        """Return the next person."""
        chance = self._chance
        origin = chance.pick(self._origins)
        is_woman = chance.happens(0.4)
        given = chance.pick(origin.women if is_woman else origin.men)
        family = chance.pick(origin.families_of_women if is_woman else origin.families)
        serial = self._serial
        self._serial += 1
        return Person(
            origin.country,
            given.word,
            family.word,
            is_woman,
            f"{given.folded}.{family.folded}{serial}@{MAIL_DOMAIN}",
            write_number(origin.country, serial),
            make_number(origin.country, serial),
        )


def _load_names(key: str, words: dict[str, str]) -> _Names:
    families = words["families"].split()
    women = [_feminine(family) for family in families] if key == "CZ" else families
    return _Names(
        key[:2], _spell(words["men"].split()), _spell(words["women"].split()), _spell(families), _spell(women)
    )


def _spell(words: list[str]) -> tuple[Name, ...]:
    return tuple(Name(word, fold(word)) for word in words)


def _feminine(family: str) -> str:
    """Return the form of a Czech family name that women bear."""
    if family.endswith("ý"):
        return f"{family[:-1]}á"
    if family.endswith("í"):
        return family
    if family.endswith(("ek", "ec", "el")):
        return f"{family[:-2]}{family[-1]}ová"
    return f"{family.removesuffix('a')}ová"
