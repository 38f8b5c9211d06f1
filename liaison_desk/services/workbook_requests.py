"""The Requests sheet: one row a request, the worst first. Subjects' names never stand in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from liaison_desk.domain.codes import Handling, Outcome, RequestStatus
from liaison_desk.domain.request import Request
from liaison_desk.domain.values import PartialDate
from liaison_desk.exports.workbook_content import Cell, Column, ColumnKind, Redacted, Register, Tone
from liaison_desk.services.request_clock import ENDED_WORDS, ClockWord, RequestClock, read_clock
from liaison_desk.services.workbook_ground import IN_SERVICE, Ground, Reason, Sheet
from liaison_desk.storage.report import RequestLine

SHEET = "Requests"
_TONES = {
    ClockWord.OVERDUE.value: Tone.LATE,
    ClockWord.DUE_SOON.value: Tone.SOON,
    ClockWord.ANSWERED.value: Tone.GOOD,
}
_CORE = (
    Column("Ref", "ref", 13, ColumnKind.REFERENCE),
    Column("Matter", "matter", 40, ColumnKind.WRAP),
    Column("Counterpart", "counterpart", 38, ColumnKind.WRAP),
    Column("Status", "status", 17),
    Column("Clock", "clock", 12, ColumnKind.WORD, _TONES),
    Column("Days overdue", "days_overdue", 9, ColumnKind.OVERDUE),
    Column("Received", "received", 11, ColumnKind.DATE),
    Column("Due", "due", 11, ColumnKind.DATE),
    Column("Next step", "next_step", 24, ColumnKind.WRAP),
    Column("Marking", "marking", 14),
)
# Nothing wraps here: the height of a row is that of what is printed.
_DETAIL = (
    Column("Kind", "kind", 18),
    Column("Urgency", "urgency", 10),
    Column("Regime", "regime", 14),
    Column("Crime areas", "crime_areas", 24),
    Column("Asked by", "asked_by", 34),
    Column("Their reference", "their_reference", 24),
    Column("Information requested", "information_requested", 44),
    Column("Waiting on", "waiting_on", 13),
    Column("Reminded", "reminded", 10, ColumnKind.INTEGER),
    Column("Sent", "sent", 11, ColumnKind.DATE),
    Column("Answered", "answered", 11, ColumnKind.DATE),
    Column("Outcome", "outcome", 12),
    Column("Closed", "closed", 11, ColumnKind.DATE),
    Column("Filed as", "filed_as", 24),
    Column("Handling", "handling", 14),
    Column("Revision", "revision", 9, ColumnKind.INTEGER),
    Column("Record", "record", 38, ColumnKind.REFERENCE),
)
_ANSWERING = frozenset(
    status.value
    for status in (
        RequestStatus.ANSWERED, RequestStatus.NOT_HELD, RequestStatus.REFUSED, RequestStatus.PARTLY_REFUSED,
    )
)  # fmt: skip
_NO_ANSWER = frozenset({Outcome.WITHDRAWN.value, Outcome.LAPSED.value})
_WORST_FIRST = {word: place for place, word in enumerate(ClockWord)}


@dataclass(frozen=True, slots=True)
class RequestEntry:
    """A request in the file, with what the Summary counts."""

    line: RequestLine
    clock: RequestClock
    matter: Cell
    counterpart: Cell
    received: date | None
    answered: date | None
    closed: date | None
    reminded: int


def fill_requests(ground: Ground) -> tuple[Sheet, tuple[RequestEntry, ...]]:
    """Return the sheet, and its requests in the same order."""
    sheet = Sheet(SHEET)
    reminders = ground.reader.reminders()
    references = _gather_references(ground)
    admitted = sorted(_admit(ground, sheet, reminders), key=_worst_first)
    for entry in admitted:
        row = _row(ground, sheet, entry, references.get(entry.line.id, ""))
        sheet.add(row, Request.type_name, entry.line.id, entry.line.marking)
    return sheet, tuple(admitted)


def lay_out_requests(sheet: Sheet) -> Register:
    """Return the sheet as it is written."""
    return Register(
        SHEET,
        "Requests",
        "tblRequests",
        "worst first; the due day is the one agreed or asked for, a target and not a legal limit",
        _CORE + _DETAIL,
        sheet.rows,
        printed_columns=len(_CORE),
    )


def _admit(ground: Ground, sheet: Sheet, reminders: dict[str, int]) -> Iterator[RequestEntry]:
    for line in ground.reader.requests():
        if line.handling == Handling.POST_ONLY.value:
            sheet.leave_out(Reason.POST_ONLY)
        elif not ground.markings.admits(line.marking):
            sheet.leave_out(Reason.ABOVE_LIMIT)
        else:
            due = line.deadline_agreed or line.deadline_asked
            answered = line.answered_at or line.status in _ANSWERING
            answered = answered or (line.outcome is not None and line.outcome not in _NO_ANSWER)
            yield RequestEntry(
                line=line,
                clock=read_clock(
                    RequestStatus(line.status),
                    PartialDate.parse(due) if due else None,
                    ground.today,
                    answered=bool(answered),
                ),
                matter=ground.text(line.matter, ground.subject_names.get(line.id, frozenset())),
                counterpart=_name_counterpart(ground, sheet, line),
                received=ground.day(line.received_at),
                answered=ground.day(line.answered_at),
                closed=ground.day(line.closed_at),
                reminded=reminders.get(line.id, 0),
            )


def _worst_first(entry: RequestEntry) -> tuple[int, int, str]:
    """Sort by word; then by the day due or received, what has ended by the newest; then by reference."""
    place = _WORST_FIRST[entry.clock.word]
    if entry.clock.word in ENDED_WORDS:
        ended = entry.answered or entry.closed or entry.received or date.min
        return place, -ended.toordinal(), entry.line.ref
    begun = entry.clock.due or entry.received or date.max
    return place, begun.toordinal(), entry.line.ref


def _row(ground: Ground, sheet: Sheet, entry: RequestEntry, references: str) -> tuple[Cell, ...]:
    line, clock = entry.line, entry.clock
    own = ground.subject_names.get(line.id, frozenset())
    asked: Cell = ground.text(line.information_requested, own)
    if asked is not None and line.handling != Handling.SHAREABLE.value:
        asked = Redacted(IN_SERVICE)
    return (
        line.ref,
        entry.matter,
        entry.counterpart,
        say(line.status),
        clock.word.value,
        clock.days_overdue,
        entry.received,
        clock.due,
        ground.text(line.next_step, own),
        line.marking,
        say(line.kind),
        say(line.urgency),
        line.regime or None,
        ", ".join(json.loads(line.crime_areas)) or None,
        _name_side(ground, sheet, line.requesting_authority_id, line.requesting_unit),
        ground.text(references, own),
        asked,
        say(line.waiting_on or ""),
        entry.reminded,
        ground.day(line.sent_at),
        entry.answered,
        say(line.outcome or ""),
        entry.closed,
        ground.text(line.filed_as, own),
        say(line.handling),
        line.revision,
        line.id,
    )


def say(code: str) -> str:
    """Return a stored code as a cell shows it: ``with partner`` as ``With partner``."""
    return code[:1].upper() + code[1:]


def _name_counterpart(ground: Ground, sheet: Sheet, line: RequestLine) -> Cell:
    """Return the side that is not at home, as far as that is known; else the other end of the request."""
    requested = (line.requested_authority_id, line.requested_unit, line.state_requested)
    requesting = (line.requesting_authority_id, line.requesting_unit, line.state_requesting)
    sides = [side for side in (requested, requesting) if side[0] or side[1]]
    if not sides:
        return None
    home = ground.post.home
    foreign = [side for side in sides if _country(ground, side[0], side[2]) not in {home, ""}]
    not_home = [side for side in sides if _country(ground, side[0], side[2]) != home]
    authority, unit, _ = (foreign or not_home or sides)[0]
    return _name_side(ground, sheet, authority, unit)


def _country(ground: Ground, organisation_id: str | None, state: str) -> str:
    line = ground.organisations.get(organisation_id or "")
    return (line.country if line else "") or state


def _name_side(ground: Ground, sheet: Sheet, authority: str | None, unit: str) -> Cell:
    named = ground.organisation(sheet, authority, abbreviated=True)
    if isinstance(named, Redacted):
        return named
    return named if named is not None else ground.text(unit)


def _gather_references(ground: Ground) -> dict[str, str]:
    found: dict[str, str] = {}
    for owner, number in ground.reader.partner_references():
        found[owner] = f"{found[owner]}; {number}" if owner in found else number
    return found
