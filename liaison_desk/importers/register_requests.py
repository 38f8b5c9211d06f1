"""Turns one row of a register into a proposed request with its references, reminders and persons."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from liaison_desk.domain.codes import Outcome, ReferenceHolder, RequestStatus, StepKind, Urgency
from liaison_desk.domain.fields import field_named
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference, Step, Subject
from liaison_desk.domain.values import PartialDate
from liaison_desk.importers.account import Account, refuse_row
from liaison_desk.importers.proposal import DATE_NOT_UNDERSTOOD, NamedReference, Proposal, ReadingContext
from liaison_desk.importers.register_values import DateReader, FilledCell, split_list, split_words
from liaison_desk.importers.register_words import (
    read_channel,
    read_crime_area,
    read_outcome,
    read_status,
    read_urgency,
)

ORIGIN = "register"

_STATUS_OF_OUTCOME = {
    Outcome.REFUSED: RequestStatus.REFUSED,
    Outcome.NONE_HELD: RequestStatus.NOT_HELD,
    Outcome.WITHDRAWN: RequestStatus.WITHDRAWN,
    Outcome.LAPSED: RequestStatus.LAPSED,
    Outcome.PARTIAL: RequestStatus.PARTLY_ANSWERED,
}
_HOLDERS = {
    "our_ref": ReferenceHolder.OURS,
    "their_ref": ReferenceHolder.THEIRS,
    "channel_ref": ReferenceHolder.CHANNEL,
    "host_ref": ReferenceHolder.OTHER,
}
_KEY_ORDER = (ReferenceHolder.OURS, ReferenceHolder.THEIRS, ReferenceHolder.CHANNEL, ReferenceHolder.OTHER)
_SYSTEMS = ("SIENA", "INTERPOL", "SIRENE")


@dataclass(slots=True)
class _Draft:
    """A request half read."""

    context: ReadingContext
    account: Account
    id: RecordId
    dates: DateReader
    values: dict[str, Any] = field(default_factory=dict)
    """Fields of the request by name; each cell has passed its field's own reader."""
    children: list[Child] = field(default_factory=list)
    named: list[NamedReference] = field(default_factory=list)

    def rank(self, kind: type[Child]) -> int:
        return sum(1 for child in self.children if isinstance(child, kind))


def propose_request(
    context: ReadingContext, number: int, cells: list[FilledCell], account: Account, digest: str, near: date
) -> Proposal:
    """Return the request that a row describes, or a refusal where it has neither matter nor reference."""
    draft = _Draft(context, account, context.new_id(), DateReader(context.zone, near))
    for cell in sorted(cells, key=lambda cell: cell.target != "request.received_at"):
        _put_cell(draft, cell)
        if cell.target == "request.received_at" and (received := draft.values.get("received_at")):
            draft.dates = replace(draft.dates, near=received.date())
    references = [child for child in draft.children if isinstance(child, Reference)]
    subject = next((child.name for child in draft.children if isinstance(child, Subject)), "")
    matter = draft.values.pop("matter", "") or subject or (references[0].number if references else "")
    if not matter:
        label = " ".join(cell.text for cell in cells)
        return refuse_row(number, label, "neither_matter_nor_reference", len(cells))
    draft.values.setdefault("status", _infer_status(draft.values))
    request = Request(
        id=draft.id,
        origin_system=ORIGIN,
        origin_uid=_choose_key(references, matter, draft.values.get("received_at")),
        origin_hash=digest,
        matter=matter,
        **draft.values,
    )
    draft.children.extend(account.write_notes(context.new_id, draft.id))
    return account.propose(request, draft.children, matter, named=draft.named)


def _choose_key(references: list[Reference], matter: str, received: datetime | None) -> str:
    """Return what names the row in a later import: its best reference, else its day and matter."""
    for holder in _KEY_ORDER:
        for reference in references:
            if reference.holder is holder:
                return reference.number
    return " ".join([f"{received:%Y-%m-%d}" if received else "", *fold_words(matter)]).strip()


def _infer_status(values: dict[str, Any]) -> RequestStatus:
    """Return the status that the filled columns show, for a register without a column of its own."""
    if values.get("closed_at"):
        return RequestStatus.CLOSED
    if values.get("outcome") in _STATUS_OF_OUTCOME:
        return _STATUS_OF_OUTCOME[values["outcome"]]
    if values.get("answered_at"):
        return RequestStatus.ANSWERED
    return RequestStatus.WITH_PARTNER if values.get("sent_at") else RequestStatus.REGISTERED


def _put_cell(draft: _Draft, cell: FilledCell) -> None:
    """Give one cell its place and count it once."""
    name = (cell.target or "").removeprefix("request.")
    put = _PSEUDO.get(name)
    if put is None and cell.target is not None and field_named(Request, name) is not None:
        kept = _put_field(draft, name, cell)
    else:
        kept = put is not None and put(draft, cell)
    if kept:
        draft.account.keep()
    else:
        draft.account.note(cell.heading, cell.text)


def _put_field(draft: _Draft, name: str, cell: FilledCell) -> bool:
    info = field_named(Request, name)
    if info is None or name in draft.values:
        return False
    if name in _WORDS:
        value: object = _WORDS[name](cell.text)
    elif name == "crime_areas":
        return _put_crime(draft, cell)
    elif info.type == datetime | None:
        value = _dated(draft, cell, draft.dates.read_moment(cell.value))
    elif info.type == PartialDate | None:
        value = _dated(draft, cell, draft.dates.read_date(cell.value))
    elif info.type is str:
        value = cell.text
    elif info.type == tuple[str, ...]:
        value = tuple(split_words(cell.text))
    else:
        return False
    if value is not None:
        draft.values[name] = value
    return value is not None


def _dated(
    draft: _Draft, cell: FilledCell, value: PartialDate | datetime | None
) -> PartialDate | datetime | None:
    if value is None:
        draft.account.name_loss(cell.heading, DATE_NOT_UNDERSTOOD)
    return value


def _put_crime(draft: _Draft, cell: FilledCell) -> bool:
    whole = read_crime_area(cell.text)
    areas = [whole] if whole else [read_crime_area(word) for word in split_words(cell.text)]
    known = [area for area in areas if area is not None]
    if known:
        draft.values["crime_areas"] = tuple(dict.fromkeys((*draft.values.get("crime_areas", ()), *known)))
    if len(known) == len(areas):
        return True
    if draft.values.get("offence"):
        return False
    draft.values["offence"] = cell.text
    return True


def _put_reference(draft: _Draft, cell: FilledCell) -> bool:
    holder = _HOLDERS[(cell.target or "").removeprefix("request.")]
    for number in split_list(cell.text):
        system = next((name for name in _SYSTEMS if number.upper().startswith(name)), "")
        if not system and holder in {ReferenceHolder.OTHER, ReferenceHolder.CHANNEL}:
            system = cell.heading
        draft.children.append(
            Reference(
                id=draft.context.new_id(), owner_id=draft.id, rank=draft.rank(Reference), number=number,
                system=system, holder=holder,
            )
        )  # fmt: skip
    return True


def _put_reminder(draft: _Draft, cell: FilledCell) -> bool:
    moments = draft.dates.read_moments(cell.value if not isinstance(cell.value, str) else cell.text)
    if moments is None:
        urgency = read_urgency(cell.text)
        if urgency is not None and "urgency" not in draft.values:
            # The Czech heading "urgence" may also mean urgency; what stands below it decides.
            draft.values["urgency"] = urgency
            return True
        draft.account.name_loss(cell.heading, DATE_NOT_UNDERSTOOD)
        return False
    for moment in moments:
        draft.children.append(
            Step(
                id=draft.context.new_id(), owner_id=draft.id, rank=draft.rank(Step), at=moment,
                kind=StepKind.REMINDED,
            )
        )  # fmt: skip
    return True


def _put_person(draft: _Draft, cell: FilledCell) -> bool:
    for name in split_list(cell.text):
        draft.children.append(
            Subject(id=draft.context.new_id(), owner_id=draft.id, rank=draft.rank(Subject), name=name)
        )
    return True


def _put_authority(draft: _Draft, cell: FilledCell) -> bool:
    name = "requesting_authority_id" if cell.target == "request.from" else "requested_authority_id"
    draft.named.append(NamedReference(draft.id, name, cell.text))
    return True


def _put_channel(draft: _Draft, cell: FilledCell) -> bool:
    channel = read_channel(cell.text)
    if channel is None or "received_via" in draft.values:
        return False
    draft.values["received_via"] = channel
    return True


def _put_note(draft: _Draft, cell: FilledCell) -> bool:
    draft.account.write_down(cell.text)
    return True


_WORDS: dict[str, Callable[[str], Urgency | Outcome | RequestStatus | None]] = {
    "urgency": read_urgency,
    "outcome": read_outcome,
    "status": read_status,
}
_PSEUDO: dict[str, Callable[[_Draft, FilledCell], bool]] = {
    "from": _put_authority,
    "to": _put_authority,
    "their_ref": _put_reference,
    "our_ref": _put_reference,
    "host_ref": _put_reference,
    "channel_ref": _put_reference,
    "reminder": _put_reminder,
    "person": _put_person,
    "channel": _put_channel,
    "note": _put_note,
}
