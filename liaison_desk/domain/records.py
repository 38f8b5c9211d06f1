"""The one list of record types, and a root together with what belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from liaison_desk.domain.attached import Attachment, Link, Note, Tag, Task
from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import InformationItem, Reference, Step, Subject

ChildType = TypeVar("ChildType", bound=Child)

ATTACHED_TYPES: tuple[type[Child], ...] = (Note, Tag, Attachment, Task, Link)
"""Children that any root may have."""

CHILD_TYPES: dict[type[Root], tuple[type[Child], ...]] = {
    Organisation: (Phone, Email, *ATTACHED_TYPES),
    Contact: (Position, Phone, Email, *ATTACHED_TYPES),
    Meeting: (Participant, *ATTACHED_TYPES),
    Request: (Reference, Step, Subject, InformationItem, *ATTACHED_TYPES),
    CodeEntry: (),
}
"""Which children each root may have, in the order in which they are shown."""

ROOT_TYPES: tuple[type[Root], ...] = tuple(CHILD_TYPES)
RECORD_TYPES: tuple[type[Record], ...] = (
    *ROOT_TYPES,
    Position, Phone, Email, Participant, Reference, Step, Subject, InformationItem, *ATTACHED_TYPES,
)  # fmt: skip

TYPES_BY_NAME: dict[str, type[Record]] = {kind.type_name: kind for kind in RECORD_TYPES}


def reading_order(child: Child) -> tuple[str, int, str]:
    """Return the key by which the children of a root are always sorted."""
    return child.type_name, child.rank, child.id


@dataclass(frozen=True, slots=True)
class Dossier:
    """A root with all its children, as it is read, edited and saved."""

    root: Root
    children: tuple[Child, ...] = ()

    def of(self, kind: type[ChildType]) -> tuple[ChildType, ...]:
        """Return the children of one type, in their order."""
        return tuple(sorted((c for c in self.children if isinstance(c, kind)), key=lambda c: c.rank))

    def records(self) -> Iterator[Record]:
        """Yield the root, then its children in reading order, however they were put together."""
        yield self.root
        yield from sorted(self.children, key=reading_order)


def title_of(root: Root) -> str:
    """Return the text that names a root: name, title, matter or code."""
    match root:
        case Organisation() | Contact():
            return root.name
        case Meeting():
            return root.title
        case Request():
            return root.matter
        case CodeEntry():
            return f"{root.list_name}: {root.value}"
        case _:
            return root.ref
