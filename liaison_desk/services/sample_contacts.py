"""Contacts for large samples: each with one position, one telephone number and one e-mail address."""

from typing import Protocol

from liaison_desk.domain.codes import AddressUse, ContactStatus, Handling
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.records import Dossier
from liaison_desk.services.sample_chance import Chance, weigh
from liaison_desk.services.sample_people import Crowd
from liaison_desk.services.sample_tables import load_words

_STATUSES = weigh({
    ContactStatus.ACTIVE: 85, ContactStatus.MOVED: 8, ContactStatus.RETIRED: 4, ContactStatus.DISMISSED: 1,
    ContactStatus.DECEASED: 1, ContactStatus.DO_NOT_CONTACT: 1,
})  # fmt: skip
_HANDLINGS = weigh({Handling.SERVICE_ONLY: 60, Handling.SHAREABLE: 25, Handling.POST_ONLY: 15})
_MARKINGS = weigh({"INTERNAL": 80, "UNCLASSIFIED": 12, "LIMITED": 8})
_LANGUAGES = {
    "AL": (("sq",), ("sq", "en:B2"), ("sq", "it:B2"), ("sq", "en:B1", "it:C1")),
    "CZ": (("cs", "en:B2"), ("cs", "en:B1", "de:B1"), ("cs",)),
    "": (("en",), ("en", "sq:A2")),
}
_USES = weigh({AddressUse.MOBILE: 7, AddressUse.WORK: 3})
_KEEP_IN_TOUCH: tuple[int | None, ...] = (None,) * 8 + (30, 90)


class Employers(Protocol):
    """Knows where people work."""

    def pick_employer(self, country: str) -> RecordId:
        """Return the organisation somebody of this country works for."""
        ...  # pragma: no cover


class ContactMaker:
    """Makes contacts, one dossier of four records at a time."""

    def __init__(self, chance: Chance, new_id: IdFactory, employers: Employers) -> None:
        self._chance = chance
        self._new_id = new_id
        self._employers = employers
        self._crowd = Crowd(chance, 1)
        words = load_words()
        self._functions: dict[str, list[str]] = words["functions"]
        self._ranks: dict[str, list[str]] = words["ranks"]
        self._titles: list[str] = words["titles"]

    def make_contact(self) -> Dossier:
        """Return the next contact."""
        chance = self._chance
        person = self._crowd.make_person()
        known = person.country if person.country in self._ranks else ""
        contact = Contact(
            id=self._new_id(),
            marking=chance.pick(_MARKINGS),
            handling=chance.pick(_HANDLINGS),
            name=person.full_name,
            family_name=person.family,
            given_name=person.given,
            title_before=chance.pick(self._titles) if known == "CZ" else "",
            rank=chance.pick(self._ranks[known]),
            languages=chance.pick(_LANGUAGES[known]),
            status=chance.pick(_STATUSES),
            keep_in_touch_days=chance.pick(_KEEP_IN_TOUCH),
        )
        position = Position(
            id=self._new_id(),
            owner_id=contact.id,
            organisation_id=self._employers.pick_employer(person.country),
            function=chance.pick(self._functions[known]),
            since=chance.pick(chance.past).partial,
            primary=True,
        )
        phone = Phone(
            id=self._new_id(),
            owner_id=contact.id,
            number=person.number,
            e164=person.e164,
            use=chance.pick(_USES),
        )
        email = Email(id=self._new_id(), owner_id=contact.id, address=person.email, folded=person.email)
        return Dossier(contact, (position, phone, email))
