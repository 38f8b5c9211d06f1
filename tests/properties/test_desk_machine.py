"""Everything an officer can do to his records, in any order: what must hold holds after every step.

The services and the encrypted file are the real ones. The suite always walks the same ways, so that it never
fails by chance; the sweep looks for new ones.
"""

import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from liaison_desk.domain.attached import Attachment
from liaison_desk.domain.errors import InvalidValue, NothingToUndo, RecordChanged, RecordErased
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, Dossier, title_of
from liaison_desk.services.attaching import attach_stream, detach
from liaison_desk.services.desk import Desk
from liaison_desk.services.erasing import erase, plan_erasure
from liaison_desk.services.finding import open_record
from liaison_desk.services.merging import merge_records
from liaison_desk.services.records import add_record, bin_record, save_dossier, unbin_record
from liaison_desk.services.undoing import Undone, redo, undo
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.storage.journal import last_batch
from tests.desk_samples import State, make_desk, reopen, state_of, take_in
from tests.properties import desk_oracle as oracle
from tests.properties.desk_material import (
    EDIT,
    KINDS,
    MERGEABLE,
    Marks,
    anonymous_row,
    change_fields,
    choices,
    make_child,
    phrases,
    small_files,
    title_field,
    with_values,
)
from tests.strategies import unclean_text

SWEEP = os.environ.get("LIAISON_DESK_SWEEP") == "1"
WALKS, STEPS = (150, 60) if SWEEP else (12, 40)
LEAST_STEPS = 5000 if SWEEP else 250


@dataclass(slots=True)
class Tally:
    """How often each rule ran, over all walks."""

    steps: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Passage:
    """What one batch made of the records."""

    before: State
    after: State
    erasures: int


class WatchedDesk(RuleBasedStateMachine):
    """A desk, what is known of it from outside, and what must hold."""

    def __init__(self, folder: Path, tally: Tally) -> None:
        """Make a new desk in an empty folder."""
        super().__init__()
        self.folder, self.tally = folder, tally
        shutil.rmtree(folder, ignore_errors=True)
        self.desk: Desk = make_desk(folder)
        self.state = state_of(self.desk)
        self.passages: dict[str, Passage] = {}
        self.newest = ""
        self.marks: dict[str, str] = {}
        """The word that only one root has in its title, by the root's id."""
        self.erased: set[str] = set()
        self.forgotten: set[str] = set()
        """Words that must stand nowhere any more."""
        self.erasures = 0
        self.contents: dict[str, bytes] = {}
        self.new_marks = Marks()

    def teardown(self) -> None:
        """Look once more at everything, lock, remove."""
        self.look_closely()
        lock_desk(self.desk)

    # --- what must hold -------------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        """Journal, records, derived tables and chain agree; what is erased is gone."""
        oracle.assert_agreement(self.desk)
        oracle.assert_gone(self.desk, self.erased, self.forgotten)

    def look_closely(self) -> None:
        """Look at what takes longer: rebuilt tables, every title, every file, every page."""
        oracle.assert_rebuilt_equals_kept(self.desk)
        oracle.assert_found(self.desk, oracle.read_all(self.desk))
        oracle.assert_files_agree(self.desk, self.contents)
        self.desk.store.close()
        self.desk.vault.check()

    # --- how ------------------------------------------------------------------------------------------

    def _pick(self, pick: int) -> Dossier | None:
        dossiers = oracle.read_all(self.desk)
        return dossiers[pick % len(dossiers)] if dossiers else None

    def _ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for dossier in oracle.read_all(self.desk):
            found.setdefault(dossier.root.type_name, []).append(dossier.root.id)
        return found

    def _save(self, dossier: Dossier, children: tuple[Child, ...]) -> None:
        saved = save_dossier(self.desk, Dossier(dossier.root, children), dossier)
        assert {one.id for one in children} == {one.id for one in saved.children}

    def _check_inverse(self, before: State, outcome: Undone) -> None:
        """Where nothing changed since the batch, its inverse leads back exactly."""
        passage = self.passages.get(outcome.batch)
        if passage is not None and passage.after == before and passage.erasures == self.erasures:
            assert () == outcome.left
            assert passage.before == state_of(self.desk)

    def _done(self, name: str, *, inverse: bool = False, is_change: bool = True) -> None:
        self.tally.steps[name] += 1
        if not is_change:
            return
        with self.desk.store.read() as connection:
            newest = last_batch(connection)
        after = state_of(self.desk)
        if newest is not None and after != self.state and name != "erase":
            self.passages[newest.key] = Passage(self.state, after, self.erasures)
            self.newest = "" if inverse else newest.key
        if name == "erase":
            self.newest = ""
        self.state = after


class DeskMachine(WatchedDesk):
    """Everything an officer can do."""

    @initialize(words=st.lists(phrases, min_size=4, max_size=4))
    def begin(self, words: list[str]) -> None:
        """Begin with one record of each kind, each naming the one before."""
        for place, kind in enumerate(KINDS):
            self.create(kind, words[place], "Begun with", place)

    # --- what the officer does ------------------------------------------------------------------------

    @rule(kind=st.sampled_from(KINDS), words=phrases, note=phrases, pick=choices)
    def create(self, kind: type[Root], words: str, note: str, pick: int) -> None:
        """Add a record by hand, with a note that may name another."""
        mark = self.new_marks.make()
        other = self._pick(pick)
        told = note if other is None else f"{note} {title_of(other.root)}"
        typed = [(title_field(kind), f"{words} {mark}"), ("note", f"{told} end"), ("tag", "Řada")]
        dossier = add_record(self.desk, kind.type_name, typed)
        self.marks[dossier.root.id] = mark
        self._done("create")

    @rule(pick=choices, data=st.data())
    def change(self, pick: int, data: st.DataObject) -> None:
        """Change some fields of a record; its name keeps the word that is its own."""
        dossier = self._pick(pick)
        if dossier is not None:
            mark = self.marks.get(dossier.root.id, "")
            root = data.draw(change_fields(dossier.root, mark, self._ids()))
            save_dossier(self.desk, Dossier(root, dossier.children), dossier)
        self._done("change")

    @rule(pick=choices, kind=choices, data=st.data())
    def add_child(self, pick: int, kind: int, data: st.DataObject) -> None:
        """Add something to a record that only names what is there."""
        dossier = self._pick(pick)
        if dossier is not None:
            kinds = [one for one in CHILD_TYPES[type(dossier.root)] if one is not Attachment]
            child = data.draw(make_child(kinds[kind % len(kinds)], self.desk.new_id(), dossier, self._ids()))
            self._save(dossier, (*dossier.children, child))
        self._done("add_child")

    @rule(pick=choices, place=choices)
    def remove_child(self, pick: int, place: int) -> None:
        """Take something off a record."""
        dossier = self._pick(pick)
        if dossier is not None and dossier.children:
            children = list(dossier.children)
            children.pop(place % len(children))
            self._save(dossier, tuple(children))
        self._done("remove_child")

    @rule(pick=choices)
    def bin_or_unbin(self, pick: int) -> None:
        """Put a record into the bin, or take it out."""
        dossier = self._pick(pick)
        if dossier is not None:
            (unbin_record if dossier.root.binned_at else bin_record)(self.desk, dossier.root.id)
        self._done("bin_or_unbin")

    @rule(first=choices, second=choices)
    def merge(self, first: int, second: int) -> None:
        """Merge two records of a kind."""
        live = [one for one in oracle.read_all(self.desk) if one.root.binned_at is None]
        pairs = [
            (one.root.id, other.root.id)
            for one in live
            for other in live
            if type(one.root) is type(other.root) and type(one.root) in MERGEABLE and one is not other
        ]
        if pairs:
            merge_records(self.desk, *pairs[(first * 31 + second) % len(pairs)])
        self._done("merge")

    @rule(pick=choices, data=st.binary(max_size=200), name=phrases)
    def attach(self, pick: int, data: bytes, name: str) -> None:
        """Attach a small file."""
        dossier = self._pick(pick)
        if dossier is not None:
            made = attach_stream(
                self.desk, dossier.root.id, BytesIO(data), name=f"{name}.bin", media_type="text/plain"
            )
            self.contents[made.sha256] = data
        self._done("attach")

    @rule(pick=choices)
    def detach(self, pick: int) -> None:
        """Take an attachment off a record."""
        held = [(one.root.id, a.id) for one in oracle.read_all(self.desk) for a in one.of(Attachment)]
        if held:
            detach(self.desk, *held[pick % len(held)])
        self._done("detach")

    @rule(pick=choices, whole=st.booleans())
    def erase(self, pick: int, whole: bool) -> None:  # noqa: FBT001 - hypothesis names it
        """Erase a record, with all places that name it or with every second one."""
        dossier = self._pick(pick)
        if dossier is None:
            return
        plan = plan_erasure(self.desk, dossier)
        chosen = [place.key for place in plan.places][:: 1 if whole else 2]
        erase(self.desk, plan, chosen, "asked for by the person")
        self.erasures += 1
        self.erased.add(dossier.root.id)
        mark = self.marks.pop(dossier.root.id, "")
        if mark and len(chosen) == len(plan.places):
            self.forgotten.add(mark)
        self._done("erase")

    @rule(data=small_files)
    def import_file(self, data: bytes) -> None:
        """Import a small card, calendar or register, often one that was imported before."""
        take_in(self.desk, data)
        self._done("import_file")

    # --- and takes back -------------------------------------------------------------------------------

    @rule()
    def undo(self) -> None:
        """Undo the newest change that stands."""
        before, newest = self.state, self.newest
        try:
            outcome = undo(self.desk)
        except NothingToUndo:
            assert not newest
        else:
            assert newest in {"", outcome.batch}
            self._check_inverse(before, outcome)
        self._done("undo", inverse=True)

    @rule()
    def redo(self) -> None:
        """Redo the newest undo that stands."""
        before = self.state
        try:
            outcome = redo(self.desk)
        except NothingToUndo:
            pass
        else:
            assert not self.newest, "something new was done since"
            self._check_inverse(before, outcome)
        self._done("redo", inverse=True)

    @rule(pick=choices)
    def undo_older(self, pick: int) -> None:
        """Undo any batch by its name, be it an undo itself."""
        before = self.state
        if self.passages:
            keys = sorted(self.passages)
            self._check_inverse(before, undo(self.desk, keys[pick % len(keys)]))
        self._done("undo_older", inverse=True)

    # --- what must not go through ---------------------------------------------------------------------

    @rule(pick=choices, text=unclean_text)
    def refused_save(self, pick: int, text: str) -> None:
        """Text that no database keeps, and a save that saw an older state: refused, nothing changed."""
        dossier = self._pick(pick)
        if dossier is not None:
            kind = type(dossier.root)
            with pytest.raises(InvalidValue):
                add_record(self.desk, kind.type_name, [(title_field(kind), text)])
            changed = Dossier(with_values(dossier.root, {title_field(kind): "stale"}), dossier.children)
            with pytest.raises(RecordChanged), self.desk.store.write(EDIT) as batch:
                batch.save(changed, dossier.root.revision + 1)
            assert state_of(self.desk) == self.state
        self._done("refused_save")

    @rule(pick=choices)
    def erased_stays_erased(self, pick: int) -> None:
        """What was erased cannot be added again under its id."""
        if self.erased:
            gone = sorted(self.erased)[pick % len(self.erased)]
            with pytest.raises(RecordErased), self.desk.store.write(EDIT) as batch:
                batch.put_row("contact", anonymous_row(gone))
            assert state_of(self.desk) == self.state
        self._done("erased_stays_erased")

    # --- the rest of his day --------------------------------------------------------------------------

    @rule(pick=choices)
    def look(self, pick: int) -> None:
        """Open a record to read it."""
        dossier = self._pick(pick)
        if dossier is not None:
            assert dossier == open_record(self.desk, dossier.root.id)
        self._done("look", is_change=False)

    @rule(locked=st.booleans())
    def close_and_reopen(self, locked: bool) -> None:  # noqa: FBT001 - hypothesis names it
        """Lock and unlock, or lose the process and unlock."""
        if locked:
            lock_desk(self.desk)
        else:
            self.desk.store.close()
            self.desk.vault.close()
        self.desk = reopen(self.folder)
        assert state_of(self.desk) == self.state
        self.look_closely()
        self._done("close_and_reopen", is_change=False)


def test_any_order_of_work_keeps_everything_in_agreement(tmp_path: Path) -> None:
    """Whatever is done in whatever order: journal, records, search, chain and files agree after each step."""
    tally = Tally()

    class Walk(DeskMachine):
        """The desk in this test's folder."""

        def __init__(self) -> None:
            super().__init__(tmp_path / "vault", tally)

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not SWEEP,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    total = sum(tally.steps.values())
    sys.stdout.write(f"{total} steps: {', '.join(f'{n} {name}' for name, n in tally.steps.most_common())}\n")
    assert total >= LEAST_STEPS
    assert len(tally.steps) >= 15
