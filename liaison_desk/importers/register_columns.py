"""Which column of a register means what: by its heading in Czech, English or Albanian."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache

from liaison_desk.domain.contact import Contact
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.request import Request
from liaison_desk.domain.values import PartialDate

REQUEST, CONTACT = "request", "contact"

_PSEUDO: dict[str, tuple[str, ...]] = {
    "request.number": (
        "no", "nr", "c", "cislo", "por c", "poradi", "poradove cislo", "p c", "number", "item", "nr rendor",
        "numri",
    ),
    "request.from": (
        "od", "od koho", "from", "sender", "requesting", "requesting authority", "requesting unit",
        "requester",
        "zadatel", "dozadujici", "dozadujici organ", "zadajici utvar", "odesilatel", "prej", "nga",
        "kerkuesi",
        "autoriteti kerkues",
    ),
    "request.to": (
        "komu", "predano komu", "predano", "sent to", "to", "addressee", "requested", "requested authority",
        "requested unit", "adresat", "dozadany", "dozadany organ", "derguar", "derguar per", "per",
        "drejtuar",
        "autoriteti i kerkuar",
    ),
    "request.their_ref": (
        "their ref", "their reference", "their no", "jejich c j", "jejich cj", "c j partnera", "cj partnera",
        "cizi c j", "cizi cj",
        "c j zadatele", "c j odesilatele", "jejich znacka", "vase c j", "ref e tyre", "referenca e tyre",
        "nr i tyre", "sender ref", "requester ref",
    ),
    "request.our_ref": (
        "our ref", "our reference", "our no", "nase c j", "nase cj", "c j", "cj", "cislo jednaci", "ref",
        "reference",
        "spisova znacka", "sp zn", "nase znacka", "ref jone", "referenca jone", "nr yne", "our ref c j",
        "referenca",
    ),
    "request.host_ref": (
        "nr prot", "albanian nr prot", "nr protokolli", "numri i protokollit", "prot", "protokol",
        "nr protokollit",
        "protocol", "protocol no", "protocol number", "alb c j", "albanske c j", "albansky protokol",
        "c prot",
    ),
    "request.channel_ref": (
        "siena", "siena no", "siena c", "interpol", "ncb", "ncb ref", "spoc", "spoc ref", "sirene",
    ),
    "request.reminder": (
        "reminder", "reminders", "reminded", "reminded on", "upominka", "upominky", "urgovano", "kujtese",
        "kujtesa",
        "perkujtese", "rikujtese", "urgence dne",
    ),
    "request.person": (
        "osoba", "osoby", "person", "persons", "personi", "personat", "lustrovana osoba", "dotazovana osoba",
        "jmeno osoby", "name of person", "subjekt", "emri i personit", "subject of inquiry",
    ),
    "request.channel": ("kanal", "cestou", "channel", "via", "received via", "kanali", "rruga"),
    "request.note": (
        "poznamka", "poznamky", "pozn", "note", "notes", "remark", "remarks", "comment", "comments", "shenim",
        "shenime", "shenimi", "shenimet", "verejtje",
    ),
    "contact.phone": (
        "telefon", "tel", "telefony", "phone", "phone number", "telephone", "business phone", "work phone",
        "telefon do prace", "sluzebni telefon", "telefoni", "nr telefoni", "numri i telefonit", "tel no",
        "phone value", "pevna linka",
    ),
    "contact.mobile": (
        "mobil", "mobile", "mobile phone", "cell", "cell phone", "gsm", "celular", "celulari",
        "mobilni telefon",
        "sluzebni mobil",
    ),
    "contact.home_phone": ("home phone", "telefon domu", "domu", "telefoni i shtepise"),
    "contact.fax": ("fax", "faks", "faksi", "business fax"),
    "contact.email": (
        "e mail", "email", "mail", "e mail address", "email address", "e mail adresa", "e mailova adresa",
        "e posta",
        "posta elektronike", "adresa elektronike", "emaili", "e mail value", "mejl",
    ),
    "contact.organisation": (
        "organizace", "organisation", "organization", "company", "institution", "agency", "authority",
        "instituce",
        "utvar", "unit", "urad", "organ", "spolecnost", "firma", "institucioni", "organizata", "njesia",
        "drejtoria", "organization name", "service",
    ),
    "contact.function": (
        "funkce", "function", "position", "job title", "title", "role", "pozice", "pracovni pozice",
        "zarazeni",
        "pozicioni", "funksioni", "detyra", "organization title",
    ),
    "contact.tags": (
        "kategorie", "categories", "category", "tags", "stitky", "kategoria", "kategorite", "labels",
    ),
    "contact.note": (
        "poznamka", "poznamky", "pozn", "note", "notes", "remark", "remarks", "comment", "comments", "shenim",
        "shenime", "shenimi", "shenimet",
    ),
}  # fmt: skip
_REPEATABLE = {
    "request.their_ref", "request.our_ref", "request.host_ref", "request.channel_ref", "request.reminder",
    "request.person", "request.note", "request.crime_areas", "contact.phone", "contact.mobile",
    "contact.home_phone", "contact.fax", "contact.email", "contact.tags", "contact.note", "contact.aliases",
    "contact.languages",
}  # fmt: skip
_REMINDER_WORD = "urgence"
"""In Czech both urgency and, far more often in a register, a reminder."""
_FILLABLE: tuple[object, ...] = (str, tuple[str, ...], datetime | None, PartialDate | None)
"""Types of fields that a cell can fill; fields of other types can where they have headings."""
_NUMBERS = re.compile(r"\b\d+\b")
_NAMING = {"contact.name", "contact.family_name", "contact.given_name"}


class SheetKind(Enum):
    """What the rows of a sheet are."""

    REQUESTS = REQUEST
    CONTACTS = CONTACT


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A column of a register: its heading as written, and what it fills; None where it goes to the note."""

    heading: str
    target: str | None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one sheet, by place."""

    kind: SheetKind
    headings: tuple[str, ...]
    targets: tuple[str | None, ...]

    def count(self) -> int:
        """Return how many columns mean something."""
        return sum(1 for target in self.targets if target is not None)


def fold_heading(heading: str) -> str:
    """Return a heading as it is compared and remembered: folded words, single blanks."""
    return " ".join(fold_words(heading))


@cache
def known_targets() -> tuple[str, ...]:
    """Return every target that a column can be mapped to by hand."""
    direct = [
        f"{name}.{info.name}"
        for name, record in _RECORDS
        for info in fields_of(record)
        if info.field.headings or info.type in _FILLABLE
    ]
    return (*dict.fromkeys((*direct, *_PSEUDO)),)


_RECORDS: tuple[tuple[str, type], ...] = ((REQUEST, Request), (CONTACT, Contact))


@cache
def _meanings() -> dict[str, dict[str, str]]:
    """Return for each kind of sheet the folded headings and what they mean; fields outrank pseudo targets."""
    found: dict[str, dict[str, str]] = {REQUEST: {}, CONTACT: {}}
    for target, headings in _PSEUDO.items():
        for heading in headings:
            found[target.partition(".")[0]][fold_heading(heading)] = target
    for name, record in _RECORDS:
        for info in fields_of(record):
            if not info.field.headings:
                continue
            for heading in (*info.field.headings, info.field.label.source):
                found[name][fold_heading(heading)] = f"{name}.{info.name}"
    found[REQUEST][_REMINDER_WORD] = "request.reminder"
    return found


def match_columns(headings: Sequence[str], remembered: dict[str, str]) -> Columns:
    """Return what the columns under these headings mean: requests or contacts, whichever fits better."""
    requests, contacts = (_match_as(kind, headings, remembered) for kind in SheetKind)
    named = _NAMING.intersection(filter(None, contacts.targets))
    return contacts if named and contacts.count() > requests.count() else requests


def _match_as(kind: SheetKind, headings: Sequence[str], remembered: dict[str, str]) -> Columns:
    meanings = _meanings()[kind.value]
    taken: set[str] = set()
    targets: list[str | None] = []
    for heading in headings:
        target = _find_target(fold_heading(heading), meanings, remembered, kind)
        if target in taken and target not in _REPEATABLE:
            target = None
        if target is not None:
            taken.add(target)
        targets.append(target)
    return Columns(kind, tuple(headings), tuple(targets))


def _find_target(
    folded: str, meanings: dict[str, str], remembered: dict[str, str], kind: SheetKind
) -> str | None:
    if folded in remembered:
        chosen = remembered[folded]
        return chosen if chosen in known_targets() and chosen.startswith(kind.value) else None
    bare = " ".join(_NUMBERS.sub(" ", folded).split())
    return meanings.get(folded) or meanings.get(bare) or meanings.get(folded.replace(" ", ""))


def score_headings(cells: Iterable[str], remembered: dict[str, str]) -> int:
    """Return how many cells of a row could be headings: the row with most of them is the heading row."""
    return match_columns(list(cells), remembered).count()
