"""What finding the same record again needs of the database: names, addresses, origins, and who wrote what.

Every function reads whole columns at once, because an import compares many rows with many records.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.operations import STATE_KINDS, LineKind, Operation
from liaison_desk.domain.record import Child
from liaison_desk.domain.records import RECORD_TYPES
from liaison_desk.storage.conversion import record_of, shape_named
from liaison_desk.storage.housekeeping_tables import BATCH, LINE, ROOT_INDEX
from liaison_desk.storage.rows import in_chunks
from liaison_desk.storage.tables import (
    CONTACT,
    EMAIL,
    LINK,
    MEETING,
    ORGANISATION,
    PHONE,
    RECORD_TABLES,
    REFERENCE,
    REQUEST,
)
from liaison_desk.storage.upcasters import upcast

MERGED_INTO = "merged into"
"""Role of the link from a record in the bin to the one that took it up."""

_TITLES = {"organisation": "name", "contact": "name", "meeting": "title", "request": "matter"}


class Origin(NamedTuple):
    """Where a root came from, and how it stands now."""

    id: str
    uid: str
    hash: str
    revision: int
    binned: bool
    title: str


class PersonName(NamedTuple):
    """The names of a contact; ``aliases`` is a JSON list."""

    id: str
    name: str
    family: str
    given: str
    aliases: str


class OrganisationName(NamedTuple):
    """The names of an organisation; ``former`` is a JSON list."""

    id: str
    name: str
    abbreviation: str
    english: str
    czech: str
    former: str


class ReferenceNumber(NamedTuple):
    """A number under which a request is known; ``holder`` is the stored code."""

    request_id: str
    number: str
    system: str
    holder: str


class MeetingTime(NamedTuple):
    """Title and start of a meeting, as stored."""

    id: str
    title: str
    starts: str


class Shown(NamedTuple):
    """What a root is called, and its revision."""

    type: str
    ref: str
    title: str
    revision: int


class Pointer(NamedTuple):
    """A field that names a root."""

    record_type: str
    record_id: str
    owner_id: str
    """Root of the record that points; its own id where it is a root."""
    column: str


@dataclass(slots=True)
class Writers:
    """Who wrote the fields of a root and its children last, as the journal tells."""

    by_import: dict[tuple[str, str], bool] = field(default_factory=dict)
    """Record id and field, to whether the last hand was an import. What was never written is not here."""
    removed: list[Child] = field(default_factory=list)
    """Children that the officer removed, as they were last."""


def read_origins(connection: Connection, type_name: str, system: str) -> Iterator[Origin]:
    """Yield the roots of a type that came from one kind of file, those in the bin too."""
    c = RECORD_TABLES[type_name].c
    columns = (c.id, c.origin_uid, c.origin_hash, c.revision, c.binned_at.is_not(None), c[_TITLES[type_name]])
    for row in connection.execute(select(*columns).where(c.origin_system == system).order_by(c.id)):
        yield Origin(row[0], row[1], row[2], row[3], bool(row[4]), row[5])


def read_people(connection: Connection) -> Iterator[PersonName]:
    """Yield the names of all contacts outside the bin."""
    columns = (CONTACT.c.id, CONTACT.c.name, CONTACT.c.family_name, CONTACT.c.given_name, CONTACT.c.aliases)
    for row in connection.execute(
        select(*columns).where(CONTACT.c.binned_at.is_(None)).order_by(CONTACT.c.id)
    ):
        yield PersonName(*row)


def read_organisations(connection: Connection) -> Iterator[OrganisationName]:
    """Yield the names of all organisations outside the bin."""
    c = ORGANISATION.c
    columns = (c.id, c.name, c.abbreviation, c.name_english, c.name_czech, c.former_names)
    for row in connection.execute(select(*columns).where(c.binned_at.is_(None)).order_by(c.id)):
        yield OrganisationName(*row)


def read_emails(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield owner and folded address of every e-mail address."""
    for row in connection.execute(select(EMAIL.c.owner_id, EMAIL.c.folded).where(EMAIL.c.folded != "")):
        yield row[0], row[1]


def read_phones(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield owner and E.164 of every telephone number that has one."""
    for row in connection.execute(select(PHONE.c.owner_id, PHONE.c.e164).where(PHONE.c.e164 != "")):
        yield row[0], row[1]


def read_reference_numbers(connection: Connection) -> Iterator[ReferenceNumber]:
    """Yield the numbers of all requests outside the bin, oldest request first."""
    c = REFERENCE.c
    query = (
        select(c.owner_id, c.number, c.system, c.holder)
        .join(REQUEST, REQUEST.c.id == c.owner_id)
        .where(REQUEST.c.binned_at.is_(None))
        .order_by(c.owner_id, c.id)
    )
    for row in connection.execute(query):
        yield ReferenceNumber(*row)


def read_meeting_times(connection: Connection) -> Iterator[MeetingTime]:
    """Yield title and start of all meetings outside the bin that have a start."""
    c = MEETING.c
    query = select(c.id, c.title, c.starts).where(c.binned_at.is_(None), c.starts.is_not(None)).order_by(c.id)
    for row in connection.execute(query):
        yield MeetingTime(*row)


def read_mergers(connection: Connection) -> dict[str, str]:
    """Return which root was merged into which."""
    query = select(LINK.c.owner_id, LINK.c.to_id).where(LINK.c.role == MERGED_INTO)
    return dict(connection.execute(query).all())


def read_shown(connection: Connection, ids: Collection[str]) -> dict[str, Shown]:
    """Return what these roots are called, by id; missing ones are left out."""
    found: dict[str, Shown] = {}
    types: dict[str, str] = {}
    for chunk in in_chunks(sorted(ids)):
        c = ROOT_INDEX.c
        for row in connection.execute(select(c.root_id, c.type, c.ref, c.title).where(c.root_id.in_(chunk))):
            found[row[0]] = Shown(row[1], row[2], row[3], 0)
            types[row[0]] = row[1]
    for root_id, revision in read_revisions(connection, types).items():
        found[root_id] = found[root_id]._replace(revision=revision)
    return found


def read_revisions(connection: Connection, types: dict[str, str]) -> dict[str, int]:
    """Return the present revisions of roots, given as id to type name; missing ones are left out."""
    by_type: dict[str, list[str]] = {}
    for root_id, type_name in types.items():
        by_type.setdefault(type_name, []).append(root_id)
    found: dict[str, int] = {}
    for type_name, ids in by_type.items():
        table = RECORD_TABLES[type_name]
        for chunk in in_chunks(ids):
            query = select(table.c.id, table.c.revision).where(table.c.id.in_(chunk))
            found.update(connection.execute(query).all())
    return found


def last_import(connection: Connection) -> int:
    """Return the number of the newest batch that was an import, 0 where there is none."""
    query = select(func.max(BATCH.c.number)).where(BATCH.c.operation == Operation.IMPORT.value)
    return connection.execute(query).scalar_one_or_none() or 0


def read_writers(connection: Connection, root_ids: Sequence[str]) -> dict[str, Writers]:
    """Return, by root, who wrote its fields last. Undoing an import counts as the officer's hand."""
    found = {root_id: Writers() for root_id in root_ids}
    kinds = [kind.value for kind in STATE_KINDS]
    columns = (LINE.c.root_id, LINE.c.record_type, LINE.c.record_id, LINE.c.kind, LINE.c.content)
    for chunk in in_chunks(root_ids):
        query = (
            select(*columns, BATCH.c.operation, BATCH.c.schema_revision)
            .join(BATCH, BATCH.c.number == LINE.c.batch_number)
            .where(LINE.c.root_id.in_(chunk), LINE.c.kind.in_(kinds), LINE.c.content.is_not(None))
            .order_by(LINE.c.batch_number, LINE.c.number)
        )
        for row in connection.execute(query):
            _note_writer(found[row.root_id], row)
    return found


def _note_writer(writers: Writers, row: Any) -> None:
    content = upcast(row.schema_revision, row.record_type, json.loads(row.content))
    by_import = row.operation == Operation.IMPORT.value
    if row.kind == LineKind.REMOVE.value:
        if not by_import:
            writers.removed.extend(_removed_child(row.record_type, row.record_id, content))
        return
    for name in content:
        writers.by_import[row.record_id, name] = by_import


def _removed_child(type_name: str, record_id: str, content: dict[str, Any]) -> Iterator[Child]:
    shape = shape_named(type_name)
    values = dict(zip(shape.columns, shape.defaults, strict=True)) | {"id": record_id}
    values.update({name: pair[0] for name, pair in content.items()})
    record = record_of(shape.type, tuple(values[column] for column in shape.columns))
    if isinstance(record, Child):
        yield record


def find_pointers(connection: Connection, root_id: str, type_name: str) -> list[Pointer]:
    """Return every field of any record that names a root of this type."""
    found: list[Pointer] = []
    for record_type in RECORD_TYPES:
        table = RECORD_TABLES[record_type.type_name]
        owner = table.c.owner_id if issubclass(record_type, Child) else table.c.id
        for info in fields_of(record_type):
            if info.field.refers not in {type_name, "root"}:
                continue
            query = select(table.c.id, owner).where(table.c[info.name] == root_id).order_by(table.c.id)
            found.extend(
                Pointer(record_type.type_name, row[0], row[1], info.name) for row in connection.execute(query)
            )
    return found
