"""Whether what is kept agrees: records with journal, derived tables with records, children with roots."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, RECORD_TYPES, Dossier
from liaison_desk.domain.search_document import Document, describe, names_of
from liaison_desk.storage.conversion import Plain, shape_of
from liaison_desk.storage.derived import INDEXED_TYPES
from liaison_desk.storage.history import replay
from liaison_desk.storage.housekeeping_tables import (
    LAST_CONTACT,
    MENTION,
    REFERENCE_KEY,
    ROOT_INDEX,
    SEARCH_DOCUMENT,
)
from liaison_desk.storage.rows import load_dossiers
from liaison_desk.storage.tables import RECORD_TABLES

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that does not agree. No value is told, only where and what kind."""

    what: str
    record_id: str
    reason: str


def compare_journal(connection: Connection) -> tuple[int, list[Disagreement]]:
    """Return how many records there are, and where they differ from what the journal replays to."""
    told = replay(connection)
    faults: list[Disagreement] = []
    count = 0
    for record_type in RECORD_TYPES:
        shape = shape_of(record_type)
        places = [*shape.journaled, 0]
        for row in connection.execute(select(RECORD_TABLES[record_type.type_name])):
            count += 1
            kept: dict[str, Plain] = {shape.columns[place]: row[place] for place in places}
            replayed = told.pop((record_type.type_name, row[0]), None)
            if replayed is None:
                faults.append(Disagreement(record_type.type_name, row[0], "not in the journal"))
            elif replayed != kept:
                fields = sorted(name for name, value in kept.items() if replayed.get(name) != value)
                faults.append(Disagreement(record_type.type_name, row[0], f"differs: {', '.join(fields)}"))
    faults.extend(Disagreement(name, record_id, "only in the journal") for name, record_id in told)
    return count, faults


def compare_derived(connection: Connection, language: str) -> list[Disagreement]:
    """Return the roots whose derived rows differ from what their records give."""
    faults: list[Disagreement] = []
    names = dict(connection.execute(select(ROOT_INDEX.c.root_id, ROOT_INDEX.c.names)).all())
    for root_type in INDEXED_TYPES:
        column = RECORD_TABLES[root_type.type_name].c.id
        ids = list(connection.execute(select(column).order_by(column)).scalars())
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            kept = _kept(connection, chunk)
            for dossier in load_dossiers(connection, root_type, chunk):
                faults.extend(_compare(dossier, kept, names, language))
    return faults


def _compare(
    dossier: Dossier, kept: dict[str, tuple[object, ...]], names: dict[str, str], language: str
) -> list[Disagreement]:
    root = dossier.root
    expected = _expected(describe(dossier, names, language), names_of(root))
    if kept.get(root.id) != expected:
        return [Disagreement("derived", root.id, "differs" if root.id in kept else "missing")]
    return []


def _expected(document: Document, names: str) -> tuple[object, ...]:
    return (
        (
            document.type_name,
            document.ref,
            document.title,
            names,
            document.sort_key,
            document.moment,
            document.next_due,
            document.marking,
            int(document.is_open),
            int(document.is_binned),
        ),
        (document.title_words, document.words),
        document.reference_keys,
        document.mentions,
        document.last_contacts,
    )


def _kept(connection: Connection, ids: list[str]) -> dict[str, tuple[object, ...]]:
    index = {
        row[0]: tuple(row[1:])
        for row in connection.execute(select(ROOT_INDEX).where(ROOT_INDEX.c.root_id.in_(ids)))
    }
    words = {
        row.root_id: (row.title, row.words)
        for row in connection.execute(select(SEARCH_DOCUMENT).where(SEARCH_DOCUMENT.c.root_id.in_(ids)))
    }
    keys: dict[str, set[str]] = {root_id: set() for root_id in ids}
    mentions: dict[str, set[str]] = {root_id: set() for root_id in ids}
    contacts: dict[str, set[tuple[str, str]]] = {root_id: set() for root_id in ids}
    for row in connection.execute(select(REFERENCE_KEY).where(REFERENCE_KEY.c.root_id.in_(ids))):
        keys[row.root_id].add(row.key)
    for row in connection.execute(select(MENTION).where(MENTION.c.from_id.in_(ids))):
        mentions[row.from_id].add(row.to_id)
    for row in connection.execute(select(LAST_CONTACT).where(LAST_CONTACT.c.source_id.in_(ids))):
        contacts[row.source_id].add((row.contact_id, row.at))
    return {
        root_id: (index[root_id], words.get(root_id), keys[root_id], mentions[root_id], contacts[root_id])
        for root_id in ids
        if root_id in index
    }


def find_orphans(connection: Connection) -> list[Disagreement]:
    """Return children whose root is not there."""
    roots: set[str] = set()
    for root_type in CHILD_TYPES:
        roots.update(connection.execute(select(RECORD_TABLES[root_type.type_name].c.id)).scalars())
    faults: list[Disagreement] = []
    for record_type in RECORD_TYPES:
        if not issubclass(record_type, Child) or issubclass(record_type, Root):
            continue
        table = RECORD_TABLES[record_type.type_name]
        for record_id, owner_id in connection.execute(select(table.c.id, table.c.owner_id)):
            if owner_id not in roots:
                faults.append(Disagreement(record_type.type_name, record_id, "no owner"))
    return faults
