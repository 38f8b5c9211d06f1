"""From the records of a vault to the content of a workbook, and the account of what it hands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from liaison_desk import __version__
from liaison_desk.exports.workbook_content import Register, SheetCount, Workbook
from liaison_desk.services.workbook_codes import explain_codes
from liaison_desk.services.workbook_contacts import SHEET as CONTACTS
from liaison_desk.services.workbook_contacts import fill_contacts, lay_out_contacts
from liaison_desk.services.workbook_ground import Ground, Handed, Sheet, Withheld
from liaison_desk.services.workbook_meetings import SHEET as MEETINGS
from liaison_desk.services.workbook_meetings import MeetingEntry, fill_meetings, lay_out_meetings
from liaison_desk.services.workbook_requests import SHEET as REQUESTS
from liaison_desk.services.workbook_requests import RequestEntry, fill_requests, lay_out_requests
from liaison_desk.services.workbook_summary import count_figures, write_summary

SHEETS = (REQUESTS, MEETINGS, CONTACTS)
SAMPLE = "SAMPLE – fictional people and matters"
"""Stands as handling in every file of a sample vault."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A workbook that is ready to be written, and what it hands out."""

    content: Workbook = field(repr=False)
    marking: str
    counts: tuple[SheetCount, ...]
    withheld: tuple[Withheld, ...]
    handed: tuple[Handed, ...] = field(repr=False)
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The previous export of the same profile."""

    number: int
    made_at: str
    figures: Mapping[str, int]


def compose_workbook(
    ground: Ground, sheets: Sequence[str], number: int, previous: Predecessor | None
) -> Composed:
    """Return the workbook with these of the ``SHEETS``, in their fixed order."""
    filled: list[Sheet] = []
    registers: list[Register] = []
    requests: tuple[RequestEntry, ...] = ()
    meetings: tuple[MeetingEntry, ...] | None = None
    if REQUESTS in sheets:
        sheet, requests = fill_requests(ground)
        filled.append(sheet)
        registers.append(lay_out_requests(sheet))
    if MEETINGS in sheets:
        sheet, meetings = fill_meetings(ground)
        filled.append(sheet)
        registers.append(lay_out_meetings(sheet))
    if CONTACTS in sheets:
        sheet = fill_contacts(ground)
        filled.append(sheet)
        registers.append(lay_out_contacts(sheet))
    counts = tuple(sheet.count() for sheet in filled)
    withheld = tuple(each for sheet in filled for each in sheet.withheld())
    figures = count_figures(requests, meetings, ground)
    marking = ground.markings.highest(marking for sheet in filled for marking in sheet.markings)
    content = Workbook(
        post=ground.post.name,
        marking=marking.value,
        marking_colour=marking.colour,
        handling=SAMPLE if ground.post.sample else ground.post.handling,
        as_of=ground.as_of,
        zone=ground.zone,
        export_number=number,
        program_version=__version__,
        summary=write_summary(ground, requests, figures, previous.figures if previous else {}, withheld),
        registers=tuple(registers),
        counts=counts,
        codes=explain_codes(ground, sheets),
        previous_number=previous.number if previous else None,
        previous_on=ground.day(previous.made_at) if previous else None,
    )
    handed = tuple(each for sheet in filled for each in sheet.handed)
    return Composed(content, marking.value, counts, withheld, handed, figures)
