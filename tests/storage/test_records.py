"""Changing by hand what belongs to a record: named by its type and place, as it is shown."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liaison_desk.advice import one_line
from liaison_desk.domain.attached import Note, Task
from liaison_desk.domain.contact import Phone, Position
from liaison_desk.domain.errors import (
    AboveCeiling,
    FieldUnknown,
    InvalidValue,
    LiaisonError,
    MarkingLowered,
)
from liaison_desk.domain.request_parts import Step
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.presenting import dossier_as_dict
from liaison_desk.services.records import add_record, edit_record
from liaison_desk.services.undoing import redo, undo
from tests.desk_samples import add_contact, new_desk

PHONES = (("phone", "+355 4 000 0001"), ("phone", "+355 4 000 0002"), ("phone", "+355 4 000 0003"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a new desk that is verified at the end."""
    with new_desk(tmp_path / "vault") as made:
        yield made


def numbers(desk: Desk, ref: str) -> list[str]:
    """Return the telephone numbers of a record in their order."""
    return [phone.number for phone in load(desk, ref).of(Phone)]


def test_a_present_child_is_changed_in_place(desk: Desk) -> None:
    """A task is closed, a position ends, a note is corrected; nothing is added, and ids stay."""
    more = [("task", "Call back"), ("position", "Director"), ("note", "first"), ("note", "secnod")]
    contact = add_contact(desk, "Agim Hoxha", *more)
    before = {child.id for child in load(desk, contact.ref).children}
    typed = [("task:1.done_at", "2026-11-24 10:00"), ("position:1.until", "2026"), ("note:2.text", "second")]
    edit_record(desk, contact.ref, typed)
    saved = load(desk, contact.ref)
    assert before == {child.id for child in saved.children}
    assert [datetime(2026, 11, 24, 9, 0, tzinfo=UTC)] == [task.done_at for task in saved.of(Task)]
    assert [PartialDate(2026)] == [position.until for position in saved.of(Position)]
    assert ["first", "second"] == [note.text for note in saved.of(Note)]


def test_computed_fields_follow_a_changed_number(desk: Desk) -> None:
    """A number typed anew is found by its new digits and no longer by the old ones."""
    contact = add_contact(desk, "Agim Hoxha", PHONES[0])
    edit_record(desk, contact.ref, [("phone:1", "+355 4 777 7777"), ("phone:1.use", "home")])
    assert ["+35547777777"] == [phone.e164 for phone in load(desk, contact.ref).of(Phone)]
    assert [contact.ref] == [hit.ref for hit in search(desk, "+35547777777")]
    assert [] == search(desk, "+35540000001")


def test_a_child_is_removed_and_undo_brings_it_back(desk: Desk) -> None:
    """Places count as they were shown before the removal; what is added comes last."""
    contact = add_contact(desk, "Agim Hoxha", *PHONES)
    typed = [("phone:3", "+355 4 000 0033"), ("phone", "+355 4 000 0004")]
    edit_record(desk, contact.ref, typed, removed=["phone:2"])
    changed = ["+355 4 000 0001", "+355 4 000 0033", "+355 4 000 0004"]
    assert changed == numbers(desk, contact.ref)
    undo(desk)
    assert [number for _, number in PHONES] == numbers(desk, contact.ref)
    redo(desk)
    assert changed == numbers(desk, contact.ref)


def test_children_are_shown_under_the_names_that_edit_takes(desk: Desk) -> None:
    """Type and place, counted from one within the type."""
    contact = add_contact(desk, "Agim Hoxha", *PHONES[:2], ("note", "x"))
    children = dossier_as_dict(desk, load(desk, contact.ref))["children"]
    assert isinstance(children, dict)
    shown = {entry["place"] for entries in children.values() for entry in entries}
    assert {"phone:1", "phone:2", "note:1"} == shown


@pytest.mark.parametrize(
    ("typed", "removed", "reason"),
    [
        ([("step:1.text", "other words")], [], "steps_stay"),
        ([], ["step:1"], "steps_stay"),
        ([("note:2.text", "x")], [], "no_such_place"),
        ([("note:0.text", "x")], [], "no_such_place"),
        ([("note:.text", "x")], [], "no_such_place"),
        ([], ["note"], "no_such_place"),
        ([], ["matter"], "no_such_place"),
        ([("note:1.text", "")], [], "required"),
        ([("step.text", "a step of no kind")], [], "required"),
        ([("attachment.name", "a.txt")], [], "goes_by_attach"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    desk: Desk, typed: list[tuple[str, str]], removed: list[str], reason: str
) -> None:
    """Steps stay as they were written, a place must be there, and a refusal changes nothing."""
    given = [("matter", "Vehicle check"), ("step.kind", "acknowledged"), ("note", "kept")]
    made = add_record(desk, "request", given)
    with pytest.raises(InvalidValue) as refused:
        edit_record(desk, made.root.ref, typed, removed=removed)
    assert reason == refused.value.facts["reason"]
    assert one_line(refused.value).startswith("E3003 ")
    assert made.root.revision == load(desk, made.root.ref).root.revision


def test_steps_are_added_all_the_same(desk: Desk) -> None:
    """A new step stands beside those before it."""
    made = add_record(desk, "request", [("matter", "Vehicle check"), ("step.kind", "acknowledged")])
    edit_record(desk, made.root.ref, [("step.kind", "acknowledged"), ("step.text", "once more")])
    assert ["", "once more"] == [step.text for step in load(desk, made.root.ref).of(Step)]


def test_hidden_and_unknown_fields_of_a_child_are_refused(desk: Desk) -> None:
    """What is computed is not typed."""
    contact = add_contact(desk, "Agim Hoxha", PHONES[0])
    for name in ("phone:1.e164", "phone:1.colour"):
        with pytest.raises(FieldUnknown):
            edit_record(desk, contact.ref, [(name, "x")])


@pytest.mark.parametrize(
    ("marking", "expected"),
    [("UNCLASSIFIED", MarkingLowered), ("RESTRICTED", AboveCeiling), ("none", InvalidValue)],
)
def test_marking_of_a_note_is_held_to_the_rules(
    desk: Desk, marking: str, expected: type[LiaisonError]
) -> None:
    """A note's own marking is in the list, not above the ceiling, and not lowered without a reason."""
    contact = add_contact(desk, "Agim Hoxha", ("note", "x"))
    with pytest.raises(expected):
        edit_record(desk, contact.ref, [("note:1.marking", marking)])
