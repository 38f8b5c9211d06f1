"""What must hold of an open desk at any time, whatever was done to it, asked of its own tables."""

import hashlib
import re
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection

from liaison_desk.domain.attached import Attachment
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.records import Dossier, title_of
from liaison_desk.services.attaching import read_attachment
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import search
from liaison_desk.storage.agreement import compare_derived, compare_journal, find_orphans
from liaison_desk.storage.blob_rows import blob_ids
from liaison_desk.storage.chain import verify_chain
from liaison_desk.storage.derived import INDEXED_TYPES, DerivedTables
from liaison_desk.storage.rows import load_dossiers
from liaison_desk.storage.tables import RECORD_TABLES
from liaison_desk.vault.folder import BLOBS

ALL = 10_000
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
_WORD_INDEXES = ("title_words", "all_words")
_DERIVED = (
    "SELECT root_id, title, words FROM search_document ORDER BY number",
    "SELECT * FROM root_index ORDER BY root_id",
    "SELECT * FROM reference_key ORDER BY key, root_id",
    "SELECT * FROM mention ORDER BY to_id, from_id",
    "SELECT * FROM last_contact ORDER BY contact_id, at, source_id",
    "SELECT term, doc, cnt FROM temp.terms_of_title_words ORDER BY term",
    "SELECT term, doc, cnt FROM temp.terms_of_all_words ORDER BY term",
)
_NOT_TYPED = re.compile(r'[:"]|^-')
"""What the search line reads as a filter or a phrase."""
_NEXT_LINE = "\x85"
"""A control character that Python takes for a space; folding drops it like the others."""


def read_all(desk: Desk) -> list[Dossier]:
    """Return every root that can be found, with its children, in the bin or not."""
    found: list[Dossier] = []
    with desk.store.read() as connection:
        for root_type in INDEXED_TYPES:
            ids = connection.execute(RECORD_TABLES[root_type.type_name].select()).scalars()
            found.extend(load_dossiers(connection, root_type, list(ids)))
    return found


def assert_agreement(desk: Desk) -> None:
    """Demand that chain, journal, records, derived tables and owners agree."""
    with desk.store.read() as connection:
        verify_chain(connection, desk.store.facts.audit_key)
        _, faults = compare_journal(connection)
        faults += compare_derived(connection, desk.post.sort_language)
        faults += find_orphans(connection)
    assert [] == faults


def assert_rebuilt_equals_kept(desk: Desk) -> None:
    """Demand that derived tables made anew hold what the kept ones hold, in the same order of newness."""
    with desk.store.change_housekeeping() as connection:
        asked = connection.begin_nested()
        for index in _WORD_INDEXES:
            connection.exec_driver_sql(
                f"CREATE VIRTUAL TABLE temp.terms_of_{index} USING fts5vocab(main, {index}, row)"
            )
        kept = _dump_derived(connection)
        DerivedTables(connection, desk.post.sort_language).rebuild()
        rebuilt = _dump_derived(connection)
        asked.rollback()
    assert kept == rebuilt


def assert_found(desk: Desk, dossiers: Iterable[Dossier]) -> None:
    """Demand that typing the words of a title finds what lives, and only in the bin what lies there."""
    for dossier in dossiers:
        root = dossier.root
        parts = title_of(root).replace(_NEXT_LINE, "").split()
        typed = " ".join(word for word in parts if not _NOT_TYPED.search(word))
        for line in (typed, *fold_words(title_of(root))[-2:]):
            if not fold_words(line):
                continue
            shown = {hit.root_id for hit in search(desk, line, limit=ALL)}
            binned = {hit.root_id for hit in search(desk, f"{line} is:binned", limit=ALL)}
            expected = (root.binned_at is None, root.binned_at is not None)
            assert expected == (root.id in shown, root.id in binned), line


def assert_gone(desk: Desk, root_ids: Iterable[str], marks: Collection[str]) -> None:
    """Demand that erased roots are found by nothing, and that these words stand in no table any more."""
    gone = set(root_ids)
    for mark in marks:
        for line in (mark, f"{mark} is:binned"):
            assert gone.isdisjoint(hit.root_id for hit in search(desk, line, limit=ALL)), mark
    with desk.store.read() as connection:
        held = dump(connection) if gone else {}
    for mark in marks:
        assert [] == [name for name, content in held.items() if mark in content], mark


def assert_files_agree(desk: Desk, contents: dict[str, bytes]) -> None:
    """Demand that every attachment gives back its bytes, and that no sealed file lies without its row."""
    for dossier in read_all(desk):
        for attachment in dossier.of(Attachment):
            data = b"".join(read_attachment(desk, dossier.root.id, attachment.id))
            assert attachment.sha256 == hashlib.sha256(data).hexdigest()
            assert attachment.size == len(data)
            assert contents.get(attachment.sha256, data) == data
    with desk.store.read() as connection:
        known = blob_ids(connection)
    assert known == {path.name for path in (desk.vault.folder / BLOBS).iterdir()}


def dump(connection: Connection) -> dict[str, str]:
    """Return all that each table holds, those behind the word indexes too, as lower-case text."""
    held: dict[str, str] = {}
    for (name,) in connection.exec_driver_sql(_TABLES).all():
        rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608 - names of the schema
        held[name] = "\n".join(_text_of(value) for row in rows for value in row).lower()
    return held


def _dump_derived(connection: Connection) -> list[list[tuple[Any, ...]]]:
    return [[tuple(row) for row in connection.exec_driver_sql(query)] for query in _DERIVED]


def _text_of(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
