"""The journal: its chain finds what was tampered with, history reads it field by field."""

from collections.abc import Callable
from functools import partial

import pytest

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.contact import Phone
from liaison_desk.domain.errors import AnchorMissing, JournalBroken
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.storage.chain import ChainReport, check_anchor, verify_chain
from liaison_desk.storage.erasure import erase_root, retire_consultations
from liaison_desk.storage.history import history_of, read_log
from liaison_desk.storage.journal import Head
from tests.storage_samples import ERASE, START, Bench, altered, assert_sound

NOW = "2026-11-23T10:00:00.000000Z"
OPEN = Intent("open_record", Operation.CONSULTATION)


def verify(bench: Bench, *anchors: Head) -> ChainReport:
    """Verify the whole chain of a store."""
    with bench.store.read() as connection:
        return verify_chain(connection, bench.store.facts.audit_key, anchors)


def with_rank(dossier: Dossier, rank: str) -> Dossier:
    """Return a contact's dossier with another rank."""
    return Dossier(altered(dossier.root, rank=rank), dossier.children)


def fill(bench: Bench) -> Dossier:
    """Write five batches of several lines about one contact."""
    (kept,) = bench.create(bench.contact("Arben Hoxha", bench.child(Phone, number="1")))
    for rank in ("one", "two", "three"):
        bench.change(kept.root, partial(with_rank, rank=rank))
    bench.create(bench.organisation("ASP"), bench.organisation("SPAK"))
    return kept


def test_the_chain_of_an_untouched_journal_verifies(bench: Bench) -> None:
    """The report counts batches and lines and names the head, before and after a restart."""
    assert ChainReport(0, 0, 0, ()) == verify(bench)
    fill(bench)
    report = verify(bench)
    assert (5, 7, 0) == (report.batches, report.lines, report.erased_lines)
    assert list(report.heads) == bench.store.heads()
    bench.reopen()
    assert report == verify(bench, *report.heads)


COPY_A_LINE = (
    "INSERT INTO line SELECT {place}, record_type, record_id, root_id, {kind}, content, salt, commitment"
    " FROM line WHERE batch_number = 3"
)
TAMPERED: dict[str, tuple[str, str]] = {
    "edit content": (
        "UPDATE line SET content = replace(content, 'two', 'six') WHERE batch_number = 3",
        "edited line",
    ),
    "edit salt": ("UPDATE line SET salt = zeroblob(32) WHERE batch_number = 3", "edited line"),
    "edit commitment": ("UPDATE line SET commitment = zeroblob(32) WHERE batch_number = 3", "edited line"),
    "blank content": ("UPDATE line SET content = NULL, salt = NULL WHERE batch_number = 3", "emptied line"),
    "blank content, keep salt": ("UPDATE line SET content = NULL WHERE batch_number = 3", "edited line"),
    "content of another type": ("UPDATE line SET content = x'00' WHERE batch_number = 3", "edited line"),
    "edit actor": ("UPDATE batch SET actor = 'somebody' WHERE number = 3", "edited batch"),
    "edit time": (
        "UPDATE batch SET at = '2020-01-01T00:00:00.000000Z-0000' WHERE number = 3",
        "edited batch",
    ),
    "edit operation": ("UPDATE batch SET operation = 'consultation' WHERE number = 3", "edited batch"),
    "edit use case": ("UPDATE batch SET use_case = 'x' WHERE number = 3", "edited batch"),
    "edit inverse": ("UPDATE batch SET inverse_of = 'x:1' WHERE number = 3", "edited batch"),
    "edit revision": ("UPDATE batch SET schema_revision = '0002' WHERE number = 3", "edited batch"),
    "edit digest": ("UPDATE batch SET digest = zeroblob(32) WHERE number = 3", "edited batch"),
    "move a line to another record": (
        "UPDATE line SET record_id = 'other' WHERE batch_number = 3",
        "edited batch",
    ),
    "move a line to another root": (
        "UPDATE line SET root_id = 'other' WHERE batch_number = 3",
        "edited batch",
    ),
    "edit the type of a line": (
        "UPDATE line SET record_type = 'note' WHERE batch_number = 3",
        "edited batch",
    ),
    "edit the kind of a line": ("UPDATE line SET kind = 'create' WHERE batch_number = 3", "edited batch"),
    "an unknown kind": ("UPDATE line SET kind = 'nothing' WHERE batch_number = 3", "edited line"),
    "delete a batch": ("DELETE FROM batch WHERE number = 3", "missing batch"),
    "delete the first batch": ("DELETE FROM batch WHERE number = 1", "missing batch"),
    "delete a last line": ("DELETE FROM line WHERE batch_number = 5 AND number = 1", "edited batch"),
    "delete a first line": ("DELETE FROM line WHERE batch_number = 5 AND number = 0", "missing line"),
    "insert a line": (
        COPY_A_LINE.format(place="4, 1", kind="kind"),
        "edited batch",
    ),
    "a line of no batch": (
        COPY_A_LINE.format(place="6, 0", kind="kind"),
        "line without batch",
    ),
    "insert a line of erasure": (
        COPY_A_LINE.format(place="4, 1", kind="'erase'"),
        "edited batch",
    ),
    "another device": ("UPDATE batch SET device = 'x', sequence = 1 WHERE number = 3", "order"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found(name: str, bench: Bench) -> None:
    """Whoever edits, removes or adds with a database tool breaks the chain."""
    fill(bench)
    statement, reason = TAMPERED[name]
    bench.execute(statement)
    with pytest.raises(JournalBroken) as found:
        verify(bench)
    assert reason == found.value.facts["reason"]


def swap_batches(bench: Bench) -> None:
    """Exchange the sequence of two batches and their lines."""
    for step in ((3, 90), (4, 3), (90, 4)):
        bench.execute("UPDATE batch SET number = ? WHERE number = ?", step[1], step[0])
        bench.execute("UPDATE line SET batch_number = ? WHERE batch_number = ?", step[1], step[0])
    bench.execute("UPDATE batch SET sequence = sequence + 100 WHERE number IN (3, 4)")
    bench.execute("UPDATE batch SET sequence = number WHERE number IN (3, 4)")


def swap_lines(bench: Bench) -> None:
    """Exchange two lines of one batch."""
    for number, target in ((0, 9), (1, 0), (9, 1)):
        bench.execute("UPDATE line SET number = ? WHERE batch_number = 5 AND number = ?", target, number)


@pytest.mark.parametrize("tamper", [swap_batches, swap_lines])
def test_reordering_is_found(tamper: Callable[[Bench], None], bench: Bench) -> None:
    """The order of batches and of lines within one is part of the proof."""
    fill(bench)
    tamper(bench)
    with pytest.raises(JournalBroken):
        verify(bench)


def test_another_audit_key_proves_nothing(bench: Bench) -> None:
    """The chain is keyed: without the key nobody can write one that fits."""
    fill(bench)
    with bench.store.read() as connection, pytest.raises(JournalBroken):
        verify_chain(connection, bytes(32))


def test_a_cut_tail_is_found_by_an_anchor(bench: Bench) -> None:
    """A journal cut at its end is whole in itself; the anchor that left the laptop shows the cut."""
    fill(bench)
    (anchor,) = bench.store.heads()
    verify(bench, anchor)
    with bench.store.read() as connection:
        check_anchor(connection, anchor)
    bench.execute("DELETE FROM line WHERE batch_number = 5")
    bench.execute("DELETE FROM batch WHERE number = 5")
    verify(bench)
    with pytest.raises(AnchorMissing) as found:
        verify(bench, anchor)
    assert found.value.facts["reason"] == "not there"
    bench.create(bench.contact("Somebody else"))
    with pytest.raises(AnchorMissing) as differing:
        verify(bench, anchor)
    assert differing.value.facts["reason"] == "differs"
    with bench.store.read() as connection, pytest.raises(AnchorMissing):
        check_anchor(connection, anchor)
    with bench.store.read() as connection, pytest.raises(AnchorMissing):
        check_anchor(connection, Head("nobody", 1, ""))


def test_emptied_lines_need_their_line_of_erasure(bench: Bench) -> None:
    """What an erasure emptied verifies; the same emptiness of another record, or later, does not."""
    kept = fill(bench)
    other = bench.create(bench.contact("B"))[0]
    bench.change(kept.root, lambda d: Dossier(d.root))
    with bench.write(ERASE) as batch:
        erased = erase_root(batch, bench.load(kept.root), (), NOW)
    report = verify(bench)
    assert erased.lines == report.erased_lines == 6
    assert_sound(bench)
    bench.execute("UPDATE line SET content = NULL, salt = NULL WHERE record_id = ?", other.root.id)
    with pytest.raises(JournalBroken) as found:
        verify(bench)
    assert found.value.facts["reason"] == "emptied line"


def test_the_proof_of_an_erasure_cannot_be_emptied(bench: Bench) -> None:
    """Lines of erasure keep their content, and cannot be made about another record."""
    kept = fill(bench)
    with bench.write(ERASE) as batch:
        erase_root(batch, bench.load(kept.root), (), NOW)
    bench.execute("UPDATE line SET content = NULL, salt = NULL WHERE kind = 'erase'")
    with pytest.raises(JournalBroken):
        verify(bench)


def test_retention_empties_old_consultations_only(bench: Bench) -> None:
    """Old consultations lose their content, the chain verifies; younger ones cannot be emptied that way."""
    kept = fill(bench)
    for _ in range(3):
        with bench.write(OPEN) as batch:
            batch.tell(LineKind.OPEN, "contact", kept.root.id, kept.root.id, {"justification": "case 4711"})
    before = "2026-11-23T09:07:30.000000Z"
    with bench.write(Intent("retire", Operation.RETENTION)) as batch:
        assert retire_consultations(batch, before) == 2
    assert verify(bench).erased_lines == 2
    assert [None, None, '{"justification":"case 4711"}'] == [
        content
        for (content,) in bench.execute("SELECT content FROM line WHERE kind = 'open' ORDER BY batch_number")
    ]
    assert_sound(bench)
    with bench.write(Intent("retire", Operation.RETENTION)) as batch:
        assert retire_consultations(batch, before) == 0
    assert bench.newest().header.operation == Operation.RETENTION.value
    assert bench.newest().header.sequence == 9
    bench.execute("UPDATE line SET content = NULL, salt = NULL WHERE kind = 'open'")
    with pytest.raises(JournalBroken):
        verify(bench)


def test_later_consultations_are_not_covered_by_an_earlier_retention(bench: Bench) -> None:
    """A retention up to a day to come does not license emptying what is written after it."""
    kept = fill(bench)
    for _ in range(2):
        with bench.write(OPEN) as batch:
            batch.tell(LineKind.OPEN, "contact", kept.root.id, kept.root.id, {})
        with bench.write(Intent("retire", Operation.RETENTION)) as batch:
            retire_consultations(batch, "2027-01-01T00:00:00.000000Z")
    verify(bench)
    with bench.write(OPEN) as batch:
        batch.tell(LineKind.OPEN, "contact", kept.root.id, kept.root.id, {})
    bench.execute("UPDATE line SET content = NULL, salt = NULL WHERE kind = 'open'")
    with pytest.raises(JournalBroken):
        verify(bench)


def test_time_in_the_journal_never_goes_back(bench: Bench) -> None:
    """A clock set back gives batches after the last one all the same."""
    fill(bench)
    last = bench.newest().header.at
    bench.clock.moment = START.replace(year=2020)
    bench.create(bench.contact("Later"))
    assert bench.newest().header.at > last
    assert isinstance(bench.store.clock, SteppedClock)


def test_history_tells_field_by_field(bench: Bench) -> None:
    """Who, when, what before and after; of the root and its children, oldest first; not of others."""
    kept = fill(bench)
    with bench.write(OPEN) as batch:
        batch.tell(LineKind.OPEN, "contact", kept.root.id, kept.root.id, {"justification": "case"})
    with bench.store.read() as connection:
        entries = history_of(connection, kept.root.id)
    told = [
        (
            entry.use_case,
            entry.record_type,
            entry.kind.value,
            {c.field: (c.before, c.after) for c in entry.changes},
        )
        for entry in entries
    ]
    assert told == [
        ("add", "contact", "create", {"ref": (None, "C-0001"), "name": (None, "Arben Hoxha")}),
        ("add", "phone", "create", {"number": (None, "1")}),
        ("edit", "contact", "change", {"rank": ("", "one")}),
        ("edit", "contact", "change", {"rank": ("one", "two")}),
        ("edit", "contact", "change", {"rank": ("two", "three")}),
        ("open_record", "contact", "open", {}),
    ]
    assert {"justification": "case"} == entries[-1].facts
    assert {"officer"} == {entry.actor for entry in entries}
    assert sorted(entry.at for entry in entries) == [entry.at for entry in entries]


def test_the_log_gives_the_newest_batches(bench: Bench) -> None:
    """The log of the desk lists batches, newest first, with their number of lines."""
    fill(bench)
    with bench.store.read() as connection:
        log = read_log(connection, newest=2)
    assert [(5, 2), (4, 1)] == [(batch.number, lines) for batch, lines in log]
