"""What the walks through the desk are made of: records, hostile texts, small files."""

from dataclasses import replace
from typing import Any, cast

import hypothesis.strategies as st

from liaison_desk.domain.contact import Contact
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.storage.conversion import Row, row_of
from tests.import_samples import calendar, card
from tests.strategies import NAMES, clean_text, field_strategies

KINDS: tuple[type[Root], ...] = (Contact, Organisation, Meeting, Request)
MERGEABLE = (Contact, Organisation)
EDIT = Intent("edit", Operation.ALTERATION)
MARKINGS = ("UNCLASSIFIED", "INTERNAL", "LIMITED")
_TITLES = {Contact: "name", Organisation: "name", Meeting: "title", Request: "matter"}
_KEPT_AS_THEY_ARE = frozenset({"marking"})
_LETTERS = "bdfgklmnprstvz"

choices = st.integers(0, 9999)
"""Which of the things that are there: taken by the remainder."""
phrases = st.one_of(st.sampled_from(NAMES), clean_text, st.just("Arben Hoxha"))


class Marks:
    """Makes words that nothing else contains and that no folding changes."""

    def __init__(self) -> None:
        """Begin with the first."""
        self._count = 0

    def make(self) -> str:
        """Return the next word."""
        self._count += 1
        digits = f"{self._count:03d}"
        return "qx" + "".join(_LETTERS[int(digit)] + "o" for digit in digits) + "xq"


def title_field(kind: type[Root]) -> str:
    """Return the field that names a root of this kind."""
    return _TITLES[kind]


def with_values(record: Record, values: dict[str, Any]) -> Any:
    """Return a record with other values in some fields."""
    return replace(cast("Any", record), **values)


@st.composite
def change_fields(draw: st.DrawFn, root: Root, mark: str, ids: dict[str, list[str]]) -> Root:
    """Return the root with up to three fields changed; its title goes on ending with its mark."""
    names = [info.name for info in fields_of(type(root)) if info.name not in _KEPT_AS_THEY_ARE]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    values = _draw_fields(draw, type(root), chosen, ids)
    title = title_field(type(root))
    if title in values:
        values[title] = f"{values[title][:200]} {mark}"
    values["marking"] = draw(st.sampled_from(MARKINGS))
    return cast("Root", with_values(root, values))


@st.composite
def make_child(
    draw: st.DrawFn, kind: type[Child], child_id: RecordId, dossier: Dossier, ids: dict[str, list[str]]
) -> Child:
    """Return a new child of a root with any values; what it names is there."""
    values = _draw_fields(draw, kind, [info.name for info in fields_of(kind)], ids)
    owned = {"id": child_id, "owner_id": dossier.root.id, "rank": draw(st.integers(0, 5))}
    return cast("Child", cast("Any", kind)(**owned, **values))


def _draw_fields(
    draw: st.DrawFn, kind: type[Record], names: list[str], ids: dict[str, list[str]]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    strategies = field_strategies(kind)
    for info in fields_of(kind):
        if info.name not in names:
            continue
        if info.field.refers:
            named = [one for kinds in ids.values() for one in kinds] if info.field.refers == "root" else (
                ids.get(info.field.refers, [])
            )  # fmt: skip
            must = info.name == "to_id"
            values[info.name] = draw(st.sampled_from(named if must else [None, *named]))
        else:
            values[info.name] = draw(strategies[info.name])
    return values


def anonymous_row(record_id: str) -> Row:
    """Return the row of a contact under an id."""
    return row_of(Contact(id=RecordId(record_id), name="Somebody"))


def _escaped(text: str) -> str:
    """Return text as cards and calendars carry it (RFC 6350, 3.4; RFC 5545, 3.3.11), on one line."""
    one_line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\;," else sign for sign in one_line if sign.isprintable())


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    names = draw(st.lists(phrases, min_size=1, max_size=3))
    kind = draw(st.sampled_from(("card", "calendar", "register")))
    number = draw(st.integers(1, 3))
    match kind:
        case "card":
            return b"".join(
                card(f"UID:card-{number}-{place}", f"FN:{_escaped(name)} Import", "TEL:+355690000001",
                     f"NOTE:{_escaped(name)}", "ORG:Policia e Shtetit;ASP", "TITLE:Drejtor")
                for place, name in enumerate(names)
            )  # fmt: skip
        case "calendar":
            lines: list[str] = []
            for place, name in enumerate(names):
                lines += [
                    "BEGIN:VEVENT", f"UID:event-{number}-{place}", f"SUMMARY:{_escaped(name)} Import",
                    "DTSTART:20261124T090000Z", f"ATTENDEE;CN=Guest:mailto:guest{place}@example.invalid",
                    "END:VEVENT",
                ]  # fmt: skip
            return calendar(*lines)
        case _:
            rows = "".join(
                f'AL-26-{number}{place};"{_quoted(name)} import";24.11.2026;{place}\r\n'
                for place, name in enumerate(names)
            )
            return f"Reference;Matter;Received;Odd column\r\n{rows}".encode()


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', '""')


small_files = _files()
"""Cards, calendars and registers of few rows, of which each may have come before."""
