"""Turns one row of a list of people into a proposed contact with position, telephones and e-mails."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from liaison_desk.domain.attached import Tag
from liaison_desk.domain.codes import AddressUse
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.fields import field_named
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.phones import fold_email, to_e164
from liaison_desk.domain.record import Child
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.account import Account, refuse_row
from liaison_desk.importers.proposal import DATE_NOT_UNDERSTOOD, NamedReference, Proposal, ReadingContext
from liaison_desk.importers.register_values import DateReader, FilledCell, split_list, split_words

ORIGIN = "register"

_PHONE_USES = {
    "phone": AddressUse.WORK,
    "mobile": AddressUse.MOBILE,
    "home_phone": AddressUse.HOME,
    "fax": AddressUse.FAX,
}


@dataclass(slots=True)
class _Draft:
    """A contact half read."""

    context: ReadingContext
    id: RecordId
    account: Account
    dates: DateReader
    values: dict[str, Any] = field(default_factory=dict)
    organisation: str = ""
    function: str = ""
    phones: list[tuple[str, AddressUse]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def propose_contact(
    context: ReadingContext, number: int, cells: list[FilledCell], account: Account, digest: str, near: date
) -> Proposal:
    """Return the contact that a row describes, or a refusal where it names nobody."""
    draft = _Draft(context, context.new_id(), account, DateReader(context.zone, near))
    for cell in cells:
        if _put_cell(draft, cell):
            account.keep()
        else:
            account.note(cell.heading, cell.text)
    values = draft.values
    spelled = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()
    name = values.pop("name", "") or spelled or (draft.emails or [""])[0]
    if not name:
        return refuse_row(number, " ".join(cell.text for cell in cells), "nothing_names_it", len(cells))
    contact = Contact(
        id=draft.id,
        origin_system=ORIGIN,
        origin_uid=fold_email(draft.emails[0]) if draft.emails else fold_name(name),
        origin_hash=digest,
        name=name,
        **values,
    )
    children, named = _make_children(draft)
    return account.propose(contact, children, name, named=named)


def _put_cell(draft: _Draft, cell: FilledCell) -> bool:
    name = (cell.target or "").removeprefix("contact.")
    if name in _PHONE_USES:
        draft.phones.extend((number, _PHONE_USES[name]) for number in split_list(cell.text))
        return True
    put = _PSEUDO.get(name)
    return put(draft, cell) if put is not None else _put_field(draft, name, cell)


def _put_field(draft: _Draft, name: str, cell: FilledCell) -> bool:
    info = field_named(Contact, name)
    if cell.target is None or info is None:
        return False
    if info.type == tuple[str, ...]:
        draft.values[name] = tuple(dict.fromkeys((*draft.values.get(name, ()), *split_words(cell.text))))
        return True
    if name in draft.values:
        return False
    if info.type is str:
        draft.values[name] = cell.text
        return True
    day = draft.dates.read_date(cell.value) if info.type == PartialDate | None else None
    if day is None:
        draft.account.name_loss(cell.heading, DATE_NOT_UNDERSTOOD)
        return False
    draft.values[name] = day
    return True


def _put_emails(draft: _Draft, cell: FilledCell) -> bool:
    draft.emails.extend(split_words(cell.text))
    return True


def _put_organisation(draft: _Draft, cell: FilledCell) -> bool:
    if draft.organisation:
        return False
    draft.organisation = cell.text
    return True


def _put_function(draft: _Draft, cell: FilledCell) -> bool:
    if draft.function:
        return False
    draft.function = cell.text
    return True


def _put_tags(draft: _Draft, cell: FilledCell) -> bool:
    draft.tags.extend(word for word in split_words(cell.text) if word not in draft.tags)
    return True


def _put_note(draft: _Draft, cell: FilledCell) -> bool:
    draft.account.write_down(cell.text)
    return True


_PSEUDO: dict[str, Callable[[_Draft, FilledCell], bool]] = {
    "email": _put_emails,
    "organisation": _put_organisation,
    "function": _put_function,
    "tags": _put_tags,
    "note": _put_note,
}


def _make_children(draft: _Draft) -> tuple[list[Child], list[NamedReference]]:
    new_id, owner = draft.context.new_id, draft.id
    children: list[Child] = []
    named: list[NamedReference] = []
    if draft.organisation or draft.function:
        position = Position(
            id=new_id(), owner_id=owner, organisation_name=draft.organisation, function=draft.function,
            primary=True,
        )  # fmt: skip
        children.append(position)
        if draft.organisation:
            named.append(NamedReference(position.id, "organisation_id", draft.organisation))
    for rank, (number, use) in enumerate(draft.phones):
        e164 = to_e164(number, draft.context.region)
        children.append(Phone(id=new_id(), owner_id=owner, rank=rank, number=number, e164=e164, use=use))
    for rank, address in enumerate(draft.emails):
        folded = fold_email(address)
        children.append(Email(id=new_id(), owner_id=owner, rank=rank, address=address, folded=folded))
    for rank, word in enumerate(draft.tags):
        children.append(Tag(id=new_id(), owner_id=owner, rank=rank, word=word))
    children.extend(draft.account.write_notes(new_id, owner))
    return children, named
