"""Merging two contacts or two organisations into one: one batch, one undo, no word lost.

What the other has is moved to the one that is kept; what both say stays with the other, which goes into the
bin with a link to the one that took it up.
"""

from dataclasses import dataclass, replace
from typing import cast

from liaison_desk.domain.attached import Link
from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.contact import Contact, Email, Position
from liaison_desk.domain.errors import MergeRefused, RecordChanged
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.phones import fold_email
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.services.absorbing import Absorption, Rules
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, locate
from liaison_desk.services.likeness import find_same
from liaison_desk.services.markings import marking_levels
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.conversion import record_of, row_of
from liaison_desk.storage.lists import name_roots
from liaison_desk.storage.matching import MERGED_INTO, Pointer, find_pointers, read_revisions
from liaison_desk.storage.rows import row_by_id, select_rows


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """What a merge did."""

    kept: str
    """Reference of the record that took the other up."""
    binned: str
    """Reference of the one that went into the bin."""
    moved: int
    """Children that went over."""
    repeated: int
    """Children that the kept record had already."""
    pointers: int
    """Fields of other records that now name the kept one."""
    noted: tuple[str, ...]
    """Lines of the note: values that both had and that differ."""
    batch: str
    """``device:sequence``."""

    @property
    def conflicts(self) -> int:
        """How many values differed and stand in the note."""
        return len(self.noted)


def merge_records(desk: Desk, keep_ref: str, other_ref: str) -> MergeOutcome:
    """Merge two contacts or two organisations, whichever the references name.

    Raises what ``merge_contacts`` raises.
    """
    type_name, _ = locate(desk, keep_ref)
    kind = Organisation if type_name == Organisation.type_name else Contact
    return _merge(desk, keep_ref, other_ref, kind)


def merge_contacts(desk: Desk, keep_ref: str, other_ref: str) -> MergeOutcome:
    """Merge one contact into another.

    Raises RecordMissing, ReferenceAmbiguous, RecordChanged, and MergeRefused: not two different contacts, or
    one of them lies in the bin.
    """
    return _merge(desk, keep_ref, other_ref, Contact)


def merge_organisations(desk: Desk, keep_ref: str, other_ref: str) -> MergeOutcome:
    """Merge one organisation into another. Raises what ``merge_contacts`` raises."""
    return _merge(desk, keep_ref, other_ref, Organisation)


def _merge(desk: Desk, keep_ref: str, other_ref: str, kind: type[Root]) -> MergeOutcome:
    keep, other = load(desk, keep_ref), load(desk, other_ref)
    if not isinstance(keep.root, kind) or not isinstance(other.root, kind):
        raise MergeRefused(reason="different_types")
    if keep.root.id == other.root.id:
        raise MergeRefused(reason="same_record")
    if keep.root.binned_at or other.root.binned_at:
        raise MergeRefused(reason="in_the_bin")
    levels = marking_levels(desk)
    with desk.store.write(Intent(f"merge_{kind.type_name}s", Operation.COMBINATION)) as batch:
        _refuse_changed(batch, keep.root, other.root)
        rules = Rules(
            heading=f"Merged from {other.root.ref}:",
            new_id=desk.new_id,
            levels=levels,
            name_of=lambda root_id: name_roots(batch.connection, [root_id]).get(root_id, root_id),
        )
        merge = _Merge(desk, batch, keep, other, Absorption(rules))
        return merge.run()


def _refuse_changed(batch: Batch, *roots: Root) -> None:
    found = read_revisions(batch.connection, {root.id: root.type_name for root in roots})
    for root in roots:
        if found.get(root.id) != root.revision:
            raise RecordChanged(ref=root.ref, seen=root.revision, found=found.get(root.id, 0))


@dataclass(slots=True)
class _Merge:
    desk: Desk
    batch: Batch
    keep: Dossier
    other: Dossier
    absorption: Absorption

    def run(self) -> MergeOutcome:
        """Do everything in the order in which undo can take it back."""
        root = self._unite_roots()
        children, moved = self._move_children()
        for note in self.absorption.write_note(root.id, children):
            self.batch.apply_row(type(note), None, row_of(note))
        pointers = self._point_to_kept()
        self._bin_other()
        header = self.batch.link.header
        return MergeOutcome(
            kept=self.keep.root.ref,
            binned=self.other.root.ref,
            moved=moved,
            repeated=len(self.other.children) - moved,
            pointers=pointers,
            noted=tuple(self.absorption.lines),
            batch=f"{header.device}:{header.sequence}",
        )

    def _unite_roots(self) -> Root:
        keep, other = self.keep.root, self.other.root
        root = self.absorption.absorb_root(keep, _without_pointers(other, keep.id))
        if not keep.origin_system and other.origin_system:
            root = replace(
                root,
                origin_system=other.origin_system,
                origin_uid=other.origin_uid,
                origin_hash=other.origin_hash,
            )
        root = _without_pointers(root, other.id)
        self.batch.apply_row(type(keep), row_of(keep), row_of(root))
        return root

    def _move_children(self) -> tuple[list[Child], int]:
        """Hand over what the kept record lacks; what it has takes over details. Return its children."""
        owner = self.keep.root.id
        children = list(self.keep.children)
        has_main = any(isinstance(child, Position) and child.primary for child in children)
        moved = 0
        for child in self.other.children:
            same = find_same(child, self.keep.children)
            if same is not None:
                place = children.index(next(one for one in children if one.id == same.id))
                grown = self.absorption.merge_child(children[place], child)
                self.batch.apply_row(type(child), row_of(children[place]), row_of(grown))
                children[place] = grown
            elif not (isinstance(child, Link) and child.to_id == owner):
                rank = max((one.rank for one in children if type(one) is type(child)), default=-1) + 1
                gone_over = replace(child, owner_id=owner, rank=rank)
                if isinstance(gone_over, Position) and has_main:
                    gone_over = replace(gone_over, primary=False)
                self.batch.apply_row(type(child), row_of(child), row_of(gone_over))
                children.append(gone_over)
                moved += 1
        return children, moved

    def _point_to_kept(self) -> int:
        """Have every field that names the other name the kept one."""
        keep, other = self.keep.root, self.other.root
        changed = 0
        for pointer in find_pointers(self.batch.connection, other.id, other.type_name):
            if pointer.record_id in {keep.id, other.id}:
                continue
            to_itself = pointer.record_type == Link.type_name and pointer.owner_id == keep.id
            if to_itself or self._is_repeated(pointer):
                self.batch.remove_record(pointer.record_type, pointer.record_id)
            else:
                self.batch.change_fields(pointer.record_type, pointer.record_id, {pointer.column: keep.id})
            changed += 1
        return changed

    def _is_repeated(self, pointer: Pointer) -> bool:
        """Tell whether a meeting names the kept contact too and its line on the other adds nothing."""
        if pointer.record_type != Participant.type_name:
            return False
        rows = select_rows(self.batch.connection, Participant, [pointer.owner_id], column="owner_id")
        guests = [cast("Participant", record_of(Participant, row)) for row in rows]
        line = next(guest for guest in guests if guest.id == pointer.record_id)
        return any(
            guest.contact_id == self.keep.root.id
            and line.side is guest.side
            and line.role in {"", guest.role}
            and line.attended in {None, guest.attended}
            and fold_name(line.name) in {"", fold_name(guest.name), *self._names()}
            and fold_email(line.email) in {"", fold_email(guest.email), *self._mailboxes()}
            for guest in guests
        )

    def _names(self) -> set[str]:
        """Folded names by which the two were known: none of them is news on a line that names the contact."""
        people = [dossier.root for dossier in (self.keep, self.other)]
        return {fold_name(n) for one in people if isinstance(one, Contact) for n in (one.name, *one.aliases)}

    def _mailboxes(self) -> set[str]:
        return {email.folded for dossier in (self.keep, self.other) for email in dossier.of(Email)}

    def _bin_other(self) -> None:
        other = self.other.root
        present = row_by_id(self.batch.connection, type(other), other.id)
        if present is None:
            raise RecordChanged(ref=other.ref, seen=other.revision, found=0)
        link = Link(id=self.desk.new_id(), owner_id=other.id, to_id=self.keep.root.id, role=MERGED_INTO)
        self.batch.apply_row(Link, None, row_of(link))
        now = instant_text(self.desk.clock.now())
        self.batch.change_fields(other.type_name, other.id, {"binned_at": now})


def _without_pointers(root: Root, to_id: str) -> Root:
    """Return a root that names another nowhere: nobody introduced himself, no unit belongs to itself."""
    match root:
        case Contact() if root.introduced_by_id == to_id:
            return replace(root, introduced_by_id=None)
        case Organisation():
            parent = None if root.parent_id == to_id else root.parent_id
            successor = None if root.successor_id == to_id else root.successor_id
            return replace(root, parent_id=parent, successor_id=successor)
        case _:
            return root
