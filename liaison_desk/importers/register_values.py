"""Cells of a register as values of fields: dates, lists, texts."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from liaison_desk.domain.dates import parse_date, parse_moment
from liaison_desk.domain.values import PartialDate, find_zone
from liaison_desk.importers.sheets import Cell, cell_text

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)
"""Numbers in a date column that are days since the epoch, from 1954 to 2119."""
_YEARS = range(1000, 3000)
_LIST_SEPARATOR = re.compile(r"[;\n]+")
_WORD_SEPARATOR = re.compile(r"[;,\n/]+")
_DATE_SEPARATOR = re.compile(r"[;\n]+|\s+/\s+|,\s*(?=\d)|(?<=\d)\s+a\s+(?=\d)")


class FilledCell(NamedTuple):
    """A cell that is not empty, under its heading."""

    heading: str
    target: str | None
    value: Cell
    text: str
    """The value as clean text."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads dates of one row: by the zone of the post, and near the row's own time."""

    zone: str
    near: date

    def read_date(self, value: Cell) -> PartialDate | None:
        """Return a cell as a date known as far as it is known, or None."""
        day = _typed_day(value)
        if day is not None:
            return PartialDate.of(day)
        if isinstance(value, int | float) and int(value) in _YEARS:
            return PartialDate(int(value))
        return parse_date(cell_text(value), near=self.near)

    def read_moment(self, value: Cell) -> datetime | None:
        """Return a cell as a moment, aware, in UTC, or None; a day counts from its midnight at the post."""
        zone = find_zone(self.zone)
        if isinstance(value, datetime):
            wall = value if value.tzinfo else value.replace(tzinfo=zone)
            return _to_utc(wall)
        day = _typed_day(value)
        if day is not None:
            return _to_utc(datetime.combine(day, time(), zone))
        return parse_moment(cell_text(value), zone, near=self.near)

    def read_moments(self, value: Cell) -> list[datetime] | None:
        """Return all moments of a cell that may hold several dates, or None unless each is understood."""
        if not isinstance(value, str):
            moment = self.read_moment(value)
            return None if moment is None else [moment]
        found = [self.read_moment(part) for part in _DATE_SEPARATOR.split(value) if part.strip()]
        known = [moment for moment in found if moment is not None]
        return known if known and len(known) == len(found) else None


def _to_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _typed_day(value: Cell) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float) and int(value) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(value))
    return None


def split_list(text: str) -> list[str]:
    """Return the parts of a cell that may hold several values; commas and slashes belong to the values."""
    return [part.strip() for part in _LIST_SEPARATOR.split(text) if part.strip()]


def split_words(text: str) -> list[str]:
    """Return the words of a cell that holds words in a row."""
    return [part.strip() for part in _WORD_SEPARATOR.split(text) if part.strip()]
