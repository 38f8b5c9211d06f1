"""What a report reads: whole lists as column tuples, streamed; a query for each list, never one for each row.

Values are as stored. The bin is left out everywhere but where words are gathered that must not get out.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Table, func, or_, select

from liaison_desk.domain.codes import ReferenceHolder, StepKind, SubjectKind
from liaison_desk.domain.operations import UNDOABLE, Operation
from liaison_desk.storage.housekeeping_tables import BATCH, LAST_CONTACT, ROOT_INDEX
from liaison_desk.storage.tables import (
    CODE,
    CONTACT,
    EMAIL,
    MEETING,
    ORGANISATION,
    PARTICIPANT,
    PHONE,
    POSITION,
    REFERENCE,
    REQUEST,
    STEP,
    SUBJECT,
)

_STREAMED = {"yield_per": 2_000}
_CHANGING = sorted(operation.value for operation in UNDOABLE | {Operation.ERASURE})


class RequestLine(NamedTuple):
    """A request as a report needs it."""

    id: str
    ref: str
    revision: int
    marking: str
    handling: str
    matter: str
    kind: str
    regime: str
    status: str
    waiting_on: str | None
    received_at: str | None
    sent_at: str | None
    requesting_authority_id: str | None
    requesting_unit: str
    requested_authority_id: str | None
    requested_unit: str
    state_requesting: str
    state_requested: str
    crime_areas: str
    information_requested: str
    urgency: str
    deadline_asked: str | None
    deadline_agreed: str | None
    outcome: str | None
    answered_at: str | None
    closed_at: str | None
    next_step: str
    filed_as: str


class MeetingLine(NamedTuple):
    """A meeting as a report needs it."""

    id: str
    ref: str
    revision: int
    marking: str
    handling: str
    title: str
    kind: str
    starts: str | None
    ends: str | None
    all_day: int
    cancelled: int
    recurrence: str
    place: str
    decisions: str
    reported_in: str
    filed_as: str


class ContactLine(NamedTuple):
    """A contact as a report needs it."""

    id: str
    ref: str
    revision: int
    marking: str
    handling: str
    name: str
    family_name: str
    rank: str
    languages: str
    status: str
    keep_in_touch_days: int | None


class OrganisationLine(NamedTuple):
    """An organisation by which other records are named."""

    id: str
    marking: str
    handling: str
    name: str
    name_english: str
    name_czech: str
    abbreviation: str
    country: str
    binned_at: str | None


class PositionLine(NamedTuple):
    """A position of a contact."""

    owner_id: str
    rank: int
    organisation_id: str | None
    organisation_name: str
    function: str
    since: str | None
    until: str | None
    primary: int


class SubjectLine(NamedTuple):
    """What identifies a subject of a request."""

    owner_id: str
    kind: str
    name: str
    surname: str
    given_name: str
    aliases: str
    other_script: str
    national_number: str
    documents: str


class PersonLine(NamedTuple):
    """What identifies a contact, and how far it may travel; the bin is counted in."""

    id: str
    marking: str
    handling: str
    name: str
    family_name: str
    given_name: str
    sort_as: str
    aliases: str
    messengers: str
    address: str


class MarkingLine(NamedTuple):
    """A marking, also one that is no longer used: old records name it."""

    value: str
    label: str
    level: int
    colour: str


Line = TypeVar("Line", bound=tuple[Any, ...])


class ReportReader:
    """Reads the lists of one report, all from the same transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take the transaction to read in."""
        self._connection = connection

    def requests(self) -> Iterator[RequestLine]:
        """Yield the requests."""
        return _read(self._connection, REQUEST, RequestLine)

    def meetings(self) -> Iterator[MeetingLine]:
        """Yield the meetings."""
        return _read(self._connection, MEETING, MeetingLine)

    def contacts(self) -> Iterator[ContactLine]:
        """Yield the contacts in the order of their names."""
        wanted = [CONTACT.c[name] for name in ContactLine._fields]
        query = (
            select(*wanted)
            .join(ROOT_INDEX, ROOT_INDEX.c.root_id == CONTACT.c.id)
            .where(CONTACT.c.binned_at.is_(None))
            .order_by(ROOT_INDEX.c.sort_key, CONTACT.c.id)
        )
        return _stream(self._connection, query, ContactLine)

    def organisations(self) -> Iterator[OrganisationLine]:
        """Yield the organisations, also those in the bin: their names may still have to be hidden."""
        query = select(*[ORGANISATION.c[name] for name in OrganisationLine._fields])
        return _stream(self._connection, query, OrganisationLine)

    def positions(self) -> Iterator[PositionLine]:
        """Yield the positions of all contacts, those of one contact in their order."""
        wanted = [POSITION.c[name] for name in PositionLine._fields]
        query = select(*wanted).order_by(POSITION.c.owner_id, POSITION.c.rank, POSITION.c.id)
        return _stream(self._connection, query, PositionLine)

    def subjects(self) -> Iterator[SubjectLine]:
        """Yield the subjects that are a person, or a number or name by which a person is known."""
        personal = (
            SubjectKind.PERSON, SubjectKind.PHONE, SubjectKind.ONLINE_HANDLE, SubjectKind.DOCUMENT,
            SubjectKind.ACCOUNT,
        )  # fmt: skip
        wanted = [SUBJECT.c[name] for name in SubjectLine._fields]
        query = select(*wanted).where(SUBJECT.c.kind.in_([kind.value for kind in personal]))
        return _stream(self._connection, query, SubjectLine)

    def people(self) -> Iterator[PersonLine]:
        """Yield what identifies every contact, also those in the bin."""
        return _stream(
            self._connection, select(*[CONTACT.c[name] for name in PersonLine._fields]), PersonLine
        )

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield owner and number of every telephone, in order, as typed."""
        query = select(PHONE.c.owner_id, PHONE.c.number).order_by(PHONE.c.owner_id, PHONE.c.rank, PHONE.c.id)
        return _pairs(self._connection, query)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield owner and address of every e-mail, in order."""
        query = select(EMAIL.c.owner_id, EMAIL.c.address).order_by(EMAIL.c.owner_id, EMAIL.c.rank, EMAIL.c.id)
        return _pairs(self._connection, query)

    def partner_references(self) -> Iterator[tuple[str, str]]:
        """Yield owner and number of every reference that is not ours, in order."""
        query = (
            select(REFERENCE.c.owner_id, REFERENCE.c.number)
            .where(REFERENCE.c.holder != ReferenceHolder.OURS.value)
            .order_by(REFERENCE.c.owner_id, REFERENCE.c.rank, REFERENCE.c.id)
        )
        return _pairs(self._connection, query)

    def reminders(self) -> dict[str, int]:
        """Return how often each request was reminded, by its id; those never reminded are left out."""
        query = (
            select(STEP.c.owner_id, func.count())
            .where(STEP.c.kind == StepKind.REMINDED.value)
            .group_by(STEP.c.owner_id)
        )
        return dict(_pairs(self._connection, query))

    def participants(self) -> dict[str, int]:
        """Return how many people took part in each meeting, by its id."""
        there = or_(PARTICIPANT.c.attended.is_(None), PARTICIPANT.c.attended != 0)
        query = select(PARTICIPANT.c.owner_id, func.count()).where(there).group_by(PARTICIPANT.c.owner_id)
        return dict(_pairs(self._connection, query))

    def last_contacts(self, now: str) -> dict[str, str]:
        """Return the last dealing with each contact up to an instant, by the contact's id."""
        query = (
            select(LAST_CONTACT.c.contact_id, func.max(LAST_CONTACT.c.at))
            .where(LAST_CONTACT.c.at <= now)
            .group_by(LAST_CONTACT.c.contact_id)
        )
        return dict(_pairs(self._connection, query))

    def markings(self) -> list[MarkingLine]:
        """Return all markings by level, those no longer used too."""
        query = (
            select(*[CODE.c[name] for name in MarkingLine._fields])
            .where(CODE.c.list_name == "marking")
            .order_by(CODE.c.level, CODE.c.id)
        )
        return list(_stream(self._connection, query, MarkingLine))

    def code_labels(self) -> list[tuple[str, str, str]]:
        """Return list, code and meaning of every code but the markings, in their order."""
        query = (
            select(CODE.c.list_name, CODE.c.value, CODE.c.label)
            .where(CODE.c.list_name != "marking", CODE.c.binned_at.is_(None))
            .order_by(CODE.c.list_name, CODE.c.level, CODE.c.id)
        )
        return [(row[0], row[1], row[2]) for row in self._connection.execute(query)]

    def newest_change(self) -> int:
        """Return the number of the last batch that changed a record or erased one; 0 when none did.

        Two equal answers mean that a report made then says the same as one made now.
        """
        query = select(func.max(BATCH.c.number)).where(BATCH.c.operation.in_(_CHANGING))
        return self._connection.execute(query).scalar_one() or 0


def _read(connection: Connection, table: Table, line: type[Line]) -> Iterator[Line]:
    names: tuple[str, ...] = line._fields  # type: ignore[attr-defined]  # every Line is a NamedTuple
    query = select(*[table.c[name] for name in names]).where(table.c.binned_at.is_(None)).order_by(table.c.id)
    return _stream(connection, query, line)


def _stream(connection: Connection, query: Any, line: type[Line]) -> Iterator[Line]:
    make = line._make  # type: ignore[attr-defined]  # every Line is a NamedTuple
    for row in connection.execute(query, execution_options=_STREAMED):
        yield make(row)


def _pairs(connection: Connection, query: Any) -> Iterator[tuple[str, Any]]:
    for row in connection.execute(query, execution_options=_STREAMED):
        yield row[0], row[1]
