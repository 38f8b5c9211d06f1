"""Contacts, with their dated positions, telephone numbers and e-mail addresses."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import AddressUse, ContactStatus
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Root):
    """A person the officer deals with. Names are never forced into two parts."""

    type_name: ClassVar[str] = "contact"
    ref_prefix: ClassVar[str] = "C"

    name: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Contact", "Name"),
            required=True, listed=True, searched=Searched.TITLE, identifies=True,
            headings=("jmeno", "name", "full name", "emri", "emer mbiemer", "kontakt", "contact"),
        ),
    ]  # fmt: skip
    family_name: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Contact", "Family name"), searched=Searched.TITLE, identifies=True,
            headings=("prijmeni", "surname", "family name", "last name", "mbiemri", "mbiemer"),
        ),
    ] = ""  # fmt: skip
    given_name: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Contact", "Given name"), searched=Searched.TITLE, identifies=True,
            headings=("krestni jmeno", "given name", "first name", "emer"),
        ),
    ] = ""  # fmt: skip
    sort_as: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Sort as"), identifies=True)] = ""
    aliases: Annotated[
        tuple[str, ...],
        Field(
            QT_TRANSLATE_NOOP("Contact", "Also known as"), searched=Searched.TITLE, identifies=True,
            headings=("alias", "prezdivka", "nickname", "also known as", "nofka"),
        ),
    ] = ()  # fmt: skip
    title_before: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Contact", "Title before name"), headings=("titul", "title before"))
    ] = ""
    title_after: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Title after name"))] = ""
    rank: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Contact", "Rank"), listed=True, searched=Searched.BODY,
            headings=("hodnost", "rank", "grada"),
        ),
    ] = ""  # fmt: skip
    form_of_address: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Form of address"))] = ""
    languages: Annotated[
        tuple[str, ...],
        Field(QT_TRANSLATE_NOOP("Contact", "Languages"), headings=("jazyky", "languages", "gjuhet")),
    ] = ()
    """Each ``xx`` or ``xx:level``; ISO 639-1, levels of the Common European Framework."""
    messengers: Annotated[
        tuple[str, ...],
        Field(QT_TRANSLATE_NOOP("Contact", "Messengers"), searched=Searched.BODY, identifies=True),
    ] = ()
    assistant: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Contact", "Secretary or interpreter"), searched=Searched.BODY)
    ] = ""
    address: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Contact", "Address"), long=True, searched=Searched.BODY, identifies=True,
            headings=("adresa", "address", "adrese"),
        ),
    ] = ""  # fmt: skip
    how_met: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Contact", "How we met"), long=True, searched=Searched.BODY)
    ] = ""
    introduced_by_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Contact", "Introduced by"), refers="contact")
    ] = None
    reliability_note: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Contact", "Reliability (assessment)"), long=True)
    ] = ""
    reachable_hours: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Reachable hours"))] = ""
    protocol_notes: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Contact", "Protocol notes"), long=True, searched=Searched.BODY)
    ] = ""
    birthday: Annotated[
        PartialDate | None,
        Field(QT_TRANSLATE_NOOP("Contact", "Birthday"), identifies=True, headings=("narozeniny", "birthday")),
    ] = None
    name_day: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Name day"))] = ""
    clearance: Annotated[str, Field(QT_TRANSLATE_NOOP("Contact", "Clearance"))] = ""
    clearance_until: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Contact", "Clearance until"))] = (
        None
    )
    notice_given: Annotated[
        PartialDate | None, Field(QT_TRANSLATE_NOOP("Contact", "Privacy notice given"))
    ] = None
    status: Annotated[ContactStatus, Field(QT_TRANSLATE_NOOP("Contact", "Status"), listed=True)] = (
        ContactStatus.ACTIVE
    )
    keep_in_touch_days: Annotated[
        int | None, Field(QT_TRANSLATE_NOOP("Contact", "Keep in touch every (days)"))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Child):
    """What a contact is or was, where, and from when to when."""

    type_name: ClassVar[str] = "position"

    organisation_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Position", "Organisation"), refers="organisation")
    ] = None
    organisation_name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Position", "Organisation as written"), searched=Searched.BODY)
    ] = ""
    function: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Position", "Function"), listed=True, searched=Searched.BODY)
    ] = ""
    since: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Position", "From"))] = None
    until: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Position", "Until"))] = None
    primary: Annotated[bool, Field(QT_TRANSLATE_NOOP("Position", "Main position"))] = False
    decides_on: Annotated[str, Field(QT_TRANSLATE_NOOP("Position", "Decides on"))] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Child):
    """A telephone number of a contact or an organisation: as typed, and in E.164 for comparing."""

    type_name: ClassVar[str] = "phone"

    number: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Phone", "Number"), searched=Searched.BODY, identifies=True)
    ]
    e164: Annotated[str, Field(QT_TRANSLATE_NOOP("Phone", "Number (E.164)"), searched=Searched.BODY)] = ""
    use: Annotated[AddressUse, Field(QT_TRANSLATE_NOOP("Phone", "Reaches"))] = AddressUse.WORK
    verified_on: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Phone", "Verified on"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Email(Child):
    """An e-mail address of a contact or an organisation: as typed, and folded for comparing."""

    type_name: ClassVar[str] = "email"

    address: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Email", "Address"), searched=Searched.BODY, identifies=True)
    ]
    folded: Annotated[str, Field(QT_TRANSLATE_NOOP("Email", "Address (folded)"))] = ""
    use: Annotated[AddressUse, Field(QT_TRANSLATE_NOOP("Email", "Reaches"))] = AddressUse.WORK
