"""Merging two records: every dated position, number and link is kept, both values on conflict, one undo."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liaison_desk.domain.attached import Attachment, Link, Note, Tag, Task
from liaison_desk.domain.codes import ContactStatus, Handling, StepKind
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.errors import MergeRefused, RecordMissing
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Step
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.attaching import attach_stream, read_attachment
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.merging import merge_contacts, merge_organisations, merge_records
from liaison_desk.services.records import add_record, bin_record
from liaison_desk.services.undoing import redo, undo
from liaison_desk.storage.matching import MERGED_INTO
from tests.desk_samples import NOBODY, NOW, add_children, add_contact, new_desk, state_of
from tests.import_samples import source_of


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path / "vault") as desk:
        yield desk


def child(desk: Desk, kind: Any, /, **values: Any) -> Any:
    """Return a child that has no owner yet."""
    return kind(id=desk.new_id(), owner_id=NOBODY, **values)


def position(desk: Desk, function: str, since: int | None = None, until: int | None = None) -> Any:
    """Return a position at the police with its years."""
    years = {"since": since and PartialDate(since), "until": until and PartialDate(until)}
    return child(desk, Position, organisation_name="Policia", function=function, **years)


def two_contacts(desk: Desk) -> tuple[Contact, Contact]:
    """Return two contacts who are one person, as two sources knew him."""
    keep = add_contact(desk, "Arben Hoxha", ("phone", "+355691111111"), ("email", "a@example.invalid"))
    add_children(desk, keep.ref, position(desk, "Inspektor", 2015, 2019), position(desk, "Shef", 2019))
    other = add_contact(
        desk, "Hoxha Arben, Mgr.", ("phone", "069 111 1111"), ("phone", "+355692222222"), ("tag", "drugs"),
        ("address", "Rruga 1"), ("birthday", "1970"), ("note", "speaks Czech"), ("task", "call him"),
    )  # fmt: skip
    add_children(desk, other.ref, position(desk, "Inspektor", 2021, 2023), position(desk, "Shef", 2019))
    return keep, other


def test_nothing_of_either_is_lost(desk: Desk) -> None:
    """Dated positions, numbers, tags, notes and tasks come together; what both say is there once."""
    keep, other = two_contacts(desk)
    outcome = merge_contacts(desk, keep.ref, other.ref)
    merged = load(desk, keep.ref)
    assert [(2015, 2019), (2019, None), (2021, 2023)] == [
        (one.since and one.since.year, one.until and one.until.year) for one in merged.of(Position)
    ]
    assert ["+355691111111", "+355692222222"] == [one.e164 for one in merged.of(Phone)]
    assert ["a@example.invalid"] == [one.address for one in merged.of(Email)]
    assert (["drugs"], ["speaks Czech"], ["call him"]) == (
        [one.word for one in merged.of(Tag)], [one.text for one in merged.of(Note)],
        [one.text for one in merged.of(Task)],
    )  # fmt: skip
    root = merged.root
    assert isinstance(root, Contact)
    assert (("Hoxha Arben, Mgr.",), "Rruga 1", PartialDate(1970)) == (
        root.aliases,
        root.address,
        root.birthday,
    )
    assert (5, 2, 0) == (outcome.moved, outcome.repeated, outcome.conflicts)


def test_other_goes_into_the_bin_with_a_link(desk: Desk) -> None:
    """The other lies in the bin and says where it went; searches find the kept one by the other's words."""
    keep, other = two_contacts(desk)
    merge_contacts(desk, keep.ref, other.ref)
    gone = load(desk, other.ref)
    assert NOW == gone.root.binned_at
    assert [(keep.id, MERGED_INTO)] == [(link.to_id, link.role) for link in gone.of(Link)]
    assert [keep.ref] == [hit.ref for hit in search(desk, "mgr")]


def test_undo_restores_both(desk: Desk) -> None:
    """One undo takes the whole merge back, redo does it again."""
    keep, other = two_contacts(desk)
    before = state_of(desk)
    merge_contacts(desk, keep.ref, other.ref)
    after = state_of(desk)
    assert () == undo(desk).left
    assert before == state_of(desk)
    redo(desk)
    assert after == state_of(desk)


def test_conflicting_values_stand_in_one_note(desk: Desk) -> None:
    """The kept record's value stays in the field, the other's goes into a note that names its origin."""
    keep = add_contact(desk, "Arben Hoxha", ("address", "Rruga 1"), ("rank", "major"), ("status", "retired"))
    other = add_contact(desk, "Arben Hoxha", ("address", "Rruga 2"), ("rank", "captain"), ("status", "moved"))
    outcome = merge_contacts(desk, keep.ref, other.ref)
    merged = load(desk, keep.ref)
    root = merged.root
    assert isinstance(root, Contact)
    assert ("Rruga 1", "major", ContactStatus.RETIRED) == (root.address, root.rank, root.status)
    (note,) = merged.of(Note)
    assert [f"Merged from {other.ref}:", "Rank: captain", "Address: Rruga 2", "Status: moved"] == (
        note.text.splitlines()
    )
    assert 3 == outcome.conflicts


def test_stricter_marking_and_handling_win(desk: Desk) -> None:
    """Merging never makes a word easier to pass on, whichever side was stricter."""
    first = add_contact(desk, "Arben Hoxha", ("marking", "UNCLASSIFIED"), ("handling", "post only"))
    second = add_contact(desk, "Arben Hoxha", ("marking", "LIMITED"), ("handling", "shareable"))
    merge_contacts(desk, first.ref, second.ref)
    root = load(desk, first.ref).root
    assert ("LIMITED", Handling.POST_ONLY) == (root.marking, root.handling)


def test_other_records_name_the_kept_one(desk: Desk) -> None:
    """Meetings, steps, requests, introductions and links that named the other now name the kept one."""
    keep, other = two_contacts(desk)
    friend = add_contact(desk, "Teuta Leka", ("introduced_by_id", other.ref), ("link", other.ref))
    meeting = add_record(desk, "meeting", [("title", "Weekly")]).root
    both = add_record(desk, "meeting", [("title", "Both")]).root
    add_children(desk, meeting.ref, child(desk, Participant, contact_id=other.id))
    add_children(
        desk,
        both.ref,
        child(desk, Participant, contact_id=keep.id, role="chair"),
        child(desk, Participant, contact_id=other.id, name="Hoxha Arben"),
    )
    request = add_record(desk, "request", [("matter", "Kokain"), ("handling_person_id", other.ref)]).root
    add_children(desk, request.ref, child(desk, Step, at=NOW, kind=StepKind.REMINDED, contact_id=other.id))
    before = state_of(desk)
    outcome = merge_contacts(desk, keep.ref, other.ref)
    assert 6 == outcome.pointers
    assert [keep.id] == [one.contact_id for one in load(desk, meeting.ref).of(Participant)]
    assert [(keep.id, "chair")] == [
        (one.contact_id, one.role) for one in load(desk, both.ref).of(Participant)
    ]
    root, friend_root = load(desk, request.ref).root, load(desk, friend.ref).root
    assert isinstance(root, Request)
    assert isinstance(friend_root, Contact)
    assert (keep.id, keep.id) == (root.handling_person_id, friend_root.introduced_by_id)
    assert [keep.id] == [one.contact_id for one in load(desk, request.ref).of(Step)]
    assert [keep.id] == [link.to_id for link in load(desk, friend.ref).of(Link)]
    undo(desk)
    assert before == state_of(desk)


def test_nobody_ends_up_naming_himself(desk: Desk) -> None:
    """Links and introductions between the two disappear from the kept one, and undo brings them back."""
    keep = add_contact(desk, "Arben Hoxha")
    other = add_contact(desk, "Arben Hoxha", ("introduced_by_id", keep.ref), ("link", keep.ref))
    add_children(desk, keep.ref, child(desk, Link, to_id=other.id, role="brother"))
    before = state_of(desk)
    merge_contacts(desk, keep.ref, other.ref)
    merged = load(desk, keep.ref)
    assert isinstance(merged.root, Contact)
    assert (None, ()) == (merged.root.introduced_by_id, merged.of(Link))
    undo(desk)
    assert before == state_of(desk)


def test_attachments_go_over_and_can_be_read(desk: Desk) -> None:
    """A sealed file of the other opens from the kept record."""
    keep, other = two_contacts(desk)
    attach_stream(desk, other.ref, source_of(b"scan" * 1000).open(), name="card.png", media_type="image/png")
    merge_contacts(desk, keep.ref, other.ref)
    (attachment,) = load(desk, keep.ref).of(Attachment)
    assert b"scan" * 1000 == b"".join(read_attachment(desk, keep.ref, attachment.name))


def test_organisations_merge_with_their_people_and_units(desk: Desk) -> None:
    """Positions and units follow; the other's name is kept; a parent never becomes its own child."""
    keep = add_record(desk, "organisation", [("name", "Policia e Shtetit")]).root
    other = add_record(
        desk, "organisation", [("name", "Albanian State Police"), ("abbreviation", "ASP")]
    ).root
    unit = add_record(desk, "organisation", [("name", "Sektori 3"), ("parent_id", other.ref)]).root
    person = add_contact(desk, "Arben Hoxha")
    add_children(desk, person.ref, child(desk, Position, organisation_id=RecordId(other.id), function="Shef"))
    before = state_of(desk)
    merge_organisations(desk, keep.ref, other.ref)
    root, unit_root = load(desk, keep.ref).root, load(desk, unit.ref).root
    assert isinstance(root, Organisation)
    assert isinstance(unit_root, Organisation)
    assert (("Albanian State Police",), "ASP", keep.id) == (
        root.former_names,
        root.abbreviation,
        unit_root.parent_id,
    )
    assert [keep.id] == [one.organisation_id for one in load(desk, person.ref).of(Position)]
    assert {keep.ref, unit.ref, person.ref} == {hit.ref for hit in search(desk, "asp")}
    undo(desk)
    assert before == state_of(desk)
    merge_records(desk, unit.ref, other.ref)
    lonely = load(desk, unit.ref).root
    assert isinstance(lonely, Organisation)
    assert lonely.parent_id is None


def test_impossible_merges_are_refused(desk: Desk) -> None:
    """A record with itself, with another type, with one in the bin or with none: nothing changes."""
    keep, other = two_contacts(desk)
    organisation = add_record(desk, "organisation", [("name", "Policia")]).root
    binned = add_contact(desk, "Gone")
    bin_record(desk, binned.ref)
    before = state_of(desk)
    for refs, error in (
        ((keep.ref, keep.ref), MergeRefused),
        ((keep.ref, organisation.ref), MergeRefused),
        ((keep.ref, binned.ref), MergeRefused),
        ((binned.ref, other.ref), MergeRefused),
        ((keep.ref, "C-9999"), RecordMissing),
    ):
        with pytest.raises(error):
            merge_records(desk, *refs)
    with pytest.raises(MergeRefused):
        merge_organisations(desk, keep.ref, other.ref)
    assert before == state_of(desk)
