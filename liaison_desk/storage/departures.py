"""Undoing the creation of roots: what nothing depends on vanishes, the rest goes to the bin or stays."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from liaison_desk.domain.operations import LineKind
from liaison_desk.domain.records import CHILD_TYPES
from liaison_desk.domain.search_document import mentioned_in
from liaison_desk.storage.batches import find_root_type, present_rows
from liaison_desk.storage.conversion import Row, shape_named
from liaison_desk.storage.derived import type_of_root
from liaison_desk.storage.housekeeping_tables import MENTION
from liaison_desk.storage.journal import StoredLine
from liaison_desk.storage.line_inversion import LineInverter, Surroundings, replaced
from liaison_desk.storage.rows import in_chunks, load_dossier
from liaison_desk.storage.tables import RECORD_TABLES


@dataclass(slots=True)
class Departures:
    """Weighs the roots that a batch created and takes away those that can go."""

    inverter: LineInverter
    now: str
    leaving: dict[str, str] = field(default_factory=dict)
    """Type names by id of the roots that are as they were created."""

    def weigh(self, lines: list[StoredLine]) -> None:
        """Go through lines about created roots, newest first; creations are only noted."""
        if not lines:
            return
        around = self.inverter.look_around(lines)
        for line in lines:
            content = self.inverter.content_of(line, around)
            if content is None:
                continue
            key = (line.record_type, line.record_id)
            row = around.present.get(key)
            if line.kind is LineKind.CREATE:
                self._weigh_creation(line, content, row)
                continue
            if line.record_id in self.leaving:
                # Made anew after it had been removed in the same batch: the second one goes now.
                self._remove(line.record_id, row)
                row = None
            if line.kind is LineKind.REMOVE:
                after = self.inverter.undo_remove(line, content, row, around)
            else:
                after = self.inverter.undo_change(line, content, row, around)
            _put(around, key, after)

    def carry_out(self) -> None:
        """Remove what was noted; what others still depend on goes to the bin."""
        self.inverter.batch.flush()
        needed = self._find_needed()
        by_type: dict[str, list[str]] = defaultdict(list)
        for record_id, type_name in self.leaving.items():
            by_type[type_name].append(record_id)
        for type_name, ids in by_type.items():
            shape = shape_named(type_name)
            for record_id, row in present_rows(self.inverter.batch.connection, type_name, ids).items():
                if record_id in needed:
                    binned = replaced(shape, row, {"binned_at": self.now})
                    self.inverter.batch.apply_row(shape.type, row, binned)
                    self.inverter.outcome.binned += 1
                else:
                    self.inverter.batch.apply_row(shape.type, row, None)
                    self.inverter.outcome.restored += 1

    def _weigh_creation(self, line: StoredLine, content: dict[str, object], row: Row | None) -> None:
        if row is None:
            return
        differing = self.inverter.changed_since(line, content, row)
        for name in differing:
            self.inverter.outcome.leave(line, name, "changed since")
        if not differing:
            self.leaving[line.record_id] = line.record_type

    def _remove(self, record_id: str, row: Row | None) -> None:
        shape = shape_named(self.leaving.pop(record_id))
        self.inverter.batch.apply_row(shape.type, row, None)
        self.inverter.outcome.restored += 1

    def _find_needed(self) -> set[str]:
        """Return those leaving that something staying depends on, directly or through one another."""
        connection = self.inverter.batch.connection
        ids = sorted(self.leaving)
        needed = _owners(connection, ids)
        named_by: dict[str, set[str]] = defaultdict(set)
        for chunk in in_chunks(ids):
            query = select(MENTION.c.from_id, MENTION.c.to_id).where(MENTION.c.to_id.in_(chunk))
            for from_id, to_id in connection.execute(query):
                named_by[from_id].add(to_id)
        for from_id in named_by:
            if from_id not in self.leaving:
                needed |= _named_now(connection, from_id) & self.leaving.keys()
        waiting = list(needed)
        while waiting:
            further = named_by.get(waiting.pop(), set()) - needed
            needed |= further
            waiting.extend(further)
        return needed


def _put(around: Surroundings, key: tuple[str, str], row: Row | None) -> None:
    if row is None:
        around.present.pop(key, None)
    else:
        around.present[key] = row


def _owners(connection: Connection, ids: list[str]) -> set[str]:
    """Return those of these roots that still have children."""
    owners: set[str] = set()
    for child_type in {kind for kinds in CHILD_TYPES.values() for kind in kinds}:
        column = RECORD_TABLES[child_type.type_name].c.owner_id
        for chunk in in_chunks(ids):
            owners.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
    return owners


def _named_now(connection: Connection, root_id: str) -> set[str]:
    """Return what a root names at this point; the table of mentions is written at the end of the batch."""
    kind = type_of_root(connection, root_id) or find_root_type(connection, root_id)
    if kind is None:
        return set()
    dossier = load_dossier(connection, kind.type_name, root_id)
    return set() if dossier is None else mentioned_in([dossier])
