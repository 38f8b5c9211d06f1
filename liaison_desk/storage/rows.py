"""Reading and writing rows of the record tables: the one generic repository."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Delete, Select, Table, Update, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.once import once
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import CHILD_TYPES, TYPES_BY_NAME, Dossier, reading_order
from liaison_desk.storage.conversion import Row, record_of, shape_of
from liaison_desk.storage.tables import RECORD_TABLES

_DIALECT = sqlite.dialect(paramstyle="qmark")
CHUNK = 400
"""Ids in one IN list; well under every database's limit of parameters."""


def in_chunks(wanted: Iterable[str]) -> Iterator[list[str]]:
    """Yield the wanted values in lists short enough for one statement."""
    source = iter(wanted)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def insert_text(table: Table) -> str:
    """Return the statement that adds a row, with a question mark for each column, in the table's order.

    Handed to the driver with bare tuples it costs half of what naming and numbering the parameters does.
    """
    return str(insert(table).compile(dialect=_DIALECT))


@once
def _insert(record_type: type[Record]) -> str:
    return insert_text(RECORD_TABLES[record_type.type_name])


@once
def _update(record_type: type[Record]) -> Update:
    table = RECORD_TABLES[record_type.type_name]
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}") for column in table.c if column.name != "id"
    }
    return update(table).where(table.c.id == bindparam("new_id")).values(values)


@once
def _delete(record_type: type[Record]) -> Delete:
    table = RECORD_TABLES[record_type.type_name]
    return delete(table).where(table.c.id == bindparam("old_id"))


@once
def _select_by(record_type: type[Record], column: str) -> Select[Any]:
    table = RECORD_TABLES[record_type.type_name]
    return select(table).where(table.c[column].in_(bindparam("wanted", expanding=True)))


def insert_rows(connection: Connection, record_type: type[Record], rows: Sequence[Row]) -> None:
    """Add rows of one type."""
    connection.exec_driver_sql(_insert(record_type), list(rows))


def update_rows(connection: Connection, record_type: type[Record], rows: Sequence[Row]) -> None:
    """Replace rows of one type by their ids."""
    names = [f"new_{column}" for column in shape_of(record_type).columns]
    connection.execute(_update(record_type), [dict(zip(names, row, strict=True)) for row in rows])


def delete_rows(connection: Connection, record_type: type[Record], ids: Iterable[str]) -> None:
    """Remove rows of one type by their ids."""
    connection.execute(_delete(record_type), [{"old_id": record_id} for record_id in ids])


def select_rows(
    connection: Connection, record_type: type[Record], wanted: Iterable[str], *, column: str = "id"
) -> list[Row]:
    """Return the rows whose ``column`` is one of the wanted values, in no particular order."""
    statement = _select_by(record_type, column)
    found: list[Row] = []
    for chunk in in_chunks(wanted):
        rows = connection.execute(statement, {"wanted": chunk})
        found.extend(cast("Row", tuple(row)) for row in rows)
    return found


def row_by_id(connection: Connection, record_type: type[Record], record_id: str) -> Row | None:
    """Return one row, or None."""
    rows = select_rows(connection, record_type, [record_id])
    return rows[0] if rows else None


def load_dossiers(connection: Connection, root_type: type[Root], ids: Sequence[str]) -> list[Dossier]:
    """Return roots of one type with their children, in the order of ``ids``; missing ones are left out."""
    roots = {
        str(row[0]): cast("Root", record_of(root_type, row))
        for row in select_rows(connection, root_type, ids)
    }
    children: dict[str, list[Child]] = defaultdict(list)
    for child_type in CHILD_TYPES[root_type]:
        for row in select_rows(connection, child_type, roots, column="owner_id"):
            child = cast("Child", record_of(child_type, row))
            children[child.owner_id].append(child)
    return [
        Dossier(roots[root_id], tuple(sorted(children[root_id], key=reading_order)))
        for root_id in ids
        if root_id in roots
    ]


def load_dossier(connection: Connection, type_name: str, root_id: str) -> Dossier | None:
    """Return one root with its children, or None."""
    found = load_dossiers(connection, cast("type[Root]", TYPES_BY_NAME[type_name]), [RecordId(root_id)])
    return found[0] if found else None
