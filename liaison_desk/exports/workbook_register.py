"""Writes a plain register as people keep it in Excel: one sheet, headings, real dates, nothing else.

It serves sample data: such a register comes in by the ordinary import. What the supervisor gets is
written by ``workbook``.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from liaison_desk.domain.errors import ExportUnverified

RegisterCell = str | int | date | datetime | None
"""``datetime`` without zone: a register on paper or in Excel has none."""

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NARROWEST, _WIDEST = 7, 30
_A4 = 9
_LINE_HEIGHT = 15
_SHOWN_DATE = 11
_SHOWN_INSTANT = 17


def write_register(
    headings: Sequence[str], rows: Sequence[Sequence[RegisterCell]], sheet_title: str, made_at: datetime
) -> bytes:
    """Return an .xlsx file with one sheet; the same content and ``made_at`` give the same bytes.

    Raises ``ExportUnverified`` when the writing library did not do as told.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"created": made_at})
    sheet = book.add_worksheet(sheet_title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    shapes: dict[type, Format] = {
        date: book.add_format({"num_format": "d. m. yyyy", "valign": "top", "align": "left"}),
        datetime: book.add_format({"num_format": "d. m. yyyy hh:mm", "valign": "top", "align": "left"}),
        int: book.add_format({"num_format": "0", "valign": "top"}),
        str: book.add_format({"text_wrap": True, "valign": "top"}),
    }
    for column, heading in enumerate(headings):
        _demand(sheet.write_string(0, column, heading, bold), sheet)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if value is not None and value != "":
                _put(sheet, number, column, value, shapes[type(value)])
    widths = [_width(heading, [row[place] for row in rows]) for place, heading in enumerate(headings)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows, 1):
        sheet.set_row(number, _LINE_HEIGHT * _count_lines(row, widths))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return buffer.getvalue()


def _put(sheet: Worksheet, row: int, column: int, value: RegisterCell, shape: Format) -> None:
    if isinstance(value, date):
        _demand(sheet.write_datetime(row, column, value, shape), sheet)
    elif isinstance(value, int):
        _demand(sheet.write_number(row, column, value, shape), sheet)
    elif isinstance(value, str):
        _demand(sheet.write_string(row, column, value, shape), sheet)


def _demand(code: int, sheet: Worksheet) -> None:
    if code:
        raise ExportUnverified(reason=f"write returned {code}", sheet=sheet.get_name())


def _width(heading: str, values: Sequence[RegisterCell]) -> int:
    longest = max((_shown_length(value) for value in (heading, *values)), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _count_lines(row: Sequence[RegisterCell], widths: Sequence[int]) -> int:
    # One sign less than the width: words do not end where lines do.
    return max(-(-_shown_length(value) // (width - 1)) for value, width in zip(row, widths, strict=True)) or 1


def _shown_length(value: RegisterCell) -> int:
    if isinstance(value, datetime):
        return _SHOWN_INSTANT
    if isinstance(value, date):
        return _SHOWN_DATE
    return len(str(value)) if value is not None else 0
