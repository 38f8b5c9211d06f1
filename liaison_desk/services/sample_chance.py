"""Chance and days for large samples: the same seed and the same day give the same vault."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple, TypeVar

from liaison_desk.domain.values import PartialDate

Thing = TypeVar("Thing")

YEARS_BACK = 5
DAYS_AHEAD = 90
_DAYS_IN_YEAR = 365
_WORKING_DAYS = 5


class Day(NamedTuple):
    """A day in the forms in which records want it."""

    day: date
    partial: PartialDate
    start: datetime
    """Midnight in UTC; office hours are added to it."""


class Chance:
    """Draws from lists and from the days of five years; fast, because every draw is one random number."""

    def __init__(self, seed: int, as_of: datetime) -> None:
        source = Random(seed)  # noqa: S311 - samples must be reproducible, not secret
        self.fraction = source.random
        """A number from 0 up to but not including 1."""
        self.as_of = as_of.astimezone(UTC)
        today = self.as_of.date()
        days = [_describe(today + timedelta(days=offset)) for offset in range(-YEARS_BACK * _DAYS_IN_YEAR, 0)]
        ahead = [_describe(today + timedelta(days=offset)) for offset in range(DAYS_AHEAD)]
        self.past = [day for day in days if day.day.weekday() < _WORKING_DAYS]
        """Working days before ``as_of``, oldest first."""
        self.ahead = [day for day in ahead if day.day.weekday() < _WORKING_DAYS]
        """Working days from ``as_of`` on."""
        self._by_date = {day.day: day.partial for day in (*days, *ahead)}

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Return one of the things, each as likely as the others."""
        return things[int(self.fraction() * len(things))]

    def number(self, below: int) -> int:
        """Return a whole number from 0 up to but not including ``below``."""
        return int(self.fraction() * below)

    def happens(self, likelihood: float) -> bool:
        """Tell whether something of this likelihood happens."""
        return self.fraction() < likelihood

    def date_of(self, day: date) -> PartialDate:
        """Return a day as records keep it; kept ready for the days of the sample."""
        return self._by_date.get(day) or PartialDate.of(day)


def _describe(day: date) -> Day:
    return Day(day, PartialDate.of(day), datetime(day.year, day.month, day.day, tzinfo=UTC))


def weigh(things: dict[Thing, int]) -> tuple[Thing, ...]:
    """Return every thing as many times as its weight says, to be picked from."""
    return tuple(thing for thing, weight in things.items() for _ in range(weight))
