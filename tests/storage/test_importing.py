"""Importing: the verdict of every row, the defaults, the choices, and that nothing is half done."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desk.domain.attached import Attachment, Link, Note, Tag
from liaison_desk.domain.contact import Email, Position
from liaison_desk.domain.errors import FileEmpty, InvalidValue, MergeRefused, PlanOutdated, RecordMissing
from liaison_desk.importers.proposal import Source
from liaison_desk.services.applying import CHECK_TAG
from liaison_desk.services.attaching import read_attachment
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.import_plan import CREATE, SKIP, Choice, ChoiceKind, Verdict
from liaison_desk.services.importing import apply_import, plan_import
from liaison_desk.services.matching import Reason
from liaison_desk.services.records import add_record, bin_record, edit_record
from liaison_desk.services.undoing import redo, undo
from tests.desk_samples import add_contact, contacts_of, new_desk, sealed_files, state_of, take_in
from tests.import_samples import card, source_of

ARBEN = card("UID:a1", "N:Hoxha;Arben;;;", "FN:Arben Hoxha", "TEL;TYPE=CELL:+355 69 123 4567",
             "EMAIL:arben@example.invalid", "ORG:Policia e Shtetit;Drejtoria Tirana", "TITLE:Inspektor",
             "X-SHOE-SIZE:44")  # fmt: skip
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 10


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path / "vault") as desk:
        yield desk


def verdicts(desk: Desk, data: bytes) -> list[Verdict]:
    """Return the verdict of every row."""
    return [row.verdict for row in plan_import(desk, source_of(data)).rows]


def test_plan_changes_nothing_and_tells_every_row(desk: Desk) -> None:
    """Each row has a verdict, its label, what went into the note and what was refused."""
    before = state_of(desk)
    plan = plan_import(desk, source_of(ARBEN + card("FN:"), "cards.vcf"))
    assert before == state_of(desk)
    assert [Verdict.NEW, Verdict.REFUSED] == [row.verdict for row in plan.rows]
    assert [("Arben Hoxha", ("X-SHOE-SIZE",)), ("", ())] == [(r.label, r.kept_in_note) for r in plan.rows]
    assert "nothing_names_it" == plan.rows[1].reason
    assert 1 == plan.counts()[Verdict.NEW]


def test_second_import_of_the_same_file_changes_nothing(desk: Desk) -> None:
    """Cards are known again by uid and content, also where they carry no uid."""
    cards = ARBEN + card("FN:Teuta Leka", "EMAIL:teuta@example.invalid")
    assert 2 == take_in(desk, cards).new
    before = state_of(desk)
    assert [Verdict.UNCHANGED, Verdict.UNCHANGED] == verdicts(desk, cards)
    outcome = take_in(desk, cards)
    assert (0, 2) == (outcome.new, outcome.unchanged)
    assert before == state_of(desk)


def test_same_card_twice_in_a_file_comes_in_once(desk: Desk) -> None:
    """A card that repeats an earlier one whole is unchanged; other content under the same uid is merged."""
    other = card("UID:a1", "FN:Arben Hoxha", "EMAIL:second@example.invalid")
    outcome = take_in(desk, ARBEN + ARBEN + other)
    assert (1, 1, 1) == (outcome.new, outcome.unchanged, outcome.merged)
    (contact,) = contacts_of(desk)
    addresses = {email.address for email in load(desk, contact.ref).of(Email)}
    assert {"arben@example.invalid", "second@example.invalid"} == addresses


@pytest.mark.parametrize(
    ("lines", "reasons", "does"),
    [
        (("FN:Hoxha Arben",), {Reason.NAME}, ChoiceKind.CREATE),
        (("FN:A. Hoxha", "EMAIL:ARBEN@example.invalid"), {Reason.EMAIL}, ChoiceKind.CREATE),
        (("FN:Arben Hoxha", "EMAIL:arben@example.invalid"), {Reason.NAME, Reason.EMAIL}, ChoiceKind.MERGE),
        (("FN:Arben M. Hoxha", "TEL:069 123 4567"), {Reason.PHONE}, ChoiceKind.MERGE),
        (("FN:Арбен Хоџа", "TEL:0691234567"), {Reason.PHONE}, ChoiceKind.MERGE),
        (("FN:Arbenn Hoxha",), {Reason.SIMILAR_NAME}, ChoiceKind.CREATE),
        (("FN:Petr Novák", "TEL:+355691234567"), {Reason.PHONE}, ChoiceKind.CREATE),
    ],
)
def test_possible_duplicates(
    desk: Desk, lines: tuple[str, ...], reasons: set[Reason], does: ChoiceKind
) -> None:
    """What may be known is listed with the reasons; merged by default where number and name agree."""
    take_in(desk, ARBEN)
    (row,) = plan_import(desk, source_of(card(*lines))).rows
    assert Verdict.POSSIBLE_DUPLICATE == row.verdict
    assert reasons <= set(row.candidates[0].reasons)
    assert (contacts_of(desk)[0].ref, "Arben Hoxha") == (row.candidates[0].ref, row.candidates[0].title)
    assert does == row.default.kind


def test_strangers_are_no_duplicates(desk: Desk) -> None:
    """Another name is another person, and so is a similar name with numbers of its own."""
    take_in(desk, ARBEN)
    strangers = card("FN:Besnik Hoxha") + card("FN:Arbenn Hoxha", "TEL:+355691111111")
    assert [Verdict.NEW, Verdict.NEW] == verdicts(desk, strangers)


def test_office_mailbox_is_no_sign(desk: Desk) -> None:
    """An address that many share makes nobody a duplicate of all others."""
    names = ("Agim Kola", "Besnik Marku", "Drita Prifti", "Ilir Gjoka", "Luan Basha", "Mirela Dervishi")
    cards = b"".join(card(f"FN:{name}", "EMAIL:info@example.invalid") for name in names)
    assert {Verdict.NEW} == set(verdicts(desk, cards))


def test_duplicate_is_created_to_be_checked(desk: Desk) -> None:
    """By default a possible duplicate comes in with a tag and a link; an explicit choice sets neither."""
    first = add_contact(desk, "Arben Hoxha")
    take_in(desk, card("FN:Arben Hoxha", "NOTE:one") + card("FN:Arben Hoxha", "NOTE:two"), {2: CREATE})
    marked, chosen = (load(desk, contact.ref) for contact in contacts_of(desk)[1:])
    assert [CHECK_TAG] == [tag.word for tag in marked.of(Tag)]
    assert [first.id] == [link.to_id for link in marked.of(Link)]
    assert ((), ()) == (chosen.of(Tag), chosen.of(Link))
    assert [marked.root.ref] == [hit.ref for hit in search(desk, f"tag:{CHECK_TAG}")]


def test_choices_override_defaults(desk: Desk) -> None:
    """Rows can be created, skipped, or merged into any record by its reference."""
    first = add_contact(desk, "Teuta Leka")
    rows = ARBEN + card("FN:Agim Kola") + card("FN:Luan Basha", "TEL:+355692222222")
    outcome = take_in(desk, rows, {2: SKIP, 3: Choice.merge(first.ref)})
    assert (1, 1, 1) == (outcome.new, outcome.skipped, outcome.merged)
    merged = load(desk, first.ref)
    assert ("Luan Basha",) == getattr(merged.root, "aliases", None)
    assert ["Arben Hoxha", "Teuta Leka"] == sorted(contact.name for contact in contacts_of(desk))


def test_merging_the_same_card_again_changes_nothing(desk: Desk) -> None:
    """A card that was merged into the record of another card adds nothing when it comes again."""
    take_in(desk, ARBEN)
    again = card("UID:phone", "FN:Arben Hoxha", "EMAIL:arben@example.invalid", "ADR:;;Rruga 1;;;;", "X-A:1")
    assert 1 == take_in(desk, again).merged
    before = state_of(desk)
    assert 1 == take_in(desk, again).unchanged
    assert before == state_of(desk)


def test_impossible_choices_are_refused(desk: Desk) -> None:
    """A choice for no row, into no record, of another type or for a refused row changes nothing."""
    organisation = add_record(desk, "organisation", [("name", "Policia e Shtetit")]).root
    plan = plan_import(desk, source_of(ARBEN + card("FN:")))
    before = state_of(desk)
    for choices, error in (
        ({7: SKIP}, RecordMissing),
        ({1: Choice.merge("C-9999")}, RecordMissing),
        ({1: Choice.merge(organisation.ref)}, MergeRefused),
        ({2: CREATE}, InvalidValue),
    ):
        with pytest.raises(error):
            apply_import(desk, plan, choices)
    assert before == state_of(desk)


def test_positions_find_their_organisations(desk: Desk) -> None:
    """A position links to a known organisation, by any of its names, or to one of the same file."""
    known = add_record(desk, "organisation", [("name", "Policia e Shtetit"), ("abbreviation", "ASP")]).root
    cards = (
        card("FN:Agim Kola", "ORG:Dogana")
        + card("FN:Besnik Marku", "ORG:asp")
        + card("FN:Drita Prifti", "ORG:Policia e Shtetit;Sektori 3")
        + card("FN:Ilir Gjoka", "ORG:Nowhere")
        + card("KIND:org", "FN:Dogana", version="4.0")
    )
    take_in(desk, cards)
    held = {contact.name: load(desk, contact.ref).of(Position)[0] for contact in contacts_of(desk)}
    custom = search(desk, "type:organisation dogana")[0].root_id
    assert [custom, known.id, known.id, None] == [position.organisation_id for position in held.values()]
    assert "Policia e Shtetit, Sektori 3" == held["Drita Prifti"].organisation_name


def test_photo_becomes_a_sealed_attachment(desk: Desk) -> None:
    """A photo of a card lies sealed in the vault and reads back as it was; a second import adds none."""
    lines = ("UID:p", "FN:Agim Kola", "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(PHOTO).decode())
    take_in(desk, card(*lines))
    (contact,) = contacts_of(desk)
    (attachment,) = load(desk, contact.ref).of(Attachment)
    assert PHOTO == b"".join(read_attachment(desk, contact.ref, attachment.name))
    take_in(desk, card(*lines, "NOTE:later"))
    assert 1 == len(load(desk, contact.ref).of(Attachment))
    assert 1 == sealed_files(desk)


def test_import_is_one_batch_that_can_be_undone(desk: Desk) -> None:
    """Undo of an import takes everything back, redo brings it again; the log tells counts and no names."""
    before = state_of(desk)
    outcome = take_in(desk, ARBEN + card("FN:Agim Kola"), name="kola-private.vcf")
    after = state_of(desk)
    assert outcome.batch == undo(desk).batch
    assert before == state_of(desk)
    redo(desk)
    assert after == state_of(desk)


def test_outdated_plans_are_refused(desk: Desk) -> None:
    """A plan falls when the file, a record it would change, or another import changed what it saw."""
    take_in(desk, ARBEN)
    (contact,) = contacts_of(desk)
    changed = ARBEN.replace(b"44", b"45")
    data = [changed]
    source = Source("file", len(changed), lambda: source_of(data[0]).open())
    plan = plan_import(desk, source)
    data[0] = changed.replace(b"45", b"46")
    with pytest.raises(PlanOutdated):
        apply_import(desk, plan)
    data[0] = changed
    edit_record(desk, contact.ref, [("rank", "major")])
    with pytest.raises(PlanOutdated):
        apply_import(desk, plan)
    twice = plan_import(desk, source_of(card("FN:Agim Kola")))
    apply_import(desk, twice)
    with pytest.raises(PlanOutdated):
        apply_import(desk, twice)


def test_what_lies_in_the_bin_stays_there(desk: Desk) -> None:
    """A card whose record was thrown away is told as such and left out, unless the officer says otherwise."""
    take_in(desk, ARBEN)
    bin_record(desk, contacts_of(desk)[0].ref)
    (row,) = plan_import(desk, source_of(ARBEN)).rows
    assert (Reason.IN_BIN,) == row.candidates[0].reasons
    assert 1 == take_in(desk, ARBEN).skipped
    assert [] == contacts_of(desk)
    assert 1 == take_in(desk, ARBEN, {1: CREATE}).new


def test_cancelling_leaves_nothing(desk: Desk) -> None:
    """A progress report that raises ends the import and leaves nothing; the plan can be tried again."""
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(PHOTO).decode()
    plan = plan_import(desk, source_of(b"".join(card(f"FN:Person {n}", photo) for n in range(120))))
    before = state_of(desk)

    def cancel(done: int, _total: int) -> None:
        if done >= 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_import(desk, plan, progress=cancel)
    assert before == state_of(desk)
    assert 0 == sealed_files(desk)
    assert 120 == apply_import(desk, plan).new


def test_unreadable_file_is_refused_as_a_whole(desk: Desk) -> None:
    """A file without content has no plan."""
    with pytest.raises(FileEmpty):
        plan_import(desk, source_of(b""))


def test_unknown_properties_stand_in_a_note(desk: Desk) -> None:
    """What has no field can be found in the note of the record."""
    take_in(desk, ARBEN)
    (contact,) = contacts_of(desk)
    assert ["X-SHOE-SIZE: 44"] == [note.text for note in load(desk, contact.ref).of(Note)]
