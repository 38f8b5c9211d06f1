"""What every record has: an id, and for roots the columns that all roots share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import Handling
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field
from liaison_desk.domain.ids import RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A frozen row of the desk. ``type_name`` is its stable name in journal, search and workbook."""

    type_name: ClassVar[str]

    id: RecordId


@dataclass(frozen=True, slots=True, kw_only=True)
class Root(Record):
    """A record that stands alone: it has a reference, a revision, a marking, and may lie in the bin."""

    ref_prefix: ClassVar[str]
    """First part of the reference that the desk gives: ``C-0031``; dated kinds carry the year."""
    ref_dated: ClassVar[bool] = False

    ref: str = ""
    """The desk's own reference, given at the first save, never reused."""
    revision: int = 0
    """Counts saves of the root or any of its children; never journaled."""
    marking: Annotated[str, Field(QT_TRANSLATE_NOOP("Record", "Marking"), codes="marking", listed=True)] = (
        "INTERNAL"
    )
    handling: Annotated[Handling, Field(QT_TRANSLATE_NOOP("Record", "Handling"), listed=True)] = (
        Handling.SERVICE_ONLY
    )
    binned_at: datetime | None = None
    origin_system: str = ""
    """The file or system the record came from, for example ``vcard``, ``icalendar``, ``register``."""
    origin_uid: str = ""
    origin_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child(Record):
    """A record that belongs to a root and shares its marking, handling and revision."""

    owner_id: RecordId
    rank: int = 0
    """Order among its like within the owner."""
