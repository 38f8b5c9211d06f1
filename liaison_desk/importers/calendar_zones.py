"""Finds the IANA zone that a calendar means: by name, by Windows name, or by the rules it brings along."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.values import ZonedTime, find_zone
from liaison_desk.importers.calendar_values import find_windows_zone, read_zone

_OFFSET = re.compile(r"(?:\(?(?:UTC|GMT)\s*)([+-])(\d{1,2}):?(\d{2})?\)?.*", re.IGNORECASE)
_LOCATION = re.compile(r"^X-LIC-LOCATION[^:]*:(.+)$", re.IGNORECASE | re.MULTILINE)
_LIKELY = (
    "Europe/Tirane", "Europe/Prague", "Europe/Berlin", "Europe/Rome", "Europe/London", "Europe/Athens",
    "Europe/Istanbul", "Europe/Moscow", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
_PROBE_WEEKS = 53


class ZoneFinder:
    """Turns zone names of one calendar into IANA names. Floating times get the zone of the post."""

    def __init__(self, defined: dict[str, str], default: str, year: int) -> None:
        """Take the VTIMEZONEs (name to lines), the zone of floating times, and a year to compare in."""
        self._defined = defined
        self._default = default
        self._year = year
        self._found: dict[str, str] = {}

    def find(self, name: str) -> str:
        """Return the IANA name for a TZID, or empty text where no zone has these rules."""
        if name not in self._found:
            self._found[name] = self._search(name)
        return self._found[name]

    def place(self, moment: date, name: str) -> tuple[ZonedTime, bool]:
        """Return a wall time with its zone, and False where the zone is a guess.

        A date becomes its midnight. A time whose zone has rules of its own, known nowhere else, is turned
        into the zone of the post: the moment stays right.
        """
        if not isinstance(moment, datetime):
            return ZonedTime(datetime.combine(moment, time()), self._default), True
        if moment.tzinfo is not None:
            return ZonedTime(moment.astimezone(UTC).replace(tzinfo=None), "UTC"), True
        if not name:
            return ZonedTime(moment, self._default), True
        zone = self.find(name)
        if zone:
            return ZonedTime(moment, zone), True
        rules = read_zone(self._defined[name]) if name in self._defined else None
        if rules is None:
            return ZonedTime(moment, self._default), False
        here = moment.replace(tzinfo=rules).astimezone(find_zone(self._default))
        return ZonedTime(here.replace(tzinfo=None), self._default), False

    def _search(self, name: str) -> str:
        for offered in _offer_names(name):
            if known := known_zone(offered):
                return known
        lines = self._defined.get(name, "")
        if location := _LOCATION.search(lines):
            return known_zone(location[1].strip())
        return self._match_rules(lines) if lines else _fixed_offset(name)

    def _match_rules(self, lines: str) -> str:
        """Return the zone that keeps the same time all year; the post's own and likely ones come first."""
        rules = read_zone(lines)
        if rules is None:
            return ""
        first = datetime(self._year, 1, 1, 12)  # noqa: DTZ001 - wall time, which both zones are asked about
        probes = [first + timedelta(weeks=week) for week in range(_PROBE_WEEKS)]
        try:
            wanted = [rules.utcoffset(probe.replace(tzinfo=rules)) for probe in probes]
        except (ValueError, OverflowError, AttributeError):
            return ""
        for name in (self._default, *_LIKELY, *sorted(available_timezones())):
            zone = ZoneInfo(name)
            if all(zone.utcoffset(probe) == offset for probe, offset in zip(probes, wanted, strict=True)):
                return name
        return ""


def known_zone(name: str) -> str:
    """Return the IANA name as it is spelled, or empty text where there is no such zone."""
    spelled = _spellings().get(name.strip().casefold(), "")
    try:
        return spelled and find_zone(spelled).key
    except InvalidValue:
        return ""


@cache
def _spellings() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if name != "localtime"}


def _offer_names(name: str) -> Iterator[str]:
    """Yield what a zone name may mean: itself, its Windows meaning, the end of a path (RFC 5545, 3.2.19)."""
    bare = name.strip().strip('"').strip("/")
    yield bare
    yield find_windows_zone(bare)
    parts = bare.split("/")
    for start in range(1, len(parts)):
        yield "/".join(parts[start:])
    if " " in bare and "/" in bare:
        yield bare.split(" ")[0]


def _fixed_offset(name: str) -> str:
    found = _OFFSET.fullmatch(name.strip())
    if found is None or int(found[3] or 0):
        return ""
    # The signs of these names are the wrong way round, by POSIX.
    hours = int(found[2])
    return known_zone(f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}") if hours else "UTC"
