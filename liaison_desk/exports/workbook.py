"""Writes the supervisor's workbook: in memory, values only, the same content giving the same bytes.

No formula, link, macro, merged cell or protection comes out. What leaves this module is not encrypted
yet: ``office_encryption.encrypt`` comes next, before anything touches a disk.
"""

from collections.abc import Iterator

from liaison_desk.exports import workbook_look as look
from liaison_desk.exports.cell_text import fold_lines
from liaison_desk.exports.workbook_content import (
    SCHEMA,
    Cell,
    Column,
    ColumnKind,
    Register,
    SmallTable,
    Workbook,
    WrittenWorkbook,
)
from liaison_desk.exports.workbook_pages import Book
from liaison_desk.exports.workbook_rules import (
    CODES_SHEET,
    CODES_TABLE,
    CONTENTS_TABLE,
    EXPORT_PROPERTY,
    FIGURES_TABLE,
    HEAD_ROWS,
    SCHEMA_PROPERTY,
    SUMMARY_COLUMNS,
    SUMMARY_SHEET,
    check_content,
)


def write_workbook(content: Workbook) -> WrittenWorkbook:
    """Return the workbook as unencrypted bytes.

    Raises ``ExportRefused`` when the content breaks a rule of ``workbook_rules`` or holds a time
    without zone, ``ExportUnverified`` when the writing library did not do as told.
    """
    check_content(content)
    book = Book(content)
    own = {SCHEMA_PROPERTY: str(SCHEMA), EXPORT_PROPERTY: book.number}
    book.describe(content.summary.title, own | dict(content.properties))
    _write_summary(book, content)
    for register in content.registers:
        _write_register(book, content, register)
    _write_register(book, content, _list_codes(content))
    rows = {register.name: len(register.rows) for register in content.registers}
    return WrittenWorkbook(book.finish(), rows, tuple(book.cuts))


def _write_register(book: Book, content: Workbook, register: Register) -> None:
    page = book.add_page(register.name, register.title)
    page.colour_tab(look.TAB_COLOUR)
    page.set_widths(column.width for column in register.columns)
    page.set_height(0, look.TITLE_HEIGHT)
    page.set_height(HEAD_ROWS - 1, look.HEADER_HEIGHT)
    page.put_text(0, 0, fold_lines(register.title), look.TITLE)
    words = (content.marking, content.post, f"{content.labels.as_of} {book.as_of}", register.note)
    page.put_text(1, 0, _in_one_line(words), look.NOTE)
    last = page.put_table(HEAD_ROWS - 1, register, filtered=True)
    page.freeze(HEAD_ROWS, register.frozen_columns)
    printed = register.printed_columns or len(register.columns)
    page.print_only(last, printed - 1, header_row=HEAD_ROWS - 1)


def _write_summary(book: Book, content: Workbook) -> None:
    summary, words = content.summary, content.labels
    page = book.add_page(SUMMARY_SHEET, summary.title)
    page.colour_tab(content.marking_colour)
    page.set_widths(look.SUMMARY_WIDTHS)
    page.set_height(0, look.BANNER_HEIGHT)
    page.set_height(1, look.TITLE_HEIGHT)
    tables = tuple(_summary_tables(content))
    drawn = any(table.bars and table.rows for table in tables)
    last_column = look.CHART_LAST_COLUMN if drawn else SUMMARY_COLUMNS - 1
    banner = look.banner(content.marking_colour)
    for column in range(1, last_column + 1):
        page.put_blank(0, column, banner)
    page.put_text(0, 0, f"{fold_lines(content.marking)} – {words.highest_marking}", banner)
    page.put_text(1, 0, fold_lines(summary.title), look.TITLE)
    page.put_text(2, 0, _in_one_line(_dates(book, content)), look.NOTE)
    if content.handling:
        page.put_text(3, 0, f"{words.handling}: {fold_lines(content.handling)}", look.NOTE)
    row = chart_row = 5
    for table in tables:
        page.set_height(row, look.SUMMARY_HEADER_HEIGHT)
        page.put_text(row, 0, fold_lines(table.title), look.SECTION)
        if table.bars and table.rows:
            page.put_bars(chart_row, look.CHART_COLUMN, row + 1, table)
            chart_row += look.CHART_ROWS
        row = page.put_table(row + 1, table, filtered=False) + 2
    for remark in summary.remarks:
        page.put_text(row, 0, fold_lines(remark), look.NOTE)
        row += 1
    page.print_only(max(row, chart_row) - 1, last_column)


def _dates(book: Book, content: Workbook) -> Iterator[str]:
    words = content.labels
    yield content.post
    yield f"{words.as_of} {book.as_of}"
    yield f"{words.export} {book.number}"
    if content.previous_number is not None:
        day = f" ({content.previous_on.isoformat()})" if content.previous_on else ""
        yield f"{words.previous} {content.previous_number:04d}{day}"


def _summary_tables(content: Workbook) -> Iterator[SmallTable]:
    words = content.labels
    if content.summary.figures:
        yield _list_figures(content)
    yield from content.summary.tables
    if content.counts:
        yield SmallTable(
            words.contents,
            CONTENTS_TABLE,
            (
                Column(words.sheet, "sheet", 0),
                Column(words.included, "included", 0, ColumnKind.INTEGER),
                Column(words.redacted, "redacted", 0, ColumnKind.INTEGER),
                Column(words.withheld, "withheld", 0, ColumnKind.INTEGER),
            ),
            tuple((c.name, c.included, c.redacted, c.withheld) for c in content.counts),
        )


def _list_figures(content: Workbook) -> SmallTable:
    words, figures = content.labels, content.summary.figures
    columns: tuple[Column, ...] = (
        Column(words.figure, "figure", 0),
        Column(words.now, "now", 0, ColumnKind.INTEGER),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple((figure.label, figure.now) for figure in figures)
    if any(figure.previous is not None for figure in figures):
        columns += (
            Column(words.last_export, "last_export", 0, ColumnKind.INTEGER),
            Column(words.change, "change", 0, ColumnKind.CHANGE),
        )
        rows = tuple((f.label, f.now, f.previous, f.change) for f in figures)
    return SmallTable(words.key_figures, FIGURES_TABLE, columns, rows)


def _list_codes(content: Workbook) -> Register:
    words = content.labels
    keys = [
        (f"{words.column_of} {register.name}", column.key, f"{column.header} ({column.kind.value})")
        for register in content.registers
        for column in register.columns
    ]
    given = [(row.group, row.code, row.meaning) for row in content.codes]
    return Register(
        name=CODES_SHEET,
        title=words.codes_title,
        table_name=CODES_TABLE,
        note=words.codes_note,
        columns=(
            Column(words.group, "group", 26),
            Column(words.code, "code", 30, ColumnKind.REFERENCE),
            Column(words.meaning, "meaning", 90, ColumnKind.WRAP),
        ),
        rows=tuple(given + keys),
        frozen_columns=0,
    )


def _in_one_line(parts: Iterator[str] | tuple[str, ...]) -> str:
    return " · ".join(line for line in map(fold_lines, parts) if line)
