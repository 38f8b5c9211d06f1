"""Whether what is kept agrees: records with journal, derived tables with records, children with roots."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, RECORD_TYPES
from liaison_desk.domain.search_document import describe, mentioned_in
from liaison_desk.storage.conversion import Plain, shape_of
from liaison_desk.storage.derived import INDEXED_TYPES, read_names
from liaison_desk.storage.documents import read_documents
from liaison_desk.storage.history import replay
from liaison_desk.storage.housekeeping_tables import ROOT_INDEX, SEARCH_DOCUMENT
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
    """Return the roots whose derived rows differ from what their records give, or stayed when they went."""
    faults: list[Disagreement] = []
    left: set[str] = set()
    for column in (SEARCH_DOCUMENT.c.root_id, ROOT_INDEX.c.root_id):
        left.update(connection.execute(select(column)).scalars())
    for root_type in INDEXED_TYPES:
        column = RECORD_TABLES[root_type.type_name].c.id
        ids = list(connection.execute(select(column).order_by(column)).scalars())
        left.difference_update(ids)
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            kept = read_documents(connection, chunk)
            dossiers = load_dossiers(connection, root_type, chunk)
            names = read_names(connection, sorted(mentioned_in(dossiers)))
            for dossier in dossiers:
                found = kept.get(dossier.root.id)
                if found is None:
                    faults.append(Disagreement("derived", dossier.root.id, "missing"))
                elif found.document != describe(dossier, names, language):
                    faults.append(Disagreement("derived", dossier.root.id, "differs"))
    faults.extend(Disagreement("derived", root_id, "no record") for root_id in sorted(left))
    return faults


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
