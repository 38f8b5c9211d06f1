"""Time as the desk takes it: a clock that is handed in, and hybrid logical time for the journal."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from liaison_desk.domain.errors import InvalidValue

_LARGEST_COUNT = 0xFFFF


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
    if moment.tzinfo is None:
        # Python would read it in the zone of the computer, which is nobody's intention.
        raise InvalidValue(field="", reason="no_zone")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidValue(field="", reason="no_such_time") from error
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
    newest, _, counter = last.partition("Z-")
    if not last or wall > f"{newest}Z":
        return f"{wall}-0000"
    count = int(counter, 16) + 1
    if count > _LARGEST_COUNT:
        return f"{instant_text(instant_from_text(f'{newest}Z') + timedelta(microseconds=1))}-0000"
    return f"{newest}Z-{count:04x}"
