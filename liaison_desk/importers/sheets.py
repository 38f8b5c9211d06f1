"""What every table of a foreign file is, whether it came from a workbook or from text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

ROW_LIMIT = 200_000
COLUMN_LIMIT = 200

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""A stored value; formulas count with the value stored beside them and are never calculated."""


class Row(NamedTuple):
    """A row of cells, numbered from 1 as the program that wrote it does."""

    number: int
    cells: tuple[Cell, ...]
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table; ``rows`` can be gone through once."""

    title: str
    rows: Iterator[Row]


def cell_text(cell: Cell) -> str:
    """Return a cell as text: dates by ISO 8601, whole numbers without a point, nothing as empty text."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
