"""What can hang on any root: notes, tags, attachments, tasks and links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import NoteKind
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child
from liaison_desk.domain.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Child):
    """Something written down: a note, a call, a development."""

    type_name: ClassVar[str] = "note"

    text: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Note", "Text"), required=True, long=True, searched=Searched.BODY)
    ]
    kind: Annotated[NoteKind, Field(QT_TRANSLATE_NOOP("Note", "Kind"))] = NoteKind.NOTE
    at: Annotated[datetime | None, Field(QT_TRANSLATE_NOOP("Note", "When"))] = None
    pinned: Annotated[bool, Field(QT_TRANSLATE_NOOP("Note", "Pinned"))] = False
    marking: Annotated[str, Field(QT_TRANSLATE_NOOP("Note", "Marking"), codes="marking")] = ""
    """Empty where the owner's marking holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Child):
    """A word by which records are gathered."""

    type_name: ClassVar[str] = "tag"

    word: Annotated[str, Field(QT_TRANSLATE_NOOP("Tag", "Tag"), required=True, searched=Searched.BODY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Child):
    """A file kept sealed beside the database; ``blob_id`` names the sealed file."""

    type_name: ClassVar[str] = "attachment"

    name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Attachment", "Name"), required=True, searched=Searched.BODY)
    ]
    blob_id: str
    media_type: Annotated[str, Field(QT_TRANSLATE_NOOP("Attachment", "Type"))] = ""
    size: Annotated[int, Field(QT_TRANSLATE_NOOP("Attachment", "Size (bytes)"))] = 0
    sha256: Annotated[str, Field(QT_TRANSLATE_NOOP("Attachment", "SHA-256"))] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Child):
    """Something to be done about a record."""

    type_name: ClassVar[str] = "task"

    text: Annotated[str, Field(QT_TRANSLATE_NOOP("Task", "Task"), required=True, searched=Searched.BODY)]
    assignee: Annotated[str, Field(QT_TRANSLATE_NOOP("Task", "Whose task"))] = ""
    due: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Task", "Due"))] = None
    done_at: Annotated[datetime | None, Field(QT_TRANSLATE_NOOP("Task", "Done"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Child):
    """A directed link from its owner to another root, with the role in words."""

    type_name: ClassVar[str] = "link"

    to_id: Annotated[RecordId, Field(QT_TRANSLATE_NOOP("Link", "To"), refers="root")]
    role: Annotated[str, Field(QT_TRANSLATE_NOOP("Link", "Role"), searched=Searched.BODY)] = ""
