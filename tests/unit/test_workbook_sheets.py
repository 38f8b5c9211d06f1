"""Sheets of the workbook: tables, print set-up, properties, rules, and no trace outside memory."""

import subprocess
import sys
import tempfile
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook as OpenedBook
from openpyxl import load_workbook

from liaison_desk.domain.errors import ExportRefused
from liaison_desk.exports.workbook import write_workbook
from liaison_desk.exports.workbook_content import Column, Labels, Register, SmallTable, Workbook
from tests.workbook_samples import REQUEST_COLUMNS, one_register, requests, sample_workbook, summary

SHEETS = ["Summary", "Requests", "Meetings", "Contacts", "Codes_Notes"]


@pytest.fixture(scope="module")
def book() -> OpenedBook:
    """The sample, written and read back."""
    return load_workbook(BytesIO(write_workbook(sample_workbook()).data))


def test_sheets_in_order(book: OpenedBook) -> None:
    """The order of the sheets is fixed, and none is hidden."""
    assert SHEETS == book.sheetnames
    assert {"visible"} == {book[name].sheet_state for name in SHEETS}


@pytest.mark.parametrize(
    ("sheet", "table", "area"),
    [
        ("Requests", "tblRequests", "A4:L64"),
        ("Meetings", "tblMeetings", "A4:D16"),
        ("Contacts", "tblContacts", "A4:F7"),
        ("Summary", "tblKPI", "A7:D12"),
        ("Summary", "tblByCounterpart", "A15:E19"),
        ("Summary", "tblDecide", "A22:F26"),
        ("Summary", "tblContents", "A29:D32"),
        ("Codes_Notes", "tblCodes", "A4:C28"),
    ],
)
def test_tables(book: OpenedBook, sheet: str, table: str, area: str) -> None:
    """Every register and summary is a real table with its stable name and exact extent."""
    assert area == book[sheet].tables[table].ref


def test_table_headers(book: OpenedBook) -> None:
    """The header row of the table is that of the columns, in order; filters are on."""
    table = book["Requests"].tables["tblRequests"]
    assert [column.header for column in REQUEST_COLUMNS] == table.column_names
    assert "A4:L64" == table.autoFilter.ref


@pytest.mark.parametrize("sheet", SHEETS)
def test_print_setup(book: OpenedBook, sheet: str) -> None:
    """Every sheet prints on A4 landscape, one page wide, with marking, export, time and page number."""
    page: Any = book[sheet]
    assert ("landscape", 9) == (page.page_setup.orientation, int(page.page_setup.paperSize))
    assert (True, 1) == (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToWidth or 1)
    assert ("LIMITED", "LIMITED") == (page.oddHeader.center.text, page.oddFooter.center.text)
    assert "Export 0007 · as of 2026-11-24 10:36 (Europe/Tirane)" == page.oddFooter.left.text
    assert "Page &P of &N" == page.oddFooter.right.text.replace("&[Page]", "&P")


@pytest.mark.parametrize(("sheet", "pane"), [("Requests", "B5"), ("Contacts", "B5"), ("Codes_Notes", "A5")])
def test_frozen_and_repeated_head(book: OpenedBook, sheet: str, pane: str) -> None:
    """Head and first column stay in sight, and the head repeats on every printed page."""
    assert pane == book[sheet].freeze_panes
    assert "$4:$4" == str(book[sheet].print_title_rows)


def test_print_area_leaves_out_trailing_columns(book: OpenedBook) -> None:
    """Columns beyond the printed ones stay in the table and off the paper."""
    assert "'Requests'!$A$1:$K$64" == str(book["Requests"].print_area)


def test_properties(book: OpenedBook) -> None:
    """The author is the program; schema, export number and the journal's head are custom properties."""
    assert ("Liaison Desk", "Liaison report – Tirana (AL)") == (
        book.properties.creator,
        book.properties.title,
    )
    typed: Any = book
    found = {prop.name: prop.value for prop in typed.custom_doc_props.props}
    expected = {"LD_Schema": "1", "LD_Export": "0007", "LD_Device": "d1", "LD_Sequence": "42"}
    assert expected | {"LD_Digest": "ab" * 32} == found


def test_every_column_key_is_listed(book: OpenedBook) -> None:
    """Codes_Notes names the stable key of every column, beside the codes that were given."""
    rows = list(book["Codes_Notes"].iter_rows(min_row=5, values_only=True))
    assert ("Clock", "Overdue", "The time limit has passed and nothing was answered.") == rows[0]
    keys = {(row[0], row[1]) for row in rows}
    assert {("Column of Requests", column.key) for column in REQUEST_COLUMNS} <= keys


def test_summary_figures(book: OpenedBook) -> None:
    """A figure shows now, last export and the change as plain values."""
    rows = list(book["Summary"].iter_rows(min_row=7, max_row=12, max_col=4, values_only=True))
    assert ("Figure", "Now", "Last export", "Change") == rows[0]
    assert ("Open requests", 47, 36, 11) == rows[1]
    assert ("Meetings this week", 4, None, None) == rows[5]


def test_same_content_gives_the_same_bytes() -> None:
    """Two exports of the same content are equal, so that a difference means a difference."""
    assert write_workbook(sample_workbook()).data == write_workbook(sample_workbook()).data


def test_page_texts_cannot_inject_codes() -> None:
    """An ampersand, a leading digit or a line break in post and marking stays plain text."""
    content = replace(sample_workbook(), post="A & B\n&D", marking="5 EYES &P")
    header = raw_header(content)
    assert header.startswith('&L&8&"Calibri,Regular"Liaison Desk · A && B &&D&C')
    assert '&C&10&"Calibri,Bold"5 EYES &&P&R' in header


def raw_header(content: Workbook) -> str:
    """Return the page header of the first register as it stands in the file."""
    with ZipFile(BytesIO(write_workbook(content).data)) as package:
        text = package.read("xl/worksheets/sheet2.xml").decode("utf-8")
    return unescape(text.partition("<oddHeader>")[2].partition("</oddHeader>")[0])


def test_empty_workbook() -> None:
    """Registers without rows and a summary without tables still make a whole workbook."""
    empty = tuple(replace(register, rows=()) for register in sample_workbook().registers)
    plain = replace(summary(), figures=(), tables=())
    content = replace(sample_workbook(), registers=empty, summary=plain, counts=(), codes=(), handling="")
    written = write_workbook(content)
    found = load_workbook(BytesIO(written.data))
    assert "A4:L5" == found["Requests"].tables["tblRequests"].ref
    assert {"Requests": 0, "Meetings": 0, "Contacts": 0} == written.rows


COLUMN = (Column("A", "a", 9),)
SEVEN = SmallTable("", "tblA", tuple(Column(name, name, 9) for name in "ABCDEFG"), ())
TWICE = (Column("A", "a", 9), Column("a", "b", 9))


@pytest.mark.parametrize(
    "content",
    [
        replace(sample_workbook(), marking=""),
        replace(sample_workbook(), marking="x" * 61),
        replace(sample_workbook(), marking_colour="red"),
        replace(sample_workbook(), registers=sample_workbook().registers[:1] * 2),
        replace(sample_workbook(), properties={"LD_Schema": "9"}),
        replace(sample_workbook(), properties={"x": "y" * 256}),
        one_register(COLUMN, ("a", "b")),
        one_register((), ()),
        one_register((Column("", "a", 9),), ("a",)),
        one_register(TWICE, ("a", "b")),
        replace(sample_workbook(), registers=(Register("Summary", "", "tblX", "", COLUMN, ()),)),
        replace(sample_workbook(), registers=(Register("a/b", "", "tblX", "", COLUMN, ()),)),
        replace(sample_workbook(), registers=(Register("R", "", "R1C1", "", COLUMN, ()),)),
        replace(sample_workbook(), summary=replace(summary(), tables=(SEVEN,))),
        replace(
            sample_workbook(),
            summary=replace(summary(), tables=(SmallTable("", "tblA", COLUMN, (), bars=("#000000",)),)),
        ),
    ],
)
def test_content_that_breaks_a_rule_is_refused(content: Workbook) -> None:
    """No bent file comes out: every breach of the rules is refused before the first byte."""
    with pytest.raises(ExportRefused):
        write_workbook(content)


def test_own_words_can_be_given() -> None:
    """Policy chooses the language of the workbook's own words."""
    content = replace(sample_workbook(), labels=Labels(page="Strana", of="z", figure="Ukazatel"))
    found: Any = load_workbook(BytesIO(write_workbook(content).data))
    assert "Strana &P z &N" == found["Requests"].oddFooter.right.text.replace("&[Page]", "&P")
    assert "Ukazatel" == found["Summary"]["A7"].value


def test_five_thousand_requests_within_five_seconds() -> None:
    """A register of 5 000 requests is written in at most 5 s."""
    content = replace(sample_workbook(), registers=(requests(5000),))
    started = perf_counter()
    written = write_workbook(content)
    assert perf_counter() - started <= 5
    assert {"Requests": 5000} == written.rows


WRITER = """
import sys
from liaison_desk.exports.office_encryption import encrypt
from liaison_desk.exports.workbook import write_workbook
from tests.workbook_samples import sample_workbook
sys.stdout.write("begin\\n"); sys.stdout.flush()
sys.stdout.write(str(len(encrypt(write_workbook(sample_workbook(2000)).data, "pass", 1000))))
"""


@pytest.mark.strace
def test_nothing_is_opened_for_writing(tmp_path: Path) -> None:
    """Writing and encrypting a workbook opens no file for writing anywhere and leaves TMPDIR empty."""
    log = tmp_path / "log"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    calls = "trace=open,openat,creat,memfd_create"
    command = ["strace", "-f", "-o", str(log), "-e", calls, sys.executable, "-B", "-c", WRITER]
    environment = {"TMPDIR": str(scratch), "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin"}
    done = subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120)
    assert int(done.stdout.split()[-1]) > 100_000
    assert [] == list(scratch.iterdir())
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    written = [line for line in lines if "O_WRONLY" in line or "O_RDWR" in line or "creat(" in line]
    assert [] == [line for line in written if "/dev/" not in line and "ENOENT" not in line]


def test_temporary_folder_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook is written although no temporary folder exists."""
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    assert write_workbook(sample_workbook()).data.startswith(b"PK")
