"""Carrying out a plan: one batch in which rows become records, or are taken up into records."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

from liaison_desk.domain.attached import Attachment, Link, Tag
from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.errors import InvalidValue, MergeRefused, RecordMissing, StorageFailed
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import TYPES_BY_NAME, Dossier
from liaison_desk.importers.proposal import Proposal, ProposedFile
from liaison_desk.importers.register_requests import ORIGIN as REGISTER
from liaison_desk.services.absorbing import FROM_IMPORT, Absorption, Rules
from liaison_desk.services.desk import Desk
from liaison_desk.services.directory import Directory
from liaison_desk.services.import_plan import Choice, ChoiceKind, ImportPlan, PlannedRow, Verdict
from liaison_desk.services.likeness import key_of
from liaison_desk.services.sealing import ATTACHMENT, drop_sealed, seal_stream
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.blob_rows import add_blob
from liaison_desk.storage.lists import find_root, name_roots
from liaison_desk.storage.matching import Writers, read_writers
from liaison_desk.storage.rows import load_dossiers
from liaison_desk.vault.blobs import SealedBlob

CHECK_TAG = "check-duplicate"
POSSIBLE_DUPLICATE = "possible duplicate"
"""Role of the link from a new record to the one that it may repeat."""
_TOGETHER = 100
"""Records that are loaded at once to take up rows."""


@dataclass(slots=True)
class Tally:
    """How many rows ended how."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    skipped: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that is to be taken up into a record."""

    target: RecordId
    dossier: Dossier
    files: tuple[ProposedFile, ...]
    is_update: bool


@dataclass(slots=True)
class Application:
    """A plan being carried out in one batch."""

    desk: Desk
    batch: Batch
    plan: ImportPlan
    choices: Mapping[int, Choice]
    levels: Mapping[str, int]
    directory: Directory
    tally: Tally = field(default_factory=Tally)
    sealed: list[SealedBlob] = field(default_factory=list)
    _roots: dict[int, RecordId] = field(default_factory=dict)
    """Place of a row to its record, for rows that others may name."""
    _named_rows: set[int] = field(default_factory=set)
    _waiting: dict[RecordId, _Waiting] = field(default_factory=dict)
    _meetings: set[str] = field(default_factory=set)
    _exceptions: dict[RecordId, RecordId] = field(default_factory=dict)
    """Exceptions whose recurring meeting had not come when they did."""

    def prepare(self) -> None:
        """Check the choices. Raises RecordMissing, MergeRefused, InvalidValue."""
        for row in self.plan.rows:
            self._named_rows.update(one.row for one in row.candidates if one.row)
        for place, choice in self.choices.items():
            if not 0 < place <= len(self.plan.rows):
                raise RecordMissing(ref=str(place))
            row = self.plan.rows[place - 1]
            if row.verdict is Verdict.REFUSED and choice.kind is not ChoiceKind.SKIP:
                raise InvalidValue(field="choice", reason="row_refused")
            if choice.row >= place:
                raise InvalidValue(field="choice", reason="row_comes_later")
            self._named_rows.add(choice.row)

    def is_left_alone(self, row: PlannedRow) -> bool:
        """Count a row of which nothing is to be read; tell whether it is one."""
        choice = self._chosen(row)
        if row.verdict is Verdict.REFUSED:
            self.tally.refused += 1
        elif row.verdict is Verdict.UNCHANGED and choice.kind is ChoiceKind.SKIP:
            self.tally.unchanged += 1
        elif choice.kind is ChoiceKind.SKIP:
            self.tally.skipped += 1
        else:
            return False
        return True

    def take(self, row: PlannedRow, proposal: Proposal) -> None:
        """Make one row a record, or take it up into one."""
        if proposal.dossier is None:
            return
        choice = self._chosen(row)
        dossier = self.directory.resolve(proposal, proposal.dossier)
        if isinstance(dossier.root, Meeting):
            dossier = self._place_exception(dossier, dossier.root)
        if choice.kind is ChoiceKind.CREATE:
            self._create(row, dossier, proposal.files)
        else:
            self._wait(row, choice, dossier, proposal.files)

    def finish(self) -> None:
        """Do what waits."""
        self._take_up_waiting()
        for exception, master in self._exceptions.items():
            if master not in self._meetings:
                self.batch.change_fields(Meeting.type_name, exception, {"recurrence_of_id": None})

    def abandon(self) -> None:
        """Remove the sealed files of a batch that failed; what stays is swept at the next unlock."""
        for blob in self.sealed:
            with suppress(StorageFailed):
                drop_sealed(self.desk, blob)

    # --- new records --------------------------------------------------------------------------------

    def _chosen(self, row: PlannedRow) -> Choice:
        return self.choices.get(row.place, row.default)

    def _create(self, row: PlannedRow, dossier: Dossier, files: Sequence[ProposedFile]) -> None:
        children = [*dossier.children]
        if row.verdict is Verdict.POSSIBLE_DUPLICATE and row.place not in self.choices:
            children.extend(self._mark_to_check(row, dossier))
        children.extend(self._attach(files, dossier.root.id, 0))
        if len(children) != len(dossier.children):
            dossier = Dossier(dossier.root, tuple(children))
        self.batch.create(dossier)
        self.directory.add(dossier.root)
        self.tally.new += 1
        if row.place in self._named_rows:
            self._roots[row.place] = dossier.root.id
        if isinstance(dossier.root, Meeting):
            self._meetings.add(dossier.root.id)

    def _mark_to_check(self, row: PlannedRow, dossier: Dossier) -> list[Child]:
        owner, new_id = dossier.root.id, self.desk.new_id
        marks: list[Child] = [Tag(id=new_id(), owner_id=owner, rank=len(dossier.of(Tag)), word=CHECK_TAG)]
        for rank, one in enumerate(row.candidates, len(dossier.of(Link))):
            found = RecordId(one.root_id) if one.root_id else self._roots.get(one.row)
            if found is not None:
                link = Link(id=new_id(), owner_id=owner, rank=rank, to_id=found, role=POSSIBLE_DUPLICATE)
                marks.append(link)
        return marks

    def _attach(self, files: Sequence[ProposedFile], owner: RecordId, first_rank: int) -> list[Attachment]:
        attached = []
        for rank, file in enumerate(files, first_rank):
            blob = seal_stream(self.desk, io.BytesIO(file.data))
            self.sealed.append(blob)
            add_blob(self.batch.connection, blob, ATTACHMENT, instant_text(self.desk.clock.now()))
            attached.append(
                Attachment(
                    id=self.desk.new_id(), owner_id=owner, rank=rank, name=file.name, blob_id=blob.blob_id,
                    media_type=file.media_type, size=blob.size, sha256=blob.sha256,
                )
            )  # fmt: skip
        return attached

    def _place_exception(self, dossier: Dossier, meeting: Meeting) -> Dossier:
        """Hang an exception on the recurring meeting of the desk where that is there already."""
        if meeting.recurrence_instant is None:
            return dossier
        master = self.directory.find_master(meeting) or meeting.recurrence_of_id
        if master is not None and master == meeting.recurrence_of_id and master not in self._meetings:
            self._exceptions[meeting.id] = master
        return Dossier(replace(meeting, recurrence_of_id=master), dossier.children)

    # --- records that take up rows ------------------------------------------------------------------

    def _wait(
        self, row: PlannedRow, choice: Choice, dossier: Dossier, files: tuple[ProposedFile, ...]
    ) -> None:
        target = self._find_target(row, choice)
        if target in self._waiting or len(self._waiting) >= _TOGETHER:
            self._take_up_waiting()
        is_update = choice.kind is ChoiceKind.UPDATE
        self._waiting[target] = _Waiting(target, dossier, files, is_update)
        if row.place in self._named_rows:
            self._roots[row.place] = target

    def _find_target(self, row: PlannedRow, choice: Choice) -> RecordId:
        if choice.row:
            self._take_up_waiting()
            made = self._roots.get(choice.row)
            if made is None:
                raise MergeRefused(reason="row_became_nothing")
            return made
        wanted = choice.into or row.default.into
        if wanted in self.plan.seen_revisions:
            type_name, root_id = self.plan.seen_revisions[wanted][0], wanted
        else:
            found = find_root(self.batch.connection, wanted)
            if found is None:
                raise RecordMissing(ref=wanted)
            type_name, root_id = found
        if type_name != row.type_name:
            raise MergeRefused(reason="different_types")
        return RecordId(root_id)

    def _take_up_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        by_type: dict[str, list[str]] = {}
        for one in waiting.values():
            by_type.setdefault(one.dossier.root.type_name, []).append(one.target)
        if not by_type:
            return
        self.batch.flush()
        updated = [one.target for one in waiting.values() if one.is_update]
        writers = read_writers(self.batch.connection, updated)
        for type_name, ids in by_type.items():
            root_type = cast("type[Root]", TYPES_BY_NAME[type_name])
            for present in load_dossiers(self.batch.connection, root_type, ids):
                one = waiting.pop(present.root.id)
                self._take_up(present, one, writers.get(present.root.id))
        if waiting:
            raise RecordMissing(ref=", ".join(waiting))

    def _take_up(self, present: Dossier, one: _Waiting, writers: Writers | None) -> None:
        incoming = one.dossier.root
        comes_back = incoming.origin_uid == present.root.origin_uid or incoming.origin_system == REGISTER
        is_own = one.is_update and present.root.origin_system == incoming.origin_system and comes_back
        rules = self._rules(writers if is_own else None)
        grown = Absorption(rules).absorb(present, one.dossier)
        held = {child.sha256 for child in present.of(Attachment)}
        fresh = [file for file in one.files if hashlib.sha256(file.data).hexdigest() not in held]
        attached = self._attach(fresh, present.root.id, len(present.of(Attachment)))
        if is_own or not present.root.origin_system:
            origin = replace(
                grown.root,
                origin_system=incoming.origin_system,
                origin_uid=incoming.origin_uid,
                origin_hash=incoming.origin_hash,
            )
            grown = Dossier(origin, grown.children)
        grown = Dossier(grown.root, (*grown.children, *attached))
        if grown != present:
            self.batch.save(grown, present.root.revision, present)
        if one.is_update:
            self.tally.updated += 1
        elif grown != present:
            self.tally.merged += 1
        else:
            self.tally.unchanged += 1

    def _rules(self, writers: Writers | None) -> Rules:
        return Rules(
            heading=f"{FROM_IMPORT} ({self.plan.format}):",
            new_id=self.desk.new_id,
            levels=self.levels,
            name_of=self._name_of,
            by_import=writers.by_import if writers else None,
            removed=frozenset(map(key_of, writers.removed)) if writers else frozenset(),
        )

    def _name_of(self, root_id: str) -> str:
        return name_roots(self.batch.connection, [root_id]).get(root_id, root_id)
