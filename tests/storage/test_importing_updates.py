"""Importing again: what the file changed comes in, what the officer wrote stays, a conflict keeps both."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import pytest

from liaison_desk.domain.attached import Note
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.errors import FieldUnknown, PlanOutdated
from liaison_desk.domain.post import Post
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference, Step
from liaison_desk.importers.proposal import Source
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.import_plan import MOST_BYTES_KEPT, ChoiceKind, Verdict
from liaison_desk.services.importing import apply_import, describe_register, plan_import, remember_columns
from liaison_desk.services.merging import merge_contacts
from liaison_desk.services.records import add_record, edit_record
from liaison_desk.services.undoing import undo
from tests.desk_samples import contacts_of, new_desk, save, state_of, take_in
from tests.import_samples import card, source_of

UID = ("UID:a1", "N:Hoxha;Arben;;;", "FN:Arben Hoxha")
HEADINGS = "Došlo;Od koho;Jejich č.j.;Naše č.j.;Věc;Urgence;Odpovězeno;Poznámka"


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path / "vault") as desk:
        yield desk


def only_contact(desk: Desk) -> Contact:
    """Return the one contact that there is."""
    (contact,) = contacts_of(desk)
    return contact


def register(*rows: str) -> bytes:
    """Return a register of requests as delimited text."""
    return "\r\n".join([HEADINGS, *rows, ""]).encode("utf-8")


def test_file_replaces_what_only_the_file_wrote(desk: Desk) -> None:
    """A changed card updates the same record: fields, notes, a new number; the old number stays."""
    take_in(desk, card(*UID, "ADR:;;Old street;;;;", "TEL:+355691111111", "X-A:1"))
    outcome = take_in(desk, card(*UID, "ADR:;;New street;;;;", "TEL:+355692222222", "X-A:2"))
    assert (0, 1) == (outcome.new, outcome.updated)
    contact = only_contact(desk)
    dossier = load(desk, contact.ref)
    assert "New street" == contact.address
    assert ["+355691111111", "+355692222222"] == [phone.e164 for phone in dossier.of(Phone)]
    assert ["X-A: 2"] == [note.text for note in dossier.of(Note)]


def test_officers_words_stay_and_the_files_go_into_a_note(desk: Desk) -> None:
    """A field that the officer changed, or emptied, keeps his value; the file's value is noted once."""
    take_in(desk, card(*UID, "ADR:;;Old street;;;;", "BDAY:1970-01-02"))
    edit_record(desk, only_contact(desk).ref, [("address", "Officer's street"), ("birthday", "")])
    changed = card(*UID, "ADR:;;New street;;;;", "BDAY:1970-01-02")
    assert 1 == take_in(desk, changed).updated
    contact = only_contact(desk)
    (note,) = load(desk, contact.ref).of(Note)
    assert ("Officer's street", None) == (contact.address, contact.birthday)
    assert "From import (vcard):\nAddress: New street\nBirthday: 1970-01-02" == note.text
    take_in(desk, card(*UID, "ADR:;;New street;;;;", "BDAY:1970-01-02", "EMAIL:a@example.invalid"))
    assert [note.text] == [one.text for one in load(desk, contact.ref).of(Note)]


def test_what_the_officer_removed_does_not_come_back_by_itself(desk: Desk) -> None:
    """A number that the officer took off is told in the note and not put back."""
    take_in(desk, card(*UID, "TEL:+355691111111"))
    dossier = load(desk, only_contact(desk).ref)
    save(desk, dossier, [child for child in dossier.children if not isinstance(child, Phone)])
    take_in(desk, card(*UID, "TEL:+355691111111", "TITLE:Major"))
    after = load(desk, only_contact(desk).ref)
    assert () == after.of(Phone)
    assert ["From import (vcard):\nPhone: +355691111111"] == [note.text for note in after.of(Note)]


def test_new_employer_comes_beside_the_old_one(desk: Desk) -> None:
    """A changed position is a second position, now the main one; the first keeps what the officer dated."""
    take_in(desk, card(*UID, "ORG:Dogana", "TITLE:Inspektor"))
    dossier = load(desk, only_contact(desk).ref)
    dated = [
        replace(child, decides_on="seizures") if isinstance(child, Position) else child
        for child in dossier.children
    ]
    save(desk, dossier, dated)
    take_in(desk, card(*UID, "ORG:Policia", "TITLE:Shef"))
    positions = load(desk, only_contact(desk).ref).of(Position)
    assert [("Dogana", False, "seizures"), ("Policia", True, "")] == [
        (one.organisation_name, one.primary, one.decides_on) for one in positions
    ]


def test_undone_update_is_the_officers_word(desk: Desk) -> None:
    """Undo brings the record back as it was, and the next import respects what was taken back."""
    take_in(desk, card(*UID, "ADR:;;Old street;;;;"))
    before = state_of(desk)
    take_in(desk, card(*UID, "ADR:;;New street;;;;"))
    undo(desk)
    assert before == state_of(desk)
    take_in(desk, card(*UID, "ADR:;;New street;;;;", "X-B:1"))
    assert "Old street" == only_contact(desk).address


def test_merged_record_is_found_behind_its_link(desk: Desk) -> None:
    """The card of a contact that was merged into another updates the one that took it up."""
    take_in(desk, card(*UID) + card("UID:b2", "FN:Arbenn Hoxha"))
    first, second = contacts_of(desk)
    merge_contacts(desk, first.ref, second.ref)
    again = card("UID:b2", "FN:Arbenn Hoxha", "EMAIL:b@example.invalid")
    assert [Verdict.UPDATE] == [row.verdict for row in plan_import(desk, source_of(again)).rows]
    assert 1 == take_in(desk, again).updated
    assert ["b@example.invalid"] == [one.address for one in load(desk, first.ref).of(Email)]


def test_register_updates_by_reference(desk: Desk) -> None:
    """A second import of the register finds its requests by number, adds steps, and removes nothing."""
    first = "1.2.2026;NPC;NPC-1/2026;LO-1;Kokain;;;"
    second = "3.2.2026;NCB;NCB 7;LO-2;Vozidlo;;;"
    assert 2 == take_in(desk, register(first, second)).new
    request = search(desk, "kokain")[0].ref
    edit_record(desk, request, [("step.kind", "acknowledged")])
    grown = "1.2.2026;NPC;NPC-1/2026;LO-1;Kokain;20.2.2026;28.2.2026;hotovo"
    outcome = take_in(desk, register(grown, second, "5.2.2026;SPOC;S-3;LO-3;Osoba;;;"))
    assert (1, 1, 1) == (outcome.new, outcome.updated, outcome.unchanged)
    dossier = load(desk, request)
    assert isinstance(dossier.root, Request)
    assert dossier.root.answered_at is not None
    assert "2026-02-28" == f"{dossier.root.answered_at.astimezone(ZoneInfo(desk.post.zone)):%Y-%m-%d}"
    assert ["acknowledged", "reminded"] == sorted(step.kind.value for step in dossier.of(Step))
    assert ["NPC-1/2026", "LO-1"] == [one.number for one in dossier.of(Reference)]
    assert 2 == take_in(desk, register(grown, second)).unchanged


def test_protocol_number_in_common_proves_nothing(desk: Desk) -> None:
    """A row whose own number differs is another request, though the partner gave both the same number."""
    head = "Naše č.j.;Nr. Prot.;Věc\r\n"
    take_in(desk, f"{head}LO-1;3402;Kokain\r\n".encode())
    other = f"{head}LO-2;3402;Bagr\r\n".encode()
    (row,) = plan_import(desk, source_of(other)).rows
    assert (Verdict.POSSIBLE_DUPLICATE, ChoiceKind.CREATE) == (row.verdict, row.default.kind)
    assert 1 == take_in(desk, other).new
    assert ["Kokain"] == [hit.title for hit in search(desk, "lo-1")]


def test_rows_under_one_number_stay_apart(desk: Desk) -> None:
    """Two rows that share a number become two requests to be checked, and each is known again later."""
    rows = ("1.2.2026;NPC;NPC-9;;Kokain;;;", "2.2.2026;NPC;NPC-9;;Heroin;;;")
    assert [Verdict.NEW, Verdict.POSSIBLE_DUPLICATE] == [
        row.verdict for row in plan_import(desk, source_of(register(*rows))).rows
    ]
    assert 2 == take_in(desk, register(*rows)).new
    outcome = take_in(desk, register(rows[0], "2.2.2026;NPC;NPC-9;;Heroin;;5.2.2026;"))
    assert (0, 1, 1) == (outcome.new, outcome.updated, outcome.unchanged)
    hit = search(desk, "heroin")[0]
    root = load(desk, hit.ref).root
    assert isinstance(root, Request)
    assert root.answered_at is not None


def test_authorities_become_links_or_words(desk: Desk) -> None:
    """A known authority is linked; an unknown one stays in words."""
    named = [("name", "Národní protidrogová centrála"), ("abbreviation", "NPC")]
    known = add_record(desk, "organisation", named)
    take_in(desk, register("1.2.2026;NPC;N-1;;Kokain;;;", "1.2.2026;KŘP Brno;K-1;;Bagr;;;"))
    roots = [load(desk, search(desk, word)[0].ref).root for word in ("kokain", "bagr")]
    told = [(r.requesting_authority_id, r.requesting_unit) for r in roots if isinstance(r, Request)]
    assert [(known.root.id, ""), (None, "KŘP Brno")] == told


def test_columns_are_remembered(desk: Desk) -> None:
    """What a column means is remembered for registers with the same headings, and for no others."""
    data = "Divné;Věc;Naše č.j.\r\nX-77;Kokain;LO-1\r\n".encode()
    assert [None, "request.matter", "request.our_ref"] == [
        one.target for one in describe_register(desk, source_of(data))
    ]
    remember_columns(desk, source_of(data), {"Divné": "request.their_ref"})
    assert "request.their_ref" == describe_register(desk, source_of(data))[0].target
    take_in(desk, data)
    numbers = {one.number for one in load(desk, search(desk, "kokain")[0].ref).of(Reference)}
    assert {"X-77", "LO-1"} == numbers
    other = "Divné;Věc;Došlo\r\nX-78;Heroin;1.2.2026\r\n".encode()
    assert describe_register(desk, source_of(other))[0].target is None


def test_column_of_no_field_is_refused(desk: Desk) -> None:
    """A mistyped target is refused by naming those there are, and is not remembered."""
    data = register("1.2.2026;NCOZ;;A-1;Vehicle check;;;")
    mistyped = {"Věc": "request.mater"}
    for ask in (
        lambda: plan_import(desk, source_of(data), columns={"vec": "request.mater"}),
        lambda: remember_columns(desk, source_of(data), mistyped),
    ):
        with pytest.raises(FieldUnknown) as refused:
            ask()
        assert "request.matter" in str(refused.value.facts["known"])
    assert ["Vehicle check"] == [row.label for row in plan_import(desk, source_of(data)).rows]


def large_source(contents: list[bytes]) -> Source:
    """Return a source above the bound; each opening shows the next content, the last one for good."""

    def open_next() -> BinaryIO:
        return source_of(contents.pop(0) if len(contents) > 1 else contents[0]).open()

    return Source("large", MOST_BYTES_KEPT + 1, open_next)


def test_large_source_is_read_again(desk: Desk) -> None:
    """Beyond the bound nothing is kept: the source is read again, and its organisations still come first."""
    data = card("FN:Agim Kola", "ORG:Dogana") + card("KIND:org", "FN:Dogana", version="4.0")
    assert 2 == apply_import(desk, plan_import(desk, large_source([data]))).new
    (position,) = load(desk, only_contact(desk).ref).of(Position)
    assert position.organisation_id is not None


@pytest.mark.parametrize("steady", range(3, 9))
def test_source_that_changes_while_it_is_read_again(desk: Desk, steady: int) -> None:
    """Whenever a large source becomes another, nothing of either is left."""
    first, other = card("FN:One") + card("FN:Two"), card("FN:One") + card("FN:Two", "NOTE:more")
    before = state_of(desk)
    source = large_source([first] * steady + [other])
    try:
        outcome = apply_import(desk, plan_import(desk, source))
    except PlanOutdated:
        assert before == state_of(desk)
    else:
        assert 2 == outcome.new
        assert {"One", "Two"} == {contact.name for contact in contacts_of(desk)}
        assert not [key for key in state_of(desk) if key[0] == "note"]


def test_marking_above_the_ceiling_is_refused(tmp_path: Path) -> None:
    """A post whose ceiling lies below the marking of imported records takes none of them."""
    with new_desk(tmp_path / "low", Post(ceiling="UNCLASSIFIED")) as low:
        (row,) = plan_import(low, source_of(card("FN:Agim Kola"))).rows
        assert (Verdict.REFUSED, "above_ceiling") == (row.verdict, row.reason)
        assert 1 == take_in(low, card("FN:Agim Kola")).refused


def test_ids_are_records(desk: Desk) -> None:
    """Every reference to another record that an import wrote names a record that is there."""
    take_in(desk, card("FN:Agim Kola", "ORG:Dogana") + card("KIND:org", "FN:Dogana", version="4.0"))
    ids = {key[1] for key in state_of(desk)}
    positions = [row for key, row in state_of(desk).items() if key[0] == "position"]
    assert {str(row["organisation_id"]) for row in positions} <= ids
