"""Batches: what they write, what they refuse, and that a failed one leaves nothing."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.contact import Contact, Phone, Position
from liaison_desk.domain.errors import FieldUnknown, InvalidValue, RecordChanged, RecordErased
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import ROOT_TYPES, Dossier
from liaison_desk.storage.conversion import row_of
from liaison_desk.storage.erasure import erase_root
from liaison_desk.storage.lists import count_roots
from liaison_desk.storage.rows import load_dossiers
from tests.storage_samples import ADD, ERASE, Bench, altered, assert_sound, own
from tests.strategies import dossiers


class GaveUp(Exception):
    """Raised in the midst of a batch."""


def everything(bench: Bench) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables, read with a plain connection."""
    names = bench.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
    )
    return {name: bench.execute(f'SELECT * FROM "{name}"') for (name,) in names}  # noqa: S608 - fixed names


def lines_of(bench: Bench) -> list[tuple[str, str, dict[str, list[object]]]]:
    """Return kind, record type and content of the newest batch's lines."""
    rows = bench.execute(
        "SELECT kind, record_type, content FROM line WHERE batch_number = (SELECT max(number) FROM batch)"
        " ORDER BY number"
    )
    return [(kind, name, json.loads(content)) for kind, name, content in rows]


def renewed(bench: Bench, dossier: Dossier) -> Dossier:
    """Return a dossier with ids of the desk's own making, which never repeat."""
    root = altered(dossier.root, id=bench.new_id())
    return own(Dossier(root, tuple(altered(child, id=bench.new_id()) for child in dossier.children)))


def test_what_was_created_is_read_back(bench: Bench) -> None:
    """A dossier comes back whole, numbered, at revision one."""
    (kept,) = bench.create(
        bench.contact(
            "Përparim Gjoka", bench.child(Phone, number="+355 4 2279000"), bench.child(Tag, word="arms")
        )
    )
    assert kept == bench.load(kept.root)
    assert ("C-0001", 1) == (kept.root.ref, kept.root.revision)
    assert_sound(bench)


def test_any_dossiers_are_kept_and_searched(bench: Bench) -> None:
    """Whatever the fields hold, record, journal and derived tables agree after creating and saving."""

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # The store goes on from one example to the next, so nothing can be shrunk.
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.sampled_from(ROOT_TYPES).flatmap(lambda kind: st.tuples(dossiers(kind), dossiers(kind))))
    def keep(pair: tuple[Dossier, Dossier]) -> None:
        first, second = (renewed(bench, dossier) for dossier in pair)
        (kept,) = bench.create(first)
        assert set(kept.children) == set(bench.load(kept.root).children)
        later = own(
            Dossier(altered(second.root, id=kept.root.id, revision=kept.root.revision), second.children)
        )
        saved = bench.save(later)
        assert set(saved.children) == set(bench.load(saved.root).children)
        assert saved.root == bench.load(saved.root).root
        assert_sound(bench)
        with bench.write() as batch:
            for child in saved.children:
                batch.remove_record(child.type_name, child.id)
            batch.remove_record(saved.root.type_name, saved.root.id)
        assert bench.find(saved.root) is None
        assert_sound(bench)

    keep()


def test_references_are_never_given_twice(bench: Bench) -> None:
    """Numbers go up, also after the record with the last one is gone, and after reopening."""
    first, second = bench.create(bench.contact("A"), bench.contact("B"))
    (request,) = bench.create(bench.request("Vehicle"))
    assert ["C-0001", "C-0002", "AL-26-0001"] == [d.root.ref for d in (first, second, request)]
    with bench.write() as batch:
        batch.remove_record("contact", second.root.id)
    bench.reopen()
    (third,) = bench.create(bench.contact("C"))
    assert third.root.ref == "C-0003"


def test_lines_hold_changed_fields_only(bench: Bench) -> None:
    """A creation tells what differs from the defaults, a change only what changed."""
    note = bench.child(Note, text="long " * 50)
    (kept,) = bench.create(bench.contact("Arben Hoxha", note, rank="major"))
    created = lines_of(bench)
    assert [("create", "contact"), ("create", "note")] == [line[:2] for line in created]
    assert {"ref": [None, "C-0001"], "name": [None, "Arben Hoxha"], "rank": [None, "major"]} == created[0][2]
    bench.save(Dossier(altered(kept.root, rank="colonel"), kept.children))
    assert [("change", "contact", {"rank": ["major", "colonel"]})] == lines_of(bench)


def test_saving_nothing_new_writes_nothing(bench: Bench) -> None:
    """A save without a change makes no batch and raises no revision."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    before = everything(bench)
    assert kept == bench.save(kept)
    assert before == everything(bench)


def test_changing_a_child_raises_the_revision_of_its_root(bench: Bench) -> None:
    """Root and children are read and saved as one."""
    (kept,) = bench.create(bench.contact("Arben Hoxha", bench.child(Phone, number="1")))
    saved = bench.save(Dossier(kept.root, (altered(kept.children[0], number="2"),)))
    assert saved.root.revision == 2
    assert saved == bench.load(kept.root)


def test_a_stale_save_is_refused(bench: Bench) -> None:
    """Who saves must have seen the newest state."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    bench.save(Dossier(altered(kept.root, rank="major")))
    before = everything(bench)
    with pytest.raises(RecordChanged) as refused:
        bench.save(Dossier(altered(kept.root, rank="colonel")))
    assert {"ref": "C-0001", "seen": 1, "found": 2} == refused.value.facts
    assert before == everything(bench)


def test_saving_what_is_gone_is_refused(bench: Bench) -> None:
    """A record removed meanwhile does not come back by a save."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    with bench.write() as batch:
        batch.remove_record("contact", kept.root.id)
    with pytest.raises(RecordChanged):
        bench.save(kept)


def test_a_root_is_saved_twice_in_one_batch(bench: Bench) -> None:
    """The second save of a batch goes on from the first; other rows touched after it are not forgotten."""
    (kept,) = bench.create(bench.contact("Arben Hoxha", bench.child(Note, text="first words")))
    with bench.write() as batch:
        once = batch.save(Dossier(altered(kept.root, rank="major"), kept.children), 1)
        twice = batch.save(Dossier(altered(once.root, rank="colonel"), kept.children), once.root.revision)
        batch.change_fields("note", kept.children[0].id, {"text": "second words"})
    assert (2, "colonel") == (twice.root.revision, bench.root(kept.root).rank)
    assert bench.load(kept.root).root.revision == 2
    assert_sound(bench)


def test_a_failed_batch_leaves_nothing(bench: Bench) -> None:
    """Whatever happens inside, records, journal, indexes and counters are as before."""
    (kept,) = bench.create(bench.contact("Arben Hoxha", bench.child(Phone, number="1")))
    before = everything(bench)

    def fail() -> None:
        with bench.write() as batch:
            batch.create(bench.contact("Somebody"))
            batch.save(Dossier(altered(kept.root, rank="major")), 1)
            batch.flush()
            batch.tell(LineKind.EVENT, "test", "", "", {})
            raise GaveUp

    with pytest.raises(GaveUp):
        fail()
    assert before == everything(bench)
    (next_one,) = bench.create(bench.contact("Next"))
    assert next_one.root.ref == "C-0002"
    assert_sound(bench)


def test_a_child_in_the_wrong_place_is_a_mistake(bench: Bench) -> None:
    """A child of another root, or of a type that the root does not have, would never be read again."""
    (kept,) = bench.create(bench.contact("A", bench.child(Phone, number="1")))
    organisation = bench.organisation("ASP")
    stray = Position(id=bench.new_id(), owner_id=organisation.root.id)
    moved = altered(kept.children[0], owner_id=RecordId("elsewhere"))
    for dossier in (Dossier(organisation.root, (stray,)), Dossier(organisation.root, (moved,))):
        with pytest.raises(ValueError, match="does not belong"):
            bench.create(dossier)
    with pytest.raises(ValueError, match="does not belong"):
        bench.save(Dossier(kept.root, (moved,)))
    assert_sound(bench)


def test_rows_put_back_keep_the_count_of_saves(bench: Bench) -> None:
    """An old row does not bring back an old revision, by which a stale save would pass."""
    (first,) = bench.create(bench.contact("A"))
    for rank in ("one", "two", "three"):
        bench.save(Dossier(altered(bench.load(first.root).root, rank=rank)))
    with bench.write() as batch:
        batch.put_row("contact", row_of(first.root))
    assert bench.load(first.root).root.revision == 5
    assert_sound(bench)


def test_rows_put_must_be_clean_and_not_erased(bench: Bench) -> None:
    """The ways around the dossier refuse what the dossier refuses."""
    (kept,) = bench.create(bench.contact("A"))
    row = row_of(kept.root)
    dirty = tuple("a\x00" if value == "A" else value for value in row)
    with pytest.raises(InvalidValue) as refused, bench.write() as batch:
        batch.put_row("contact", dirty)
    assert refused.value.facts["field"] == "name"
    with pytest.raises(InvalidValue), bench.write() as batch:
        batch.change_fields("contact", kept.root.id, {"name": "\ud800"})
    for name in ("nmae", "id", "revision"):
        with pytest.raises(FieldUnknown), bench.write() as batch:
            batch.change_fields("contact", kept.root.id, {name: "x"})
    with bench.write(ERASE) as batch:
        erase_root(batch, kept, (), "2026-11-23T10:00:00.000000Z")
    with pytest.raises(RecordErased), bench.write() as batch:
        batch.put_row("contact", row)


def test_words_of_the_journal_must_be_clean(bench: Bench) -> None:
    """A lone surrogate in a justification is refused before anything is written."""
    with pytest.raises(InvalidValue), bench.write(Intent("open", Operation.CONSULTATION)) as batch:
        batch.tell(LineKind.OPEN, "contact", "c", "c", {"justification": "\ud800"})


def test_a_large_import_is_written_in_portions(bench: Bench) -> None:
    """More lines than are held back at once make one batch, with names found across the portions."""
    organisation = bench.organisation("Albanian State Police")
    staff = [
        bench.contact(f"Officer {n}", bench.child(Position, organisation_id=organisation.root.id))
        for n in range(2600)
    ]
    bench.create(*staff, organisation, intent=ADD)
    with bench.store.read() as connection:
        assert {"contact": 2600, "organisation": 1} == count_roots(connection)
        ids = [staff[0].root.id, staff[-1].root.id, RecordId("unknown")]
        assert 2 == len(load_dossiers(connection, Contact, ids))
    assert_sound(bench)
