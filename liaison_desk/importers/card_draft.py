"""What is gathered from one vCard before it becomes records."""

from dataclasses import dataclass, field
from typing import NamedTuple

from liaison_desk.domain.codes import AddressUse
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.account import Account
from liaison_desk.importers.proposal import ProposedFile, ReadingContext


class Grouped(NamedTuple):
    """A text and the group of its property; the same group means that texts belong together."""

    group: str
    text: str


class Reached(NamedTuple):
    """A telephone number or an address, what it reaches, and whether it comes first."""

    text: str
    use: AddressUse
    preferred: bool


class NameParts(NamedTuple):
    """The structured name (RFC 6350, 6.2.2)."""

    family: str = ""
    given: str = ""
    additional: str = ""
    before: str = ""
    after: str = ""


@dataclass(slots=True)
class CardDraft:
    """A card half read."""

    context: ReadingContext
    account: Account
    id: RecordId
    old: bool
    """True for version 2.1."""
    labels: dict[str, str] = field(default_factory=dict)
    """Labels that an Apple address book gives to groups of properties."""
    uid: str = ""
    kind: str = ""
    shows_company: bool = False
    full_name: str = ""
    parts: NameParts | None = None
    sort_as: str = ""
    aliases: list[str] = field(default_factory=list)
    birthday: PartialDate | None = None
    assistant: str = ""
    languages: list[str] = field(default_factory=list)
    messengers: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    organisations: list[Grouped] = field(default_factory=list)
    titles: list[Grouped] = field(default_factory=list)
    roles: list[Grouped] = field(default_factory=list)
    phones: list[Reached] = field(default_factory=list)
    emails: list[Reached] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    files: list[ProposedFile] = field(default_factory=list)
