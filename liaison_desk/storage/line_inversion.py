"""Inverting single lines of a batch: a value goes back only where it still is what the line made it."""

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from liaison_desk.domain.operations import LineKind
from liaison_desk.domain.record import Child
from liaison_desk.domain.records import ROOT_TYPES, TYPES_BY_NAME
from liaison_desk.storage.batches import Batch, present_rows
from liaison_desk.storage.conversion import Plain, Row, Shape, blank_row, shape_named
from liaison_desk.storage.housekeeping_tables import TOMBSTONE
from liaison_desk.storage.journal import StoredBatch, StoredLine
from liaison_desk.storage.rows import in_chunks
from liaison_desk.storage.tables import RECORD_TABLES
from liaison_desk.storage.upcasters import upcast

Content = dict[str, Any]


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

    def leave(self, line: StoredLine, name: str, reason: str) -> None:
        """Note a field, or with an empty name a record, that stays as it is."""
        self.left.append(Left(line.record_type, line.record_id, name, reason))


class Surroundings(NamedTuple):
    """What some lines need to know of the vault."""

    present: dict[tuple[str, str], Row]
    owners: set[str]
    """Of the roots that restored children would belong to, those that are there."""
    erased: set[str]


@dataclass(slots=True)
class LineInverter:
    """Inverts lines of one batch within another."""

    batch: Batch
    target: StoredBatch
    outcome: Inversion
    created: set[str]
    """Roots that the target created."""

    def run(self, lines: list[StoredLine]) -> None:
        """Invert some lines, newest first."""
        if not lines:
            return
        around = self.look_around(lines)
        for line in lines:
            content = self.content_of(line, around)
            if content is None:
                continue
            key = (line.record_type, line.record_id)
            row = around.present.get(key)
            match line.kind:
                case LineKind.CREATE:
                    after = self._undo_create(line, content, row)
                case LineKind.REMOVE:
                    after = self.undo_remove(line, content, row, around)
                case _:
                    after = self.undo_change(line, content, row, around)
            if after is None:
                around.present.pop(key, None)
            else:
                around.present[key] = after

    def look_around(self, lines: list[StoredLine]) -> Surroundings:
        """Read what these lines need to know."""
        self.batch.flush()
        connection = self.batch.connection
        by_type: dict[str, set[str]] = {}
        ids: set[str] = set()
        for line in lines:
            by_type.setdefault(line.record_type, set()).add(line.record_id)
            ids |= {line.record_id, line.root_id}
            ids |= _named_ids(line)
        present = {
            (type_name, record_id): row
            for type_name, wanted in by_type.items()
            for record_id, row in present_rows(connection, type_name, sorted(wanted)).items()
        }
        return Surroundings(present, _roots_there(connection, ids), _erased_among(connection, ids))

    def content_of(self, line: StoredLine, around: Surroundings) -> Content | None:
        """Return a line's content in today's field names; None, and noted, where it was erased."""
        if line.content is None or {line.record_id, line.root_id} & around.erased:
            self.outcome.leave(line, "", "erased")
            return None
        return upcast(self.target.header.schema_revision, line.record_type, json.loads(line.content))

    def changed_since(self, line: StoredLine, content: Content, row: Row) -> list[str]:
        """Return the fields of a created record that are no longer what they were then."""
        shape = shape_named(line.record_type)
        blank = blank_row(shape, line.record_id, line.root_id)
        return [
            shape.columns[place]
            for place in shape.journaled
            if row[place] != content.get(shape.columns[place], (None, blank[place]))[1]
        ]

    def undo_remove(
        self, line: StoredLine, content: Content, row: Row | None, around: Surroundings
    ) -> Row | None:
        """Bring a removed record back, a child only to a root that is there."""
        if row is not None:
            self.outcome.leave(line, "", "there again")
            return row
        shape = shape_named(line.record_type)
        values: dict[str, Plain] = {name: pair[0] for name, pair in content.items()}
        restored = replaced(shape, blank_row(shape, line.record_id, line.root_id), values)
        if shape.revision_column >= 0:
            restored = replaced(shape, restored, {"revision": 0})
        owner = str(restored[shape.root_column])
        if issubclass(shape.type, Child) and not self._is_there(owner, around):
            self.outcome.leave(line, "", "owner gone")
            return None
        self.batch.apply_row(shape.type, None, restored)
        self.outcome.restored += 1
        return restored

    def undo_change(
        self, line: StoredLine, content: Content, row: Row | None, around: Surroundings
    ) -> Row | None:
        """Set changed fields back; those that changed again, or would name what is erased, stay."""
        if row is None:
            self.outcome.leave(line, "", "gone")
            return None
        shape = shape_named(line.record_type)
        values: dict[str, Plain] = {}
        for name, (before, after) in content.items():
            if row[shape.columns.index(name)] != after:
                self.outcome.leave(line, name, "changed since")
            elif isinstance(before, str) and before in around.erased:
                self.outcome.leave(line, name, "erased")
            elif name == "owner_id" and not self._is_there(str(before), around):
                self.outcome.leave(line, name, "owner gone")
            else:
                values[name] = before
        if not values:
            return row
        changed = replaced(shape, row, values)
        self.batch.apply_row(shape.type, row, changed)
        self.outcome.restored += 1
        return changed

    def _undo_create(self, line: StoredLine, content: Content, row: Row | None) -> Row | None:
        if row is None:
            return None
        differing = self.changed_since(line, content, row)
        for name in differing:
            self.outcome.leave(line, name, "changed since")
        if differing:
            return row
        self.batch.apply_row(TYPES_BY_NAME[line.record_type], row, None)
        self.outcome.restored += 1
        return None

    def _is_there(self, root_id: str, around: Surroundings) -> bool:
        # A root that the batch created and removed again is brought back later, to be weighed.
        return root_id in around.owners or root_id in self.created


def replaced(shape: Shape, row: Row, values: dict[str, Plain]) -> Row:
    """Return a row with some values replaced."""
    return tuple(values.get(column, value) for column, value in zip(shape.columns, row, strict=True))


def _named_ids(line: StoredLine) -> set[str]:
    """Return the ids that a line's *before* values name: owners and roots pointed at."""
    if line.content is None:
        return set()
    pairs = json.loads(line.content).items()
    return {before for name, (before, _) in pairs if name.endswith("_id") and isinstance(before, str)}


def _roots_there(connection: Connection, ids: set[str]) -> set[str]:
    there: set[str] = set()
    for root_type in ROOT_TYPES:
        column = RECORD_TABLES[root_type.type_name].c.id
        for chunk in in_chunks(sorted(ids)):
            there.update(connection.execute(select(column).where(column.in_(chunk))).scalars())
    return there


def _erased_among(connection: Connection, ids: set[str]) -> set[str]:
    erased: set[str] = set()
    for chunk in in_chunks(sorted(ids)):
        query = select(TOMBSTONE.c.record_id).where(TOMBSTONE.c.record_id.in_(chunk))
        erased.update(connection.execute(query).scalars())
    return erased
