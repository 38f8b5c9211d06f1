"""Records as plain values for printing and JSON: labels, words and references instead of ids and codes."""

import dataclasses
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from liaison_desk.domain.clocks import instant_from_text
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.record import Record
from liaison_desk.domain.records import Dossier, title_of
from liaison_desk.services.child_fields import places_of
from liaison_desk.services.desk import Desk
from liaison_desk.storage.history import HistoryEntry, read_log
from liaison_desk.storage.lists import name_roots

Shown = str | int | bool | list[str] | None


@dataclasses.dataclass(frozen=True, slots=True)
class ShownField:
    """One field as it is printed: its name, its English label, its value."""

    name: str
    label: str
    value: Shown


def show_record(desk: Desk, record: Record) -> list[ShownField]:
    """Return the fields of a record that hold something."""
    pointed = {
        str(value)
        for info in fields_of(type(record))
        if info.field.refers and (value := getattr(record, info.name))
    }
    names: dict[str, str] = {}
    if pointed:
        with desk.store.read() as connection:
            names = name_roots(connection, sorted(pointed))
    shown = []
    for info in fields_of(type(record)):
        value = getattr(record, info.name)
        if value in (None, "", ()):
            continue
        said = names.get(str(value), str(value)) if info.field.refers else show_value(value, desk.post.zone)
        shown.append(ShownField(info.name, info.field.label.source, said))
    return shown


def show_value(value: object, zone: str) -> Shown:
    """Return a value as it is printed: moments as wall time of the post, codes by their words."""
    match value:
        case None | str() | bool() | int():
            return value
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
        case tuple():
            return [str(show_value(item, zone)) for item in value]
        case _:
            return str(value)


def show_instant(text: str, zone: str) -> str:
    """Return an instant text as wall time of the post, to the minute; empty text stays empty."""
    if not text:
        return ""
    return f"{instant_from_text(text).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def dossier_as_dict(desk: Desk, dossier: Dossier) -> dict[str, object]:
    """Return a dossier as JSON can hold it."""
    root = dossier.root
    children: dict[str, list[dict[str, object]]] = {}
    places = places_of(dossier)
    for child in dossier.children:
        entry: dict[str, object] = {"id": child.id, "place": places[child.id]}
        entry.update({field.name: field.value for field in show_record(desk, child)})
        children.setdefault(child.type_name, []).append(entry)
    return {
        "type": root.type_name,
        "id": root.id,
        "ref": root.ref,
        "title": title_of(root),
        "revision": root.revision,
        "binned": root.binned_at is not None,
        "fields": {field.name: field.value for field in show_record(desk, root)},
        "children": children,
    }


def entry_as_dict(entry: HistoryEntry) -> dict[str, object]:
    """Return one line of history as JSON can hold it."""
    return {
        "at": entry.at,
        "batch": entry.batch,
        "actor": entry.actor,
        "use_case": entry.use_case,
        "operation": entry.operation.value,
        "record_type": entry.record_type,
        "record_id": entry.record_id,
        "kind": entry.kind.value,
        "changes": {change.field: [change.before, change.after] for change in entry.changes},
        "facts": entry.facts,
        "erased": entry.erased,
    }


def list_batches(desk: Desk, newest: int) -> list[dict[str, object]]:
    """Return the newest batches of the journal as JSON can hold them, newest first."""
    with desk.store.read() as connection:
        found = read_log(connection, newest=newest)
    return [
        {
            "at": batch.header.at,
            "batch": batch.key,
            "actor": batch.header.actor,
            "operation": batch.header.operation,
            "use_case": batch.header.use_case,
            "inverse_of": batch.header.inverse_of,
            "lines": lines,
        }
        for batch, lines in found
    ]
