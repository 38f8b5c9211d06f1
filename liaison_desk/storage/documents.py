"""Documents as they lie in the derived tables: read back whole, and written only where they differ."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    literal,
    select,
    union_all,
    update,
)

from liaison_desk.domain.once import once
from liaison_desk.domain.search_document import Document
from liaison_desk.storage.housekeeping_tables import (
    LAST_CONTACT,
    MENTION,
    REFERENCE_KEY,
    ROOT_INDEX,
    SEARCH_DOCUMENT,
)
from liaison_desk.storage.rows import in_chunks

_WORD_INDEXES = (("title_words", "title"), ("all_words", "words"))
_KEY, _MENTION, _CONTACT = "k", "m", "c"


@dataclass(frozen=True, slots=True)
class Placed:
    """A document and its number: the higher, the newer its last change."""

    number: int
    document: Document


def read_documents(connection: Connection, ids: Sequence[str]) -> dict[str, Placed]:
    """Return what is kept of these roots, by id; roots without a document are left out."""
    found: dict[str, Placed] = {}
    for chunk in in_chunks(ids):
        wanted = {"wanted": chunk}
        parts: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
        for root_id, part, first, second in connection.execute(_select_parts(), wanted):
            parts[root_id][part].append((first, second))
        for row in connection.execute(_select_documents(), wanted):
            own = parts[row.root_id]
            found[row.root_id] = Placed(
                row.number,
                Document(
                    root_id=row.root_id,
                    type_name=row.type,
                    ref=row.ref,
                    title=row.shown,
                    title_words=row.title,
                    words=row.words,
                    sort_key=row.sort_key,
                    moment=row.moment,
                    next_due=row.next_due,
                    marking=row.marking,
                    is_open=bool(row.is_open),
                    is_binned=bool(row.is_binned),
                    reference_keys=frozenset(first for first, _ in own[_KEY]),
                    mentions=frozenset(first for first, _ in own[_MENTION]),
                    last_contacts=frozenset(own[_CONTACT]),
                ),
            )
    return found


def write_documents(connection: Connection, documents: Sequence[Placed], kept: Mapping[str, Placed]) -> None:
    """Bring the derived tables from what is ``kept`` to these documents; equal parts are not touched."""
    pairs = [(new, kept.get(new.document.root_id)) for new in documents]
    for index, column in _WORD_INDEXES:
        _write_words(connection, index, column, pairs)
    _put(connection, SEARCH_DOCUMENT, [(_search_row(n), _search_row(o) if o else None) for n, o in pairs])
    _put(connection, ROOT_INDEX, [(_index_row(n), _index_row(o) if o else None) for n, o in pairs])
    for table, columns in _PARTS:
        new = [_part_rows(table, placed.document) for placed, _ in pairs]
        old = [_part_rows(table, placed.document) if placed else set() for _, placed in pairs]
        gone = [row for was, is_ in zip(old, new, strict=True) for row in was - is_]
        fresh = [row for was, is_ in zip(old, new, strict=True) for row in is_ - was]
        names = [column.name for column in columns]
        if gone:
            connection.execute(_delete_part(table), [_bound("old_", names, row) for row in sorted(gone)])
        if fresh:
            connection.execute(_insert(table), [_bound("", names, row) for row in sorted(fresh)])


def remove_documents(connection: Connection, kept: Mapping[str, Placed]) -> None:
    """Remove what is kept of these roots."""
    for index, column in _WORD_INDEXES:
        _forget_words(connection, index, column, list(kept.values()))
    for chunk in in_chunks(kept):
        for table, owner in (
            (SEARCH_DOCUMENT, SEARCH_DOCUMENT.c.root_id),
            (ROOT_INDEX, ROOT_INDEX.c.root_id),
            (REFERENCE_KEY, REFERENCE_KEY.c.root_id),
            (MENTION, MENTION.c.from_id),
            (LAST_CONTACT, LAST_CONTACT.c.source_id),
        ):
            connection.execute(delete(table).where(owner.in_(chunk)))


_PARTS = (
    (REFERENCE_KEY, (REFERENCE_KEY.c.key, REFERENCE_KEY.c.root_id)),
    (MENTION, (MENTION.c.to_id, MENTION.c.from_id)),
    (LAST_CONTACT, (LAST_CONTACT.c.contact_id, LAST_CONTACT.c.at, LAST_CONTACT.c.source_id)),
)


def _part_rows(table: Table, document: Document) -> set[tuple[str, ...]]:
    if table is REFERENCE_KEY:
        return {(key, document.root_id) for key in document.reference_keys}
    if table is MENTION:
        return {(target, document.root_id) for target in document.mentions}
    return {(contact, at, document.root_id) for contact, at in document.last_contacts}


def _bound(prefix: str, names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    return {f"{prefix}{name}": value for name, value in zip(names, row, strict=True)}


def _write_words(
    connection: Connection, index: str, column: str, pairs: Sequence[tuple[Placed, Placed | None]]
) -> None:
    # What lies in the bin keeps its document, so that it can be taken out again, but is not found.
    changed = [(new, old) for new, old in pairs if old is None or _found(new, column) != _found(old, column)]
    _forget_words(connection, index, column, [old for _, old in changed if old is not None])
    rows = [found for new, _ in changed if (found := _found(new, column)) is not None]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {index}(rowid, {column}) VALUES(?, ?)", rows)


def _forget_words(connection: Connection, index: str, column: str, placed: Sequence[Placed]) -> None:
    rows = [found for one in placed if (found := _found(one, column)) is not None]
    if rows:
        connection.exec_driver_sql(
            f"INSERT INTO {index}({index}, rowid, {column}) VALUES('delete', ?, ?)", rows
        )


def _found(placed: Placed, column: str) -> tuple[int, str] | None:
    if placed.document.is_binned:
        return None
    return placed.number, placed.document.title_words if column == "title" else placed.document.words


def _put(
    connection: Connection,
    table: Table,
    rows: Sequence[tuple[dict[str, Any], dict[str, Any] | None]],
) -> None:
    fresh = [new for new, old in rows if old is None]
    changed = [new for new, old in rows if old is not None and new != old]
    if fresh:
        connection.execute(_insert(table), fresh)
    if changed:
        connection.execute(_update(table), [{f"new_{name}": v for name, v in row.items()} for row in changed])


def _search_row(placed: Placed) -> dict[str, Any]:
    document = placed.document
    return {
        "number": placed.number,
        "root_id": document.root_id,
        "title": document.title_words,
        "words": document.words,
    }


def _index_row(placed: Placed) -> dict[str, Any]:
    document = placed.document
    return {
        "root_id": document.root_id,
        "type": document.type_name,
        "ref": document.ref,
        "title": document.title,
        "sort_key": document.sort_key,
        "moment": document.moment,
        "next_due": document.next_due,
        "marking": document.marking,
        "is_open": int(document.is_open),
        "is_binned": int(document.is_binned),
    }


@once
def _insert(table: Table) -> Insert:
    return insert(table)


@once
def _update(table: Table) -> Update:
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}") for column in table.c if column.name != "root_id"
    }
    return update(table).where(table.c.root_id == bindparam("new_root_id")).values(values)


@once
def _delete_part(table: Table) -> Delete:
    statement = delete(table)
    for column in table.c:
        statement = statement.where(column == bindparam(f"old_{column.name}"))
    return statement


@once
def _select_documents() -> Select[Any]:
    return (
        select(
            *(column for column in ROOT_INDEX.c if column.name != "title"),
            ROOT_INDEX.c.title.label("shown"),
            SEARCH_DOCUMENT.c.number,
            SEARCH_DOCUMENT.c.title,
            SEARCH_DOCUMENT.c.words,
        )
        .join(SEARCH_DOCUMENT, SEARCH_DOCUMENT.c.root_id == ROOT_INDEX.c.root_id)
        .where(ROOT_INDEX.c.root_id.in_(bindparam("wanted", expanding=True)))
    )


@once
def _select_parts() -> Any:
    wanted: Any = bindparam("wanted", expanding=True)
    none = literal("")
    return union_all(
        select(REFERENCE_KEY.c.root_id, literal(_KEY), REFERENCE_KEY.c.key, none).where(
            REFERENCE_KEY.c.root_id.in_(wanted)
        ),
        select(MENTION.c.from_id, literal(_MENTION), MENTION.c.to_id, none).where(
            MENTION.c.from_id.in_(wanted)
        ),
        select(
            LAST_CONTACT.c.source_id, literal(_CONTACT), LAST_CONTACT.c.contact_id, LAST_CONTACT.c.at
        ).where(LAST_CONTACT.c.source_id.in_(wanted)),
    )
