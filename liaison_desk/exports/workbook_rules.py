"""What a workbook must be before a byte of it is written; a breach is a refusal, not a bent file."""

import re
from collections.abc import Iterable, Iterator

from liaison_desk.domain.errors import ExportRefused
from liaison_desk.exports.cell_text import fold_lines, utf16_length
from liaison_desk.exports.workbook_content import Column, Register, SmallTable, Workbook

SUMMARY_SHEET = "Summary"
CODES_SHEET = "Codes_Notes"
FIGURES_TABLE = "tblKPI"
CONTENTS_TABLE = "tblContents"
CODES_TABLE = "tblCodes"
SCHEMA_PROPERTY = "LD_Schema"
EXPORT_PROPERTY = "LD_Export"
SUMMARY_COLUMNS = 6
LAST_ROW = 1_048_576
"""Rows of a sheet (Excel specifications and limits)."""
HEAD_ROWS = 4
"""Rows above the first record: title, note, an empty one, the header."""
PROPERTY_LENGTH = 255
MARKING_LENGTH = 60

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_SHEET_NAME = re.compile(r"[A-Za-z0-9_ -]{1,31}")
_TABLE_NAME = re.compile(r"tbl[A-Za-z]{1,60}")


def check_content(content: Workbook) -> None:
    """Raise ``ExportRefused`` with the first rule that the content breaks."""
    for reason, where in _breaches(content):
        raise ExportRefused(reason=reason, where=where)


def _breaches(content: Workbook) -> Iterator[tuple[str, str]]:
    if content.as_of.utcoffset() is None:
        yield "time without zone", "as_of"
    marking = fold_lines(content.marking)
    if not marking or utf16_length(marking) > MARKING_LENGTH:
        yield "marking missing or too long", "marking"
    if not _COLOUR.fullmatch(content.marking_colour):
        yield "not a colour", "marking_colour"
    yield from _name_breaches(content)
    yield from _property_breaches(content)
    for register in content.registers:
        yield from _register_breaches(register)
    for table in content.summary.tables:
        yield from _table_breaches(table)


def _name_breaches(content: Workbook) -> Iterator[tuple[str, str]]:
    sheets = [SUMMARY_SHEET, CODES_SHEET, *(register.name for register in content.registers)]
    tables = [FIGURES_TABLE, CONTENTS_TABLE, CODES_TABLE]
    tables += [register.table_name for register in content.registers]
    tables += [table.table_name for table in content.summary.tables]
    yield from (("sheet name not allowed", name) for name in sheets if not _SHEET_NAME.fullmatch(name))
    yield from (("table name not allowed", name) for name in tables if not _TABLE_NAME.fullmatch(name))
    yield from (("name used twice", name) for name in _repeated(sheets + tables))


def _property_breaches(content: Workbook) -> Iterator[tuple[str, str]]:
    for name, value in content.properties.items():
        if name in {SCHEMA_PROPERTY, EXPORT_PROPERTY} or not name:
            yield "property name reserved", name
        if utf16_length(value) > PROPERTY_LENGTH or utf16_length(name) > PROPERTY_LENGTH:
            yield "property too long", name


def _register_breaches(register: Register) -> Iterator[tuple[str, str]]:
    yield from _column_breaches(register.columns, register.name)
    if len(register.rows) > LAST_ROW - HEAD_ROWS:
        yield "too many rows", register.name
    width = len(register.columns)
    if any(len(row) != width for row in register.rows):
        yield "row length differs from columns", register.name


def _table_breaches(table: SmallTable) -> Iterator[tuple[str, str]]:
    width = len(table.columns)
    yield from _column_breaches(table.columns, table.table_name)
    if width > SUMMARY_COLUMNS:
        yield "too many columns", table.table_name
    if any(len(row) != width for row in table.rows):
        yield "row length differs from columns", table.table_name
    if table.bars and len(table.bars) != width - 1:
        yield "bars differ from columns", table.table_name
    yield from (("not a colour", table.table_name) for bar in table.bars if not _COLOUR.fullmatch(bar))


def _column_breaches(columns: tuple[Column, ...], where: str) -> Iterator[tuple[str, str]]:
    headers = [fold_lines(column.header) for column in columns]
    if not columns or not all(headers):
        yield "column without header", where
    if any(utf16_length(header) > PROPERTY_LENGTH for header in headers):
        yield "header too long", where
    yield from (("column used twice", name) for name in _repeated(headers))
    yield from (("column used twice", key) for key in _repeated(column.key for column in columns))


def _repeated(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        folded = name.casefold()
        if folded in seen:
            yield name
        seen.add(folded)
