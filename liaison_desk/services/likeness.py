"""When two children of a record say the same: the same number, address, position, step."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from liaison_desk.domain.attached import Attachment, Link, Note, Tag, Task
from liaison_desk.domain.contact import Email, Phone, Position
from liaison_desk.domain.folding import fold, fold_name
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.phones import fold_email
from liaison_desk.domain.record import Child
from liaison_desk.domain.request_parts import InformationItem, Reference, Step, Subject
from liaison_desk.domain.search_document import bare_key

Key = tuple[object, ...]


def fold_reference(number: str) -> str:
    """Return a reference number as it is compared: folded, without signs and leading noughts."""
    return bare_key(number)


def key_of(child: Child) -> Key:
    """Return what makes a child the same as another of its type, however it is spelled."""
    return (child.type_name, *_KEYS[type(child)](child))


def same_position(one: Position, other: Position) -> bool:
    """Tell whether two positions are one: a date that only one of them knows does not part them."""
    if fold(one.function) != fold(other.function):
        return False
    if one.since and other.since and one.since != other.since:
        return False
    if one.until and other.until and one.until != other.until:
        return False
    if one.organisation_id and one.organisation_id == other.organisation_id:
        return True
    if one.organisation_id and other.organisation_id:
        return False
    return fold(one.organisation_name) == fold(other.organisation_name)


def find_same(child: Child, present: Iterable[Child]) -> Child | None:
    """Return the child among those present that says the same, or None."""
    if isinstance(child, Position):
        return next((one for one in present if isinstance(one, Position) and same_position(one, child)), None)
    if isinstance(child, Participant):
        return next((one for one in present if isinstance(one, Participant) and same_guest(one, child)), None)
    wanted = key_of(child)
    return next((one for one in present if type(one) is type(child) and key_of(one) == wanted), None)


def same_guest(one: Participant, other: Participant) -> bool:
    """Tell whether two participants are one person: by contact, else by e-mail, else by name."""
    if one.contact_id and other.contact_id:
        return one.contact_id == other.contact_id
    if one.email and other.email:
        return fold_email(one.email) == fold_email(other.email)
    return bool(one.name) and fold_name(one.name) == fold_name(other.name)


def describe_child(child: Child) -> str:
    """Return the words that tell one child from the others of its type, for a note."""
    match child:
        case Position():
            words = ", ".join(filter(None, (child.function, child.organisation_name)))
        case Subject():
            words = child.name or f"{child.surname} {child.given_name}".strip()
        case Step():
            words = f"{child.at:%Y-%m-%d} {child.kind.value}"
        case _:
            words = str(getattr(child, _WORDS.get(type(child), "id")))
    return words


def _phone_key(phone: Phone) -> Key:
    return (phone.e164 or "".join(sign for sign in phone.number if sign.isalnum() or sign == "+"),)


def _subject_key(subject: Subject) -> Key:
    name = fold_name(subject.name or f"{subject.surname} {subject.given_name}")
    return subject.kind, name, str(subject.born or ""), fold(subject.national_number)


_WORDS: dict[type[Child], str] = {
    Phone: "number",
    Email: "address",
    Participant: "name",
    Attachment: "name",
    Reference: "number",
    Tag: "word",
    Link: "role",
    Note: "text",
    Task: "text",
    InformationItem: "text",
}
_KEYS = cast(
    "dict[type[Child], Callable[[Any], Key]]",
    {
        Phone: _phone_key,
        Email: lambda email: (email.folded or fold_email(email.address),),
        Position: lambda position: (
            position.organisation_id or fold(position.organisation_name),
            fold(position.function),
            position.since,
            position.until,
        ),
        Participant: lambda guest: (guest.contact_id or fold_email(guest.email) or fold_name(guest.name),),
        Reference: lambda one: (fold_reference(one.number), one.holder, fold(one.system)),
        Step: lambda step: (step.at, step.kind, fold(step.reference), step.text.strip()),
        Subject: _subject_key,
        InformationItem: lambda item: (item.text.strip(),),
        Note: lambda note: (note.text.strip(), note.kind, note.at),
        Tag: lambda tag: (fold(tag.word),),
        Attachment: lambda attachment: (attachment.sha256 or attachment.blob_id,),
        Task: lambda task: (fold(task.text), task.due),
        Link: lambda link: (link.to_id, fold(link.role)),
    },
)
