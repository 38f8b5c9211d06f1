"""Erasing a person: rows, search, keys of files and the content of journal lines; the chain still verifies.

What names him inside other records' texts, or in what lines tell beside the records, is listed; the officer
decides place by place. Of what stays only the lines that name him are emptied, each covered by a line of its
own: who opened or was handed the others stays proven (Directive (EU) 2016/680 Art. 25).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select, update

from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.naming import name_patterns
from liaison_desk.domain.operations import STATE_KINDS, LineKind, Operation
from liaison_desk.domain.record import Record, Root
from liaison_desk.domain.records import CHILD_TYPES, RECORD_TYPES, TYPES_BY_NAME, Dossier
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.chain import CONSULTATIONS, JOURNAL, address_of
from liaison_desk.storage.conversion import Plain, Row, shape_named, shape_of, state_content
from liaison_desk.storage.housekeeping_tables import BATCH, BLOB, LINE, TOMBSTONE
from liaison_desk.storage.inversion import find_batch
from liaison_desk.storage.places import (
    ERASED_TEXT,
    TOLD_KINDS,
    Place,
    blank_places,
    find_places,
    read_row,
    tells_of,
)
from liaison_desk.storage.rows import delete_rows, in_chunks, row_by_id, update_rows
from liaison_desk.storage.tables import ATTACHMENT, RECORD_TABLES

__all__ = [
    "Erased",
    "Place",
    "erase_root",
    "find_places",
    "lay_tombstones",
    "read_tombstones",
    "retire_consultations",
    "roots_among",
]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure destroyed."""

    record_ids: tuple[str, ...]
    blob_ids: tuple[str, ...]
    lines: int
    places: int


@dataclass(slots=True)
class _Survivors:
    """Records that stay, but not all of whose past: each with its present row and the row it gets."""

    rows: dict[tuple[str, str], tuple[Row, Row | None]] = field(default_factory=dict)
    past: set[tuple[str, str]] = field(default_factory=set)
    """Records that only the journal knows."""
    whole: set[tuple[str, str]] = field(default_factory=set)
    """Records whose whole past goes, not only what names the root."""
    told: dict[tuple[int, int], str] = field(default_factory=dict)
    """Batch and number of lines beside the records that are to be emptied, with their root."""

    def present(self, type_name: str, row: Row) -> Row | None:
        """Return the row that a record has after what was decided so far."""
        return self.rows.get((type_name, str(row[0])), (row, row))[1]

    def replace(self, type_name: str, row: Row, after: Row | None) -> None:
        """Decide what a record becomes; None removes it."""
        key = (type_name, str(row[0]))
        self.rows[key] = (self.rows.get(key, (row, row))[0], after)

    def forgets_all(self, key: tuple[str, str]) -> bool:
        """Tell whether nothing of a record's past stays: of what is gone, replay would bring a rest back."""
        return key in self.whole or key in self.past or self.rows[key][1] is None


def erase_root(batch: Batch, dossier: Dossier, redact: Iterable[Place], now: str) -> Erased:
    """Erase a root with its children; blank its names in the places chosen; leave tombstones.

    With the root goes every record that ever belonged to it; what was moved to another root stays there and
    is stated anew. The blob files of the returned ids are to be unlinked after the transaction; their keys
    are gone with it.
    """
    batch.flush()
    connection = batch.connection
    root = dossier.root
    doomed, survivors = _sort_out(connection, dossier)
    blob_ids = _read_blob_ids(connection, doomed)
    for record_id, type_name in doomed.items():
        delete_rows(connection, TYPES_BY_NAME[type_name], [record_id])
    _cut_references(connection, root, survivors)
    patterns = name_patterns(root)
    places = _redact(connection, redact, patterns, survivors)
    lines = _empty_lines(connection, sorted(doomed))
    covered = {**_find_past(connection, root, patterns, survivors), **survivors.told}
    _empty_covered(batch, covered)
    for record_id, type_name in doomed.items():
        batch.tell(LineKind.ERASE, type_name, record_id, root.id, {})
    _restate(batch, survivors)
    batch.flush()  # The next erasure of this batch must find these lines, and may have to empty them.
    blob_ids = _destroy_keys(connection, blob_ids)
    lay_tombstones(connection, doomed, now)
    batch.touch_root(root.type_name, root.id)
    return Erased(tuple(doomed), tuple(blob_ids), lines + len(covered), places)


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
    old = select(BATCH.c.number).where(BATCH.c.operation == Operation.CONSULTATION.value, BATCH.c.at < before)
    emptied = connection.execute(
        update(LINE)
        .where(LINE.c.batch_number.in_(old), LINE.c.kind == LineKind.OPEN.value, LINE.c.content.is_not(None))
        .values(content=None, salt=None)
    ).rowcount
    if emptied:
        batch.tell(LineKind.ERASE, CONSULTATIONS, before, "", {"lines": emptied})
    return emptied


def _sort_out(connection: Connection, dossier: Dossier) -> tuple[dict[str, str], _Survivors]:
    """Return type names by id of all that goes, and what belonged to the root and now belongs elsewhere."""
    root_id = dossier.root.id
    doomed: dict[str, str] = {record.id: record.type_name for record in dossier.records()}
    survivors = _Survivors()
    query = (
        select(LINE.c.record_type, LINE.c.record_id)
        .where(LINE.c.root_id == root_id, LINE.c.record_type.in_(TYPES_BY_NAME))
        .distinct()
    )
    for type_name, record_id in connection.execute(query).all():
        if record_id in doomed:
            continue
        row = row_by_id(connection, TYPES_BY_NAME[type_name], record_id)
        if row is not None and row[shape_named(type_name).root_column] != root_id:
            survivors.replace(type_name, row, row)
            survivors.whole.add((type_name, record_id))
        else:
            doomed[record_id] = type_name
    return doomed, survivors


def _read_blob_ids(connection: Connection, doomed: dict[str, str]) -> list[str]:
    """Return the sealed files that these records have or ever had."""
    ids = sorted(record_id for record_id, name in doomed.items() if name == ATTACHMENT.name)
    found: set[str] = set()
    for chunk in in_chunks(ids):
        query = select(LINE.c.content).where(LINE.c.record_id.in_(chunk), LINE.c.content.is_not(None))
        for content in connection.execute(query).scalars():
            found.update(blob_id for blob_id in json.loads(content).get("blob_id", ()) if blob_id)
    return sorted(found)


def _destroy_keys(connection: Connection, blob_ids: list[str]) -> list[str]:
    """Delete the keys of files that no attachment names any more; return the files."""
    gone: list[str] = []
    for chunk in in_chunks(blob_ids):
        query = select(ATTACHMENT.c.blob_id).where(ATTACHMENT.c.blob_id.in_(chunk))
        kept = set(connection.execute(query).scalars())
        gone.extend(blob_id for blob_id in chunk if blob_id not in kept)
    for chunk in in_chunks(gone):
        connection.execute(delete(BLOB).where(BLOB.c.id.in_(chunk)))
    return gone


def _empty_lines(connection: Connection, ids: Iterable[str]) -> int:
    """Null content and salt of all lines about these records; lines of erasure stay as the proof."""
    emptied = 0
    for chunk in in_chunks(ids):
        emptied += connection.execute(
            update(LINE)
            .where(
                LINE.c.record_id.in_(chunk),
                LINE.c.record_type.in_(TYPES_BY_NAME),
                LINE.c.kind != LineKind.ERASE.value,
                LINE.c.content.is_not(None),
            )
            .values(content=None, salt=None)
        ).rowcount
    return emptied


def _find_told(connection: Connection, address: str) -> dict[tuple[int, int], str]:
    """Return batch, number and root of the line beside the records that stands there, if it has content."""
    key, _, number = address.rpartition(":")
    batch = find_batch(connection, key)
    if batch is None or not number.isdigit():
        return {}
    query = select(LINE.c.root_id).where(
        LINE.c.batch_number == batch.number,
        LINE.c.number == int(number),
        LINE.c.kind.in_([kind.value for kind in TOLD_KINDS]),
        LINE.c.content.is_not(None),
    )
    return {(batch.number, int(number)): root_id for root_id in connection.execute(query).scalars()}


def _find_past(
    connection: Connection, root: Root, patterns: list[tuple[str, ...]], survivors: _Survivors
) -> dict[tuple[int, int], str]:
    """Return batch, number and root of the lines that say what survivors were and must not say it longer."""
    keys = survivors.rows.keys() | survivors.past
    found: dict[tuple[int, int], str] = {}
    for chunk in in_chunks(sorted({record_id for _, record_id in keys})):
        query = select(LINE).where(
            LINE.c.record_id.in_(chunk),
            LINE.c.kind.in_([kind.value for kind in STATE_KINDS]),
            LINE.c.content.is_not(None),
        )
        for line in connection.execute(query):
            key = (line.record_type, line.record_id)
            if key in keys and (survivors.forgets_all(key) or tells_of(patterns, root.id, line.content)):
                found[line.batch_number, line.number] = line.root_id
    return found


def _empty_covered(batch: Batch, covered: dict[tuple[int, int], str]) -> None:
    """Null content and salt of single lines, and write for each the line that names it."""
    connection = batch.connection
    header = batch.link.header
    keys = {batch.link.number: f"{header.device}:{header.sequence}"}
    for number in {number for number, _ in covered} - keys.keys():
        query = select(BATCH.c.device, BATCH.c.sequence).where(BATCH.c.number == number)
        row = connection.execute(query).one()
        keys[number] = f"{row.device}:{row.sequence}"
    for (batch_number, number), root_id in sorted(covered.items()):
        place = (LINE.c.batch_number == batch_number, LINE.c.number == number)
        connection.execute(update(LINE).where(*place).values(content=None, salt=None))
        batch.tell(LineKind.ERASE, JOURNAL, address_of(keys[batch_number], number), root_id, {})


def _cut_references(connection: Connection, root: Root, survivors: _Survivors) -> None:
    """Blank what points at the erased root; a participant also loses the name typed, a link goes."""
    for record_type in RECORD_TYPES:
        table = RECORD_TABLES[record_type.type_name]
        for name in [info.name for info in fields_of(record_type) if info.field.refers]:
            for found in connection.execute(select(table).where(table.c[name] == root.id)).all():
                row: Row = tuple(found)
                present = survivors.present(record_type.type_name, row)
                if present is None:
                    continue
                after = _without(record_type, present, name)
                survivors.replace(record_type.type_name, row, after)
                if record_type is Participant:  # A name or address typed there need not look like his.
                    survivors.whole.add((record_type.type_name, str(row[0])))


def _without(record_type: type[Record], row: Row, name: str) -> Row | None:
    if name == "to_id":
        return None
    values: dict[str, Plain] = {name: None}
    if record_type is Participant:
        values |= {"name": ERASED_TEXT, "email": ""}
    columns = shape_of(record_type).columns
    return tuple(values.get(column, value) for column, value in zip(columns, row, strict=True))


def _redact(
    connection: Connection, redact: Iterable[Place], patterns: list[tuple[str, ...]], survivors: _Survivors
) -> int:
    """Blank the names in the places chosen; return how many places there were."""
    fields: dict[tuple[str, str], set[str]] = defaultdict(set)
    count = 0
    for place in redact:
        count += 1
        if place.record_type == JOURNAL:
            survivors.told.update(_find_told(connection, place.record_id))
            continue
        row = read_row(connection, place)
        if row is None:
            survivors.past.add((place.record_type, place.record_id))
            continue
        names = fields[place.record_type, place.record_id]
        names.add(place.field)
        present = survivors.present(place.record_type, row)
        if present is not None:
            record_type = TYPES_BY_NAME[place.record_type]
            survivors.replace(place.record_type, row, blank_places(record_type, present, names, patterns))
    return count


def _restate(batch: Batch, survivors: _Survivors) -> None:
    """Write what the survivors are now, in rows and in the journal, so that the old text is nowhere."""
    for (type_name, record_id), (row, after) in survivors.rows.items():
        shape = shape_named(type_name)
        root_id = str(row[shape.root_column])
        if after is None:
            delete_rows(batch.connection, shape.type, [record_id])
        else:
            update_rows(batch.connection, shape.type, [after])
            batch.tell(LineKind.RESTATE, type_name, record_id, root_id, state_content(shape, after))
        batch.touch_owner(type_name, row)
