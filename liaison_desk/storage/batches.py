"""One batch: the only way in which records change, with journal and derived tables in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Connection, func, select, update

from liaison_desk.domain.errors import FieldUnknown, RecordChanged, RecordErased
from liaison_desk.domain.operations import STATE_KINDS, LineKind
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import CHILD_TYPES, TYPES_BY_NAME, Dossier
from liaison_desk.storage.conversion import (
    Plain,
    Row,
    refuse_unclean_row,
    row_of,
    shape_named,
    shape_of,
    state_content,
)
from liaison_desk.storage.derived import DerivedTables, type_of_root
from liaison_desk.storage.housekeeping_tables import TOMBSTONE
from liaison_desk.storage.journal import ChainLink
from liaison_desk.storage.numbering import Numbering
from liaison_desk.storage.rows import (
    delete_rows,
    in_chunks,
    insert_rows,
    load_dossier,
    load_dossiers,
    row_by_id,
    select_rows,
    update_rows,
)
from liaison_desk.storage.tables import RECORD_TABLES

_FLUSH_LINES = 5_000
"""Lines held back before they are written, so that an import of any size stays small in memory."""


@dataclass(slots=True)
class Batch:
    """Takes changes in the order of the intention; ``Store.write`` opens and closes it."""

    connection: Connection
    link: ChainLink
    derived: DerivedTables
    numbering: Numbering
    _created: dict[str, Dossier] = field(default_factory=dict)
    _saved: dict[str, Dossier] = field(default_factory=dict)
    _touched: dict[str, type[Root]] = field(default_factory=dict)
    _newest: dict[str, int] = field(default_factory=dict)
    """Number of the newest line that changes something of a root: its place in the order of search."""
    _inserts: dict[type[Record], list[Row]] = field(default_factory=dict)
    _flushed_lines: int = 0

    # --- whole dossiers ---------------------------------------------------------------------------

    def create(self, dossier: Dossier) -> Dossier:
        """Add a new root with its children; return it with its reference and revision."""
        root = replace(dossier.root, ref=dossier.root.ref or self.numbering.give(dossier.root), revision=1)
        numbered = Dossier(root, dossier.children)
        for record in numbered.records():
            self._add(record, root)
        self._created[root.id] = numbered
        if self.link.length - self._flushed_lines >= _FLUSH_LINES:
            self.flush()
        return numbered

    def save(self, dossier: Dossier, seen_revision: int, seen: Dossier | None = None) -> Dossier:
        """Replace a root and its children by what the dossier holds; return it with its new revision.

        ``seen`` is the dossier as it was read at ``seen_revision``: it spares reading it again, because every
        change raises the revision. Raises RecordChanged when the root is no longer at the revision that was
        seen, or is gone. Within one batch the revision it will have and the one it still has are the same.
        """
        self.flush()
        root = dossier.root
        present = self._read_present(root, seen)
        found = present.root.revision if present else 0
        valid = {found, found + 1} if root.id in self._touched else {found}
        if present is None or seen_revision not in valid:
            raise RecordChanged(ref=root.ref, seen=seen_revision, found=found)
        before = {record.id: record for record in present.children}
        numbered = replace(root, ref=present.root.ref, revision=present.root.revision)
        changed = self._change(type(root), row_of(present.root), row_of(numbered))
        for child in dossier.children:
            old = before.pop(child.id, None)
            if old is None:
                self._add(child, root)
                changed = True
            else:
                _demand_owner(child, root)
                changed |= self._change(type(child), row_of(old), row_of(child))
        for gone in before.values():
            self._remove(type(gone), row_of(gone))
            changed = True
        if not changed:
            return present
        self._saved[root.id] = Dossier(replace(numbered, revision=found + 1), dossier.children)
        self._touched[root.id] = type(root)
        return self._saved[root.id]

    # --- single rows: what undo, merging and erasure work with --------------------------------------

    def apply_row(self, record_type: type[Record], before: Row | None, after: Row | None) -> None:
        """Bring one record from a known present row to another; None is "not there"."""
        if before is None and after is not None:
            self._add_row(record_type, after)
        elif before is not None:
            self._write_inserts()  # The row may itself have been added a moment ago.
            if after is None:
                self._remove(record_type, before)
            else:
                self._change(record_type, before, _keep_revision(record_type, before, after))
        for row in (before, after):
            if row is not None:
                self._touch(record_type.type_name, row)

    def put_row(self, type_name: str, row: Row) -> None:
        """Add a row, or change it to these values.

        Raises RecordErased for the id of an erased record, InvalidValue for NUL and lone surrogates.
        """
        self.flush()
        shape = shape_named(type_name)
        refuse_unclean_row(shape, row)
        present = row_by_id(self.connection, shape.type, str(row[0]))
        if present is None:
            self._refuse_erased(str(row[0]))
        self.apply_row(shape.type, present, row)

    def change_fields(self, type_name: str, record_id: str, values: Mapping[str, Plain]) -> None:
        """Set some stored values of one record; nothing happens where it is gone.

        Raises FieldUnknown for what is no column or not to be set, InvalidValue for NUL and lone surrogates.
        """
        self.flush()
        shape = shape_named(type_name)
        settable = {shape.columns[place] for place in shape.journaled}
        for name in values:
            if name not in settable:
                raise FieldUnknown(record=type_name, field=name, known=", ".join(sorted(settable)))
        present = row_by_id(self.connection, shape.type, record_id)
        if present is None:
            return
        row = tuple(values.get(column, value) for column, value in zip(shape.columns, present, strict=True))
        refuse_unclean_row(shape, row)
        self.apply_row(shape.type, present, row)

    def remove_record(self, type_name: str, record_id: str) -> None:
        """Remove one record; its values stand in the journal."""
        self.flush()
        shape = shape_named(type_name)
        present = row_by_id(self.connection, shape.type, record_id)
        if present is not None:
            self.apply_row(shape.type, present, None)

    def tell(self, kind: LineKind, record_type: str, record_id: str, root_id: str, content: object) -> None:
        """Write a line beside those of the changes: what was seen, handed out, stated anew, or happened."""
        if kind in STATE_KINDS:
            self._newest[root_id] = self.link.length
        self.link.add(kind, record_type, record_id, root_id, content)

    def touch_root(self, type_name: str, root_id: str) -> None:
        """Have a root's derived rows rewritten and its revision raised."""
        self._touched[root_id] = cast("type[Root]", TYPES_BY_NAME[type_name])
        self._saved.pop(root_id, None)  # What was saved is no longer all there is.

    def touch_owner(self, type_name: str, row: Row) -> None:
        """The same for the root that a row belongs to."""
        self._touch(type_name, row)

    # --- writing ----------------------------------------------------------------------------------

    def flush(self) -> None:
        """Write what waits, so that reads in this transaction see it."""
        self._write_inserts()
        self.link.flush()
        self._flushed_lines = self.link.length
        if self._created:
            created, self._created = list(self._created.values()), {}
            self.derived.refresh(created, self._newest, fresh=True)
            ids = {str(dossier.root.id) for dossier in created}
            self.derived.refresh_dependants(sorted(ids), ids)

    def finish(self) -> None:
        """Write everything: rows, revisions, derived tables, counters. Called once, by the store."""
        self.flush()
        self._raise_revisions()
        by_type: dict[type[Root], list[str]] = {}
        for root_id, root_type in self._touched.items():
            if root_id not in self._saved:
                by_type.setdefault(root_type, []).append(root_id)
        dossiers = list(self._saved.values())
        for root_type, ids in by_type.items():
            for chunk in in_chunks(ids):
                dossiers.extend(load_dossiers(self.connection, root_type, chunk))
        there = {str(dossier.root.id) for dossier in dossiers}
        gone = [root_id for root_id in self._touched if root_id not in there]
        renamed = set(gone)
        self.derived.forget(gone)
        for start in range(0, len(dossiers), _FLUSH_LINES):
            renamed |= self.derived.refresh(dossiers[start : start + _FLUSH_LINES], self._newest)
        self.derived.refresh_dependants(sorted(renamed), there)
        self.numbering.save()

    def _add(self, record: Record, root: Root) -> None:
        if isinstance(record, Child):
            _demand_owner(record, root)
        self._add_row(type(record), row_of(record))

    def _add_row(self, record_type: type[Record], row: Row) -> None:
        shape = shape_of(record_type)
        root_id = str(row[shape.root_column])
        content = state_content(shape, row)
        self.tell(LineKind.CREATE, record_type.type_name, str(row[0]), root_id, content)
        self._inserts.setdefault(record_type, []).append(row)

    def _change(self, record_type: type[Record], before: Row, after: Row) -> bool:
        shape = shape_of(record_type)
        content = {
            shape.columns[place]: [before[place], after[place]]
            for place in shape.journaled
            if before[place] != after[place]
        }
        if not content:
            return False
        root_id = str(after[shape.root_column])
        self.tell(LineKind.CHANGE, record_type.type_name, str(after[0]), root_id, content)
        update_rows(self.connection, record_type, [after])
        return True

    def _remove(self, record_type: type[Record], row: Row) -> None:
        shape = shape_of(record_type)
        root_id = str(row[shape.root_column])
        content = {name: [pair[1], None] for name, pair in state_content(shape, row).items()}
        self.tell(LineKind.REMOVE, record_type.type_name, str(row[0]), root_id, content)
        delete_rows(self.connection, record_type, [str(row[0])])

    def _touch(self, type_name: str, row: Row) -> None:
        shape = shape_named(type_name)
        root_id = str(row[shape.root_column])
        if issubclass(shape.type, Root):
            self._touched[root_id] = shape.type
        elif root_id not in self._touched:
            owner = type_of_root(self.connection, root_id) or find_root_type(self.connection, root_id)
            if owner is not None:
                self._touched[root_id] = owner
        self._saved.pop(root_id, None)  # What was saved is no longer all there is.

    def _write_inserts(self) -> None:
        waiting, self._inserts = self._inserts, {}
        for record_type, rows in waiting.items():
            insert_rows(self.connection, record_type, rows)

    def _read_present(self, root: Root, seen: Dossier | None) -> Dossier | None:
        if seen is not None and root.id not in self._touched:
            table = RECORD_TABLES[root.type_name]
            query = select(table.c.revision).where(table.c.id == root.id)
            if self.connection.execute(query).scalar_one_or_none() == seen.root.revision:
                return seen
        return load_dossier(self.connection, root.type_name, root.id)

    def _raise_revisions(self) -> None:
        for root_type in set(self._touched.values()):
            table = RECORD_TABLES[root_type.type_name]
            ids = [root_id for root_id, kind in self._touched.items() if kind is root_type]
            for chunk in in_chunks(ids):
                self.connection.execute(
                    update(table).where(table.c.id.in_(chunk)).values(revision=table.c.revision + 1)
                )

    def _refuse_erased(self, record_id: str) -> None:
        query = select(func.count()).select_from(TOMBSTONE).where(TOMBSTONE.c.record_id == record_id)
        if self.connection.execute(query).scalar_one():
            raise RecordErased(ref=record_id)


def _demand_owner(child: Child, root: Root) -> None:
    # Such a child would be written and never read again.
    if child.owner_id != root.id or type(child) not in CHILD_TYPES[type(root)]:
        message = f"{child.type_name} does not belong to its dossier"
        raise ValueError(message)


def _keep_revision(record_type: type[Record], before: Row, after: Row) -> Row:
    place = shape_of(record_type).revision_column
    return after if place < 0 else (*after[:place], before[place], *after[place + 1 :])


def find_root_type(connection: Connection, root_id: str) -> type[Root] | None:
    """Return the type of a root by looking for it, or None."""
    for name, table in RECORD_TABLES.items():
        kind = TYPES_BY_NAME[name]
        if issubclass(kind, Root):
            found: Any = connection.execute(select(table.c.id).where(table.c.id == root_id)).first()
            if found is not None:
                return kind
    return None


def present_rows(connection: Connection, type_name: str, ids: Iterable[str]) -> dict[str, Row]:
    """Return the rows of one type by id."""
    record_type = TYPES_BY_NAME[type_name]
    return {str(row[0]): row for row in select_rows(connection, record_type, ids)}
