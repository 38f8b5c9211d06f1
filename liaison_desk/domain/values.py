"""Values that plain types do not carry: partial dates, wall time with its zone, and clean text."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.once import once

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(/end)?")
_ZONED = re.compile(r"([^\[]+)\[([^\]]+)\]")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known as far as it is known: a year, a month, a day, or "the end of" a year or month."""

    year: int
    month: int | None = None
    day: int | None = None
    end: bool = False

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        known_wrongly = self.day is not None and (self.month is None or self.end)
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError as error:
            raise InvalidValue(field="", reason="no_such_date") from error
        if known_wrongly:
            raise InvalidValue(field="", reason="no_such_date")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the date that ``str`` wrote: ``2026``, ``2026-04``, ``2026-04-30``, ``2026-04/end``."""
        found = _PARTIAL.fullmatch(text)
        if found is None:
            raise InvalidValue(field="", reason="no_such_date")
        year, month, day, end = found.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None, end is not None)

    @classmethod
    def of(cls, day: date) -> Self:
        """Return a day known in full."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        """Return the stored form, which sorts by the first part known."""
        parts = [f"{self.year:04d}"]
        if self.month is not None:
            parts.append(f"{self.month:02d}")
        if self.day is not None:
            parts.append(f"{self.day:02d}")
        return "-".join(parts) + ("/end" if self.end else "")

    @property
    def last_day(self) -> date:
        """The last day that the date can mean: what is due "in April" is due by the thirtieth."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


@once
def find_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue(field="zone", reason="no_such_zone") from error


@dataclass(frozen=True, slots=True)
class ZonedTime:
    """A wall time and the zone whose wall it hangs on; UTC is derived, so a change of rules is harmless."""

    wall: datetime
    zone: str

    def __post_init__(self) -> None:
        """Refuse aware wall times, unknown zones, and times whose UTC lies outside the calendar."""
        if self.wall.tzinfo is not None:
            raise InvalidValue(field="wall", reason="not_wall_time")
        find_zone(self.zone)
        try:
            _ = self.utc
        except OverflowError as error:
            raise InvalidValue(field="wall", reason="no_such_time") from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the time that ``str`` wrote: ``2026-11-24T09:00:00[Europe/Tirane]`` (after RFC 9557)."""
        found = _ZONED.fullmatch(text)
        if found is None:
            raise InvalidValue(field="", reason="no_such_time")
        try:
            return cls(datetime.fromisoformat(found[1]), found[2])
        except ValueError as error:
            raise InvalidValue(field="", reason="no_such_time") from error

    def __str__(self) -> str:
        """Return the stored form."""
        return f"{self.wall.isoformat()}[{self.zone}]"

    @property
    def utc(self) -> datetime:
        """The moment meant, aware, in UTC."""
        return self.wall.replace(tzinfo=find_zone(self.zone)).astimezone(UTC)


def is_clean(text: str) -> bool:
    """Tell whether text can be stored: no NUL, no lone surrogate."""
    return _FORBIDDEN.search(text) is None


def refuse_unclean(field: str, text: str) -> None:
    """Raise ``InvalidValue`` where text holds NUL or a lone surrogate."""
    if not is_clean(text):
        raise InvalidValue(field=field, reason="forbidden_character")


def replace_unclean(text: str) -> str:
    """Return foreign text with NUL and lone surrogates shown as U+FFFD."""
    return _FORBIDDEN.sub("�", text)
