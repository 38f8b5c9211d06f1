"""The Contacts sheet, redacted by handling.

Shareable: whole. Service only: name, role and organisation. Post only: role and organisation; such rows
stand at the end by reference, because a place in the alphabet tells the first letters of a name.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.codes import Handling
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.values import PartialDate
from liaison_desk.exports.workbook_content import Cell, Column, ColumnKind, Redacted, Register
from liaison_desk.services.workbook_ground import AT_POST, IN_SERVICE, Ground, Reason, Sheet, plain
from liaison_desk.services.workbook_requests import say
from liaison_desk.storage.report import ContactLine, PositionLine

SHEET = "Contacts"
_CORE = (
    Column("Ref", "ref", 10, ColumnKind.REFERENCE),
    Column("Name", "name", 30, ColumnKind.WRAP),
    Column("Role", "role", 32, ColumnKind.WRAP),
    Column("Organisation", "organisation", 44, ColumnKind.WRAP),
    Column("Phone", "phone", 20, ColumnKind.WRAP),
    Column("E-mail", "email", 32, ColumnKind.WRAP),
    Column("Last contact", "last_contact", 12, ColumnKind.DATE),
    Column("Handling", "handling", 13),
    Column("Marking", "marking", 14),
)
# Nothing wraps here: the height of a row is that of what is printed.
_DETAIL = (
    Column("Rank", "rank", 20),
    Column("Languages", "languages", 14),
    Column("Status", "status", 15),
    Column("Keep in touch (days)", "keep_in_touch_days", 10, ColumnKind.INTEGER),
    Column("Revision", "revision", 9, ColumnKind.INTEGER),
    Column("Record", "record", 38, ColumnKind.REFERENCE),
)


@dataclass(slots=True)
class _Belongings:
    """What belongs to the contacts, by the contact's id."""

    positions: dict[str, PositionLine]
    last_contacts: dict[str, str]
    numbers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def fill_contacts(ground: Ground) -> Sheet:
    """Return the sheet, by name; those without a name in it at the end."""
    sheet = Sheet(SHEET)
    reader = ground.reader
    belongings = _Belongings(
        _present_positions(reader.positions(), ground.today), reader.last_contacts(instant_text(ground.as_of))
    )
    for owner, number in reader.numbers():
        belongings.numbers[owner].append(number)
    for owner, address in reader.addresses():
        belongings.addresses[owner].append(address)
    nameless: list[tuple[ContactLine, tuple[Cell, ...]]] = []
    for line in reader.contacts():
        if not ground.markings.admits(line.marking):
            sheet.leave_out(Reason.ABOVE_LIMIT)
            continue
        row = _row(ground, sheet, line, belongings)
        if isinstance(row[1], Redacted):
            nameless.append((line, row))
        else:
            sheet.add(row, Contact.type_name, line.id, line.marking)
    for line, row in sorted(nameless, key=lambda pair: (len(pair[0].ref), pair[0].ref)):
        sheet.add(row, Contact.type_name, line.id, line.marking)
    return sheet


def lay_out_contacts(sheet: Sheet) -> Register:
    """Return the sheet as it is written."""
    return Register(
        SHEET,
        "Contacts",
        "tblContacts",
        "by handling: shareable whole, service only by name and role, post only by role",
        _CORE + _DETAIL,
        sheet.rows,
        frozen_columns=2,
        printed_columns=len(_CORE),
    )


def _present_positions(positions: Iterable[PositionLine], today: date) -> dict[str, PositionLine]:
    """Return each contact's position of today, the main one before others; else the one held last."""
    found: dict[str, PositionLine] = {}
    for position in positions:
        best = found.get(position.owner_id)
        if best is None or _weight(position, today) > _weight(best, today):
            found[position.owner_id] = position
    return found


def _weight(position: PositionLine, today: date) -> tuple[bool, int, str, str]:
    current = not _is_over(position, today)
    return current, position.primary, "" if current else position.until or "", position.since or ""


def _is_over(position: PositionLine, today: date) -> bool:
    return position.until is not None and PartialDate.parse(position.until).last_day < today


def _row(ground: Ground, sheet: Sheet, line: ContactLine, belongings: _Belongings) -> tuple[Cell, ...]:
    position = belongings.positions.get(line.id)
    last = ground.day(belongings.last_contacts.get(line.id))
    handling = Handling(line.handling)
    details: tuple[Cell, ...] = (
        _join(ground, belongings.numbers.get(line.id, ())),
        _join(ground, belongings.addresses.get(line.id, ())),
        last,
        line.rank or None,
        ", ".join(json.loads(line.languages)) or None,
        say(line.status),
        line.keep_in_touch_days,
    )
    if handling is not Handling.SHAREABLE:
        sign = Redacted(AT_POST if handling is Handling.POST_ONLY else IN_SERVICE)
        details = tuple(sign if cell is not None else None for cell in details[:2]) + (None,) * 5
    phone, email, seen, rank, languages, status, days = details
    kept = handling is Handling.POST_ONLY
    return (
        line.ref,
        Redacted(AT_POST) if kept else ground.address(line.name),
        _role(ground, position),
        _organisation(ground, sheet, position),
        phone,
        email,
        seen,
        say(line.handling),
        line.marking,
        rank,
        languages,
        status,
        days,
        line.revision,
        line.id,
    )


def _role(ground: Ground, position: PositionLine | None) -> Cell:
    if position is None or not position.function:
        return None
    return ground.text(
        f"formerly {position.function}" if _is_over(position, ground.today) else position.function
    )


def _organisation(ground: Ground, sheet: Sheet, position: PositionLine | None) -> Cell:
    if position is None:
        return None
    named = ground.organisation(sheet, position.organisation_id, abbreviated=False)
    return named if named is not None else ground.text(position.organisation_name)


def _join(ground: Ground, texts: Iterable[str]) -> Cell:
    cells = [ground.address(text) for text in texts]
    joined = "\n".join(plain(cell) for cell in cells)
    return Redacted(joined) if any(isinstance(cell, Redacted) for cell in cells) else joined or None
