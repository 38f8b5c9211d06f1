"""Undo and redo: the inverse of a batch, as a batch of its own.

A line is inverted only where the present value equals its *after*; the others are listed and left. A created
record that others depend on goes to the bin instead of vanishing.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from liaison_desk.domain.errors import NotUndoable
from liaison_desk.domain.operations import STATE_KINDS, UNDOABLE, LineKind, Operation
from liaison_desk.domain.records import CHILD_TYPES
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.departures import Departures
from liaison_desk.storage.housekeeping_tables import BATCH, LINE
from liaison_desk.storage.journal import StoredBatch, StoredLine, batch_of, line_of
from liaison_desk.storage.line_inversion import Inversion, Left, LineInverter
from liaison_desk.storage.rows import CHUNK

__all__ = ["Inversion", "Left", "find_batch", "invert", "next_to_redo", "next_to_undo"]

_PAGE = 50


def next_to_undo(connection: Connection, device: str) -> StoredBatch | None:
    """Return the newest batch of this device that stands and can be undone; one without changes is none."""
    query = (
        select(BATCH)
        .where(
            BATCH.c.device == device,
            BATCH.c.inverse_of == "",
            BATCH.c.operation.in_(_undoable()),
            _changes_records(),
        )
        .order_by(BATCH.c.sequence.desc())
    )
    return next((batch for batch in _walk(connection, query) if _stands(connection, batch)), None)


def next_to_redo(connection: Connection, device: str) -> StoredBatch | None:
    """Return the newest undo of this device that stands, unless something new was done since."""
    query = (
        select(BATCH)
        .where(BATCH.c.device == device, BATCH.c.operation.in_(_undoable()), _changes_records())
        .order_by(BATCH.c.sequence.desc())
    )
    for batch in _walk(connection, query):
        if not batch.header.inverse_of:
            return None
        target = find_batch(connection, batch.header.inverse_of)
        is_undo = target is not None and not target.header.inverse_of
        if is_undo and _stands(connection, batch):
            return batch
    return None


def _walk(connection: Connection, query: Select[Any]) -> Iterator[StoredBatch]:
    # By keyset and not by an open cursor, which would hold the read lock of whoever stops half-way.
    bound: int | None = None
    while True:
        page = query if bound is None else query.where(BATCH.c.sequence < bound)
        rows = connection.execute(page.limit(_PAGE)).all()
        yield from (batch_of(row) for row in rows)
        if len(rows) < _PAGE:
            return
        bound = rows[-1].sequence


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


def _changes_records() -> ColumnElement[bool]:
    """Tell the batches that change records: an import that brought nothing new is no step to take back."""
    kinds = [kind.value for kind in STATE_KINDS]
    return exists().where(LINE.c.batch_number == BATCH.c.number, LINE.c.kind.in_(kinds))


def _stands(connection: Connection, batch: StoredBatch) -> bool:
    query = select(BATCH).where(BATCH.c.inverse_of == batch.key)
    return not any(_stands(connection, batch_of(row)) for row in connection.execute(query).all())


def invert(batch: Batch, target: StoredBatch, now: str) -> Inversion:
    """Write the inverse of ``target`` into ``batch``; ``now`` is the instant text for what goes to the bin.

    Removed roots come back first, so that their children have an owner; created roots go last, when it is
    known what still depends on them; everything between is inverted from the newest line back.
    Raises NotUndoable for what has no inverse.
    """
    if Operation(target.header.operation) not in UNDOABLE:
        raise NotUndoable(operation=target.header.operation)
    outcome = Inversion()
    created = _ids_of(batch.connection, target.number, LineKind.CREATE)
    removed = _ids_of(batch.connection, target.number, LineKind.REMOVE) - created
    inverter = LineInverter(batch, target, outcome, created)
    departures = Departures(inverter, now)
    for lines in _read_lines(batch.connection, target.number):
        inverter.run([line for line in lines if line.kind is LineKind.REMOVE and line.record_id in removed])
    for lines in _read_lines(batch.connection, target.number):
        inverter.run([line for line in lines if not _is_departing(line, created, removed)])
    for lines in _read_lines(batch.connection, target.number):
        departures.weigh([line for line in lines if line.record_id in created])
    departures.carry_out()
    return outcome


def _is_departing(line: StoredLine, created: set[str], removed: set[str]) -> bool:
    return line.record_id in created or (line.kind is LineKind.REMOVE and line.record_id in removed)


def _read_lines(connection: Connection, batch_number: int) -> Iterator[list[StoredLine]]:
    """Yield the lines that change records, newest first, in portions; nothing stays open in between."""
    kinds = [kind.value for kind in STATE_KINDS]
    query = (
        select(LINE)
        .where(LINE.c.batch_number == batch_number, LINE.c.kind.in_(kinds))
        .order_by(LINE.c.number.desc())
        .limit(CHUNK)
    )
    lines = [line_of(row) for row in connection.execute(query)]
    while lines:
        yield lines
        older = query.where(LINE.c.number < lines[-1].number)
        lines = [line_of(row) for row in connection.execute(older)]


def _ids_of(connection: Connection, batch_number: int, kind: LineKind) -> set[str]:
    """Return the roots of which a batch has a line of this kind."""
    names = [root_type.type_name for root_type in CHILD_TYPES]
    query = select(LINE.c.record_id).where(
        LINE.c.batch_number == batch_number, LINE.c.kind == kind.value, LINE.c.record_type.in_(names)
    )
    return set(connection.execute(query).scalars())
