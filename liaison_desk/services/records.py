"""Adding and changing records by hand: typed fields in, one batch out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.contact import Contact, Email, Phone
from liaison_desk.domain.errors import FieldUnknown, InvalidValue, RecordMissing, ReferenceAmbiguous
from liaison_desk.domain.fields import field_named, fields_of
from liaison_desk.domain.folding import fold_name
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.phones import fold_email, to_e164
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import CHILD_TYPES, ROOT_TYPES, Dossier
from liaison_desk.services.child_fields import Assignment, names_child, read_children
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, locate, search
from liaison_desk.services.markings import check_marking
from liaison_desk.services.typed_values import read_typed

_ROOTS_BY_NAME = {kind.type_name: kind for kind in ROOT_TYPES}


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
    children = read_children(desk, Dossier(root), assignments, (), partial(_read_field, desk))
    _check_note_markings(desk, Dossier(root, children))
    dossier = complete(desk, Dossier(root, children))
    with desk.store.write(Intent(f"add_{type_name}", Operation.COLLECTION)) as batch:
        return batch.create(dossier)


def edit_record(
    desk: Desk,
    ref: str,
    assignments: Sequence[Assignment],
    reason: str = "",
    *,
    removed: Sequence[str] = (),
) -> Dossier:
    """Change fields of a root and of its children, add children, remove others; return it as saved.

    ``phone=…`` adds a phone, ``phone:2.use=…`` changes the second one shown, and ``phone:2`` among
    ``removed`` takes it off. Raises what ``add_record`` raises, RecordChanged, MarkingLowered without a
    reason, and InvalidValue for a child that is not there or is never rewritten.
    """
    before = load(desk, ref)
    values = _read_root(desk, type(before.root), assignments)
    root = cast("Root", replace(cast("Any", before.root), **values))
    check_marking(desk, root.marking, before.root.marking, reason)
    children = read_children(desk, before, assignments, removed, partial(_read_field, desk))
    after = Dossier(root, children)
    _check_note_markings(desk, after, before, reason)
    return save_dossier(desk, after, before, reason=reason)


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
    values: dict[str, Any] = {}
    for name, typed in assignments:
        if names_child(root_type, name):
            continue
        info = field_named(root_type, name)
        if info is None:
            known = [i.name for i in fields_of(root_type)]
            known += sorted(kind.type_name for kind in CHILD_TYPES[root_type])
            raise FieldUnknown(record=root_type.type_name, field=name, known=", ".join(known))
        values[name] = _read_field(desk, info, typed)
    return values


def _check_note_markings(desk: Desk, after: Dossier, before: Dossier | None = None, reason: str = "") -> None:
    """Hold notes that are new or were changed to the same rules as their owner."""
    known = {note.id: note for note in before.of(Note)} if before else {}
    for note in after.of(Note):
        was = known.get(note.id)
        if was is None or before is None:
            check_marking(desk, note.marking or after.root.marking)
        elif was.marking != note.marking:
            held = was.marking or before.root.marking
            check_marking(desk, note.marking or after.root.marking, held, reason)


def _read_field(desk: Desk, info: Any, typed: str) -> object:
    return read_typed(
        info,
        typed,
        zone=desk.post.zone,
        resolve=lambda type_name, words: RecordId(resolve_record(desk, type_name, words)),
    )
