"""Cells of the workbook: typed values, hostile text, and nothing silently lost."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from liaison_desk.domain.errors import ExportRefused
from liaison_desk.exports.workbook import write_workbook
from liaison_desk.exports.workbook_content import Cell, Column, ColumnKind, Cut, Redacted, Workbook
from tests.workbook_samples import one_register, sample_workbook

TEXT = (Column("Ref", "ref", 12), Column("Text", "text", 30, ColumnKind.WRAP))
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "+CMD|' /C calc'!A0",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "http://example.invalid/",
    "mailto:a@example.invalid",
    "internal:Sheet1!A1",
    "0049123",
    "1e5",
    "TRUE",
    "#REF!",
    "_x0041_ _x000D_",
    "<b>&amp;]]></b>",
    "'quoted",
    " spaces  kept ",
    "line\nline",
    "\u202eevil\u202c",
    "Ђорђе Šťastný Hoxhë 漢字 😀",
]


def opened(content: Workbook, sheet: str = "Requests") -> Worksheet:
    """Write and read back one sheet."""
    book = load_workbook(BytesIO(write_workbook(content).data))
    found = book[sheet]
    assert isinstance(found, Worksheet)
    return found


def cell_of(kind: ColumnKind, value: Cell) -> tuple[object, str]:
    """Write one value in a column of this kind; return what a reader gets and its type letter."""
    sheet = opened(one_register((Column("A", "a", 10, kind),), (value,)))
    cell = sheet["A5"]
    return cell.value, str(cell.data_type)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """Text that looks like a formula, link, number or markup is kept letter by letter, as text."""
    sheet = opened(one_register(TEXT, ("AL-1", text)))
    assert (text, "s") == (sheet["B5"].value, sheet["B5"].data_type)
    assert None is sheet["B5"].hyperlink


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1"])
def test_text_that_looks_like_a_formula_stays_so_when_edited(text: str) -> None:
    """Such cells carry the prefix that keeps Excel from evaluating them after an edit."""
    sheet = opened(one_register(TEXT, ("AL-1", text)))
    assert sheet["B5"].quotePrefix
    assert not sheet["A5"].quotePrefix


def test_control_characters_are_visible() -> None:
    """NUL and its kin appear as signs; lone surrogates cannot get in."""
    assert ("a\u2400b\u241b \ufffd", "s") == cell_of(ColumnKind.TEXT, "a\x00b\x1b \udfff")


def test_long_text_is_cut_visibly_and_reported() -> None:
    """A text beyond the cell's limit ends in a note, and the writer reports where and how much."""
    written = write_workbook(one_register(TEXT, ("AL-1", "x" * 32_767), ("AL-2", "y" * 40_000)))
    sheet = load_workbook(BytesIO(written.data))["Requests"]
    assert "x" * 32_767 == sheet["B5"].value
    shown = str(sheet["B6"].value)
    assert shown.endswith(" [cut: 7297 characters more, see the desk]")
    assert (Cut("Requests", 6, "text", 7297),) == written.cuts
    assert len(shown) <= 32_767


@pytest.mark.parametrize(
    ("kind", "value", "read", "letter"),
    [
        (ColumnKind.DATE, date(2026, 11, 24), datetime(2026, 11, 24), "d"),  # noqa: DTZ001 - as read
        (ColumnKind.DATE, date(1900, 3, 1), datetime(1900, 3, 1), "d"),  # noqa: DTZ001 - as read
        (ColumnKind.DATE, date(1900, 2, 28), "1900-02-28", "s"),
        (ColumnKind.DATE, date(1, 1, 1), "0001-01-01", "s"),
        (ColumnKind.DATE, date(9999, 12, 31), datetime(9999, 12, 31), "d"),  # noqa: DTZ001 - as read
        (ColumnKind.DATE, "end of April 2026", "end of April 2026", "s"),
        (ColumnKind.DATE, None, None, "n"),
        (ColumnKind.TEXT, "", None, "n"),
        (ColumnKind.INTEGER, 42, 42, "n"),
        (ColumnKind.INTEGER, -7, -7, "n"),
        (ColumnKind.INTEGER, Decimal("2.5"), 2.5, "n"),
        (ColumnKind.INTEGER, 10**15, "1000000000000000", "s"),
        (ColumnKind.OVERDUE, 0, 0, "n"),
        (ColumnKind.TEXT, 5, 5, "n"),
        (ColumnKind.DATE, Redacted("[withheld]"), "[withheld]", "s"),
    ],
)
def test_typed_values(kind: ColumnKind, value: Cell, read: object, letter: str) -> None:
    """Dates are real dates, numbers real numbers, and what Excel cannot hold stays text."""
    assert (read, letter) == cell_of(kind, value)


@pytest.mark.parametrize(
    ("moment", "wall"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 03:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25 02:30"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Europe/London")), "2026-07-01 10:00"),
    ],
)
def test_times_are_wall_time_at_the_post(moment: datetime, wall: str) -> None:
    """An aware time of any zone appears as the wall time of the post, summer time included."""
    value, letter = cell_of(ColumnKind.DATETIME, moment)
    assert isinstance(value, datetime)
    assert (wall, "d") == (f"{value:%Y-%m-%d %H:%M}", letter)


def test_time_without_zone_is_refused() -> None:
    """A naive time has no place in a report that is read elsewhere."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the error under test
    with pytest.raises(ExportRefused):
        write_workbook(one_register((Column("A", "a", 9, ColumnKind.DATETIME),), (naive,)))
    with pytest.raises(ExportRefused):
        write_workbook(replace(sample_workbook(), as_of=naive))


def test_withheld_text_is_nowhere_in_the_file() -> None:
    """What a cell withholds is in no part of the package: not in strings, comments or properties."""
    data = write_workbook(sample_workbook()).data
    with ZipFile(BytesIO(data)) as package:
        whole = b"".join(package.read(name) for name in package.namelist())
    assert b"[withheld at post]" in whole
    assert b"<f>" not in b"".join(part for part in whole.split(b"<c r=")[1:])
    for part in (b"hyperlink", b"mergeCell", b"vbaProject", b"sheetProtection", b"externalLink"):
        assert part not in whole
