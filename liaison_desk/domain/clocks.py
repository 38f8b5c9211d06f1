"""Time as the desk takes it: a clock that is handed in, and hybrid logical time for the journal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...  # pragma: no cover


class SystemClock:
    """The clock of the computer."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class SteppedClock:
    """A clock that stands at one moment until it is moved: for demonstrations and tests."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        return self.moment


def instant_text(moment: datetime) -> str:
    """Return an aware moment as fixed-width UTC text, 27 characters, which sorts as time does."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}Z" if utc.year >= 1000 else _early(utc)


def _early(utc: datetime) -> str:
    # strftime does not pad years below 1000 on every system.
    return f"{utc.year:04d}-{utc:%m-%dT%H:%M:%S}.{utc.microsecond:06d}Z"


def instant_from_text(text: str) -> datetime:
    """Return the aware UTC moment that ``instant_text`` wrote."""
    return datetime.fromisoformat(text)


def next_hybrid_time(now: datetime, last: str) -> str:
    """Return hybrid logical time: never before ``last``, even when the computer's clock steps back.

    Shape: instant text, a dash, four hexadecimal digits of a counter.
    Source: Kulkarni et al., "Logical Physical Clocks", 2014.
    """
    wall = instant_text(now)
    if not last or wall > last[:27]:
        return f"{wall}-0000"
    return f"{last[:27]}-{int(last[28:], 16) + 1:04x}"
