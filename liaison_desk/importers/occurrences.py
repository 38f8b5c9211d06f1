"""When a recurring meeting happens: its rule, its exceptions, and the wall clock of its zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.values import ZonedTime
from liaison_desk.importers.calendar_values import list_occurrences


@dataclass(frozen=True, slots=True)
class Happening:
    """One occurrence of a meeting."""

    meeting_id: RecordId
    """The meeting, or the exception that replaces it this once."""
    starts: datetime
    """Aware, in UTC; for an all-day meeting its first midnight in the meeting's zone."""
    ends: datetime
    """Aware, in UTC."""


def expand_occurrences(
    meeting: Meeting, exceptions: Sequence[Meeting], start: datetime, end: datetime
) -> list[Happening]:
    """Return when a meeting happens between two aware moments, in order, exceptions in their places.

    A weekly meeting at nine stays at nine when summer time begins. Cancelled exceptions are left out.
    At most 5000 occurrences are returned.
    """
    if meeting.starts is None:
        return []
    known = {str(place): one for place, one in enumerate((meeting, *exceptions))}
    events = [_write_event(mark, one) for mark, one in known.items() if one.starts is not None]
    happenings = []
    for found in list_occurrences(events, start, end):
        one = known[found.mark]
        if not one.cancelled:
            zone = one.starts.zone if one.starts is not None else meeting.starts.zone
            happenings.append(Happening(one.id, _to_utc(found.start, zone), _to_utc(found.end, zone)))
    return sorted(happenings, key=lambda happening: happening.starts)


def _write_event(mark: str, meeting: Meeting) -> str:
    lines = ["UID:series", f"SUMMARY:{mark}"]
    lines += [_write_time("DTSTART", meeting.starts, meeting)] if meeting.starts else []
    lines += [_write_time("DTEND", meeting.ends, meeting)] if meeting.ends else []
    if meeting.recurrence_instant is not None:
        lines.append(_write_time("RECURRENCE-ID", meeting.recurrence_instant, meeting))
    if meeting.recurrence:
        lines += meeting.recurrence.splitlines()
    return "\r\n".join(lines)


def _write_time(name: str, moment: ZonedTime, meeting: Meeting) -> str:
    if meeting.all_day:
        return f"{name};VALUE=DATE:{moment.wall:%Y%m%d}"
    if moment.zone == "UTC":
        return f"{name}:{moment.wall:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={moment.zone}:{moment.wall:%Y%m%dT%H%M%S}"


def _to_utc(moment: date, zone: str) -> datetime:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    wall = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return ZonedTime(wall, zone).utc
