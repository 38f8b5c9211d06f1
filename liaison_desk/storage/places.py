"""Where a root is named outside itself: in what other records hold or held, and in what the journal tells."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from liaison_desk.domain.fields import FieldInfo, fields_of
from liaison_desk.domain.folding import fold
from liaison_desk.domain.naming import Pattern, blank_names, find_name, name_patterns, stem_of
from liaison_desk.domain.once import once
from liaison_desk.domain.operations import STATE_KINDS, LineKind
from liaison_desk.domain.record import Record
from liaison_desk.domain.records import TYPES_BY_NAME, Dossier
from liaison_desk.storage.chain import JOURNAL, address_of
from liaison_desk.storage.conversion import Plain, Row, canonical_json, shape_of
from liaison_desk.storage.history import HistoryEntry, entry_of, joined_lines, split_row
from liaison_desk.storage.housekeeping_tables import LINE, ROOT_INDEX
from liaison_desk.storage.journal import StoredBatch, StoredLine
from liaison_desk.storage.rows import in_chunks, row_by_id

ERASED_TEXT = "[erased]"
TOLD_KINDS = frozenset({LineKind.EVENT, LineKind.OPEN})
"""Kinds of lines beside the records that hold free text: recipient, purpose, reason, justification."""
_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A text of another record, or of a line of the journal, in which the erased person is named."""

    root_id: str
    root_ref: str
    """Empty where the root itself is gone and only the journal knows it; of a line the use case."""
    record_type: str
    """``journal`` for a line that tells what happened."""
    record_id: str
    """Of a line its address, ``device:sequence:number``."""
    field: str
    """Of a line the name of the fact."""
    excerpt: str

    @property
    def key(self) -> str:
        """``record id:field``, by which a decision names the place."""
        return f"{self.record_id}:{self.field}"


def find_places(connection: Connection, dossier: Dossier) -> list[Place]:
    """Return the texts outside this root that name it, for the officer to decide.

    Every text a record ever held stands in the journal, so the journal is read once from end to end; where
    the name stands only in an earlier text, the excerpt shows that one. What lines tell beside the records,
    such as the recipient of an export or why a record was opened, is listed line by line.
    """
    patterns = name_patterns(dossier.root)
    if not patterns:
        return []
    own = {record.id for record in dossier.records()}
    found: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for batch, line in _read_candidates(connection, dossier.root.id, patterns):
        if line.record_id in own and line.record_type in TYPES_BY_NAME:
            continue  # It goes with the root.
        entry = entry_of(batch, line)
        told = line.kind in TOLD_KINDS
        key = (JOURNAL, address_of(batch.key, line.number)) if told else (line.record_type, line.record_id)
        for name, text in _told_texts(entry) if told else _held_texts(entry):
            span = find_name(patterns, text)
            if span is not None:
                excerpt = text[max(0, span[0] - _EXCERPT) : span[1] + _EXCERPT]
                found[*key, name] = (line.root_id, entry.use_case, excerpt)  # The newest text is shown.
    refs = _read_refs(connection, {root_id for root_id, _, _ in found.values()})
    return [
        Place(root_id, use_case if key[0] == JOURNAL else refs.get(root_id, ""), *key, excerpt)
        for key, (root_id, use_case, excerpt) in found.items()
    ]


def tells_of(patterns: list[Pattern], root_id: str, content: str) -> bool:
    """Tell whether the content of a line names a root or points at it."""
    return root_id in content or any(
        find_name(patterns, text) is not None for text in _strings(json.loads(content))
    )


def blank_places(record_type: type[Record], row: Row, names: set[str], patterns: list[Pattern]) -> Row:
    """Return a row with the names blanked in the fields chosen."""
    columns = shape_of(record_type).columns
    return tuple(
        _blank(record_type, column, value, patterns) if column in names else value
        for column, value in zip(columns, row, strict=True)
    )


def read_row(connection: Connection, place: Place) -> Row | None:
    """Return the row that a place stands in, or None where only the journal knows it."""
    return row_by_id(connection, TYPES_BY_NAME[place.record_type], place.record_id)


def _read_candidates(
    connection: Connection, root_id: str, patterns: list[Pattern]
) -> Iterator[tuple[StoredBatch, StoredLine]]:
    """Yield the lines about others that may have the name, oldest first."""
    stems = {stem_of(pattern) for pattern in patterns}
    query = (
        joined_lines()
        .where(
            LINE.c.root_id != root_id,
            LINE.c.content.is_not(None),
            LINE.c.kind.in_([kind.value for kind in STATE_KINDS | TOLD_KINDS]),
        )
        .order_by(LINE.c.batch_number, LINE.c.number)
    )
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        folded = fold(row.line_content)
        if any(stem in folded for stem in stems):
            yield split_row(row)


def _held_texts(entry: HistoryEntry) -> Iterator[tuple[str, str]]:
    """Yield field and text of what a line says a record held before and after."""
    texts = _text_fields(TYPES_BY_NAME[entry.record_type])
    for change in entry.changes:
        several = texts.get(change.field)
        if several is None:
            continue
        for value in (change.before, change.after):
            for text in _split_text(value, several=several):
                yield change.field, text


def _told_texts(entry: HistoryEntry) -> Iterator[tuple[str, str]]:
    """Yield name and text of what a line tells beside the records."""
    for name, value in entry.facts.items():
        for text in _strings(value):
            yield name, text


def _strings(value: object) -> Iterator[str]:
    """Yield all texts within a value of JSON, also those of a list that is stored as a text."""
    if isinstance(value, str):
        yield value
        if value.startswith("["):
            try:
                held = json.loads(value)
            except ValueError:
                return  # Somebody's note only begins like a list.
            yield from _strings(held)
    elif isinstance(value, dict | list):
        parts: Iterable[object] = value.values() if isinstance(value, dict) else value
        for part in parts:
            yield from _strings(part)


def _read_refs(connection: Connection, root_ids: set[str]) -> dict[str, str]:
    refs: dict[str, str] = {}
    for chunk in in_chunks(sorted(root_ids)):
        query = select(ROOT_INDEX.c.root_id, ROOT_INDEX.c.ref).where(ROOT_INDEX.c.root_id.in_(chunk))
        refs.update(connection.execute(query).all())
    return refs


def _blank(record_type: type[Record], column: str, value: Plain, patterns: list[Pattern]) -> Plain:
    several = _text_fields(record_type).get(column)
    if several is None or not isinstance(value, str):
        return value
    blanked = [blank_names(patterns, text, ERASED_TEXT) for text in _split_text(value, several=several)]
    return canonical_json(blanked) if several else "".join(blanked)


def _split_text(value: Plain, *, several: bool) -> list[str]:
    if not isinstance(value, str) or not value:
        return []
    texts: list[str] = json.loads(value) if several else [value]
    return texts


@once
def _text_fields(record_type: type[Record]) -> dict[str, bool]:
    """Return the fields that hold free text, each with whether it holds several."""
    return {info.name: info.type is not str for info in fields_of(record_type) if _is_text(info)}


def _is_text(info: FieldInfo) -> bool:
    kinds: tuple[Any, ...] = (str, tuple[str, ...])
    return info.type in kinds and not info.field.codes and not info.field.refers
