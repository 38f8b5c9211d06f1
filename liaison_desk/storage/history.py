"""Reading the journal: the history of a record, the log of the desk, and the records replayed from it."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from liaison_desk.domain.operations import STATE_KINDS, LineKind, Operation
from liaison_desk.storage.conversion import Plain, blank_row, shape_named
from liaison_desk.storage.housekeeping_tables import BATCH, LINE
from liaison_desk.storage.journal import StoredBatch, StoredLine, batch_of
from liaison_desk.storage.upcasters import upcast


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as stored."""

    field: str
    before: Plain
    after: Plain


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line with the batch it belongs to."""

    batch: str
    at: str
    actor: str
    use_case: str
    operation: Operation
    record_type: str
    record_id: str
    root_id: str
    kind: LineKind
    changes: tuple[FieldChange, ...]
    facts: dict[str, Any]
    """Content of lines that change no record: justification, recipient, counts."""
    erased: bool


def entry_of(batch: StoredBatch, line: StoredLine) -> HistoryEntry:
    """Return a line as people read it, in today's field names."""
    content: dict[str, Any] = {}
    if line.content is not None:
        content = json.loads(line.content)
    changes: tuple[FieldChange, ...] = ()
    if line.kind in STATE_KINDS:
        content = upcast(batch.header.schema_revision, line.record_type, content)
        changes = tuple(FieldChange(name, *pair) for name, pair in content.items())
        content = {}
    return HistoryEntry(
        batch=batch.key,
        at=batch.header.at,
        actor=batch.header.actor,
        use_case=batch.header.use_case,
        operation=Operation(batch.header.operation),
        record_type=line.record_type,
        record_id=line.record_id,
        root_id=line.root_id,
        kind=line.kind,
        changes=changes,
        facts=content,
        erased=line.content is None,
    )


def history_of(connection: Connection, root_id: str) -> list[HistoryEntry]:
    """Return everything the journal says of a root and its children, oldest first."""
    owned = or_(LINE.c.root_id == root_id, and_(LINE.c.root_id == "", LINE.c.record_id == root_id))
    query = joined_lines().where(owned).order_by(LINE.c.batch_number, LINE.c.number)
    return [entry_of(*split_row(row)) for row in connection.execute(query)]


def read_log(connection: Connection, *, newest: int) -> list[tuple[StoredBatch, int]]:
    """Return the newest batches, newest first, each with its number of lines."""
    query = select(BATCH).order_by(BATCH.c.number.desc()).limit(newest)
    batches = [batch_of(row) for row in connection.execute(query)]
    counts: dict[int, int] = {}
    for batch in batches:
        last = connection.execute(
            select(LINE.c.number)
            .where(LINE.c.batch_number == batch.number)
            .order_by(LINE.c.number.desc())
            .limit(1)
        ).scalar_one_or_none()
        counts[batch.number] = 0 if last is None else last + 1
    return [(batch, counts[batch.number]) for batch in batches]


def replay(connection: Connection) -> dict[tuple[str, str], dict[str, Plain]]:
    """Return the records as the journal tells them: type and id to stored values, without revisions.

    The records themselves must equal this at any time; ``vault verify`` and the tests hold them against it.
    """
    state: dict[tuple[str, str], dict[str, Plain]] = {}
    query = joined_lines().order_by(LINE.c.batch_number, LINE.c.number)
    for row in connection.execute(query, execution_options={"yield_per": 2000}):
        batch, line = split_row(row)
        if line.kind not in STATE_KINDS or line.content is None:
            continue
        entry = entry_of(batch, line)
        key = (line.record_type, line.record_id)
        if line.kind is LineKind.REMOVE:
            state.pop(key, None)
            continue
        if line.kind is LineKind.CHANGE and key not in state:
            continue  # What came before was erased; a later line states the record anew.
        values = state.get(key, {}) if line.kind is LineKind.CHANGE else _blank(line)
        values.update({change.field: change.after for change in entry.changes})
        state[key] = values
    return state


def _blank(line: StoredLine) -> dict[str, Plain]:
    shape = shape_named(line.record_type)
    row = blank_row(shape, line.record_id, line.root_id)
    return {shape.columns[place]: row[place] for place in (0, *shape.journaled)}


def joined_lines() -> Select[Any]:
    """Select lines, their columns marked ``line_``, each with its batch."""
    return select(BATCH, *(column.label(f"line_{column.name}") for column in LINE.c)).join_from(
        LINE, BATCH, BATCH.c.number == LINE.c.batch_number
    )


def split_row(row: Any) -> tuple[StoredBatch, StoredLine]:
    """Return a row of ``joined_lines`` as batch and line."""
    line = StoredLine(
        row.line_batch_number,
        row.line_number,
        row.line_record_type,
        row.line_record_id,
        row.line_root_id,
        LineKind(row.line_kind),
        row.line_content,
        row.line_salt,
        row.line_commitment,
    )
    return batch_of(row), line
