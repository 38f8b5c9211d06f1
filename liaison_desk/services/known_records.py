"""What an import compares its rows with: the records of one type, loaded when the first such row comes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from liaison_desk.domain.contact import Contact, Email, Phone
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference
from liaison_desk.services.likeness import fold_reference
from liaison_desk.services.matching import KeyPool, Reason
from liaison_desk.storage.matching import (
    Origin,
    ReferenceNumber,
    read_emails,
    read_meeting_times,
    read_organisations,
    read_origins,
    read_people,
    read_phones,
    read_reference_numbers,
)
from liaison_desk.storage.store import Store


@dataclass(slots=True)
class KnownRecords:
    """Records of one type, and after them the rows of the file that are of this type."""

    pool: KeyPool = field(default_factory=KeyPool)
    ids: list[str] = field(default_factory=list)
    """Root of each entry of the pool that stands for a record; the entries after them are rows."""
    row_places: list[int] = field(default_factory=list)
    """Place among the rows of each entry after the records."""
    origins: dict[str, "KnownOrigins"] = field(default_factory=dict)
    """By the kind of file they came from."""
    references: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    """Folded number, system and holder to the requests known by it."""
    numbers: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Request to its folded numbers, by holder."""

    def add_row(self, place: int, dossier: Dossier) -> None:
        """Add a row of the file, so that later rows are compared with it."""
        _add_dossier(self.pool, dossier)
        self.row_places.append(place)


@dataclass(slots=True)
class KnownOrigins:
    """Records that came from one kind of file, by the uid and by the content they came with."""

    by_uid: dict[str, list[Origin]] = field(default_factory=dict)
    by_hash: dict[str, Origin] = field(default_factory=dict)


def load_known(store: Store, root_type: type[Root]) -> KnownRecords:
    """Return the records of a type with the keys they are found by."""
    known = KnownRecords()
    with store.read() as connection:
        if root_type is Contact:
            people = (
                (one.id, (f"{one.given} {one.family}", one.name, *_listed(one.aliases)))
                for one in read_people(connection)
            )
            _gather(known, people, read_emails(connection), read_phones(connection))
        elif root_type is Organisation:
            organisations = (
                (one.id, (one.name, one.english, one.czech, *_listed(one.former)))
                for one in read_organisations(connection)
            )
            _gather(known, organisations, read_emails(connection), read_phones(connection))
        elif root_type is Meeting:
            for meeting in read_meeting_times(connection):
                entry = known.pool.add()
                known.pool.add_key(entry, Reason.OCCASION, f"{meeting.starts} {fold_name(meeting.title)}")
                known.ids.append(meeting.id)
        elif root_type is Request:
            _load_requests(known, read_reference_numbers(connection))
    return known


def load_origins(store: Store, root_type: type[Root], system: str) -> KnownOrigins:
    """Return the records that came from one kind of file; those outside the bin come first."""
    known = KnownOrigins()
    with store.read() as connection:
        for origin in read_origins(connection, root_type.type_name, system):
            if origin.uid:
                alike = known.by_uid.setdefault(origin.uid, [])
                alike.insert(0 if alike and alike[0].binned else len(alike), origin)
            if origin.hash and (origin.hash not in known.by_hash or known.by_hash[origin.hash].binned):
                known.by_hash[origin.hash] = origin
    return known


def reference_key(reference: Reference) -> tuple[str, str, str]:
    """Return what tells a number of a request from all others."""
    return fold_reference(reference.number), reference.system, reference.holder.value


def _gather(
    known: KnownRecords,
    named: Iterable[tuple[str, tuple[str, ...]]],
    emails: Iterable[tuple[str, str]],
    phones: Iterable[tuple[str, str]],
) -> None:
    entries: dict[str, int] = {}
    for root_id, names in named:
        entries[root_id] = known.pool.add(*names)
        known.ids.append(root_id)
    for reason, addresses in ((Reason.EMAIL, emails), (Reason.PHONE, phones)):
        for owner, address in addresses:
            if owner in entries:
                known.pool.add_key(entries[owner], reason, address)


def _load_requests(known: KnownRecords, numbers: Iterable[ReferenceNumber]) -> None:
    entries: dict[str, int] = {}
    for number in numbers:
        if number.request_id not in entries:
            entries[number.request_id] = known.pool.add()
            known.ids.append(number.request_id)
        folded = fold_reference(number.number)
        known.pool.add_key(entries[number.request_id], Reason.REFERENCE, folded)
        key = (folded, number.system, number.holder)
        known.references.setdefault(key, set()).add(number.request_id)
        by_holder = known.numbers.setdefault(number.request_id, {})
        by_holder.setdefault(number.holder, set()).add(folded)


def _add_dossier(pool: KeyPool, dossier: Dossier) -> None:
    root = dossier.root
    match root:
        case Contact():
            names = (f"{root.given_name} {root.family_name}", root.name, *root.aliases)
        case Organisation():
            names = (root.name, root.name_english, root.name_czech, *root.former_names)
        case Meeting():
            entry = pool.add()
            if root.starts is not None:
                pool.add_key(entry, Reason.OCCASION, f"{root.starts} {fold_name(root.title)}")
            return
        case _:
            entry = pool.add()
            for reference in dossier.of(Reference):
                pool.add_key(entry, Reason.REFERENCE, fold_reference(reference.number))
            return
    emails = [child.folded for child in dossier.children if isinstance(child, Email)]
    phones = [child.e164 for child in dossier.children if isinstance(child, Phone)]
    pool.add(*names, emails=emails, phones=phones)


def _listed(text: str) -> list[str]:
    return [str(one) for one in json.loads(text)]
