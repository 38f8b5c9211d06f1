"""Lines, times, rules and occurrences of calendars.

The only importer of ``icalendar`` and ``recurring_ical_events``. Source: RFC 5545.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice
from typing import NamedTuple

import recurring_ical_events
from icalendar import Calendar, Event, Timezone, vDDDTypes, vDuration, vRecur
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from liaison_desk.importers.foreign_text import decode_quoted_printable, split_broken_line

UNREADABLE = "?"
"""Name given to a line that is no property."""

_HEAD = re.compile(r'(?:[^":]|"[^"]*")*:')
_SHORT_TIME = re.compile(r"(\d{8}T\d{4})(Z?)")
_DASHED = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(Z?))?")
_SLOW_FREQUENCIES = {"SECONDLY", "MINUTELY", "HOURLY"}
_MOST_OCCURRENCES = 5000


class CalendarLine(NamedTuple):
    """One property of a component."""

    name: str
    """Upper case; a property of a component inside carries its name: ``VALARM TRIGGER``."""
    parameters: dict[str, str]
    """Upper-case names."""
    text: str
    """Unescaped."""
    raw: str
    """As written after the colon."""


class Occurrence(NamedTuple):
    """One time at which a recurring event happens."""

    start: date
    """A date for an all-day event, else an aware datetime."""
    end: date
    mark: str
    """Whose times these are: the SUMMARY of the event, master or exception."""


def read_line(line: str) -> CalendarLine:
    """Return a content line; what breaks the grammar is read as far as it can be told."""
    head = _HEAD.match(line)
    raw = line[head.end() :] if head else line.partition(":")[2]
    try:
        name, found, text = Contentline(line).parts()  # type: ignore[no-untyped-call]  # the package types only a part
        parameters = {key.upper(): _plain(value) for key, value in found.items()}
    except ValueError:
        broken = split_broken_line(line)
        if broken is None:
            return CalendarLine(UNREADABLE, {}, line, line)
        name, text = broken.name, broken.value
        parameters = {key.upper(): rest[0] if rest else "" for key, *rest in broken.parameters}
    if "QUOTED-PRINTABLE" in {parameters.get("ENCODING", "").upper(), *parameters}:
        text = decode_quoted_printable(raw, parameters.get("CHARSET", ""))
    return CalendarLine(name.upper(), parameters, str(text), raw)


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def read_time(raw: str) -> date | None:
    """Return a date or a datetime, naive unless the text says UTC, or None where it is neither."""
    text = raw.strip()
    if short := _SHORT_TIME.fullmatch(text):
        text = f"{short[1]}00{short[2]}"
    elif dashed := _DASHED.fullmatch(text):
        year, month, day, hour, minute, second, zulu = dashed.groups()
        text = f"{year}{month}{day}" + (f"T{hour}{minute}{second or '00'}{zulu}" if hour else "")
    try:
        value = vDDDTypes.from_ical(text)  # type: ignore[no-untyped-call]  # as above
    except ValueError:
        return None
    return value if isinstance(value, date) else None


def read_duration(raw: str) -> timedelta | None:
    """Return a duration, or None where the text is none."""
    try:
        found = vDuration.from_ical(raw.strip())  # type: ignore[no-untyped-call]  # as above
    except (ValueError, OverflowError):
        return None
    return found if isinstance(found, timedelta) else None


def is_usable_rule(raw: str) -> bool:
    """Tell whether a recurrence rule can be kept.

    Rules by hour, minute or second, and steps of nothing, belong to no meeting and may run for ever.
    """
    try:
        rule = vRecur.from_ical(raw.strip())
    except ValueError:
        return False
    frequency = [str(one).upper() for one in rule.get("FREQ", [])]
    return (
        bool(frequency)
        and not _SLOW_FREQUENCIES.intersection(frequency)
        and min(rule.get("INTERVAL", [1])) > 0
    )


def find_windows_zone(name: str) -> str:
    """Return the IANA name of a Windows time zone, or empty text."""
    return WINDOWS_TO_OLSON.get(name, "")


def read_zone(lines: str) -> tzinfo | None:
    """Return the zone that the lines of a VTIMEZONE define, or None where they define none."""
    text = f"BEGIN:VTIMEZONE\r\n{lines}\r\nEND:VTIMEZONE\r\n"
    try:
        component = Timezone.from_ical(text)
        return component.to_tz(lookup_tzid=False) if isinstance(component, Timezone) else None
    except (ValueError, KeyError, IndexError, OverflowError, AttributeError, TypeError):
        return None


def list_occurrences(events: list[str], start: datetime, end: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences that touch the time from ``start`` to ``end``, in order, at most 5000.

    ``events`` are the lines of VEVENTs, master and exceptions, with IANA names for zones.
    """
    calendar = Calendar()
    for lines in events:
        component = Event.from_ical(f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")
        if isinstance(component, Event):
            calendar.add_component(component)
    query = recurring_ical_events.of(calendar, keep_recurrence_attributes=True, skip_bad_series=True)
    for event in islice(query.between(start, end), _MOST_OCCURRENCES):
        yield Occurrence(event.start, event.end, str(event.get("SUMMARY", "")))
