"""Importing calendars: the same uid updates, exceptions hang on their meeting, guests are found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.import_plan import SKIP, Verdict
from liaison_desk.services.importing import plan_import
from liaison_desk.services.matching import Reason
from liaison_desk.services.records import edit_record
from tests.desk_samples import add_contact, new_desk, state_of, take_in
from tests.import_samples import calendar, source_of

WEEKLY = (
    "UID:w",
    "SUMMARY:Weekly",
    "DTSTART;TZID=Europe/Tirane:20261102T090000",
    "RRULE:FREQ=WEEKLY;COUNT=9",
)
MOVED = ("UID:w", "SUMMARY:Weekly moved", "RECURRENCE-ID;TZID=Europe/Tirane:20261109T090000",
         "DTSTART;TZID=Europe/Tirane:20261110T100000")  # fmt: skip


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path / "vault") as desk:
        yield desk


def events(*groups: tuple[str, ...]) -> bytes:
    """Return a calendar with these events."""
    return calendar(*(line for group in groups for line in ("BEGIN:VEVENT", *group, "END:VEVENT")))


def meeting(desk: Desk, words: str) -> Meeting:
    """Return the meeting that these words find first."""
    root = load(desk, search(desk, f"type:meeting {words}")[0].ref).root
    assert isinstance(root, Meeting)
    return root


@pytest.mark.parametrize("exception_first", [False, True])
def test_exception_hangs_on_its_meeting(desk: Desk, *, exception_first: bool) -> None:
    """An exception names its recurring meeting, whichever comes first in the file."""
    groups = (MOVED, WEEKLY) if exception_first else (WEEKLY, MOVED)
    assert 2 == take_in(desk, events(*groups)).new
    master = next(hit for hit in search(desk, "type:meeting weekly") if hit.title == "Weekly")
    assert master.root_id == meeting(desk, "moved").recurrence_of_id


def test_exception_of_a_known_meeting(desk: Desk) -> None:
    """An exception that comes in a later file finds the meeting of the desk, also where that is in both."""
    take_in(desk, events(WEEKLY))
    known = meeting(desk, "weekly").id
    outcome = take_in(desk, events(WEEKLY, MOVED))
    assert (1, 1) == (outcome.new, outcome.unchanged)
    assert known == meeting(desk, "moved").recurrence_of_id


def test_exception_of_a_skipped_meeting_stands_alone(desk: Desk) -> None:
    """Where the officer leaves the recurring meeting out, its exception names nothing that is not there."""
    outcome = take_in(desk, events(WEEKLY, MOVED), {1: SKIP})
    assert (1, 1) == (outcome.new, outcome.skipped)
    assert meeting(desk, "moved").recurrence_of_id is None


def test_same_uid_updates_and_keeps_the_minutes(desk: Desk) -> None:
    """A moved meeting moves; what the officer wrote about it stays."""
    take_in(desk, events(("UID:m", "SUMMARY:Lunch", "LOCATION:Embassy", "DTSTART:20261124T110000Z")))
    edit_record(desk, meeting(desk, "lunch").id, [("decisions", "agreed"), ("place", "Hotel")])
    outcome = take_in(
        desk, events(("UID:m", "SUMMARY:Lunch", "LOCATION:Harbour", "DTSTART:20261125T110000Z"))
    )
    assert (0, 1) == (outcome.new, outcome.updated)
    moved = meeting(desk, "lunch")
    assert ("2026-11-25T11:00:00[UTC]", "Hotel", "agreed") == (
        str(moved.starts),
        moved.place,
        moved.decisions,
    )
    assert [moved.ref] == [hit.ref for hit in search(desk, "harbour")]


def test_same_time_and_title_under_another_uid(desk: Desk) -> None:
    """The same meeting out of two calendars is told as a possible duplicate."""
    take_in(desk, events(("UID:m", "SUMMARY:Lunch", "DTSTART:20261124T110000Z")))
    (row,) = plan_import(desk, source_of(events(("UID:n", "SUMMARY:lunch", "DTSTART:20261124T110000Z")))).rows
    assert (Verdict.POSSIBLE_DUPLICATE, (Reason.OCCASION,)) == (row.verdict, row.candidates[0].reasons)


def test_guests_are_found_by_mailbox_and_by_name(desk: Desk) -> None:
    """Participants link to contacts; strangers stay with name and address; nothing is added twice."""
    agim = add_contact(desk, "Agim Kola", ("email", "agim@example.invalid"))
    drita = add_contact(desk, "Drita Prifti")
    guests = (
        "ATTENDEE;CN=A.K.:mailto:AGIM@example.invalid",
        "ATTENDEE;CN=Prifti Drita:mailto:d@example.invalid",
        "ATTENDEE;CN=Nobody:mailto:n@example.invalid",
    )
    start = ("UID:m", "SUMMARY:Lunch", "DTSTART:20261124T110000Z")
    take_in(desk, events((*start, *guests)))
    found = load(desk, meeting(desk, "lunch").id).of(Participant)
    assert [agim.id, drita.id, None] == [guest.contact_id for guest in found]
    take_in(desk, events((*start, *guests, "LOCATION:Embassy")))
    assert found == load(desk, meeting(desk, "lunch").id).of(Participant)
    assert "Embassy" == meeting(desk, "lunch").place


def test_second_import_of_a_calendar_changes_nothing(desk: Desk) -> None:
    """Every event is known again by uid, occasion and content."""
    take_in(desk, events(WEEKLY, MOVED))
    before = state_of(desk)
    assert 2 == take_in(desk, events(WEEKLY, MOVED)).unchanged
    assert before == state_of(desk)
