"""The tables that sample data is made from: where they lie, what their rows hold, how their days are told.

They are shipped as package data in ``liaison_desk/resources/sample``; in a checkout they lie in
``resources/sample`` beside the package. Their days are offsets from the day the samples are made for.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from liaison_desk.domain.folding import fold

SAMPLE_ZONE = "Europe/Tirane"
"""The zone of the post; the samples' days are days there."""
MAIL_DOMAIN = "example.invalid"
"""A domain that can never exist (RFC 2606, section 2)."""

_SATURDAY = 5


class OrganisationRow(NamedTuple):
    """A real public institution, or a body that the name itself calls an example."""

    key: str
    kind: str
    country: str
    abbreviation: str
    name: str
    name_english: str
    name_czech: str
    parent: str
    address: str
    competence: str


class PersonRow(NamedTuple):
    """A fictional person, and the file in which the officer happens to keep the card."""

    file: str
    prefix: str
    given: str
    family: str
    suffix: str
    rank: str
    organisation: str
    function: str
    country: str
    use: str
    categories: str
    birthday: str
    """Month and day, without a year."""
    alias: str
    note: str
    extra: str
    """Words that make the card special; ``as=NAME`` gives it mailbox and number of another person."""

    @property
    def mailbox(self) -> str:
        """The part of the e-mail address before the sign."""
        if self.extra.startswith("as="):
            return self.extra.removeprefix("as=")
        return fold(self.full_name).replace(" ", ".")

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        """The e-mail address."""
        return f"{self.mailbox}@{MAIL_DOMAIN}"


class RequestRow(NamedTuple):
    """A request as a register tells it; days are offsets, empty where nothing happened."""

    register: str
    received: str
    sender: str
    their_reference: str
    matter: str
    crime: str
    urgency: str
    sent_to: str
    sent: str
    protocol: str
    reminder1: str
    reminder2: str
    deadline: str
    answered: str
    result: str
    closed: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An occurrence of a weekly meeting that takes place otherwise than its rule says."""

    week: int
    time: str
    minutes: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A meeting in the officer's calendar: all-day where ``days`` is given, else with a time and a zone."""

    uid: str
    day: int
    """Days from the day the samples are made for."""
    title: str
    time: str = ""
    minutes: int = 60
    days: int = 0
    zone: str = ""
    """IANA name, Outlook's own name, ``utc`` or ``floating``."""
    weekday: int | None = None
    """Where given, the first such day of the week from ``day`` on; Monday is 0."""
    place: str = ""
    description: str = ""
    rule: str = ""
    skip_weeks: list[int] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    attendees: list[str] = field(default_factory=list)
    """Mailboxes of people."""
    categories: str = ""
    private: bool = False
    cancelled: bool = False

    @property
    def exceptions(self) -> list[Moved]:
        """The occurrences that were moved."""
        return [Moved(**moved) for moved in self.moved]


class Calendar(NamedTuple):
    """Whose calendar it is, and what stands in it."""

    officer: str
    officer_email: str
    events: tuple[EventRow, ...]


def find_samples() -> Path:
    """Return the folder of the tables: beside the modules when installed, above them in a checkout."""
    package = Path(str(files("liaison_desk")))
    inside = package / "resources" / "sample"
    return inside if inside.is_dir() else package.parent / "resources" / "sample"


def _rows(name: str) -> Iterator[list[str]]:
    with (find_samples() / name).open(encoding="utf-8", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        yield from rows


@cache
def load_organisations() -> tuple[OrganisationRow, ...]:
    """Return the organisations, parents before their units."""
    return tuple(OrganisationRow(*row) for row in _rows("organisations.csv"))


@cache
def load_people() -> tuple[PersonRow, ...]:
    """Return the people; the place of a row is the serial of its telephone number."""
    return tuple(PersonRow(*row) for row in _rows("people.csv"))


@cache
def load_requests() -> tuple[RequestRow, ...]:
    """Return the requests of both registers."""
    return tuple(RequestRow(*row) for row in _rows("requests.csv"))


@cache
def load_calendar() -> Calendar:
    """Return the officer and the events of his calendar."""
    table = _load_json("meetings.json")
    officer, email = table["officer"]
    return Calendar(officer, email, tuple(EventRow(**event) for event in table["events"]))


@cache
def load_words() -> dict[str, Any]:
    """Return the words from which large vaults are made."""
    return _load_json("words.json")


def _load_json(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((find_samples() / name).read_text(encoding="utf-8"))
    return found


def working_day(first: date, offset: int) -> date:
    """Return the day ``offset`` days after ``first``, moved out of a weekend away from it.

    What is due later never comes to lie before what happened earlier.
    """
    day = first + timedelta(days=offset)
    over = day.weekday() - _SATURDAY
    if over < 0:
        return day
    return day + timedelta(days=2 - over) if offset > 0 else day - timedelta(days=1 + over)
