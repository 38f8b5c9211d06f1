"""What a person types to find something: words in any order, and filters in one line.

``hoxha asp is:open org:"ASP" tag:arms -mark:limited due:<7d``
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from liaison_desk.domain.errors import FilterUnknown, InvalidValue
from liaison_desk.domain.folding import fold_words

FILTERS = {
    "is": ("open", "closed", "overdue", "binned", "unfiled"),
    "type": ("contact", "organisation", "meeting", "request"),
    "org": (),
    "with": (),
    "tag": (),
    "mark": (),
    "handling": (),
    "status": (),
    "due": (),
}
"""Filter names, with the values that each knows where these are few."""

_PART = re.compile(r'(-?)([A-Za-z]+):(?!//)("([^"]*)"?|\S*)|"([^"]*)"?|(\S+)')
_DUE = re.compile(r"([<>])?(\d+)d|([<>])?(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, perhaps turned round."""

    name: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart."""

    text: str
    words: tuple[str, ...]
    filters: tuple[Filter, ...]


def parse_query(text: str) -> Query:
    """Return typed text as words and filters. Raises FilterUnknown for a filter that does not exist."""
    words: list[str] = []
    filters: list[Filter] = []
    for found in _PART.finditer(text):
        minus, name, value, quoted, phrase, word = found.groups()
        if name is None:
            words.extend(fold_words(phrase if phrase is not None else word))
            continue
        lowered = name.lower()
        if lowered not in FILTERS and not value:
            words.extend(fold_words(name))  # "Re: vehicle" is no filter.
            continue
        if lowered not in FILTERS:
            raise FilterUnknown(filter=lowered, known=", ".join(FILTERS))
        chosen = quoted if quoted is not None else value
        allowed = FILTERS[lowered]
        if chosen and allowed and chosen.lower() not in allowed:
            raise FilterUnknown(filter=f"{lowered}:{chosen}", known=", ".join(allowed))
        if chosen:
            filters.append(Filter(lowered, chosen, minus == "-"))
    return Query(text=text.strip(), words=tuple(words), filters=tuple(filters))


def due_bounds(value: str, today: date) -> tuple[str, str]:
    """Return the first and last day (ISO) that ``due:`` means: ``<7d``, ``>7d``, ``2026-12-01``."""
    found = _DUE.fullmatch(value)
    if found is None:
        raise InvalidValue(field="due", reason="no_such_date")
    sign_days, days, sign_day, day = found.groups()
    try:
        limit = today + timedelta(days=int(days)) if days else date.fromisoformat(day)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(field="due", reason="no_such_date") from error
    match sign_days or sign_day or ("<" if days else "="):
        case "<":
            return "0001-01-01", limit.isoformat()
        case ">":
            return limit.isoformat(), "9999-12-31"
        case _:
            return limit.isoformat(), limit.isoformat()


def loosened(word: str) -> str:
    """Return a word without its last vowel: Tirana also finds Tiranë, Durrësi Durrës, Gjergji Gjergj."""
    shortest = 5
    if len(word) >= shortest and word[-1] in "aeiu":
        return word[:-1]
    return word
