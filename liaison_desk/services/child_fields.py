"""What belongs to a root, changed by hand: new children by type, present ones by place (``phone:2``)."""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, replace
from typing import Any, cast

from liaison_desk.domain.attached import Attachment, Link, Note, Tag, Task
from liaison_desk.domain.contact import Email, Phone, Position
from liaison_desk.domain.errors import FieldUnknown, InvalidValue
from liaison_desk.domain.fields import FieldInfo, field_named, fields_of
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, Dossier
from liaison_desk.domain.request_parts import Reference, Step, Subject
from liaison_desk.services.desk import Desk

Assignment = tuple[str, str]
"""A field's name and what was typed for it."""

ReadField = Callable[[FieldInfo, str], object]
"""Returns the value of a field from what was typed for it."""

_MAIN_FIELDS: dict[type[Child], str] = {
    Phone: "number",
    Email: "address",
    Position: "function",
    Participant: "name",
    Reference: "number",
    Subject: "name",
    Note: "text",
    Tag: "word",
    Task: "text",
    Link: "to_id",
}
"""The field that a child's bare name sets (``phone=…``); ``phone.use=…`` sets another of the same child."""

_HIDDEN = frozenset({"e164", "folded"})


def names_child(root_type: type[Root], name: str) -> bool:
    """Tell whether a typed name means a child of such a root: ``phone``, ``phone.use``, ``phone:2``."""
    return _split(name)[0] in _kinds(root_type)


def places_of(dossier: Dossier) -> dict[RecordId, str]:
    """Return by id the name under which each child is shown and typed: type and place, counted from one."""
    return {
        child.id: f"{kind.type_name}:{place}"
        for kind in CHILD_TYPES[type(dossier.root)]
        for place, child in enumerate(dossier.of(kind), 1)
    }


def read_children(
    desk: Desk,
    dossier: Dossier,
    assignments: Iterable[Assignment],
    removed: Iterable[str],
    read: ReadField,
) -> tuple[Child, ...]:
    """Return the children of a root after assignments and removals; places count as they were shown.

    Raises FieldUnknown; InvalidValue for a place that is not there, and for what is never rewritten: steps
    of a request, and attached files.
    """
    told = list(assignments)
    present = {place: child for child, place in _with_places(dossier)}
    changes: dict[str, dict[str, Any]] = {}
    for name, typed in told:
        type_name, place, detail = _split(name)
        if place and type_name in _kinds(type(dossier.root)):
            kind = type(_demand(present, place))
            info = _field_of(dossier.root, kind, name, detail)
            value = read(info, typed)
            if not value and info in _needed(kind):
                raise InvalidValue(field=name, reason="required")
            changes.setdefault(place, {})[info.name] = value
    gone = {_demand(present, name).id for name in removed}
    kept = [
        cast("Child", replace(cast("Any", child), **changes.get(place, {})))
        for child, place in _with_places(dossier)
        if child.id not in gone
    ]
    added = [(name, typed) for name, typed in told if not _split(name)[1]]
    return (*kept, *_read_new(desk, dossier, added, read))


def _read_new(
    desk: Desk, dossier: Dossier, assignments: Iterable[Assignment], read: ReadField
) -> list[Child]:
    root, kinds = dossier.root, _kinds(type(dossier.root))
    drafts: list[tuple[type[Child], dict[str, Any]]] = []
    for name, typed in assignments:
        type_name, _, detail = _split(name)
        kind = kinds.get(type_name)
        if kind is None:
            continue
        if kind is Attachment:
            raise InvalidValue(field=name, reason="goes_by_attach")
        info = _field_of(root, kind, name, detail)
        if not detail or not drafts or drafts[-1][0] is not kind:
            drafts.append((kind, _given(desk, kind)))
        drafts[-1][1][info.name] = read(info, typed)
    ranks = {kind: max((c.rank for c in dossier.of(kind)), default=-1) for kind in kinds.values()}
    made: list[Child] = []
    for kind, values in drafts:
        _demand_required(kind, values)
        ranks[kind] += 1
        new = cast("Any", kind)(id=desk.new_id(), owner_id=root.id, rank=ranks[kind], **values)
        made.append(cast("Child", new))
    return made


def _kinds(root_type: type[Root]) -> dict[str, type[Child]]:
    return {kind.type_name: kind for kind in CHILD_TYPES[root_type]}


def _split(name: str) -> tuple[str, str, str]:
    """Return ``phone``, ``phone:2`` and ``use`` of ``phone:2.use``; what is not there is empty text."""
    head, _, detail = name.partition(".")
    type_name, colon, _ = head.partition(":")
    return type_name, head if colon else "", detail


def _with_places(dossier: Dossier) -> list[tuple[Child, str]]:
    places = places_of(dossier)
    return [(child, places[child.id]) for child in dossier.children]


def _demand(present: dict[str, Child], name: str) -> Child:
    child = present.get(name)
    if child is None:
        raise InvalidValue(field=name, reason="no_such_place")
    if isinstance(child, Step):
        raise InvalidValue(field=name, reason="steps_stay")
    if isinstance(child, Attachment):
        raise InvalidValue(field=name, reason="goes_by_attach")
    return child


def _field_of(root: Root, kind: type[Child], name: str, detail: str) -> FieldInfo:
    field_name = detail or _MAIN_FIELDS.get(kind, "")
    info = field_named(kind, field_name)
    if info is None or field_name in _HIDDEN:
        known = [f"{kind.type_name}.{i.name}" for i in fields_of(kind) if i.name not in _HIDDEN]
        raise FieldUnknown(record=root.type_name, field=name, known=", ".join(known))
    return info


def _given(desk: Desk, kind: type[Child]) -> dict[str, Any]:
    """What a new child has before anything is typed: a note or a step happens now."""
    return {"at": desk.clock.now()} if field_named(kind, "at") is not None else {}


def _demand_required(kind: type[Child], values: dict[str, Any]) -> None:
    for info in _needed(kind):
        if not values.get(info.name):
            raise InvalidValue(field=f"{kind.type_name}.{info.name}", reason="required")


def _needed(kind: type[Child]) -> list[FieldInfo]:
    """Return what a child cannot be without: fields that are marked so, and those without a default."""
    return [info for info in fields_of(kind) if info.field.required or info.default is MISSING]
