"""Adding and changing records by hand: typed fields in, one batch out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, cast

from liaison_desk.domain.attached import Link, Note, Tag, Task
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.errors import FieldUnknown, InvalidValue, RecordMissing, ReferenceAmbiguous
from liaison_desk.domain.fields import field_named, fields_of
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Participant
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.phones import fold_email, to_e164
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, ROOT_TYPES, Dossier
from liaison_desk.domain.request_parts import Reference, Subject
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, locate, search
from liaison_desk.services.markings import check_marking
from liaison_desk.services.typed_values import read_typed

Assignment = tuple[str, str]
"""A field's name and what was typed for it."""

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

_ROOTS_BY_NAME = {kind.type_name: kind for kind in ROOT_TYPES}
_HIDDEN = frozenset({"e164", "folded"})


def add_record(desk: Desk, type_name: str, assignments: Sequence[Assignment]) -> Dossier:
    """Add a root with the children that the assignments name; return it as saved.

    Raises FieldUnknown, InvalidValue, AboveCeiling, and RecordMissing for a record that a field names.
    """
    root_type = _ROOTS_BY_NAME.get(type_name)
    if root_type is None:
        raise FieldUnknown(record=type_name, field="type", known=", ".join(_ROOTS_BY_NAME))
    root_id = desk.new_id()
    values = _read_root(desk, root_type, assignments)
    missing = [i.name for i in fields_of(root_type) if i.field.required and not values.get(i.name)]
    if missing == ["name"] and root_type is Contact:
        values["name"] = " ".join(
            str(values[part]) for part in ("given_name", "family_name") if values.get(part)
        )
        missing = [] if values["name"] else missing
    if missing:
        raise InvalidValue(field=missing[0], reason="required")
    root = cast("Root", cast("Any", root_type)(id=root_id, **values))
    check_marking(desk, root.marking)
    dossier = complete(desk, Dossier(root, tuple(_read_children(desk, root, assignments, ()))))
    with desk.store.write(Intent(f"add_{type_name}", Operation.COLLECTION)) as batch:
        return batch.create(dossier)


def edit_record(desk: Desk, ref: str, assignments: Sequence[Assignment], reason: str = "") -> Dossier:
    """Change fields of a root and add children to it; return it as saved.

    Raises what ``add_record`` raises, RecordChanged, and MarkingLowered without a reason.
    """
    before = load(desk, ref)
    values = _read_root(desk, type(before.root), assignments)
    root = cast("Root", replace(cast("Any", before.root), **values))
    check_marking(desk, root.marking, before.root.marking, reason)
    children = tuple(_read_children(desk, root, assignments, before.children))
    return save_dossier(desk, Dossier(root, children), before, reason=reason)


def save_dossier(desk: Desk, dossier: Dossier, seen: Dossier, *, reason: str = "") -> Dossier:
    """Save a root with its children as one batch; ``seen`` is the dossier as it was read.

    Raises RecordChanged where it was saved since.
    """
    whole = complete(desk, dossier)
    use_case = f"edit_{dossier.root.type_name}"
    with desk.store.write(Intent(use_case, Operation.ALTERATION)) as batch:
        saved = batch.save(whole, seen.root.revision, seen)
        if reason and batch.link.length:
            root = dossier.root
            batch.tell(LineKind.EVENT, root.type_name, root.id, root.id, {"reason": reason})
        return saved


def bin_record(desk: Desk, ref: str) -> Dossier:
    """Put a root into the bin. Nothing is lost: ``unbin_record`` or undo takes it out again."""
    before = load(desk, ref)
    root = replace(before.root, binned_at=before.root.binned_at or desk.clock.now())
    with desk.store.write(Intent("bin_record", Operation.ALTERATION)) as batch:
        return batch.save(Dossier(root, before.children), before.root.revision, before)


def unbin_record(desk: Desk, ref: str) -> Dossier:
    """Take a root out of the bin."""
    before = load(desk, ref)
    with desk.store.write(Intent("unbin_record", Operation.ALTERATION)) as batch:
        return batch.save(
            Dossier(replace(before.root, binned_at=None), before.children), before.root.revision, before
        )


def complete(desk: Desk, dossier: Dossier) -> Dossier:
    """Fill what is computed from what was typed: E.164 of phones, folded e-mails, folded tags."""
    children: list[Child] = []
    for child in dossier.children:
        match child:
            case Phone():
                children.append(replace(child, e164=to_e164(child.number, desk.post.region)))
            case Email():
                children.append(replace(child, folded=fold_email(child.address)))
            case Tag():
                children.append(replace(child, word=child.word.casefold()))
            case _:
                children.append(child)
    return Dossier(dossier.root, tuple(children))


def resolve_record(desk: Desk, type_name: str, typed: str) -> str:
    """Return the id of the record that a person means by a reference or by its exact name.

    Raises RecordMissing, and ReferenceAmbiguous where several have the name.
    """
    try:
        found_type, root_id = locate(desk, typed)
    except RecordMissing:
        wanted = fold_name(typed)
        kind = "" if type_name == "root" else f" type:{type_name}"
        hits = [hit for hit in search(desk, f'"{typed}"{kind}') if fold_name(hit.title) == wanted]
        if not hits:
            raise
        if len(hits) > 1:
            raise ReferenceAmbiguous(ref=typed, matches=", ".join(hit.ref for hit in hits)) from None
        return hits[0].root_id
    if type_name not in {"root", found_type}:
        raise RecordMissing(ref=typed)
    return root_id


def _read_root(desk: Desk, root_type: type[Root], assignments: Iterable[Assignment]) -> dict[str, Any]:
    children = {kind.type_name for kind in CHILD_TYPES[root_type]}
    values: dict[str, Any] = {}
    for name, typed in assignments:
        if name.partition(".")[0] in children:
            continue
        info = field_named(root_type, name)
        if info is None:
            known = [i.name for i in fields_of(root_type)] + sorted(children)
            raise FieldUnknown(record=root_type.type_name, field=name, known=", ".join(known))
        values[name] = _read_field(desk, info, typed)
    return values


def _read_children(
    desk: Desk, root: Root, assignments: Iterable[Assignment], present: Sequence[Child]
) -> list[Child]:
    kinds = {kind.type_name: kind for kind in CHILD_TYPES[type(root)]}
    children = list(present)
    values: dict[str, Any] = {}
    kind: type[Child] | None = None

    def close() -> None:
        if kind is not None:
            rank = sum(1 for child in children if type(child) is kind)
            _demand_required(kind, values)
            children.append(
                cast("Child", cast("Any", kind)(id=desk.new_id(), owner_id=root.id, rank=rank, **values))
            )

    for name, typed in assignments:
        type_name, _, detail = name.partition(".")
        chosen = kinds.get(type_name)
        if chosen is None:
            continue
        if not detail or chosen is not kind:
            close()
            kind, values = chosen, _given(desk, chosen)
        field_name = detail or _MAIN_FIELDS.get(chosen, "")
        info = field_named(chosen, field_name)
        if info is None or field_name in _HIDDEN:
            known = [f"{type_name}.{i.name}" for i in fields_of(chosen) if i.name not in _HIDDEN]
            raise FieldUnknown(record=root.type_name, field=name, known=", ".join(known))
        values[field_name] = _read_field(desk, info, typed)
    close()
    return children


def _given(desk: Desk, kind: type[Child]) -> dict[str, Any]:
    """What a new child has before anything is typed: a note or a step happens now."""
    return {"at": desk.clock.now()} if field_named(kind, "at") is not None else {}


def _demand_required(kind: type[Child], values: dict[str, Any]) -> None:
    for info in fields_of(kind):
        if info.field.required and not values.get(info.name):
            raise InvalidValue(field=f"{kind.type_name}.{info.name}", reason="required")


def _read_field(desk: Desk, info: Any, typed: str) -> object:
    return read_typed(
        info,
        typed,
        zone=desk.post.zone,
        resolve=lambda type_name, words: RecordId(resolve_record(desk, type_name, words)),
    )
