"""Erasing a person: rows, search, keys of files and the content of journal lines; the chain still verifies.

What names him inside other records' texts is listed; the officer decides place by place.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select, update

from liaison_desk.domain.attached import Attachment
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.folding import fold, fold_words
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.operations import LineKind, Operation
from liaison_desk.domain.record import Record, Root
from liaison_desk.domain.records import CHILD_TYPES, RECORD_TYPES, Dossier
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.chain import CONSULTATIONS
from liaison_desk.storage.conversion import Plain, Row, shape_of
from liaison_desk.storage.derived import INDEXED_TYPES
from liaison_desk.storage.housekeeping_tables import BATCH, BLOB, LINE, SEARCH_DOCUMENT, TOMBSTONE
from liaison_desk.storage.rows import delete_rows, in_chunks, load_dossiers, row_by_id, update_rows
from liaison_desk.storage.tables import RECORD_TABLES

ERASED_TEXT = "[erased]"
_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A text of another record in which the erased person is named."""

    root_id: str
    root_ref: str
    record_type: str
    record_id: str
    field: str
    excerpt: str

    @property
    def key(self) -> str:
        """``record id:field``, by which a decision names the place."""
        return f"{self.record_id}:{self.field}"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure destroyed."""

    record_ids: tuple[str, ...]
    blob_ids: tuple[str, ...]
    lines: int
    places: int


def find_places(connection: Connection, dossier: Dossier) -> list[Place]:
    """Return the texts of other records that name this root, for the officer to decide."""
    patterns = _name_patterns(dossier.root)
    if not patterns:
        return []
    places: list[Place] = []
    for other in _naming_dossiers(connection, dossier.root, patterns):
        for record in other.records():
            for name, text in _texts(record):
                found = next((hit for pattern in patterns if (hit := _search(pattern, text))), None)
                if found is not None:
                    start, end = max(0, found[0] - _EXCERPT), found[1] + _EXCERPT
                    places.append(
                        Place(other.root.id, other.root.ref, record.type_name, record.id, name, text[start:end])
                    )
    return places


def erase_root(batch: Batch, dossier: Dossier, redact: Iterable[Place], now: str) -> Erased:
    """Erase a root with its children; blank its names in the places chosen; leave tombstones.

    The blob files of the returned ids are to be unlinked after the transaction; their keys are gone with it.
    """
    batch.flush()
    connection = batch.connection
    root = dossier.root
    ids = [record.id for record in dossier.records()]
    blob_ids = [child.blob_id for child in dossier.children if isinstance(child, Attachment)]
    lines = _empty_lines(connection, LINE.c.root_id, [root.id]) + _empty_lines(connection, LINE.c.record_id, ids)
    for record in dossier.records():
        delete_rows(connection, type(record), [record.id])
        batch.tell(LineKind.ERASE, record.type_name, record.id, root.id, {})
    for chunk in in_chunks(blob_ids):
        connection.execute(delete(BLOB).where(BLOB.c.id.in_(chunk)))
    lay_tombstones(connection, ids, now)
    batch.touch_root(root.type_name, root.id)
    patterns = _name_patterns(root)
    changed = lines + _cut_references(batch, root)
    count = 0
    for place in redact:
        changed += _redact(batch, place, patterns)
        count += 1
    return Erased(tuple(ids), tuple(blob_ids), changed, count)


def lay_tombstones(connection: Connection, ids: Iterable[str], now: str) -> None:
    """Remember ids as erased."""
    known: set[str] = set()
    wanted = sorted(set(ids))
    for chunk in in_chunks(wanted):
        query = select(TOMBSTONE.c.record_id).where(TOMBSTONE.c.record_id.in_(chunk))
        known.update(connection.execute(query).scalars())
    rows = [{"record_id": record_id, "erased_at": now} for record_id in wanted if record_id not in known]
    if rows:
        connection.execute(TOMBSTONE.insert(), rows)


def read_tombstones(connection: Connection) -> list[str]:
    """Return the ids of everything erased, sorted."""
    return list(connection.execute(select(TOMBSTONE.c.record_id).order_by(TOMBSTONE.c.record_id)).scalars())


def roots_among(connection: Connection, ids: Collection[str]) -> list[tuple[type[Root], str]]:
    """Return those of these ids under which a root still lies here: what a restored backup brought back."""
    found: list[tuple[type[Root], str]] = []
    for root_type in CHILD_TYPES:
        column = RECORD_TABLES[root_type.type_name].c.id
        for chunk in in_chunks(sorted(ids)):
            hits = connection.execute(select(column).where(column.in_(chunk))).scalars()
            found.extend((root_type, record_id) for record_id in hits)
    return found


def retire_consultations(batch: Batch, before: str) -> int:
    """Empty the lines of consultations made before an instant; return how many."""
    connection = batch.connection
    old = select(BATCH.c.number).where(
        BATCH.c.operation == Operation.CONSULTATION.value, BATCH.c.at < before
    )
    emptied = connection.execute(
        update(LINE)
        .where(LINE.c.batch_number.in_(old), LINE.c.kind == LineKind.OPEN.value, LINE.c.content.is_not(None))
        .values(content=None, salt=None)
    ).rowcount
    if emptied:
        batch.tell(LineKind.ERASE, CONSULTATIONS, before, "", {"lines": emptied})
    return emptied


def _empty_lines(connection: Connection, column: Any, ids: Iterable[str]) -> int:  # noqa: ANN401
    emptied = 0
    for chunk in in_chunks(ids):
        emptied += connection.execute(
            update(LINE).where(column.in_(chunk), LINE.c.content.is_not(None)).values(content=None, salt=None)
        ).rowcount
    return emptied


def _cut_references(batch: Batch, root: Root) -> int:
    """Blank what points at the erased root in other records; a participant also loses the name typed."""
    lines = 0
    for record_type in RECORD_TYPES:
        pointing = [info.name for info in fields_of(record_type) if info.field.refers]
        for name in pointing:
            table = RECORD_TABLES[record_type.type_name]
            rows = batch.connection.execute(select(table).where(table.c[name] == root.id)).all()
            for found in rows:
                row: Row = tuple(found)
                values: dict[str, Plain] = {name: None}
                if record_type is Participant:
                    values |= {"name": ERASED_TEXT, "email": ""}
                if name == "to_id":
                    lines += _forget_record(batch, record_type, row, None)
                else:
                    shape = shape_of(record_type)
                    after = tuple(values.get(c, v) for c, v in zip(shape.columns, row, strict=True))
                    lines += _forget_record(batch, record_type, row, after)
    return lines


def _redact(batch: Batch, place: Place, patterns: list[list[str]]) -> int:
    record_type = next(kind for kind in RECORD_TYPES if kind.type_name == place.record_type)
    row = row_by_id(batch.connection, record_type, place.record_id)
    if row is None:
        return 0
    shape = shape_of(record_type)
    column = shape.columns.index(place.field)
    text = str(row[column])
    for pattern in patterns:
        while (found := _search(pattern, text)) is not None:
            text = text[: found[0]] + ERASED_TEXT + text[found[1] :]
    after = (*row[:column], text, *row[column + 1 :])
    return _forget_record(batch, record_type, row, after)


def _forget_record(batch: Batch, record_type: type[Record], row: Row, after: Row | None) -> int:
    """Empty a surviving record's earlier lines and state it anew, so that the old text is nowhere."""
    record_id = str(row[0])
    shape = shape_of(record_type)
    root_id = str(row[shape.root_column])
    emptied = _empty_lines(batch.connection, LINE.c.record_id, [record_id])
    batch.tell(LineKind.ERASE, record_type.type_name, record_id, root_id, {})
    if after is None:
        delete_rows(batch.connection, record_type, [record_id])
    else:
        update_rows(batch.connection, record_type, [after])
        content = {
            shape.columns[place]: [None, after[place]]
            for place in shape.journaled
            if after[place] != shape.defaults[place]
        }
        batch.tell(LineKind.RESTATE, record_type.type_name, record_id, root_id, content)
    batch.touch_owner(record_type.type_name, after or row)
    return emptied


def _name_patterns(root: Root) -> list[list[str]]:
    """Return what names the root in running text, each as folded words: the full name first."""
    if not isinstance(root, Contact):
        return [words for words in [fold_words(getattr(root, "name", ""))] if words]
    full = fold_words(root.name)
    turned = fold_words(f"{root.family_name} {root.given_name}")
    straight = fold_words(f"{root.given_name} {root.family_name}")
    family = fold_words(root.family_name) or full[-1:]
    candidates = [full, straight, turned, *(fold_words(alias) for alias in root.aliases), family]
    unique: list[list[str]] = []
    for words in candidates:
        if words and words not in unique:
            unique.append(words)
    return unique


def _search(pattern: list[str], text: str) -> tuple[int, int] | None:
    """Return where folded words stand one after another in a text, as offsets of the text itself.

    The last word may go on by up to two letters, because names are inflected (Hoxha, Hoxhu, Hoxhou).
    """
    words = [(found.start(), found.end(), fold(found.group())) for found in re.finditer(r"\w+", text)]
    for start in range(len(words) - len(pattern) + 1):
        stretch = words[start : start + len(pattern)]
        if all(word == wanted for (_, _, word), wanted in zip(stretch, pattern[:-1], strict=False)) and (
            _inflects(stretch[-1][2], pattern[-1])
        ):
            return stretch[0][0], stretch[-1][1]
    return None


def _inflects(word: str, name: str) -> bool:
    longest_ending = 3
    stem = name[:-1] if len(name) > longest_ending and name[-1] in "aeiou" else name
    return word == name or (word.startswith(stem) and len(word) - len(stem) <= longest_ending)


def _texts(record: Record) -> Iterable[tuple[str, str]]:
    for info in fields_of(type(record)):
        if info.type is str and not info.field.codes and not info.field.refers:
            value = getattr(record, info.name)
            if value:
                yield info.name, value


def _naming_dossiers(connection: Connection, root: Root, patterns: list[list[str]]) -> list[Dossier]:
    """Return the roots in whose words the name's rarest part stands; the search document leads to them."""
    ids: set[str] = set()
    for words in patterns:
        stem = max(words, key=len)[:-1] or words[0]
        query = select(SEARCH_DOCUMENT.c.root_id).where(
            SEARCH_DOCUMENT.c.words.contains(stem, autoescape=True)
        )
        ids.update(connection.execute(query).scalars())
    ids.discard(root.id)
    wanted = sorted(ids)
    found: list[Dossier] = []
    for root_type in INDEXED_TYPES:
        found.extend(load_dossiers(connection, root_type, wanted))
    return found

