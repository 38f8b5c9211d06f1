"""Pages of lists: ids and column tuples, sorted and filtered in SQL, never whole records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from liaison_desk.domain.errors import FieldUnknown
from liaison_desk.domain.record import Record, Root
from liaison_desk.domain.search_document import is_meant, typed_keys
from liaison_desk.storage.conversion import Plain
from liaison_desk.storage.housekeeping_tables import LAST_CONTACT, REFERENCE_KEY, ROOT_INDEX
from liaison_desk.storage.tables import RECORD_TABLES

_INDEX_COLUMNS = ("ref", "title", "sort_key", "moment", "next_due", "marking", "is_open", "is_binned")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list; ``after`` is where the next page begins, None at the end."""

    rows: tuple[tuple[Plain, ...], ...]
    after: tuple[str, str] | None


def read_page(  # noqa: PLR0913 - each is one independent choice of the list, and named at the call
    connection: Connection,
    root_type: type[Root],
    columns: Sequence[str],
    *,
    order_by: str = "moment",
    descending: bool = True,
    after: tuple[str, str] | None = None,
    binned: bool = False,
    limit: int = 50,
) -> Page:
    """Return one page of roots of a type: id, then the wanted columns, stored values.

    ``order_by`` is ``moment``, ``sort_key`` or ``next_due``; the id decides between equals, so the order is
    stable. The page is found by its place in an index, so it costs the same however long the list is.
    """
    if order_by not in {"moment", "sort_key", "next_due"}:
        raise FieldUnknown(record=root_type.type_name, field=order_by, known="moment, sort_key, next_due")
    table = RECORD_TABLES[root_type.type_name]
    key: Any = ROOT_INDEX.c[order_by]
    wanted = [_column(table, name) for name in columns]
    query = (
        select(ROOT_INDEX.c.root_id, key.label("order_key"), *wanted)
        .join(table, table.c.id == ROOT_INDEX.c.root_id)
        .where(ROOT_INDEX.c.type == root_type.type_name, ROOT_INDEX.c.is_binned == int(binned))
    )
    if after is not None:
        last_key, last_id = after
        beyond = (key < last_key, ROOT_INDEX.c.root_id < last_id)
        if not descending:
            beyond = (key > last_key, ROOT_INDEX.c.root_id > last_id)
        query = query.where(or_(beyond[0], and_(key == last_key, beyond[1])))
    order = (key.desc(), ROOT_INDEX.c.root_id.desc()) if descending else (key, ROOT_INDEX.c.root_id)
    found = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    shown = found[:limit]
    rows = tuple((row[0], *row[2:]) for row in shown)
    more = len(found) > limit
    return Page(rows, (shown[-1][1], shown[-1][0]) if more else None)


def _column(table: Any, name: str) -> Any:
    if name in table.c:
        return table.c[name]
    if name in _INDEX_COLUMNS:
        return ROOT_INDEX.c[name]
    raise FieldUnknown(record=table.name, field=name, known=", ".join(table.c.keys()))


def count_roots(connection: Connection) -> dict[str, int]:
    """Return how many roots of each type there are, the bin left out."""
    query = (
        select(ROOT_INDEX.c.type, func.count()).where(ROOT_INDEX.c.is_binned == 0).group_by(ROOT_INDEX.c.type)
    )
    return {str(name): int(count) for name, count in connection.execute(query)}


def count_records(connection: Connection, record_type: type[Record]) -> int:
    """Return how many records of a type there are, the bin counted in."""
    table = RECORD_TABLES[record_type.type_name]
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def last_contact(connection: Connection, contact_id: str, now: str) -> str:
    """Return the instant text of the last dealing with a contact up to now, or empty text."""
    query = select(func.max(LAST_CONTACT.c.at)).where(
        LAST_CONTACT.c.contact_id == contact_id, LAST_CONTACT.c.at <= now
    )
    return connection.execute(query).scalar_one_or_none() or ""


def find_root(connection: Connection, ref: str) -> tuple[str, str] | None:
    """Return type name and id of the root with this id or reference, or None."""
    query = select(ROOT_INDEX.c.type, ROOT_INDEX.c.root_id).where(
        or_(ROOT_INDEX.c.root_id == ref, ROOT_INDEX.c.ref == ref)
    )
    row = connection.execute(query).first()
    return None if row is None else (row[0], row[1])


def find_by_reference(connection: Connection, typed: str) -> list[tuple[str, str, str]]:
    """Return type name, id and reference of the roots that a typed reference means, the bin last."""
    query = (
        select(ROOT_INDEX.c.type, ROOT_INDEX.c.root_id, ROOT_INDEX.c.ref, REFERENCE_KEY.c.key)
        .join(REFERENCE_KEY, REFERENCE_KEY.c.root_id == ROOT_INDEX.c.root_id)
        .where(REFERENCE_KEY.c.key.in_(sorted(typed_keys(typed))))
        .order_by(ROOT_INDEX.c.is_binned, ROOT_INDEX.c.root_id)
    )
    found = {
        row.root_id: (row.type, row.root_id, row.ref)
        for row in connection.execute(query)
        if is_meant(typed, row.key, row.ref)
    }
    return list(found.values())


def name_roots(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return reference and title of roots by id: ``O-0003 Policia e Shtetit``."""
    query = select(ROOT_INDEX.c.root_id, ROOT_INDEX.c.ref, ROOT_INDEX.c.title).where(
        ROOT_INDEX.c.root_id.in_(ids)
    )
    return {row.root_id: f"{row.ref} {row.title}" for row in connection.execute(query)}
