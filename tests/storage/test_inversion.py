"""Undo and redo: of everything, also after a restart, and never over what changed since."""

from functools import partial
from typing import Any

import pytest

from liaison_desk.domain.attached import Link, Note
from liaison_desk.domain.contact import Phone, Position
from liaison_desk.domain.errors import NotUndoable
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.record import Child
from liaison_desk.domain.records import Dossier
from liaison_desk.storage.conversion import row_of
from liaison_desk.storage.erasure import erase_root
from liaison_desk.storage.inversion import find_batch, next_to_redo, next_to_undo
from tests.storage_samples import ERASE, IMPORT, Bench, altered, assert_sound

NOW = "2026-11-23T10:00:00.000000Z"


def with_rank(dossier: Dossier, rank: str) -> Dossier:
    """Return a contact's dossier with another rank."""
    return Dossier(altered(dossier.root, rank=rank), dossier.children)


def rank_of(bench: Bench, dossier: Dossier) -> str:
    """Return the rank that a contact has now."""
    return str(bench.root(dossier.root).rank)


def without_revision(dossier: Dossier) -> Dossier:
    """Return a dossier as undo restores it: all but the count of saves."""
    _, *children = dossier.records()
    return Dossier(
        altered(dossier.root, revision=0), tuple(child for child in children if isinstance(child, Child))
    )


def test_creating_is_undone_and_redone(bench: Bench) -> None:
    """A created dossier vanishes and comes back whole, with its reference, also after a restart."""
    (kept,) = bench.create(bench.contact("Arben Hoxha", bench.child(Phone, number="1")))
    bench.reopen()
    assert bench.undo().restored == 2
    assert bench.find(kept.root) is None
    assert_sound(bench)
    bench.reopen()
    assert bench.redo().restored == 2
    assert without_revision(kept) == without_revision(bench.load(kept.root))
    assert_sound(bench)


def test_changes_are_undone_newest_first(bench: Bench) -> None:
    """Undo walks back, redo walks forward, an undo of a redo walks back again."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    for rank in ("one", "two", "three"):
        bench.change(kept.root, partial(with_rank, rank=rank))
    seen = []
    for step in (
        bench.undo,
        bench.undo,
        bench.redo,
        bench.undo,
        bench.undo,
        bench.redo,
        bench.redo,
        bench.redo,
    ):
        step()
        seen.append(rank_of(bench, kept))
    assert ["two", "one", "two", "one", "", "one", "two", "three"] == seen
    assert_sound(bench)


def test_something_new_ends_redo(bench: Bench) -> None:
    """After a new change the undone ones are no longer offered; a consultation does not count as one."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    bench.change(kept.root, lambda dossier: with_rank(dossier, "major"))
    bench.undo()
    device = bench.store.facts.device
    with bench.write(Intent("open", Operation.CONSULTATION)) as batch:
        batch.tell(LineKind.OPEN, "contact", kept.root.id, kept.root.id, {})
    with bench.store.read() as connection:
        assert next_to_redo(connection, device) is not None
    bench.create(bench.contact("Somebody"))
    with bench.store.read() as connection:
        assert next_to_redo(connection, device) is None
        assert next_to_undo(connection, "another device") is None


def test_removing_is_undone_in_any_order(bench: Bench) -> None:
    """Root and children come back, whichever was removed first."""
    (kept,) = bench.create(bench.contact("A", bench.child(Phone, number="1"), bench.child(Note, text="n")))
    records = list(kept.records())
    for order in (records, records[::-1]):
        with bench.write() as batch:
            for record in order:
                batch.remove_record(record.type_name, record.id)
        assert bench.find(kept.root) is None
        assert [] == bench.undo().left
        assert without_revision(kept) == without_revision(bench.load(kept.root))
        assert_sound(bench)


def test_a_record_changed_and_removed_in_one_batch_comes_back_unchanged(bench: Bench) -> None:
    """A merge changes a record before it takes it away; its undo restores what was before both."""
    (kept,) = bench.create(bench.contact("A", bench.child(Phone, number="1")))
    with bench.write() as batch:
        batch.change_fields("contact", kept.root.id, {"rank": "major"})
        batch.change_fields("phone", kept.children[0].id, {"number": "2"})
        for record in reversed(list(kept.records())):
            batch.remove_record(record.type_name, record.id)
    assert [] == bench.undo().left
    assert without_revision(kept) == without_revision(bench.load(kept.root))
    assert_sound(bench)


def test_a_record_made_anew_in_one_batch(bench: Bench) -> None:
    """A batch that removes a record and adds another under its id is undone to the first."""
    (kept,) = bench.create(bench.contact("A"))
    with bench.write() as batch:
        batch.remove_record("contact", kept.root.id)
        batch.put_row("contact", row_of(altered(kept.root, name="B")))
    bench.undo()
    assert without_revision(kept) == without_revision(bench.load(kept.root))
    assert_sound(bench)


def test_what_was_created_and_removed_at_once_stays_away(bench: Bench) -> None:
    """Undoing a batch whose record came and went leaves nothing behind."""
    with bench.write() as batch:
        kept = batch.create(bench.contact("A", bench.child(Phone, number="1")))
        for record in reversed(list(kept.records())):
            batch.remove_record(record.type_name, record.id)
    assert [] == bench.undo().left
    assert bench.find(kept.root) is None
    assert_sound(bench)


def test_an_import_of_two_thousand_is_undone_and_redone(bench: Bench) -> None:
    """One batch, however large, is one undo; what pointed among its records goes and comes together."""
    organisation = bench.organisation("Albanian State Police")
    staff = [
        bench.contact(f"Officer {n}", bench.child(Position, organisation_id=organisation.root.id))
        for n in range(2000)
    ]
    kept = bench.create(*staff, organisation, intent=IMPORT)
    done = bench.undo()
    assert (4001, 0, []) == (done.restored, done.binned, done.left)
    assert [bench.find(d.root) for d in kept[:3]] == [None, None, None]
    assert bench.execute("SELECT count(*) FROM search_document") == [(0,)]
    assert bench.redo().restored == 4001
    assert without_revision(kept[7]) == without_revision(bench.load(kept[7].root))
    assert_sound(bench)


def test_what_changed_since_is_listed_and_left(bench: Bench) -> None:
    """A field changed again keeps its value, the others of the same batch go back."""
    (kept,) = bench.create(bench.contact("Arben Hoxha"))
    bench.change(
        kept.root,
        lambda d: Dossier(altered(d.root, rank="major", address="Tirana")),
    )
    key = bench.newest().key
    bench.change(kept.root, lambda dossier: with_rank(dossier, "colonel"))
    done = bench.undo(key)
    assert [("contact", "rank", "changed since")] == [(x.record_type, x.field, x.reason) for x in done.left]
    root = bench.root(kept.root)
    assert ("colonel", "") == (root.rank, root.address)
    assert_sound(bench)


def test_a_created_record_changed_since_stays(bench: Bench) -> None:
    """Undoing an import leaves the records that were worked on since, and names the fields."""
    kept = bench.create(*(bench.contact(f"Officer {n}") for n in range(3)), intent=IMPORT)
    key = bench.newest().key
    bench.change(kept[1].root, lambda dossier: with_rank(dossier, "major"))
    done = bench.undo(key)
    assert (2, 0, ["rank"]) == (done.restored, done.binned, [left.field for left in done.left])
    assert [None, "Officer 1", None] == [
        None if bench.find(d.root) is None else bench.root(d.root).name for d in kept
    ]
    assert_sound(bench)


@pytest.mark.parametrize("how", ["position", "note", "link"])
def test_a_created_record_that_others_depend_on_goes_to_the_bin(how: str, bench: Bench) -> None:
    """What is pointed at, or has got children since, is not torn away."""
    (organisation,) = bench.create(bench.organisation("ASP"))
    key = bench.newest().key
    children: dict[str, Any] = {
        "position": bench.child(Position, organisation_id=organisation.root.id),
        "link": bench.child(Link, to_id=organisation.root.id, role="knows"),
    }
    if how == "note":
        note = altered(bench.child(Note, text="n"), owner_id=organisation.root.id)
        bench.change(organisation.root, lambda d: Dossier(d.root, (note,)))
    else:
        bench.create(bench.contact("Arben Hoxha", children[how]))
    done = bench.undo(key)
    assert (1, []) == (done.binned, done.left)
    assert bench.load(organisation.root).root.binned_at == bench.clock.moment
    assert_sound(bench)
    bench.redo()
    assert bench.load(organisation.root).root.binned_at is None
    assert_sound(bench)


def test_what_a_staying_record_names_goes_to_the_bin_too(bench: Bench) -> None:
    """A created record that stays, because it changed, keeps what it names, and what that names."""
    parent = bench.organisation("Ministry")
    organisation = bench.organisation("ASP", parent_id=parent.root.id)
    person = bench.contact("A", bench.child(Link, to_id=organisation.root.id))
    other = bench.contact("B")
    bench.create(person, parent, organisation, other, intent=IMPORT)
    key = bench.newest().key
    bench.change(person.root, lambda dossier: with_rank(dossier, "major"))
    link = altered(bench.child(Link, to_id=organisation.root.id), owner_id=person.root.id)
    bench.change(person.root, lambda d: Dossier(d.root, (*d.children, link)))
    done = bench.undo(key)
    assert done.binned == 2
    assert bench.load(parent.root).root.binned_at is not None
    assert bench.load(organisation.root).root.binned_at is not None
    assert bench.find(other.root) is None
    assert_sound(bench)


def test_what_the_same_batch_pointed_at_is_not_needed(bench: Bench) -> None:
    """An import that adds an organisation and has an old contact point to it is undone without a trace."""
    (person,) = bench.create(bench.contact("Arben Hoxha", bench.child(Position)))
    organisation = bench.organisation("ASP")
    with bench.write(IMPORT) as batch:
        batch.create(organisation)
        batch.change_fields("position", person.children[0].id, {"organisation_id": organisation.root.id})
    done = bench.undo()
    assert (2, 0, []) == (done.restored, done.binned, done.left)
    assert bench.find(organisation.root) is None
    assert_sound(bench)


def test_children_moved_by_a_merge_move_back(bench: Bench) -> None:
    """A child that went to another root returns, and not to a root that is gone."""
    winner, loser = bench.create(bench.contact("A"), bench.contact("B", bench.child(Phone, number="1")))
    with bench.write(Intent("merge", Operation.COMBINATION)) as batch:
        batch.change_fields("phone", loser.children[0].id, {"owner_id": winner.root.id})
        batch.remove_record("contact", loser.root.id)
    merge = bench.newest().key
    assert len(bench.load(winner.root).children) == 1
    bench.undo()
    assert without_revision(loser) == without_revision(bench.load(loser.root))
    assert () == bench.load(winner.root).children
    assert_sound(bench)
    bench.redo()
    with bench.write(ERASE) as batch:
        batch.connection.exec_driver_sql(
            "INSERT INTO tombstone(record_id, erased_at) VALUES(?, ?)", (loser.root.id, NOW)
        )
    bench.undo(merge)
    assert len(bench.load(winner.root).children) == 1
    assert_sound(bench)


def test_a_child_is_not_restored_to_a_root_that_is_gone(bench: Bench) -> None:
    """An old undo does not make orphans."""
    (kept,) = bench.create(bench.contact("A", bench.child(Phone, number="1")))
    bench.change(kept.root, lambda dossier: Dossier(dossier.root))
    key = bench.newest().key
    with bench.write() as batch:
        batch.remove_record("contact", kept.root.id)
    assert ["owner gone"] == [left.reason for left in bench.undo(key).left]
    assert_sound(bench)


def test_what_was_erased_does_not_come_back(bench: Bench) -> None:
    """Undo restores neither an erased record nor a pointer to it."""
    (person,) = bench.create(bench.contact("Arben Hoxha"))
    first = bench.newest().key
    (other,) = bench.create(bench.contact("B", introduced_by_id=person.root.id))
    bench.change(other.root, lambda d: Dossier(altered(d.root, introduced_by_id=None)))
    second = bench.newest().key
    with bench.write(ERASE) as batch:
        erase_root(batch, person, (), NOW)
    erasure = bench.newest()
    assert ["erased"] == [left.reason for left in bench.undo(first).left]
    assert ["erased"] == [left.reason for left in bench.undo(second).left]
    with pytest.raises(NotUndoable):
        bench.undo(erasure.key)
    assert_sound(bench)


def test_batches_are_named_by_device_and_sequence(bench: Bench) -> None:
    """An unknown or malformed name finds nothing."""
    bench.create(bench.contact("A"))
    with bench.store.read() as connection:
        assert find_batch(connection, bench.newest().key) == bench.newest()
        assert [None] * 3 == [
            find_batch(connection, key) for key in ("", "x:1", f"{bench.store.facts.device}:x")
        ]
