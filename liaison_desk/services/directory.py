"""Names into ids: which organisation, contact or meeting a row of a file means."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from liaison_desk.domain.attached import Note
from liaison_desk.domain.fields import field_named
from liaison_desk.domain.folding import fold_name, fold_words
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.phones import fold_email
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.importers.calendar_events import ORIGIN as CALENDAR
from liaison_desk.importers.proposal import NamedReference, Proposal
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.matching import read_emails, read_organisations, read_origins, read_people

_WORDS_GO_TO = {
    "requesting_authority_id": "requesting_unit",
    "requested_authority_id": "requested_unit",
    "organisation_id": "organisation_name",
}
"""Where the words stay that name nothing known."""
_SAID_ELSEWHERE = {"contact_id", "recurrence_of_id"}
"""Fields whose words the record holds already: a participant's name, the uid of an exception."""

Names = dict[str, RecordId | None]
"""Folded name to the one record that has it; None where several have."""


@dataclass(slots=True)
class Directory:
    """Knows the names of the desk's records within one batch; each list is loaded when it is first asked."""

    batch: Batch
    new_id: IdFactory
    _organisations: Names | None = None
    _people: Names | None = None
    _mailboxes: Names | None = None
    _meetings: dict[str, RecordId] | None = None
    _made: list[Organisation] = field(default_factory=list)

    def add(self, root: Root) -> None:
        """Make a root that this batch created known to the rows that follow."""
        if isinstance(root, Organisation):
            if self._organisations is None:
                self._made.append(root)
            else:
                _put_organisation(self._organisations, root)

    def resolve(self, proposal: Proposal, dossier: Dossier) -> Dossier:
        """Return the dossier with the ids of the records that its row names by words."""
        if not proposal.named:
            return dossier
        by_record: dict[str, list[NamedReference]] = {}
        for named in proposal.named:
            by_record.setdefault(named.record_id, []).append(named)
        lines: list[str] = []
        root = cast("Root", self._fill(dossier.root, by_record.get(dossier.root.id, ()), lines))
        children = [
            cast("Child", self._fill(child, by_record[child.id], lines)) if child.id in by_record else child
            for child in dossier.children
        ]
        if lines:
            rank = sum(1 for child in children if isinstance(child, Note))
            note = Note(id=self.new_id(), owner_id=root.id, rank=rank, text="\n".join(lines))
            children.append(note)
        return Dossier(root, tuple(children))

    def find_master(self, meeting: Meeting) -> RecordId | None:
        """Return the recurring meeting of the desk that an exception belongs to, by the uid of both."""
        if self._meetings is None:
            self._meetings = {
                origin.uid: RecordId(origin.id)
                for origin in read_origins(self.batch.connection, Meeting.type_name, CALENDAR)
                if not origin.binned and "#" not in origin.uid
            }
        return self._meetings.get(meeting.origin_uid.rpartition("#")[0])

    def _fill(self, record: Record, named: Iterable[NamedReference], lines: list[str]) -> Record:
        values: dict[str, Any] = {}
        for reference in named:
            info = field_named(type(record), reference.field)
            if info is None or not reference.words.strip():
                continue
            found, exact = self._find(info.field.refers, reference.words)
            if found is None and isinstance(record, Participant) and record.name:
                found = self._find_person(record.name)
            if found is not None and found != record.id:
                values[reference.field] = found
            if found is None or not exact:
                self._keep_words(record, reference, values, lines)
        return cast("Record", replace(cast("Any", record), **values)) if values else record

    def _keep_words(
        self, record: Record, reference: NamedReference, values: dict[str, Any], lines: list[str]
    ) -> None:
        goes_to = _WORDS_GO_TO.get(reference.field)
        if goes_to is None:
            if reference.field not in _SAID_ELSEWHERE:
                lines.append(f"{reference.field.removesuffix('_id')}: {reference.words}")
            return
        held = str(getattr(record, goes_to))
        if not held:
            values[goes_to] = reference.words
        elif fold_name(reference.words) not in fold_name(held):
            lines.append(f"{goes_to}: {reference.words}")

    def _find(self, type_name: str, words: str) -> tuple[RecordId | None, bool]:
        """Return the record that the words name, and whether they name it as a whole."""
        match type_name:
            case "organisation":
                return self._find_organisation(words)
            case "contact":
                return self._find_person(words), True
            case _:
                return None, False

    def _find_organisation(self, words: str) -> tuple[RecordId | None, bool]:
        if self._organisations is None:
            self._organisations = self._load_organisations()
        whole = self._organisations.get(_key(words))
        if whole is not None:
            return whole, True
        # "Police, Directorate, Sector": the most specific part that is known.
        for part in reversed(words.split(",")):
            found = self._organisations.get(_key(part))
            if found is not None:
                return found, False
        return None, False

    def _find_person(self, words: str) -> RecordId | None:
        if self._people is None or self._mailboxes is None:
            self._people, self._mailboxes = self._load_people()
        if "@" in words:
            return self._mailboxes.get(fold_email(words))
        return self._people.get(fold_name(words))

    def _load_organisations(self) -> Names:
        names: Names = {}
        for one in read_organisations(self.batch.connection):
            former = [str(name) for name in json.loads(one.former)]
            for name in (one.name, one.abbreviation, one.english, one.czech, *former):
                _put(names, _key(name), one.id)
        for root in self._made:
            _put_organisation(names, root)
        return names

    def _load_people(self) -> tuple[Names, Names]:
        people: Names = {}
        mailboxes: Names = {}
        known = set()
        for one in read_people(self.batch.connection):
            known.add(one.id)
            for name in (one.name, f"{one.given} {one.family}", *json.loads(one.aliases)):
                _put(people, fold_name(str(name)), one.id)
        for owner, folded in read_emails(self.batch.connection):
            if owner in known:
                _put(mailboxes, folded, owner)
        return people, mailboxes


def _key(name: str) -> str:
    return " ".join(fold_words(name))


def _put(names: Names, key: str, root_id: str) -> None:
    if not key:
        return
    present = names.setdefault(key, RecordId(root_id))
    if present != root_id:
        names[key] = None


def _put_organisation(names: Names, root: Organisation) -> None:
    for name in (root.name, root.abbreviation, root.name_english, root.name_czech, *root.former_names):
        _put(names, _key(name), root.id)
