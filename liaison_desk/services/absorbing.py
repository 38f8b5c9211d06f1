"""Taking one record up into another so that no word is lost.

Used by imports that update and by merges. A value that the present record lacks is filled in; a list grows; a
conflict keeps the present value in the field and writes the other into a note.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast, get_origin

from liaison_desk.domain.attached import Attachment, Note
from liaison_desk.domain.codes import Handling
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.fields import FieldInfo, fields_of
from liaison_desk.domain.folding import fold, fold_words
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference
from liaison_desk.services.likeness import Key, describe_child, find_same, key_of

FROM_IMPORT = "From import"
"""How a note begins that holds what an import could not put into a field."""

_STRICTNESS = (Handling.SHAREABLE, Handling.SERVICE_ONLY, Handling.POST_ONLY)
_SPELLINGS: dict[type[Record], frozenset[str]] = {
    Phone: frozenset({"number", "e164"}),
    Email: frozenset({"address", "folded"}),
    Position: frozenset({"organisation_name", "organisation_id", "function", "primary"}),
    Attachment: frozenset({"name", "media_type", "size", "sha256"}),
}
"""Fields in which two children that say the same may differ without a word being lost."""

RecordKind = TypeVar("RecordKind", bound=Record)


@dataclass(frozen=True, slots=True)
class Rules:
    """How one record takes up another."""

    heading: str
    """First line of the note for what found no place."""
    new_id: IdFactory
    levels: Mapping[str, int]
    """Markings and their levels."""
    name_of: Callable[[str], str]
    """Gives the name of a root by its id."""
    by_import: Mapping[tuple[str, str], bool] | None = None
    """Record id and field to whether an import wrote it last. None: everything present is the officer's."""
    removed: frozenset[Key] = frozenset()
    """Children that the officer removed and that must not come back by themselves."""

    def may_replace(self, record_id: str, name: str) -> bool:
        """Tell whether the present value came from an import and was not changed since."""
        return self.by_import is not None and self.by_import.get((record_id, name), False)

    def is_officers(self, record_id: str, name: str) -> bool:
        """Tell whether the officer wrote the field last, be it that he emptied it."""
        return self.by_import is not None and not self.by_import.get((record_id, name), True)


@dataclass(slots=True)
class Absorption:
    """A record that is taking up another: what it has become, and what goes into the note."""

    rules: Rules
    lines: list[str] = field(default_factory=list)

    def absorb(self, present: Dossier, incoming: Dossier) -> Dossier:
        """Return the present dossier with everything the incoming one adds to it."""
        root = self.absorb_root(present.root, incoming.root, _stand_ins(incoming))
        children = self._absorb_children(present, incoming)
        note = self.write_note(root.id, children)
        return Dossier(root, (*children, *note))

    def absorb_root(self, present: Root, incoming: Root, skip: frozenset[str] = frozenset()) -> Root:
        """Return the present root with what the incoming one adds; the stricter marking and handling win."""
        merged = self.merge_fields(present, incoming, "", skip=skip | {"marking", "handling"})
        return replace(
            merged,
            marking=max(present.marking, incoming.marking, key=lambda one: self.rules.levels.get(one, 0)),
            handling=max(present.handling, incoming.handling, key=_STRICTNESS.index),
        )

    def merge_fields(
        self, present: RecordKind, incoming: Record, prefix: str, skip: frozenset[str] = frozenset()
    ) -> RecordKind:
        """Return a record with the fields that another of its type adds; conflicts go into the note."""
        values: dict[str, Any] = {}
        for info in fields_of(type(present)):
            if info.name in skip:
                continue
            old, new = getattr(present, info.name), getattr(incoming, info.name)
            if new == old or new in (None, "", ()) or new == info.default:
                continue
            if get_origin(info.type) is tuple:
                values[info.name] = _unite(values.get(info.name, old), new)
            elif self._may_take(present, info, old):
                values[info.name] = new
            elif not self._keep_other_name(present, incoming, info, values):
                label = info.field.label.source
                self.lines.append(f"{prefix}{label}: {self._say(info, new)}")
        changed = {name: value for name, value in values.items() if value != getattr(present, name)}
        return cast("RecordKind", replace(cast("Any", present), **changed)) if changed else present

    def write_note(self, owner: RecordId, children: Sequence[Child]) -> list[Note]:
        """Return the note with all conflicts, or nothing where there are none or all is noted already."""
        text = "\n".join([self.rules.heading, *self.lines])
        notes = [child for child in children if isinstance(child, Note)]
        if not self.lines or any(note.text == text for note in notes):
            return []
        rank = max((note.rank for note in notes), default=-1) + 1
        return [Note(id=self.rules.new_id(), owner_id=owner, rank=rank, text=text)]

    def _may_take(self, present: Record, info: FieldInfo, old: object) -> bool:
        if self.rules.may_replace(present.id, info.name):
            return True
        is_empty = old in (None, "", ()) or (info.default is not dataclasses.MISSING and old == info.default)
        return is_empty and not self.rules.is_officers(present.id, info.name)

    def _keep_other_name(
        self, present: Record, incoming: Record, info: FieldInfo, values: dict[str, Any]
    ) -> bool:
        """Keep another spelling of the name where such are kept; tell whether the value is safe there."""
        named = (Contact, Organisation)
        if not isinstance(present, named) or not isinstance(incoming, named):
            return False
        others = "aliases" if isinstance(present, Contact) else "former_names"
        if info.name == "name":
            values[others] = _unite(values.get(others, getattr(present, others)), (incoming.name,))
            return True
        if info.name in {"family_name", "given_name", "sort_as"}:
            return set(fold_words(getattr(incoming, info.name))) <= set(fold_words(incoming.name))
        return False

    def _absorb_children(self, present: Dossier, incoming: Dossier) -> list[Child]:
        children: list[Child] = list(present.children)
        unmatched: list[Child] = []
        for child in incoming.children:
            same = find_same(child, children)
            if same is None:
                unmatched.append(child)
            else:
                children[children.index(same)] = self.merge_child(same, child)
        replaceable = self._find_replaceable_notes(children, incoming)
        for child in unmatched:
            if key_of(child) in self.rules.removed:
                self.lines.append(f"{type(child).__name__}: {describe_child(child)}")
            elif isinstance(child, Note) and replaceable:
                old = replaceable.pop(0)
                children[children.index(old)] = replace(old, text=child.text)
            else:
                children.append(self._adopt(child, present.root.id, children))
        return children

    def merge_child(self, present: Child, incoming: Child) -> Child:
        """Return a child with what another that says the same adds to it."""
        skip = _SPELLINGS.get(type(present), frozenset())
        kept = self.merge_fields(present, incoming, f"{describe_child(present)}: ", skip)
        if isinstance(kept, Position) and isinstance(incoming, Position):
            linked = kept.organisation_id or incoming.organisation_id
            named = kept.organisation_name or incoming.organisation_name
            kept = replace(kept, organisation_id=linked, organisation_name=named)
        return kept

    def _adopt(self, child: Child, owner: RecordId, children: list[Child]) -> Child:
        alike = [one for one in children if type(one) is type(child)]
        rank = max((one.rank for one in alike), default=-1) + 1
        adopted = replace(child, owner_id=owner, rank=rank)
        if not isinstance(adopted, Position) or not adopted.primary:
            return adopted
        main = next((one for one in alike if isinstance(one, Position) and one.primary), None)
        if main is None:
            return adopted
        if not self.rules.may_replace(main.id, "primary"):
            return replace(adopted, primary=False)
        children[children.index(main)] = replace(main, primary=False)
        return adopted

    def _find_replaceable_notes(self, children: Sequence[Child], incoming: Dossier) -> list[Note]:
        """Notes that an earlier import wrote and that the file now words otherwise."""
        still_there = {key_of(note) for note in incoming.of(Note)}
        return [
            child
            for child in children
            if isinstance(child, Note)
            and self.rules.may_replace(child.id, "text")
            and not child.text.startswith(FROM_IMPORT)
            and key_of(child) not in still_there
        ]

    def _say(self, info: FieldInfo, value: object) -> str:
        if info.field.refers:
            return self.rules.name_of(str(value))
        return str(getattr(value, "value", value))


def _unite(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    seen = {fold(one) if isinstance(one, str) else one for one in old}
    added = []
    for one in new:
        key = fold(one) if isinstance(one, str) else one
        if key not in seen:
            seen.add(key)
            added.append(one)
    return (*old, *added)


def _stand_ins(incoming: Dossier) -> frozenset[str]:
    """Return the fields that hold no word of the file: a row without a matter is called by its number."""
    root = incoming.root
    named_by_number = isinstance(root, Request) and any(
        root.matter == reference.number for reference in incoming.of(Reference)
    )
    return frozenset({"matter"}) if named_by_number else frozenset()
