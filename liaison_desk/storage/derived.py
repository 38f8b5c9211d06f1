"""Derived tables: written in the same transaction as the records, rebuildable from them at any time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Connection, delete, func, select

from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.domain.operations import STATE_KINDS
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import ROOT_TYPES, TYPES_BY_NAME, Dossier
from liaison_desk.domain.search_document import Document, describe, mentioned_in, names_of
from liaison_desk.storage.documents import Placed, read_documents, remove_documents, write_documents
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

DERIVED_REVISION = "2"
"""Raised whenever documents are described differently: a vault with another one is rebuilt at opening."""

_REBUILD_CHUNK = 500


class DerivedTables:
    """Keeps the derived tables of one transaction in step with its records."""

    def __init__(self, connection: Connection, language: str) -> None:
        """Remember the connection and the language of sorting."""
        self._connection = connection
        self._language = language
        self._first: int | None = None

    def refresh(
        self, dossiers: Sequence[Dossier], newest: Mapping[str, int], *, fresh: bool = False
    ) -> set[str]:
        """Rewrite what is derived of these roots; return those whose names, as others find them, changed.

        ``fresh`` where none of them was there before. ``newest`` gives the number of the batch's newest line
        about a root, by which the root takes its place among the newest; a root without one keeps its place.
        """
        shown = [dossier for dossier in dossiers if not isinstance(dossier.root, CodeEntry)]
        if not shown:
            return set()
        kept = {} if fresh else read_documents(self._connection, [dossier.root.id for dossier in shown])
        placed = [
            Placed(self._place(document.root_id, newest, kept), document)
            for document in self._describe(shown)
        ]
        write_documents(self._connection, placed, kept)
        return {
            new.document.root_id
            for new in placed
            if (old := kept.get(new.document.root_id)) is None
            or old.document.title_words != new.document.title_words
        }

    def refresh_dependants(self, root_ids: Iterable[str], already: set[str]) -> None:
        """Rewrite the documents of roots that name these, keeping their place in the order."""
        dependants: set[str] = set()
        for chunk in in_chunks(root_ids):
            query = select(MENTION.c.from_id).where(MENTION.c.to_id.in_(chunk))
            dependants.update(self._connection.execute(query).scalars())
        for chunk in in_chunks(sorted(dependants - already)):
            self.refresh(self._load(chunk), {})

    def forget(self, root_ids: Sequence[str]) -> None:
        """Remove what is derived of these roots."""
        if root_ids:
            remove_documents(self._connection, read_documents(self._connection, root_ids))

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
        names = self._read_names(ids)
        for start in range(0, len(ids), _REBUILD_CHUNK):
            chunk = ids[start : start + _REBUILD_CHUNK]
            placed = [
                Placed(start + place + 1, describe(dossier, names, self._language))
                for place, dossier in enumerate(self._load(chunk))
            ]
            write_documents(self._connection, placed, {})
            report(start + len(chunk))

    def _place(self, root_id: str, newest: Mapping[str, int], kept: Mapping[str, Placed]) -> int:
        """Return the number of a root: above all that stood before this transaction, if it changed in it."""
        if root_id not in newest and root_id in kept:
            return kept[root_id].number
        if self._first is None:
            last = self._connection.execute(select(func.max(SEARCH_DOCUMENT.c.number))).scalar_one()
            self._first = (last or 0) + 1
        return self._first + newest.get(root_id, 0)

    def _read_names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of all roots, from the records themselves."""
        names: dict[str, str] = {}
        for start in range(0, len(ids), _REBUILD_CHUNK):
            for dossier in self._load(ids[start : start + _REBUILD_CHUNK]):
                names[dossier.root.id] = names_of(dossier.root)
        return names

    def _load(self, ids: Sequence[str]) -> list[Dossier]:
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
        return sorted(found, key=lambda dossier: place[dossier.root.id])

    def _describe(self, dossiers: Sequence[Dossier]) -> list[Document]:
        own = {str(dossier.root.id): names_of(dossier.root) for dossier in dossiers}
        linked = sorted(mentioned_in(dossiers) - own.keys())
        names: dict[str, str] = {**read_names(self._connection, linked), **own}
        return [describe(dossier, names, self._language) for dossier in dossiers]


def read_names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Return the folded names of roots by id, as far as they are kept."""
    names: dict[str, str] = {}
    for chunk in in_chunks(ids):
        query = select(SEARCH_DOCUMENT.c.root_id, SEARCH_DOCUMENT.c.title).where(
            SEARCH_DOCUMENT.c.root_id.in_(chunk)
        )
        names.update(connection.execute(query).all())
    return names


def type_of_root(connection: Connection, root_id: str) -> type[Root] | None:
    """Return the type of an indexed root, or None."""
    query = select(ROOT_INDEX.c.type).where(ROOT_INDEX.c.root_id == root_id)
    name = connection.execute(query).scalar_one_or_none()
    return cast("type[Root]", TYPES_BY_NAME[name]) if name else None
