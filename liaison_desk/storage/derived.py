"""Derived tables: written in the same transaction as the records, rebuildable from them at any time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, func, insert, select

from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.domain.once import once
from liaison_desk.domain.operations import STATE_KINDS
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import ROOT_TYPES, TYPES_BY_NAME, Dossier
from liaison_desk.domain.search_document import Document, describe, mentioned_in, names_of
from liaison_desk.storage.housekeeping_tables import (
    LAST_CONTACT,
    LINE,
    MENTION,
    REFERENCE_KEY,
    ROOT_INDEX,
    SEARCH_DOCUMENT,
)
from liaison_desk.storage.rows import in_chunks, load_dossiers
from liaison_desk.storage.tables import RECORD_TABLES

INDEXED_TYPES: tuple[type[Root], ...] = tuple(kind for kind in ROOT_TYPES if kind is not CodeEntry)
"""Root types that are searched and listed."""

_WORD_INDEXES = (("title_words", "title"), ("all_words", "words"))
_REBUILD_CHUNK = 500


class DerivedTables:
    """Keeps the derived tables of one transaction in step with its records."""

    def __init__(self, connection: Connection, language: str) -> None:
        """Remember the connection and the language of sorting."""
        self._connection = connection
        self._language = language
        self._first: int | None = None

    def refresh(self, dossiers: Sequence[Dossier], newest: Mapping[str, int], *, fresh: bool = False) -> None:
        """Rewrite what is derived of these roots; ``fresh`` where none of them was there before.

        ``newest`` gives the number of the batch's newest line about a root, by which the root takes its place
        among the newest; a root without one keeps the place it has.
        """
        shown = [dossier for dossier in dossiers if not isinstance(dossier.root, CodeEntry)]
        if not shown:
            return
        ids = [dossier.root.id for dossier in shown]
        first = self._first_number()
        places = {} if fresh else self._places(ids)
        places |= {root_id: first + newest[root_id] for root_id in ids if root_id in newest}
        if not fresh:
            self.forget(ids)
        self._write(self._describe(shown), places)

    def refresh_dependants(self, root_ids: Iterable[str], already: set[str]) -> None:
        """Rewrite the search documents of roots that name these, keeping their place in the order."""
        dependants: set[str] = set()
        for chunk in in_chunks(root_ids):
            query = select(MENTION.c.from_id).where(MENTION.c.to_id.in_(chunk))
            dependants.update(self._connection.execute(query).scalars())
        for chunk in in_chunks(sorted(dependants - already)):
            places = self._places(chunk)
            dossiers = self._load(chunk)
            self.forget(chunk)
            self._write(self._describe(dossiers), places)

    def forget(self, root_ids: Sequence[str]) -> None:
        """Remove what is derived of these roots."""
        for chunk in in_chunks(root_ids):
            self._forget_words(chunk)
            for table, column in (
                (SEARCH_DOCUMENT, "root_id"),
                (ROOT_INDEX, "root_id"),
                (REFERENCE_KEY, "root_id"),
                (MENTION, "from_id"),
                (LAST_CONTACT, "source_id"),
            ):
                self._connection.execute(delete(table).where(table.c[column].in_(chunk)))

    def renamed(self, dossiers: Iterable[Dossier]) -> set[str]:
        """Return the roots whose names, by which others are found, differ from what is kept or are new."""
        names = {
            str(dossier.root.id): names_of(dossier.root)
            for dossier in dossiers
            if not isinstance(dossier.root, CodeEntry)
        }
        kept = self._names(names)
        return {root_id for root_id, name in names.items() if kept.get(root_id) != name}

    def rebuild(self, report: Callable[[int], None] = lambda _count: None) -> None:
        """Make all derived tables anew from the records, the newest change last."""
        self._connection.exec_driver_sql("INSERT INTO title_words(title_words) VALUES('delete-all')")
        self._connection.exec_driver_sql("INSERT INTO all_words(all_words) VALUES('delete-all')")
        for table in (SEARCH_DOCUMENT, ROOT_INDEX, REFERENCE_KEY, MENTION, LAST_CONTACT):
            self._connection.execute(delete(table))
        newest = func.max(LINE.c.batch_number * 10_000_000 + LINE.c.number)
        stating = LINE.c.kind.in_([kind.value for kind in STATE_KINDS])
        ordered = select(LINE.c.root_id).where(stating).group_by(LINE.c.root_id).order_by(newest)
        ids = list(self._connection.execute(ordered).scalars())
        self._fill_names(ids)
        done = 0
        for start in range(0, len(ids), _REBUILD_CHUNK):
            chunk = ids[start : start + _REBUILD_CHUNK]
            self.refresh(self._load(chunk), {root_id: start + place for place, root_id in enumerate(chunk)})
            done += len(chunk)
            report(done)

    def _fill_names(self, ids: Sequence[str]) -> None:
        # Names must stand before the documents that are found by them.
        for start in range(0, len(ids), _REBUILD_CHUNK):
            dossiers = self._load(ids[start : start + _REBUILD_CHUNK], alone=True)
            rows = [_index_row(describe(d, {}, self._language), names_of(d.root)) for d in dossiers]
            if rows:
                self._connection.execute(insert(ROOT_INDEX), rows)

    def _load(self, ids: Sequence[str], *, alone: bool = False) -> list[Dossier]:
        place = {root_id: number for number, root_id in enumerate(ids)}
        found: list[Dossier] = []
        for root_type in INDEXED_TYPES:
            table = RECORD_TABLES[root_type.type_name]
            held: list[str] = []
            for chunk in in_chunks(ids):
                held.extend(
                    self._connection.execute(select(table.c.id).where(table.c.id.in_(chunk))).scalars()
                )
            if held:
                found.extend(load_dossiers(self._connection, root_type, held))
        if alone:
            found = [Dossier(dossier.root) for dossier in found]
        return sorted(found, key=lambda dossier: place[dossier.root.id])

    def _describe(self, dossiers: Sequence[Dossier]) -> list[Document]:
        own = {dossier.root.id: names_of(dossier.root) for dossier in dossiers}
        names = self._names(sorted(mentioned_in(dossiers) - own.keys())) | own
        return [describe(dossier, names, self._language) for dossier in dossiers]

    def _names(self, ids: Iterable[str]) -> dict[str, str]:
        names: dict[str, str] = {}
        for chunk in in_chunks(ids):
            query = select(ROOT_INDEX.c.root_id, ROOT_INDEX.c.names).where(ROOT_INDEX.c.root_id.in_(chunk))
            names.update(self._connection.execute(query).all())
        return names

    def _places(self, ids: Iterable[str]) -> dict[str, int]:
        places: dict[str, int] = {}
        for chunk in in_chunks(ids):
            query = select(SEARCH_DOCUMENT.c.root_id, SEARCH_DOCUMENT.c.number).where(
                SEARCH_DOCUMENT.c.root_id.in_(chunk)
            )
            places.update(self._connection.execute(query).all())
        return places

    def _first_number(self) -> int:
        """The number from which this transaction counts on: above all that stood before it."""
        if self._first is None:
            last = self._connection.execute(select(func.max(SEARCH_DOCUMENT.c.number))).scalar_one()
            self._first = (last or 0) + 1
        return self._first

    def _write(self, documents: Sequence[Document], places: Mapping[str, int]) -> None:
        searched = [
            {"number": places[d.root_id], "root_id": d.root_id, "title": d.title_words, "words": d.words}
            for d in documents
        ]
        self._insert(ROOT_INDEX, [_index_row(d, d.title_words) for d in documents])
        self._insert(SEARCH_DOCUMENT, searched)
        # What lies in the bin keeps its document, so that it can be taken out again, but is not found.
        found = [row for row, d in zip(searched, documents, strict=True) if not d.is_binned]
        for index, column in _WORD_INDEXES:
            if found:
                self._connection.exec_driver_sql(
                    f"INSERT INTO {index}(rowid, {column}) VALUES(?, ?)",
                    [(row["number"], row[column]) for row in found],
                )
        self._insert(
            REFERENCE_KEY, [{"key": k, "root_id": d.root_id} for d in documents for k in d.reference_keys]
        )
        self._insert(MENTION, [{"to_id": t, "from_id": d.root_id} for d in documents for t in d.mentions])
        self._insert(
            LAST_CONTACT,
            [
                {"contact_id": contact, "at": at, "source_id": d.root_id}
                for d in documents
                for contact, at in d.last_contacts
            ],
        )

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._connection.execute(_insert_into(table), rows)

    def _forget_words(self, root_ids: Sequence[str]) -> None:
        query = (
            select(SEARCH_DOCUMENT.c.number, SEARCH_DOCUMENT.c.title, SEARCH_DOCUMENT.c.words)
            .join(ROOT_INDEX, ROOT_INDEX.c.root_id == SEARCH_DOCUMENT.c.root_id)
            .where(SEARCH_DOCUMENT.c.root_id.in_(root_ids), ROOT_INDEX.c.is_binned == 0)
        )
        rows = self._connection.execute(query).all()
        for index, column in _WORD_INDEXES:
            if rows:
                self._connection.exec_driver_sql(
                    f"INSERT INTO {index}({index}, rowid, {column}) VALUES('delete', ?, ?)",
                    [(row.number, getattr(row, column)) for row in rows],
                )


@once
def _insert_into(table: Table) -> Any:
    return insert(table)


def _index_row(document: Document, names: str) -> dict[str, Any]:
    return {
        "root_id": document.root_id,
        "type": document.type_name,
        "ref": document.ref,
        "title": document.title,
        "names": names,
        "sort_key": document.sort_key,
        "moment": document.moment,
        "next_due": document.next_due,
        "marking": document.marking,
        "is_open": int(document.is_open),
        "is_binned": int(document.is_binned),
    }


def type_of_root(connection: Connection, root_id: str) -> type[Root] | None:
    """Return the type of an indexed root, or None."""
    query = select(ROOT_INDEX.c.type).where(ROOT_INDEX.c.root_id == root_id)
    name = connection.execute(query).scalar_one_or_none()
    return cast("type[Root]", TYPES_BY_NAME[name]) if name else None
