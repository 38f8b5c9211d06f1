"""Undo and redo: the inverse of a batch, as a batch of its own.

A line is inverted only where the present value equals its *after*; the others are listed and left. A created
record that others depend on goes to the bin instead of vanishing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from liaison_desk.domain.operations import STATE_KINDS, UNDOABLE, LineKind, Operation
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import CHILD_TYPES, TYPES_BY_NAME
from liaison_desk.storage.batches import Batch, present_rows
from liaison_desk.storage.conversion import Plain, Row, Shape, shape_named
from liaison_desk.storage.housekeeping_tables import BATCH, LINE, MENTION, TOMBSTONE
from liaison_desk.storage.journal import StoredBatch, StoredLine, batch_of, line_of
from liaison_desk.storage.tables import RECORD_TABLES
from liaison_desk.storage.upcasters import upcast

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Left:
    """Something an undo did not touch, and why."""

    record_type: str
    record_id: str
    field: str
    reason: str


@dataclass(slots=True)
class Inversion:
    """What an undo or redo did."""

    restored: int = 0
    binned: int = 0
    left: list[Left] = field(default_factory=list)


def next_to_undo(connection: Connection, device: str) -> StoredBatch | None:
    """Return the newest batch of this device that stands and can be undone."""
    query = (
        select(BATCH)
        .where(BATCH.c.device == device, BATCH.c.inverse_of == "", BATCH.c.operation.in_(_undoable()))
        .order_by(BATCH.c.sequence.desc())
    )
    for row in connection.execution_options(yield_per=50).execute(query):
        batch = batch_of(row)
        if _stands(connection, batch):
            return batch
    return None


def next_to_redo(connection: Connection, device: str) -> StoredBatch | None:
    """Return the newest undo of this device that stands, unless something new was done since."""
    query = (
        select(BATCH)
        .where(BATCH.c.device == device, BATCH.c.operation.in_(_undoable()))
        .order_by(BATCH.c.sequence.desc())
    )
    for row in connection.execution_options(yield_per=50).execute(query):
        batch = batch_of(row)
        if not batch.header.inverse_of:
            return None
        target = find_batch(connection, batch.header.inverse_of)
        is_undo = target is not None and not target.header.inverse_of
        if is_undo and _stands(connection, batch):
            return batch
    return None


def find_batch(connection: Connection, key: str) -> StoredBatch | None:
    """Return the batch named ``device:sequence``, or None."""
    device, _, sequence = key.rpartition(":")
    if not sequence.isdigit():
        return None
    query = select(BATCH).where(BATCH.c.device == device, BATCH.c.sequence == int(sequence))
    row = connection.execute(query).one_or_none()
    return None if row is None else batch_of(row)


def _undoable() -> list[str]:
    return [operation.value for operation in Operation if operation in UNDOABLE]


def _stands(connection: Connection, batch: StoredBatch) -> bool:
    query = select(BATCH).where(BATCH.c.inverse_of == batch.key)
    return not any(_stands(connection, batch_of(row)) for row in connection.execute(query).all())


def invert(batch: Batch, target: StoredBatch, now: str) -> Inversion:
    """Write the inverse of ``target`` into ``batch``; ``now`` is the instant text for what goes to the bin."""
    outcome = Inversion()
    created = _created_roots(batch.connection, target.number)
    query = select(LINE).where(LINE.c.batch_number == target.number).order_by(LINE.c.number.desc())
    lines = [line_of(row) for row in batch.connection.execute(query)]
    wanted = [line for line in lines if line.kind in STATE_KINDS]
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        children = [line for line in chunk if not _is_root(line)]
        roots = [line for line in chunk if _is_root(line)]
        for group in (children, roots):
            _Inverter(batch, target, now, created, outcome).run(group)
    return outcome


def _is_root(line: StoredLine) -> bool:
    return issubclass(TYPES_BY_NAME[line.record_type], Root)


def _created_roots(connection: Connection, batch_number: int) -> set[str]:
    names = [kind.type_name for kind in CHILD_TYPES]
    query = select(LINE.c.record_id).where(
        LINE.c.batch_number == batch_number,
        LINE.c.kind == LineKind.CREATE.value,
        LINE.c.record_type.in_(names),
    )
    return set(connection.execute(query).scalars())


@dataclass(slots=True)
class _Inverter:
    batch: Batch
    target: StoredBatch
    now: str
    created: set[str]
    """Roots that the target created: what hangs on them from the same batch is no reason to keep them."""
    outcome: Inversion

    def run(self, lines: list[StoredLine]) -> None:
        """Invert some lines, newest first; children come before their roots."""
        self.batch.flush()
        present = self._read_present(lines)
        needed = self._find_needed(lines)
        erased = self._find_erased(lines)
        for line in lines:
            if line.content is None or line.record_id in erased or line.root_id in erased:
                self._leave(line, "", "erased")
                continue
            content = upcast(self.target.header.schema_revision, line.record_type, json.loads(line.content))
            key = (line.record_type, line.record_id)
            row = present.get(key)
            match line.kind:
                case LineKind.CREATE:
                    after = self._undo_create(line, content, row, needed)
                case LineKind.REMOVE:
                    after = self._undo_remove(line, content, row)
                case _:
                    after = self._undo_change(line, content, row)
            present[key] = after

    def _undo_create(
        self, line: StoredLine, content: dict[str, Any], row: Row | None, needed: set[str]
    ) -> Row | None:
        if row is None:
            return None
        shape = shape_named(line.record_type)
        differing = [
            shape.columns[place]
            for place in shape.journaled
            if row[place] != content.get(shape.columns[place], (None, shape.defaults[place]))[1]
        ]
        for name in differing:
            self._leave(line, name, "changed since")
        if differing:
            return row
        if line.record_id in needed:
            binned = _with(shape, row, {"binned_at": self.now})
            self.batch.apply_row(shape.type, row, binned)
            self.outcome.binned += 1
            return binned
        self.batch.apply_row(shape.type, row, None)
        self.outcome.restored += 1
        return None

    def _undo_remove(self, line: StoredLine, content: dict[str, Any], row: Row | None) -> Row | None:
        if row is not None:
            self._leave(line, "", "there again")
            return row
        shape = shape_named(line.record_type)
        values: dict[str, Plain] = {name: pair[0] for name, pair in content.items()}
        restored = _with(shape, shape.defaults, values | {"id": line.record_id})
        if shape.revision_column >= 0:
            restored = _with(shape, restored, {"revision": 0})
        self.batch.apply_row(shape.type, None, restored)
        self.outcome.restored += 1
        return restored

    def _undo_change(self, line: StoredLine, content: dict[str, Any], row: Row | None) -> Row | None:
        if row is None:
            self._leave(line, "", "gone")
            return None
        shape = shape_named(line.record_type)
        values: dict[str, Plain] = {}
        for name, (before, after) in content.items():
            if row[shape.columns.index(name)] == after:
                values[name] = before
            else:
                self._leave(line, name, "changed since")
        if not values:
            return row
        changed = _with(shape, row, values)
        self.batch.apply_row(shape.type, row, changed)
        self.outcome.restored += 1
        return changed

    def _read_present(self, lines: list[StoredLine]) -> dict[tuple[str, str], Row | None]:
        by_type: dict[str, set[str]] = {}
        for line in lines:
            by_type.setdefault(line.record_type, set()).add(line.record_id)
        return {
            (type_name, record_id): row
            for type_name, ids in by_type.items()
            for record_id, row in present_rows(self.batch.connection, type_name, sorted(ids)).items()
        }

    def _find_needed(self, lines: Iterable[StoredLine]) -> set[str]:
        ids = [line.record_id for line in lines if line.kind is LineKind.CREATE and _is_root(line)]
        if not ids:
            return set()
        connection = self.batch.connection
        query = select(MENTION.c.to_id, MENTION.c.from_id).where(MENTION.c.to_id.in_(ids))
        needed = {to_id for to_id, from_id in connection.execute(query) if from_id not in self.created}
        for child_type in {kind for kinds in CHILD_TYPES.values() for kind in kinds}:
            owner = RECORD_TABLES[child_type.type_name].c.owner_id
            needed.update(connection.execute(select(owner).where(owner.in_(ids))).scalars())
        return needed

    def _find_erased(self, lines: Iterable[StoredLine]) -> set[str]:
        ids = {record_id for line in lines for record_id in (line.record_id, line.root_id)}
        query = select(TOMBSTONE.c.record_id).where(TOMBSTONE.c.record_id.in_(sorted(ids)))
        return set(self.batch.connection.execute(query).scalars())

    def _leave(self, line: StoredLine, name: str, reason: str) -> None:
        self.outcome.left.append(Left(line.record_type, line.record_id, name, reason))


def _with(shape: Shape, row: Row, values: dict[str, Plain]) -> Row:
    return tuple(values.get(column, value) for column, value in zip(shape.columns, row, strict=True))
