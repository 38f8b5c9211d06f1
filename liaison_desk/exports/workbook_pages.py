"""Sheets of a workbook as pages that take typed values: the only importer of XlsxWriter.

Every call that can report a failure is checked. Nothing is written outside memory.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from liaison_desk.domain.errors import ExportRefused, ExportUnverified
from liaison_desk.exports import workbook_look as look
from liaison_desk.exports.cell_text import fit_cell, fold_lines, looks_like_formula
from liaison_desk.exports.workbook_content import (
    Cell,
    Column,
    ColumnKind,
    Cut,
    Redacted,
    Register,
    SmallTable,
    Workbook,
)

AUTHOR = "Liaison Desk"

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4 = 9
_HIDE_ALL_GRIDLINES = 2
_MARKING_ROOM = 60
_SIDE_ROOM = 80
_FIRST_DATE = date(1900, 3, 1)
"""Excel believes in 29 February 1900; from here on its count of days is right."""
_EXACT = 10**15
"""Excel keeps 15 digits of a number; longer ones stay text."""


class Book:
    """A workbook in memory: its pages, its formats, and what had to be cut."""

    def __init__(self, content: Workbook) -> None:
        """Open an empty workbook for this content."""
        self._buffer = BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, _OPTIONS)
        self._content = content
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self.cuts: list[Cut] = []
        self.zone = content.zone
        self.number = f"{content.export_number:04d}"
        self.as_of = f"{content.as_of.astimezone(content.zone):%Y-%m-%d %H:%M} ({content.zone})"

    def add_page(self, name: str, title: str) -> "Page":
        """Add a sheet, set up for A4 landscape, one page wide, the marking above and below."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.8, 0.7)
        sheet.hide_gridlines(_HIDE_ALL_GRIDLINES)
        sheet.set_default_row(look.ROW_HEIGHT)
        words = self._content.labels
        small = '&8&"Calibri,Regular"'
        marking = f'&C&10&"Calibri,Bold"{_page_text(self._content.marking, _MARKING_ROOM)}'
        left = _page_text(self._content.post, _MARKING_ROOM)
        right = _page_text(title, _MARKING_ROOM)
        sheet.set_header(f"&L{small}{AUTHOR} · {left}{marking}&R{small}{right}")
        left = f"{words.export} {self.number} · {words.as_of} {self.as_of}"
        right = f"{_page_text(words.page, 12)} &P {_page_text(words.of, 12)} &N"
        sheet.set_footer(f"&L{small}{_page_text(left, _SIDE_ROOM)}{marking}&R{small}{right}")
        return Page(self, sheet)

    def add_chart(self) -> Any:
        """Return a new chart of stacked bars, as the library makes it."""
        return self._book.add_chart({"type": "bar", "subtype": "stacked"})

    def form(self, style: look.Style) -> Any:
        """Return the book's format for a style, made once."""
        key = tuple(style.items())
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(style))
        return self._formats[key]

    def describe(self, title: str, properties: Mapping[str, str]) -> None:
        """Set title, author and custom properties; the time of creation is the content's own."""
        self._book.set_properties(
            {
                "title": fold_lines(title),
                "subject": fold_lines(self._content.marking),
                "author": AUTHOR,
                "comments": f"{AUTHOR} {fold_lines(self._content.program_version)}",
                "created": self._content.as_of.astimezone(UTC).replace(tzinfo=None),
            }
        )
        for name, value in properties.items():
            code = self._book.set_custom_property(fold_lines(name), fold_lines(value), "text")
            _demand(code, "set_custom_property", "")

    def finish(self) -> bytes:
        """Close the workbook and return the file."""
        self._book.close()
        return self._buffer.getvalue()


class Page:
    """One sheet. Rows and columns count from 0."""

    def __init__(self, book: Book, sheet: Any) -> None:
        """Wrap a worksheet of the library."""
        self._book = book
        self._sheet = sheet
        self.name: str = sheet.get_name()

    def set_widths(self, widths: Iterable[float]) -> None:
        """Set the widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self._demand(self._sheet.set_column(column, column, width), "set_column")

    def set_height(self, row: int, height: float) -> None:
        """Set the height of a row, in points."""
        self._demand(self._sheet.set_row(row, height), "set_row")

    def colour_tab(self, colour: str) -> None:
        """Colour the sheet's tab."""
        self._sheet.set_tab_color(colour)

    def freeze(self, rows: int, columns: int) -> None:
        """Keep the first rows and columns in sight."""
        self._sheet.freeze_panes(rows, columns)

    def print_only(self, last_row: int, last_column: int, *, header_row: int | None = None) -> None:
        """Print up to this cell; with a header row, repeat that on every page, else use one page."""
        self._demand(self._sheet.print_area(0, 0, last_row, last_column), "print_area")
        if header_row is None:
            self._sheet.fit_to_pages(1, 1)
        else:
            self._demand(self._sheet.repeat_rows(header_row), "repeat_rows")

    def put_text(self, row: int, column: int, text: str, style: look.Style) -> int:
        """Write text as text, whatever it looks like; return how many characters did not fit."""
        shown, missing = fit_cell(text)
        if looks_like_formula(shown):
            style = {**style, "quote_prefix": True}
        code = self._sheet.write_string(row, column, shown, self._book.form(style))
        self._demand(code, "write_string")
        return missing

    def put_blank(self, row: int, column: int, style: look.Style) -> None:
        """Write an empty cell that only has a look."""
        code = self._sheet.write_blank(row, column, None, self._book.form(style))
        self._demand(code, "write_blank")

    def put(self, row: int, column: int, value: Cell, described: Column, *, tall: bool = False) -> None:
        """Write one value of a table by the kind of its column; a tall row is read from its top."""
        style = look.cell_style(described.kind, tall=tall)
        if value is None or value == "":
            self.put_blank(row, column, style)
        elif isinstance(value, Redacted):
            self.put_text(row, column, value.text, {**style, **look.REDACTED})
        elif isinstance(value, int | Decimal):
            self._put_number(row, column, value, {**style, **_number_style(described.kind, value)})
        elif isinstance(value, date):
            self._put_date(row, column, value, described.key, tall=tall)
        else:
            missing = self.put_text(row, column, value, style)
            if missing:
                self._book.cuts.append(Cut(self.name, row + 1, described.key, missing))

    def _put_number(self, row: int, column: int, value: int | Decimal, style: look.Style) -> None:
        if -_EXACT < value < _EXACT:
            code = self._sheet.write_number(row, column, float(value), self._book.form(style))
            self._demand(code, "write_number")
        else:
            self.put_text(row, column, str(value), style)

    def _put_date(self, row: int, column: int, value: date, key: str, *, tall: bool) -> None:
        kind, day = ColumnKind.DATE, value
        if isinstance(value, datetime):
            if value.utcoffset() is None:
                raise ExportRefused(reason="time without zone", where=key)
            kind = ColumnKind.DATETIME
            value = value.astimezone(self._book.zone).replace(tzinfo=None)
            day = value.date()
        style = look.cell_style(kind, tall=tall)
        if day < _FIRST_DATE:
            self.put_text(row, column, value.isoformat(), style)
        else:
            code = self._sheet.write_datetime(row, column, value, self._book.form(style))
            self._demand(code, "write_datetime")

    def put_table(self, top: int, table: Register | SmallTable, *, filtered: bool) -> int:
        """Write a real table with its header in row ``top``; return the last row it takes.

        A table without records keeps one empty row, because Excel knows no table without rows.
        """
        columns = table.columns
        for at, row in enumerate(table.rows, start=top + 1):
            lines = max(map(_lines, row, columns))
            if lines > 1:
                self.set_height(at, look.row_height(lines))
            for column, (value, described) in enumerate(zip(row, columns, strict=True)):
                self.put(at, column, value, described, tall=lines > 1)
        last = top + max(1, len(table.rows))
        options = {
            "name": table.table_name,
            "style": None,
            "banded_rows": False,
            "autofilter": filtered,
            "title": fold_lines(table.title),
            "columns": [self._head(column) for column in columns],
        }
        self._demand(self._sheet.add_table(top, 0, last, len(columns) - 1, options), "add_table")
        for column, described in enumerate(columns):
            self._colour_words(top + 1, last, column, described)
        return last

    def _head(self, column: Column) -> dict[str, object]:
        style = look.HEAD_RIGHT if column.kind in look.RIGHT_ALIGNED else look.HEAD
        return {"header": fold_lines(column.header), "header_format": self._book.form(style)}

    def _colour_words(self, first: int, last: int, column: int, described: Column) -> None:
        for word, tone in described.tones.items():
            quoted = fold_lines(word).replace('"', '""')
            rule = {
                "type": "cell",
                "criteria": "==",
                "value": f'"{quoted}"',
                "format": self._book.form(look.TONES[tone]),
            }
            code = self._sheet.conditional_format(first, column, last, column, rule)
            self._demand(code, "conditional_format")

    def put_bars(self, row: int, column: int, top: int, table: SmallTable) -> None:
        """Draw a small table, whose header is in row ``top``, as stacked bars at this cell."""
        chart = self._book.add_chart()
        last = top + len(table.rows)
        for number, colour in enumerate(table.bars, start=1):
            series = {
                "name": [self.name, top, number],
                "categories": [self.name, top + 1, 0, last, 0],
                "values": [self.name, top + 1, number, last, number],
                "fill": {"color": colour},
                "gap": 60,
            }
            self._demand(chart.add_series(series), "add_series")
        chart.set_title({"name": fold_lines(table.title), "name_font": dict(look.CHART_TITLE)})
        chart.set_legend({"position": "bottom", "font": dict(look.CHART_FONT)})
        chart.set_y_axis({"reverse": True, "num_font": dict(look.CHART_FONT), "line": {"none": True}})
        lines = {"visible": True, "line": {"color": look.HAIRLINE}}
        chart.set_x_axis(
            {"num_font": dict(look.CHART_FONT), "major_gridlines": lines, "num_format": "0", "min": 0}
        )
        chart.set_chartarea({"border": {"color": look.HAIRLINE}})
        width, height = look.CHART_SIZE
        chart.set_size({"width": width, "height": height})
        options = {"description": fold_lines(table.title), "object_position": 2}
        self._demand(self._sheet.insert_chart(row, column, chart, options), "insert_chart")

    def _demand(self, code: object, call: str) -> None:
        _demand(code, call, self.name)


def _demand(code: object, call: str, sheet: str) -> None:
    """Raise when a call of the library reports that it did not do its work."""
    if isinstance(code, int) and code != 0:
        raise ExportUnverified(reason=f"{call} returned {code}", sheet=sheet)


def _number_style(kind: ColumnKind, value: int | Decimal) -> look.Style:
    if kind is ColumnKind.OVERDUE and value > 0:
        return look.LATE
    whole = value == int(value)
    return {} if whole and kind in look.RIGHT_ALIGNED else {"num_format": "General"}


def _lines(value: Cell, described: Column) -> int:
    if described.kind is ColumnKind.WRAP and isinstance(value, str):
        return look.lines_needed(value, described.width)
    return 1


def _page_text(text: str, room: int) -> str:
    """Return text for a page header or footer: one line, ``&`` doubled, shortened visibly."""
    line = fold_lines(text)
    return (line if len(line) <= room else f"{line[: room - 1]}…").replace("&", "&&")
