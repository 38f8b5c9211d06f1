"""The sample calendar as Outlook exports it: its zone name, weekly meetings with exceptions, visits."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from liaison_desk.services.sample_lines import escape_value, join_folded
from liaison_desk.services.sample_tables import MAIL_DOMAIN, Calendar, EventRow, Moved, working_day

OUTLOOK_ZONE = "Central Europe Standard Time"
"""What Windows calls the time of Prague, Budapest and Tirana."""

_OUTLOOK_TIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{OUTLOOK_ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:16011028T030000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010325T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


def write_calendar(calendar: Calendar, names: Mapping[str, str], as_of: date) -> bytes:
    """Return the calendar as iCalendar (RFC 5545); ``names`` tells who owns a mailbox."""
    lines = ["BEGIN:VCALENDAR", "PRODID:-//Sample//Calendar export//CS", "VERSION:2.0", "METHOD:PUBLISH"]
    lines += _OUTLOOK_TIMEZONE
    for event in calendar.events:
        lines += _Event(calendar, event, names, as_of).write()
    return join_folded([*lines, "END:VCALENDAR"])


class _Event:
    """Writes one event and the occurrences that were moved."""

    def __init__(self, calendar: Calendar, row: EventRow, names: Mapping[str, str], as_of: date) -> None:
        self._calendar = calendar
        self._row = row
        self._names = names
        self._as_of = as_of
        self._day = working_day(as_of, row.day)
        if row.weekday is not None:
            self._day += timedelta(days=(row.weekday - self._day.weekday()) % 7)

    def write(self) -> Iterator[str]:
        """Yield the lines of the event, then those of its exceptions."""
        row = self._row
        yield from self._head()
        if row.days:
            yield f"DTSTART;VALUE=DATE:{self._day:%Y%m%d}"
            yield f"DTEND;VALUE=DATE:{self._day + timedelta(days=row.days):%Y%m%d}"
            yield "TRANSP:OPAQUE"
        else:
            yield from self._times(self._day, row.time, row.minutes)
        if row.rule:
            yield f"RRULE:{row.rule}"
        for week in row.skip_weeks:
            yield self._moment("EXDATE", self._day + timedelta(weeks=week), row.time)
        yield from self._tail(row.title)
        for moved in row.exceptions:
            yield from self._exception(moved)

    def _exception(self, moved: Moved) -> Iterator[str]:
        day = self._day + timedelta(weeks=moved.week)
        yield from self._head()
        yield self._moment("RECURRENCE-ID", day, self._row.time)
        yield from self._times(day, moved.time, moved.minutes)
        yield from self._tail(moved.title)

    def _head(self) -> Iterator[str]:
        yield "BEGIN:VEVENT"
        yield f"UID:{self._row.uid}@{MAIL_DOMAIN}"
        yield f"DTSTAMP:{self._as_of:%Y%m%d}T050000Z"

    def _times(self, day: date, at: str, minutes: int) -> Iterator[str]:
        ends = datetime.combine(day, time.fromisoformat(at)) + timedelta(minutes=minutes)
        yield self._moment("DTSTART", day, at)
        yield self._moment("DTEND", ends.date(), f"{ends:%H:%M}")

    def _moment(self, name: str, day: date, at: str) -> str:
        shown = f"{day:%Y%m%d}T{at.replace(':', '')}00"
        match self._row.zone:
            case "floating":
                return f"{name}:{shown}"
            case "utc":
                return f"{name}:{shown}Z"
            case zone if zone == OUTLOOK_ZONE:
                return f'{name};TZID="{zone}":{shown}'
            case zone:
                return f"{name};TZID={zone}:{shown}"

    def _tail(self, title: str) -> Iterator[str]:
        row = self._row
        yield f"SUMMARY;LANGUAGE=cs:{escape_value(title)}"
        if row.place:
            yield f"LOCATION:{escape_value(row.place)}"
        if row.description:
            yield f"DESCRIPTION:{escape_value(row.description)}"
        if row.categories:
            yield f"CATEGORIES:{escape_value(row.categories)}"
        if row.attendees:
            yield f'ORGANIZER;CN="{self._calendar.officer}":mailto:{self._calendar.officer_email}'
        for mailbox in row.attendees:
            name = self._names[mailbox]
            yield f'ATTENDEE;CN="{name}";ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{mailbox}@{MAIL_DOMAIN}'
        if row.private:
            yield "CLASS:PRIVATE"
        yield "STATUS:CANCELLED" if row.cancelled else "STATUS:CONFIRMED"
        if row.zone == OUTLOOK_ZONE:
            yield from ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "BEGIN:VALARM", "TRIGGER:-PT15M", "ACTION:DISPLAY")
            yield from ("DESCRIPTION:Reminder", "END:VALARM")
        yield "END:VEVENT"
