"""The Meetings sheet: what was agreed, never raw notes, and nobody's name: people are counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from liaison_desk.domain.codes import Handling
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.values import ZonedTime
from liaison_desk.exports.workbook_content import Cell, Column, ColumnKind, Register, Tone
from liaison_desk.services.workbook_ground import Ground, Reason, Sheet
from liaison_desk.services.workbook_requests import say
from liaison_desk.storage.report import MeetingLine

SHEET = "Meetings"
HELD, PLANNED, CANCELLED = "Held", "Planned", "Cancelled"
_CORE = (
    Column("Ref", "ref", 13, ColumnKind.REFERENCE),
    Column("Starts", "starts", 16, ColumnKind.DATETIME),
    Column("Title", "title", 42, ColumnKind.WRAP),
    Column("Kind", "kind", 20),
    Column("State", "state", 11, ColumnKind.WORD, {CANCELLED: Tone.PAUSED}),
    Column("Place", "place", 28, ColumnKind.WRAP),
    Column("People", "people", 8, ColumnKind.INTEGER),
    Column("Agreed", "agreed", 50, ColumnKind.WRAP),
    Column("Marking", "marking", 14),
)
# Nothing wraps here: the height of a row is that of what is printed.
_DETAIL = (
    Column("Ends", "ends", 16, ColumnKind.DATETIME),
    Column("Repeats", "repeats", 9),
    Column("Reported in", "reported_in", 24),
    Column("Filed as", "filed_as", 24),
    Column("Handling", "handling", 14),
    Column("Revision", "revision", 9, ColumnKind.INTEGER),
    Column("Record", "record", 38, ColumnKind.REFERENCE),
)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """A meeting in the file, with what the Summary counts."""

    line: MeetingLine
    starts: ZonedTime | None
    state: str


def fill_meetings(ground: Ground) -> tuple[Sheet, tuple[MeetingEntry, ...]]:
    """Return the sheet, the newest meeting first, and its meetings in the same order."""
    sheet = Sheet(SHEET)
    people = ground.reader.participants()
    admitted = sorted(_admit(ground, sheet), key=_moment, reverse=True)
    for entry in admitted:
        row = _row(ground, entry, people.get(entry.line.id, 0))
        sheet.add(row, Meeting.type_name, entry.line.id, entry.line.marking)
    return sheet, tuple(admitted)


def lay_out_meetings(sheet: Sheet) -> Register:
    """Return the sheet as it is written."""
    return Register(
        SHEET,
        "Meetings",
        "tblMeetings",
        "newest first; outcomes only, people are counted and not named",
        _CORE + _DETAIL,
        sheet.rows,
        printed_columns=len(_CORE),
    )


def _admit(ground: Ground, sheet: Sheet) -> Iterator[MeetingEntry]:
    for line in ground.reader.meetings():
        if line.handling == Handling.POST_ONLY.value:
            sheet.leave_out(Reason.POST_ONLY)
        elif not ground.markings.admits(line.marking):
            sheet.leave_out(Reason.ABOVE_LIMIT)
        else:
            starts = ZonedTime.parse(line.starts) if line.starts else None
            held = starts is not None and starts.utc <= ground.as_of
            state = CANCELLED if line.cancelled else HELD if held else PLANNED
            yield MeetingEntry(line, starts, state)


def _moment(entry: MeetingEntry) -> tuple[datetime, str]:
    return (entry.starts.utc if entry.starts else _BEGINNING), entry.line.ref


def _row(ground: Ground, entry: MeetingEntry, people: int) -> tuple[Cell, ...]:
    line = entry.line
    ends = ZonedTime.parse(line.ends) if line.ends else None
    return (
        line.ref,
        _time(entry.starts, all_day=bool(line.all_day)),
        ground.text(line.title),
        say(line.kind),
        entry.state,
        ground.text(line.place),
        people,
        ground.text(line.decisions),
        line.marking,
        _time(ends, all_day=bool(line.all_day)),
        "yes" if line.recurrence else None,
        ground.text(line.reported_in),
        ground.text(line.filed_as),
        say(line.handling),
        line.revision,
        line.id,
    )


def _time(time: ZonedTime | None, *, all_day: bool) -> date | datetime | None:
    """Return the day of what lasts all day, wherever it is; else the moment."""
    if time is None:
        return None
    return time.wall.date() if all_day else time.utc
