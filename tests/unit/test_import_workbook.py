"""Workbooks in: typed cells, stored values, several sheets, and workbooks built to harm."""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest
import xlsxwriter

from liaison_desk.domain.attached import Note
from liaison_desk.domain.errors import (
    ColumnsUnknown,
    FileDamaged,
    FileDangerous,
    FileOverLimit,
    FileProtected,
)
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference
from liaison_desk.importers import sheets, spreadsheet
from liaison_desk.importers.spreadsheet import check_package, read_properties
from tests.import_samples import children_of, package, package_parts, read, root_of

HEAD = ["Matter", "Our ref.", "Received", "Deadline", "Note"]


def workbook(*rows: Sequence[object], title: str = "Requests") -> bytes:
    """Return a workbook with one sheet of rows."""
    return workbook_of({title: list(rows)})


def workbook_of(pages: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """Return a workbook with these sheets."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "d. m. yyyy"})
        for title, rows in pages.items():
            page = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        page.write_datetime(number, column, value, day)
                    else:
                        page.write(number, column, value)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one part replaced."""
    return package([(part, content if part == name else old) for part, old in package_parts(data)])


def test_real_dates_and_numbers() -> None:
    """Date cells, day numbers without a format, years and whole numbers are read by their type."""
    received = datetime(2026, 11, 23, 14, 30)  # noqa: DTZ001 - a cell has no zone
    (row,) = read(workbook(HEAD, ["a", 12, received, 46349, "x"]))
    request = root_of(row, Request)
    assert (datetime(2026, 11, 23, 13, 30, tzinfo=UTC), "2026-11-23") == (
        request.received_at, str(request.deadline_asked),
    )  # fmt: skip
    assert ["12"] == [reference.number for reference in children_of(row, Reference)]


def test_formulas_are_their_stored_values() -> None:
    """A formula counts with the value stored beside it; text that looks like one stays text."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_formula(1, 0, '=CONCATENATE("a","b")', value="ab")
        page.write_string(1, 1, "1/2026")
        page.write_string(1, 4, '=HYPERLINK("https://example.invalid")')
    (row,) = read(buffer.getvalue())
    assert "ab" == root_of(row, Request).matter
    assert ['=HYPERLINK("https://example.invalid")'] == [note.text for note in children_of(row, Note)]


def test_every_sheet_is_read() -> None:
    """Sheets with headings are read, empty ones passed over, others refused by their names."""
    rows = read(
        workbook_of(
            {"2025": [HEAD, ["a", "1"]], "empty": [], "notes": [["words"]], "2026": [[], HEAD, ["b", "2"]]}
        )
    )
    assert [(2, "a", ""), (3, "b", ""), (1, "notes: words", "sheet_without_headings")] == [
        (row.number, row.label, row.refusal) for row in rows
    ]


def test_long_notes_survive() -> None:
    """A note of 10 000 letters comes through whole."""
    (row,) = read(workbook(HEAD, ["a", "1", None, None, "ž" * 10_000]))
    assert ["ž" * 10_000] == [note.text for note in children_of(row, Note)]


def test_workbook_without_headings_is_refused() -> None:
    """Where no row looks like headings, the file is refused, and what was found is said."""
    with pytest.raises(ColumnsUnknown) as caught:
        read(workbook(["words", "more words"]))
    assert {"name": "file", "headings": "words | more words"} == caught.value.facts


def test_zip_bombs_are_refused_before_unpacking() -> None:
    """A part that would grow a hundredfold, or a sheet of 300 MB, is refused by the table of contents."""
    bomb = with_part(workbook(HEAD), "xl/worksheets/sheet1.xml", b"<a>" + b" " * (20 * 2**20))
    with pytest.raises(FileDangerous) as caught:
        read(bomb)
    assert {"name": "file", "reason": "compression_ratio"} == caught.value.facts


def test_lying_table_of_contents_does_not_help_a_bomb() -> None:
    """A part that claims to be small is read no further than it claims, and the file is damaged."""
    part = "xl/worksheets/sheet1.xml"
    bomb = bytearray(with_part(workbook(HEAD), part, b"<a>" + b" " * (20 * 2**20)))
    central = bomb.rindex(part.encode()) - 46
    bomb[central + 24 : central + 28] = struct.pack("<I", 1000)
    with pytest.raises((FileDamaged, ColumnsUnknown)):
        read(bytes(bomb))


def test_too_many_and_double_parts_are_refused() -> None:
    """More parts than a workbook has, parts of one name, and too much in all are refused by name."""
    with pytest.raises(FileOverLimit) as many:
        read(
            package(
                [("xl/workbook.xml", b"x"), *((f"xl/{n}.xml", b"x") for n in range(spreadsheet.PART_LIMIT))]
            )
        )
    assert ("workbook_parts", 200, 201) == tuple(
        many.value.facts[key] for key in ("limit", "allowed", "found")
    )
    with pytest.warns(UserWarning, match="Duplicate name"):
        twins = package([("xl/workbook.xml", b"x"), ("xl/workbook.xml", b"y")])
    with pytest.raises(FileDangerous) as double:
        read(twins)
    assert "parts_of_one_name" == double.value.facts["reason"]
    noise = bytes(range(256)) * 2**12
    large = package(
        [("xl/workbook.xml", b"x"), *((f"xl/{n}.bin", noise[:-n] + b"x" * n) for n in range(1, 60))]
    )
    with pytest.raises((FileOverLimit, FileDangerous)):
        check_package("file", BytesIO(large))


@pytest.mark.parametrize(
    "document",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>',
    ],
)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused(part: str, document: bytes) -> None:
    """External and nested entities in any part are refused as dangerous."""
    with pytest.raises(FileDangerous) as caught:
        read(with_part(workbook(HEAD, ["a", "1"]), part, document))
    assert "xml_entities" == caught.value.facts["reason"]


def test_broken_workbooks_are_damaged() -> None:
    """A workbook cut anywhere, with spoiled XML, or with bits flipped, is refused as damaged."""
    whole = workbook(HEAD, ["a", "1"])
    for length in range(100, len(whole) - 1, len(whole) // 12):
        with pytest.raises(FileDamaged):
            read(whole[:length])
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        with pytest.raises(FileDamaged):
            read(with_part(whole, part, b"<worksheet><sheetData><row"))


def test_encrypted_parts_are_protected() -> None:
    """A zip whose parts ask for a password is refused as protected."""
    data = bytearray(workbook(HEAD))
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    with pytest.raises(FileProtected):
        read(bytes(data))


def test_row_and_column_limits_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet with a cell beyond the last allowed row or column is refused by naming the limit."""
    assert (200_000, 200) == (sheets.ROW_LIMIT, sheets.COLUMN_LIMIT)
    with pytest.raises(FileOverLimit) as wide:
        read(workbook([*HEAD, *("x" for _ in range(sheets.COLUMN_LIMIT))]))
    assert "columns" == wide.value.facts["limit"]
    monkeypatch.setattr(spreadsheet, "ROW_LIMIT", 3)
    with pytest.raises(FileOverLimit) as long:
        read(workbook(HEAD, *(["a", str(number)] for number in range(4))))
    assert ("rows", 3, 4) == tuple(long.value.facts[key] for key in ("limit", "allowed", "found"))


def test_custom_properties_are_read() -> None:
    """Custom document properties, where a journal's anchor travels, are read as text."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_custom_property("LD_Anchor", "abc")
        book.set_custom_property("LD_Schema", 3)
        book.add_worksheet()
    assert {"LD_Anchor": "abc", "LD_Schema": "3"} == read_properties(buffer.getvalue())
    assert {} == read_properties(workbook(HEAD))
    with pytest.raises(FileDamaged):
        read_properties(b"PK\x03\x04 cut")
