"""The first look through a calendar: what must be known before its events can be read in order."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from liaison_desk.importers.calendar_stream import RawComponent, cut_components
from liaison_desk.importers.calendar_zones import known_zone
from liaison_desk.importers.foreign_text import unfold
from liaison_desk.importers.proposal import Source

_WANTED = re.compile(
    r"^(UID|RECURRENCE-ID|SEQUENCE|LAST-MODIFIED|DTSTAMP|TZID|METHOD|X-WR-TIMEZONE)\b(?:;[^:\n]*)?:(.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_NUMBER = 10
_INSIDE = re.compile(r"^BEGIN:.*?^END:[^\n]*$", re.IGNORECASE | re.MULTILINE | re.DOTALL)


class Occasion(NamedTuple):
    """What names an event: its UID, and for an exception the occurrence that it replaces, as written."""

    uid: str
    instant: str


class Edition(NamedTuple):
    """Which of two events of one name is the newer (RFC 5546, 2.1.5): the larger one."""

    sequence: int
    stamp: str
    place: int


@dataclass(slots=True)
class Survey:
    """What the whole file says about its events."""

    zones: dict[str, str] = field(default_factory=dict)
    """Lines of each VTIMEZONE by its TZID."""
    zone_names: dict[int, str] = field(default_factory=dict)
    """X-WR-TIMEZONE by calendar: the zone of its floating times."""
    cancelling: set[int] = field(default_factory=set)
    """The calendars that call off their events (METHOD:CANCEL, RFC 5546)."""
    newest: dict[Occasion, Edition] = field(default_factory=dict)


def survey_calendar(source: Source) -> Survey:
    """Return what the file says about its events, without reading them."""
    survey = Survey()
    with source.open() as stream:
        for place, raw in enumerate(cut_components(stream)):
            if raw.name in {"VEVENT", "VTIMEZONE", "VCALENDAR"}:
                _take(survey, place, raw)
    return survey


def _take(survey: Survey, place: int, raw: RawComponent) -> None:
    text = unfold(raw.lines, old=False).text
    known = read_marks(text)
    if raw.name == "VEVENT":
        occasion, edition = name_event(known, place)
        if edition > survey.newest.get(occasion, Edition(-1, "", -1)):
            survey.newest[occasion] = edition
    elif raw.name == "VTIMEZONE" and "TZID" in known:
        survey.zones[known["TZID"].strip('"')] = text
    elif raw.name == "VCALENDAR":
        if known.get("METHOD", "").upper() == "CANCEL":
            survey.cancelling.add(raw.calendar)
        if zone_name := known_zone(known.get("X-WR-TIMEZONE", "")):
            survey.zone_names[raw.calendar] = zone_name


def read_marks(text: str) -> dict[str, str]:
    """Return the properties that tell events apart, by upper-case name; components inside do not count."""
    outside = _INSIDE.sub("", text) if "BEGIN:" in text.upper() else text
    found: dict[str, str] = {}
    for name, value in _WANTED.findall(outside):
        found.setdefault(name.upper(), value.strip())
    return found


def name_event(known: dict[str, str], place: int) -> tuple[Occasion, Edition]:
    """Return an event's name and edition. An event without a UID stands for itself alone."""
    occasion = Occasion(known.get("UID") or f"#{place}", known.get("RECURRENCE-ID", ""))
    sequence = known.get("SEQUENCE", "")
    stamp = known.get("LAST-MODIFIED") or known.get("DTSTAMP", "")
    return occasion, Edition(
        int(sequence) if sequence.isdecimal() and len(sequence) < _LONGEST_NUMBER else 0, stamp, place
    )
