"""Erasing in the journal line by line: what names the person goes where it was chosen, the proof stays."""

from typing import Any

import pytest

from liaison_desk.domain.attached import Link, Note
from liaison_desk.domain.contact import Phone
from liaison_desk.domain.errors import JournalBroken
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.storage.chain import JOURNAL, address_of, verify_chain
from liaison_desk.storage.erasure import Erased, Place, erase_root, find_places
from liaison_desk.storage.history import history_of
from tests.storage_samples import ERASE, Bench, altered, assert_sound, own

NOW = "2026-11-23T10:00:00.000000Z"
NAME = "Kreshnik Zogolli"
EXPORT = Intent("export", Operation.EXPORT)
OPEN = Intent("open_record", Operation.CONSULTATION)
READ = "SELECT content, salt FROM line WHERE batch_number = ? AND number = ?"
FILL = "UPDATE line SET content = ?, salt = ? WHERE batch_number = ? AND number = ?"


def people(bench: Bench) -> tuple[Dossier, Dossier]:
    """Write the person to be erased and somebody who stays."""
    person, friend = bench.create(
        bench.contact(NAME, family_name="Zogolli", given_name="Kreshnik", aliases=("Nik Zogolli",)),
        bench.contact("Besa Leka", bench.child(Phone, number="1")),
    )
    return person, friend


def export(bench: Bench, handed: Dossier, **facts: str) -> None:
    """Journal an export of one record."""
    with bench.write(EXPORT) as batch:
        batch.tell(LineKind.DISCLOSE, "contact", handed.root.id, handed.root.id, {"export": 1, "sheet": "s"})
        batch.tell(LineKind.EVENT, "export", "0001", "", {"number": 1, **facts})


def tell_much(bench: Bench, friend: Dossier) -> None:
    """Write lines beside the records that name the person, and some that do not."""
    export(bench, friend, recipient="Kancelář p. Zogolliho", purpose=f"lustrace: {NAME}")
    export(bench, friend, recipient="Policia", purpose="dotaz")
    root = friend.root
    with bench.write(OPEN) as batch:
        batch.tell(LineKind.OPEN, "contact", root.id, root.id, {"justification": "volal\nZogolli"})
    with bench.write(OPEN) as batch:
        batch.tell(LineKind.OPEN, "contact", root.id, root.id, {"justification": "case 4711"})
    with bench.write() as batch:
        batch.tell(LineKind.EVENT, "contact", root.id, root.id, {"reason": "opravil Nik Zogolli"})
    with bench.write(ERASE) as batch:
        batch.tell(LineKind.EVENT, "erasure", "gone", "", {"justification": "žádal Zogolli", "records": 1})


def places_of(bench: Bench, person: Dossier) -> list[Place]:
    """List where the person is named."""
    with bench.store.read() as connection:
        return find_places(connection, person)


def erase(bench: Bench, person: Dossier, places: list[Place]) -> Erased:
    """Erase a person, blanking these places."""
    with bench.write(ERASE) as batch:
        return erase_root(batch, bench.load(person.root), places, NOW)


def contents(bench: Bench, where: str = "1") -> list[Any]:
    """Return the content of lines, oldest first."""
    query = f"SELECT content FROM line WHERE {where} ORDER BY batch_number, number"  # noqa: S608 - the conditions are written below
    return [content for (content,) in bench.execute(query)]


def naming(bench: Bench) -> list[str]:
    """Return what lines still hold of the name."""
    return [text for text in contents(bench, "content IS NOT NULL") if "zogoll" in text.lower()]


def fault_when_emptied(bench: Bench, *place: int) -> str:
    """Empty a line behind the store's back, verify, put it back; return the fault found."""
    ((content, salt),) = bench.execute(READ, *place)
    bench.execute(FILL, None, None, *place)
    try:
        with bench.store.read() as connection:
            verify_chain(connection, bench.store.facts.audit_key)
    except JournalBroken as found:
        return str(found.facts["reason"])
    finally:
        bench.execute(FILL, content, salt, *place)
    return ""


def assert_no_other_line_may_be_empty(bench: Bench) -> None:
    """Assert that emptying any line that holds content, of whoever stays, is found."""
    kept = bench.execute("SELECT batch_number, number FROM line WHERE content IS NOT NULL")
    assert {"emptied line"} == {fault_when_emptied(bench, *place) for place in kept}
    assert_sound(bench)


def test_what_lines_tell_is_listed_with_its_place(bench: Bench) -> None:
    """Recipient, purpose, justification and reason are places; a line is named by device, batch, number."""
    person, friend = people(bench)
    tell_much(bench, friend)
    device = bench.store.facts.device
    assert [
        (JOURNAL, f"{device}:2:1", "purpose", "", "export", f"lustrace: {NAME}"),
        (JOURNAL, f"{device}:2:1", "recipient", "", "export", "Kancelář p. Zogolliho"),
        (JOURNAL, f"{device}:4:0", "justification", friend.root.id, "open_record", "volal\nZogolli"),
        (JOURNAL, f"{device}:6:0", "reason", friend.root.id, "edit", "opravil Nik Zogolli"),
        (JOURNAL, f"{device}:7:0", "justification", "", "erase", "žádal Zogolli"),
    ] == sorted(
        (
            (place.record_type, place.record_id, place.field, place.root_id, place.root_ref, place.excerpt)
            for place in places_of(bench, person)
        ),
        key=lambda place: place[1],
    )


def test_lines_chosen_are_emptied_and_each_is_covered(bench: Bench) -> None:
    """The name is in no line, disclosures and other lines stay, and no other line may be empty."""
    person, friend = people(bench)
    tell_much(bench, friend)
    places = places_of(bench, person)
    erased = erase(bench, person, places)
    assert (5, 5) == (erased.places, erased.lines)
    assert [] == naming(bench)
    assert ['{"export":1,"sheet":"s"}'] * 2 == contents(bench, "kind = 'disclose'")
    assert [None, '{"justification":"case 4711"}'] == contents(bench, "kind = 'open'")
    covered = bench.execute("SELECT record_id FROM line WHERE record_type = 'journal'")
    assert {place.record_id for place in places} == {address for (address,) in covered}
    assert_no_other_line_may_be_empty(bench)
    with bench.store.read() as connection:
        told = [entry.kind for entry in history_of(connection, friend.root.id) if entry.erased]
    assert [LineKind.OPEN, LineKind.EVENT] == told


def test_a_line_that_names_two_is_emptied_once(bench: Bench) -> None:
    """Two people erased in one batch share a line; it is covered once and the chain verifies."""
    person, friend = people(bench)
    export(bench, friend, recipient="Zogolli a Leka")
    plans = [(each, places_of(bench, each)) for each in (person, friend)]
    with bench.write(ERASE) as batch:
        for each, places in plans:
            erase_root(batch, each, places, NOW)
    assert [] == naming(bench)
    assert [(1,)] == bench.execute("SELECT count(*) FROM line WHERE record_type = 'journal'")
    assert_sound(bench)


def test_lines_not_chosen_stay_as_they_are(bench: Bench) -> None:
    """The officer decides line by line; a place that names no line of that sort empties nothing."""
    person, friend = people(bench)
    tell_much(bench, friend)
    device = bench.store.facts.device
    chosen = [place for place in places_of(bench, person) if place.field == "reason"]
    strange = [
        Place("", "", JOURNAL, address, "justification", "")
        for address in (f"{device}:2:0", f"{device}:1:1", f"{device}:99:0", f"{device}:2:x", "", "7")
    ]
    assert 2 == erase(bench, person, chosen + strange).lines
    assert 3 == len(naming(bench))
    assert_no_other_line_may_be_empty(bench)


def test_a_redacted_record_keeps_who_saw_it(bench: Bench) -> None:
    """Its disclosures, consultations and the states without the name stay readable, and proven."""
    person, friend = people(bench)
    root = friend.root
    bench.change(root, lambda d: Dossier(altered(d.root, rank="one"), d.children))
    bench.change(root, lambda d: Dossier(altered(d.root, how_met="přes\nZogolliho"), d.children))
    tell_much(bench, friend)
    bench.change(root, lambda d: Dossier(altered(d.root, aliases=("Nik", "od Zogolliho")), d.children))
    bench.change(root, lambda d: Dossier(altered(d.root, rank="two"), d.children))
    places = [place for place in places_of(bench, person) if place.record_type == "contact"]
    assert {"how_met", "aliases"} == {place.field for place in places}
    assert 1 + 2 == erase(bench, person, places).lines
    assert ["create", "change", "change", "restate"] == [
        kind
        for (kind,) in bench.execute(
            "SELECT kind FROM line WHERE record_id = ? AND content IS NOT NULL"
            " AND kind IN ('create', 'change', 'remove', 'restate') ORDER BY batch_number, number",
            root.id,
        )
    ]
    assert 2 == len(contents(bench, "kind = 'disclose' AND content IS NOT NULL"))
    assert 2 == len(contents(bench, "kind = 'open' AND content IS NOT NULL"))
    assert ("přes\n[erased]", ("Nik", "od [erased]")) == (bench.root(root).how_met, bench.root(root).aliases)
    assert_no_other_line_may_be_empty(bench)


def test_undoing_a_kept_line_brings_no_name_back(bench: Bench) -> None:
    """A kept line is inverted where its value still stands; an emptied one is left, in every order."""
    person, friend = people(bench)
    root = friend.root
    steps: list[dict[str, Any]] = [
        {"rank": "one"}, {"how_met": "u Zogolliho"}, {"address": "Tirana"}, {"how_met": "jinde"},
        {"introduced_by_id": person.root.id}, {"introduced_by_id": None},
    ]  # fmt: skip
    keys = []
    for step in steps:
        present = bench.load(root)
        bench.save(Dossier(altered(present.root, **step), present.children))
        keys.append(bench.newest().key)
    erase(bench, person, places_of(bench, person))
    assert [] == naming(bench)
    left = [[item.reason for item in bench.undo(key).left] for key in reversed(keys)]
    assert [["erased"], ["erased"], ["erased"], [], ["erased"], []] == left
    now = bench.root(root)
    assert ("", "jinde", "", None) == (now.rank, now.how_met, now.address, now.introduced_by_id)
    assert_sound(bench)


def test_what_is_gone_is_not_replayed_from_a_rest(bench: Bench) -> None:
    """A removed record of which one line names the person, and a link that goes, lose all their states."""
    person, friend = people(bench)
    other = bench.create(bench.contact("Somebody"))[0]
    note, link = bench.child(Note, text="nic"), bench.child(Link, to_id=other.root.id, role="zná")
    bench.change(friend.root, lambda d: own(Dossier(d.root, (*d.children, note, link))))
    with bench.write() as batch:
        batch.change_fields("note", note.id, {"text": "ptal se Zogolli"})
        batch.change_fields("link", link.id, {"to_id": person.root.id})
    with bench.write() as batch:
        batch.remove_record("note", note.id)
    erase(bench, person, places_of(bench, person))
    assert [] == naming(bench)
    assert [None] * 5 == contents(bench, f"record_id IN ('{note.id}', '{link.id}')")
    assert ["1"] == [phone.number for phone in bench.load(friend.root).of(Phone)]
    assert_sound(bench)


@pytest.mark.parametrize(
    ("intent", "sequence", "number", "fault"),
    [
        (ERASE, 2, 1, ""),
        (ERASE, 2, 0, "emptied line"),
        (ERASE, 4, 0, "emptied line"),
        (Intent("edit", Operation.ALTERATION), 2, 1, "emptied line"),
    ],
    ids=["names it", "a disclosure", "a later line", "no erasure"],
)
def test_a_cover_allows_one_earlier_line_only(
    bench: Bench, intent: Intent, sequence: int, number: int, fault: str
) -> None:
    """It stands in an erasure after the line, and never covers a disclosure."""
    _, friend = people(bench)
    export(bench, friend, recipient="r")
    with bench.write(intent) as batch:
        address = address_of(f"{bench.store.facts.device}:{sequence}", number)
        batch.tell(LineKind.ERASE, JOURNAL, address, "", {})
    with bench.write(OPEN) as batch:
        batch.tell(LineKind.OPEN, "contact", friend.root.id, friend.root.id, {})
    assert fault == fault_when_emptied(bench, sequence, number)
    assert_sound(bench)
