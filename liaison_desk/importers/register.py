"""Registers in: sheets of requests or of people, from workbooks and from delimited text.

The heading row is the one with most known headings among the first rows, so titles may stand above it.
What a column means is told by ``describe_columns`` and can be corrected through ``ReadingContext.columns``.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice

from liaison_desk.domain.errors import ColumnsUnknown
from liaison_desk.domain.request import Request
from liaison_desk.domain.values import replace_unclean
from liaison_desk.importers.account import Account, refuse_row
from liaison_desk.importers.delimited import read_table
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.register_columns import (
    ColumnMatch,
    Columns,
    SheetKind,
    fold_heading,
    known_targets,
    match_columns,
    score_headings,
)
from liaison_desk.importers.register_contacts import propose_contact
from liaison_desk.importers.register_requests import propose_request
from liaison_desk.importers.register_values import FilledCell
from liaison_desk.importers.sheets import Row, Sheet, cell_text
from liaison_desk.importers.spreadsheet import read_sheets

__all__ = ["ColumnMatch", "describe_columns", "fold_heading", "known_targets", "read_csv", "read_workbook"]

_SEARCHED_ROWS = 30
_FEWEST_HEADINGS = 2
_SHOWN_HEADINGS = 200


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet whose heading row was found."""

    title: str
    columns: Columns
    rows: Iterator[Row]


def read_workbook(source: Source, context: ReadingContext) -> Iterator[Proposal]:
    """Yield a proposal for each row of a workbook.

    Raise what ``read_sheets`` raises, or ``ColumnsUnknown``.
    """
    yield from _read(source.name, read_sheets(source), context)


def read_csv(source: Source, context: ReadingContext) -> Iterator[Proposal]:
    """Yield a proposal for each row of delimited text. Raise ``FileOverLimit`` or ``ColumnsUnknown``."""
    yield from _read(source.name, read_table(source), context)


def describe_columns(source: Source, context: ReadingContext, *, workbook: bool) -> list[ColumnMatch]:
    """Return what each column of a register would fill, to be shown, corrected and remembered.

    Corrections are remembered by ``fold_heading`` of the heading, with one of ``known_targets``, or empty
    text for the note.
    """
    found: list[ColumnMatch] = []
    for sheet in read_sheets(source) if workbook else read_table(source):
        table = _find_table(sheet, context)
        if isinstance(table, _Table):
            pairs = zip(table.columns.headings, table.columns.targets, strict=True)
            found.extend(ColumnMatch(heading, target, sheet.title) for heading, target in pairs if heading)
    return found


def _read(name: str, sheets: Iterator[Sheet], context: ReadingContext) -> Iterator[Proposal]:
    known = False
    first = ""
    without: list[Proposal] = []
    for sheet in sheets:
        table = _find_table(sheet, context)
        if isinstance(table, _Table):
            known = True
            yield from _read_rows(table, context)
        elif table is not None:
            first = first or table
            without.append(refuse_row(1, f"{sheet.title}: {table}", "sheet_without_headings"))
    if not known:
        raise ColumnsUnknown(name=name, headings=first[:_SHOWN_HEADINGS])
    yield from without


def _find_table(sheet: Sheet, context: ReadingContext) -> _Table | str | None:
    """Return a sheet from its heading row on; else its first row as text, or None where it has no rows."""
    head = list(islice(sheet.rows, _SEARCHED_ROWS))
    scores = [score_headings(_headings(row), context.columns) for row in head]
    best = max(scores, default=0)
    if best < _FEWEST_HEADINGS:
        return " | ".join(filter(None, _headings(head[0]))) if head else None
    place = scores.index(best)
    columns = match_columns(_headings(head[place]), context.columns)
    return _Table(sheet.title, columns, chain(head[place + 1 :], sheet.rows))


def _headings(row: Row) -> list[str]:
    return [replace_unclean(" ".join(cell_text(cell).split())) for cell in row.cells]


def _read_rows(table: _Table, context: ReadingContext) -> Iterator[Proposal]:
    near = context.now.date()
    for row in table.rows:
        if row.unreadable:
            yield refuse_row(row.number, "", "row_unreadable")
            continue
        filled = sum(1 for cell in row.cells if cell_text(cell))
        if not filled:
            continue
        account = Account(row.number, filled)
        cells = _fill(table.columns, row, account)
        digest = hashlib.sha256(
            "\x1f".join(map(cell_text, row.cells)).encode("utf-8", "surrogatepass")
        ).hexdigest()
        propose = propose_contact if table.columns.kind is SheetKind.CONTACTS else propose_request
        proposal = propose(context, row.number, cells, account, digest, near)
        near = _day_of(proposal) or near
        yield proposal


def _day_of(proposal: Proposal) -> date | None:
    """Return the day a request came in: the next row's dates without a year are near it."""
    root = proposal.dossier.root if proposal.dossier is not None else None
    received = root.received_at if isinstance(root, Request) else None
    return received.date() if isinstance(received, datetime) else None


def _fill(columns: Columns, row: Row, account: Account) -> list[FilledCell]:
    cells = []
    for place, value in enumerate(row.cells):
        text = cell_text(value)
        if not text:
            continue
        known = place < len(columns.headings)
        heading = (columns.headings[place] if known else "") or f"column {place + 1}"
        target = columns.targets[place] if known else None
        cells.append(FilledCell(heading, target, value, account.clean(heading, text)))
    return cells
