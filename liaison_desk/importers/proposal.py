"""What a reader of foreign files hands over: proposed records, and an account of every property."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.records import Dossier

CHARACTERS_REPLACED = "characters_replaced"
"""Reason in ``refused_parts`` of a property that was kept, but lost NUL or lone surrogates."""
DATE_NOT_UNDERSTOOD = "date_not_understood"
"""Reason in ``refused_parts`` of a date that went into the note as it was written."""
LOSSES = frozenset({CHARACTERS_REPLACED, DATE_NOT_UNDERSTOOD})
"""Reasons that name a property which is kept or noted all the same."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its name, its size in bytes, and how to open it (binary, from the start)."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a reader must know of the desk: how to make ids, the post's region and zone, the present."""

    new_id: IdFactory
    region: str
    """ISO 3166-1 alpha-2; national telephone numbers are read by it."""
    zone: str
    """IANA zone of the post; floating times are read by it."""
    now: datetime
    columns: dict[str, str] = field(default_factory=dict)
    """Register columns remembered from earlier imports: folded heading to target."""


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """A file inside a file, for example a photo; it becomes a sealed attachment of the root."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class NamedReference:
    """A field that names another record by words; the plan resolves it or keeps the words."""

    record_id: RecordId
    field: str
    """Name of the id field to fill, for example ``requesting_authority_id``."""
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of a foreign file: what it would become, or why it is refused.

    Every property of the row is in the dossier, in ``kept_in_note`` or in ``refused_parts``.
    """

    number: int
    """Counts rows of the file from 1, as a person would: card 3, event 7, row 12."""
    dossier: Dossier | None
    label: str = ""
    """How the row calls itself, for the plan shown to the officer."""
    files: tuple[ProposedFile, ...] = ()
    named: tuple[NamedReference, ...] = ()
    kept_in_note: tuple[str, ...] = ()
    """Names of properties that have no field and went into a note, one for each occurrence."""
    refused_parts: tuple[tuple[str, str], ...] = ()
    """Property name and reason, for what could not be kept at all (or, by its reason, not unchanged)."""
    properties_kept: int = 0
    """Count of the properties that went into fields, children or files."""
    properties_read: int = 0
    """Count of all properties found in the row: kept, noted and refused ones."""
    refusal: str = ""
    """Reason from a closed list when the whole row is refused."""
