"""Sample cards as three programs export them: a telephone (vCard 3.0), Outlook (2.1), a directory (4.0).

Written by hand and not by a library, because old programs write what libraries no longer do.
"""

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import date

from liaison_desk.services.sample_lines import escape_value, join_folded
from liaison_desk.services.sample_numbers import make_number, write_number
from liaison_desk.services.sample_tables import MAIL_DOMAIN, OrganisationRow, PersonRow

_QUOTED_LENGTH = 72
_PHOTO_SIDE = 24
_PHOTO_SHAPE = ((range(4, 13), 5), (range(16, _PHOTO_SIDE), 9))
"""Rows of head and shoulders, and half their width, in points."""
_TYPES_3 = {"mobile": "CELL,VOICE", "work": "WORK,VOICE"}
_TYPES_2 = {"mobile": "CELL", "work": "WORK"}
_TYPES_4 = {"mobile": "cell", "work": "work"}
_ORGANISATION_SERIAL = 500
"""Numbers of organisations begin after those of people."""


def write_phone_export(people: Iterable[tuple[int, PersonRow]], names: dict[str, str], as_of: date) -> bytes:
    """Return vCard 3.0 as a telephone writes it: categories, groups with labels, a photo or two."""
    lines: list[str] = []
    for serial, person in people:
        lines += _phone_card(serial, person, names, as_of)
    return join_folded(lines)


def write_outlook_export(people: Iterable[tuple[int, PersonRow]], names: dict[str, str]) -> bytes:
    """Return vCard 2.1 as Outlook writes it on a Czech system: quoted-printable in Windows-1250."""
    lines: list[str] = []
    for serial, person in people:
        lines += _outlook_card(serial, person, names)
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def write_directory(
    organisations: Iterable[OrganisationRow], people: Iterable[tuple[int, PersonRow]], names: dict[str, str]
) -> bytes:
    """Return vCard 4.0: organisations with their names in three languages, then a few people."""
    lines: list[str] = []
    for place, organisation in enumerate(organisations):
        lines += _organisation_card(_ORGANISATION_SERIAL + place, organisation, names)
    for serial, person in people:
        lines += _modern_card(serial, person, names)
    return join_folded(lines)


def draw_photo(seed: int) -> bytes:
    """Return a tiny PNG: a head and shoulders in one of a few greys, never a real face."""
    ink, paper = 40 + seed * 37 % 120, 215
    rows = []
    for y in range(_PHOTO_SIDE):
        row = bytearray([paper] * _PHOTO_SIDE)
        half = next((width for rows_of_it, width in _PHOTO_SHAPE if y in rows_of_it), 0)
        middle = _PHOTO_SIDE // 2
        row[middle - half : middle + half] = bytes([ink] * (2 * half))
        rows.append(b"\0" + bytes(row))
    head = struct.pack(">IIBBBBB", _PHOTO_SIDE, _PHOTO_SIDE, 8, 0, 0, 0, 0)
    # Stored, not squeezed, so that every build of zlib gives the same bytes.
    data = zlib.compress(b"".join(rows), 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    )


def _categories(person: PersonRow) -> str:
    return ",".join(escape_value(word) for word in person.categories.split("|"))


def _phone_card(serial: int, person: PersonRow, names: dict[str, str], as_of: date) -> Iterator[str]:
    parts = (person.family, person.given, "", person.prefix or person.rank, person.suffix)
    yield from ("BEGIN:VCARD", "VERSION:3.0", f"UID:{person.mailbox}-phone")
    yield f"N:{';'.join(map(escape_value, parts))}"
    yield f"FN:{escape_value(person.full_name)}"
    if person.alias:
        yield f"NICKNAME:{escape_value(person.alias)}"
    if person.organisation:
        yield f"ORG:{escape_value(names[person.organisation])}"
    yield f"TITLE:{escape_value(person.function)}"
    yield f"TEL;TYPE={_TYPES_3[person.use]},PREF:{write_number(person.country, serial)}"
    if person.extra == "fax":
        yield f"TEL;TYPE=WORK,FAX:{write_number(person.country, serial + 300)}"
    if person.extra == "messenger":
        yield f"item1.IMPP;X-SERVICE-TYPE=Signal:signal:{make_number(person.country, serial)}"
        yield "item1.X-ABLabel:Signal"
    yield f"EMAIL;TYPE=INTERNET,WORK:{person.email}"
    if person.birthday:
        yield f"BDAY;X-APPLE-OMIT-YEAR=1604:1604-{person.birthday}"
    if person.note:
        yield f"NOTE:{escape_value(person.note)}"
    yield f"CATEGORIES:{_categories(person)}"
    if person.extra == "photo":
        yield f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(draw_photo(serial)).decode('ascii')}"
        yield f"REV:{as_of:%Y-%m-%d}T06:00:00Z"
    yield "END:VCARD"


def _outlook_card(serial: int, person: PersonRow, names: dict[str, str]) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:2.1")
    yield _quoted("N", (person.family, person.given, "", person.prefix, person.suffix))
    if person.extra != "nofn":
        yield _quoted("FN", (" ".join(filter(None, (person.prefix, person.full_name, person.suffix))),))
    if person.organisation:
        yield _quoted("ORG", (names[person.organisation],))
    yield _quoted("TITLE", (person.function,))
    yield f"TEL;{_TYPES_2[person.use]};VOICE:{write_number(person.country, serial)}"
    yield f"EMAIL;PREF;INTERNET:{person.email}"
    if person.note:
        yield _quoted("NOTE", (f"{person.note}\nOpsáno z vizitky.",))
    yield _quoted("CATEGORIES", (person.categories.replace("|", ","),))
    yield "END:VCARD"


def _quoted(name: str, parts: tuple[str, ...]) -> str:
    """Return a property of vCard 2.1, quoted-printable in Windows-1250 where ASCII does not reach."""
    plain = ";".join(parts)
    if plain.isascii() and "\n" not in plain:
        return f"{name}:{plain}"
    signs = _quote(f"{name};CHARSET=windows-1250;ENCODING=QUOTED-PRINTABLE:", plain)
    return "".join(signs)


def _quote(start: str, text: str) -> Iterator[str]:
    yield start
    column = len(start)
    for octet in text.replace("\n", "\r\n").encode("cp1250"):
        plain = ord(" ") <= octet <= ord("~") and octet != ord("=")
        sign = chr(octet) if plain else f"={octet:02X}"
        if column + len(sign) > _QUOTED_LENGTH:
            yield "=\r\n"
            column = 0
        yield sign
        column += len(sign)


def _organisation_card(serial: int, one: OrganisationRow, names: dict[str, str]) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:4.0", "KIND:org", f"UID:urn:x-sample:{one.key}")
    yield f"FN;LANGUAGE={_language(one.country)};ALTID=1;PREF=1:{escape_value(one.name)}"
    for language, name in (("en", one.name_english), ("cs", one.name_czech)):
        if name != one.name:
            yield f"FN;LANGUAGE={language};ALTID=1:{escape_value(name)}"
    parent = f"{escape_value(names[one.parent])};" if one.parent else ""
    yield f"ORG:{parent}{escape_value(one.name)}"
    if one.abbreviation:
        yield f"NICKNAME:{escape_value(one.abbreviation)}"
    *street, town = one.address.split(", ")
    yield f"ADR;TYPE=work:;;{escape_value(', '.join(street))};{escape_value(town)};;;{one.country}"
    # The real institutions' numbers and addresses do not belong into samples: these reach nobody.
    yield f'TEL;VALUE=uri;TYPE="work,voice":tel:{write_number("AL", serial).replace(" ", "-")}'
    yield f"EMAIL;TYPE=work:{one.key}@{MAIL_DOMAIN}"
    yield f"CATEGORIES:{','.join(escape_value(word) for word in (one.kind, *one.competence.split()))}"
    yield "END:VCARD"


def _language(country: str) -> str:
    return {"AL": "sq", "CZ": "cs", "DE": "de", "AT": "de", "IT": "it"}.get(country, "en")


def _modern_card(serial: int, person: PersonRow, names: dict[str, str]) -> Iterator[str]:
    number = write_number(person.country, serial).replace(" ", "-")
    yield from ("BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"UID:urn:x-sample:{person.mailbox}")
    yield f"FN:{escape_value(person.full_name)}"
    yield f"N:{escape_value(person.family)};{escape_value(person.given)};;{escape_value(person.rank)};"
    if person.organisation:
        yield f"ORG:{escape_value(names[person.organisation])}"
    yield f"TITLE:{escape_value(person.function)}"
    yield f'TEL;VALUE=uri;PREF=1;TYPE="voice,{_TYPES_4[person.use]}":tel:{number}'
    yield f"EMAIL;TYPE=work:{person.email}"
    yield "LANG;PREF=1:en"
    if person.birthday:
        yield f"BDAY:--{person.birthday.replace('-', '')}"
    if person.note:
        yield f"NOTE:{escape_value(person.note)}"
    yield f"CATEGORIES:{_categories(person)}"
    yield "END:VCARD"
