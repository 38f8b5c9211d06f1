"""What goes into the supervisor's workbook, as plain values: no record, no format, no file.

The services fill these classes; ``workbook.write_workbook`` turns them into bytes. Sheets appear in
the order Summary, registers as given, Codes_Notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

SCHEMA = 1
"""Revision of sheets, tables and column keys; stands in the property LD_Schema."""


class ColumnKind(Enum):
    """How a column's values are typed, aligned and shown."""

    TEXT = "text"
    """One line of text."""
    WRAP = "long text"
    """Text that may run over several lines."""
    REFERENCE = "reference"
    """A reference number, set in a monospaced face."""
    WORD = "word"
    """A word of state; coloured by ``Column.tones``."""
    DATE = "date"
    """A ``date``; days before 1900-03-01, which Excel cannot count, appear as ISO text."""
    DATETIME = "date and time"
    """An aware ``datetime``, shown as wall time in the workbook's zone."""
    INTEGER = "number"
    """A whole number."""
    OVERDUE = "days overdue"
    """A whole number of days; above zero it is red and bold."""
    CHANGE = "change"
    """A number shown with its sign."""


class Tone(Enum):
    """Meaning of a colour behind a word. Red is overdue and nothing else."""

    GOOD = "good"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A cell whose value the handling withholds; ``text`` is what stands there instead."""

    text: str


Cell = str | int | Decimal | date | datetime | Redacted | None
"""Text may stand in a column of any kind (a partial date, "no date"); it stays text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register. ``key`` never changes between versions; ``header`` may be translated."""

    header: str
    key: str
    width: float
    """In characters of the standard font."""
    kind: ColumnKind = ColumnKind.TEXT
    tones: Mapping[str, Tone] = field(default_factory=dict)
    """For WORD columns: which words are coloured."""


@dataclass(frozen=True, slots=True)
class Register:
    """A sheet with one table: a row is a record."""

    name: str
    """Of the sheet: at most 31 characters, none of ``[]:*?/\\``."""
    title: str
    table_name: str
    """Such as ``tblRequests``; unique in the workbook."""
    note: str
    """Stands in row 2 behind marking, post and time."""
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    frozen_columns: int = 1
    printed_columns: int | None = None
    """How many columns from the left are printed; all when None."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure and, where known, its value in the previous export."""

    label: str
    now: int | Decimal | str | None
    previous: int | Decimal | str | None = None

    @property
    def change(self) -> int | Decimal | None:
        """Return now minus previous where both are numbers."""
        if isinstance(self.now, int | Decimal) and isinstance(self.previous, int | Decimal):
            return self.now - self.previous
        return None


@dataclass(frozen=True, slots=True)
class SmallTable:
    """A table of at most six columns and some dozen rows on the Summary sheet."""

    title: str
    table_name: str
    columns: tuple[Column, ...]
    """Their widths are those of the Summary grid; ``width`` is not used."""
    rows: tuple[tuple[Cell, ...], ...]
    bars: tuple[str, ...] = ()
    """Colours (``#RRGGBB``), one for each column but the first: draws a stacked bar chart beside it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The page that answers "what needs me?"."""

    title: str
    figures: tuple[Figure, ...]
    tables: tuple[SmallTable, ...] = ()
    remarks: tuple[str, ...] = ()
    """Sentences under the tables, such as what to do with withheld rows."""


@dataclass(frozen=True, slots=True)
class SheetCount:
    """How complete one register is: the recipient sees that something is missing, and how much."""

    name: str
    included: int
    redacted: int
    """Of the included rows, those with a withheld value."""
    withheld: int
    """Rows left out altogether."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A line of Codes_Notes: a code and its meaning, a rule of the clock, an instruction."""

    group: str
    code: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Labels:
    """The workbook's own words, so that policy can choose their language; English by default."""

    export: str = "Export"
    previous: str = "previous"
    as_of: str = "as of"
    page: str = "Page"
    of: str = "of"
    highest_marking: str = "highest marking in this file"
    handling: str = "Handling"
    key_figures: str = "Key figures"
    figure: str = "Figure"
    now: str = "Now"
    last_export: str = "Last export"
    change: str = "Change"
    contents: str = "In this file"
    sheet: str = "Sheet"
    included: str = "Rows"
    redacted: str = "Redacted"
    withheld: str = "Withheld"
    codes_title: str = "Codes and notes"
    codes_note: str = "column keys, codes and rules of this workbook"
    group: str = "Group"
    code: str = "Code"
    meaning: str = "Meaning"
    column_of: str = "Column of"


@dataclass(frozen=True, slots=True)
class Workbook:
    """Everything a workbook says. The same content gives the same bytes."""

    post: str
    """As shown, such as ``Tirana (AL)``."""
    marking: str
    """The highest marking of all rows; stands on every printed page."""
    marking_colour: str
    """``#RRGGBB`` of the marking's banner."""
    handling: str
    """Handling codes or instruction for the whole file; may be empty."""
    as_of: datetime
    """Aware moment for which the content is true."""
    zone: ZoneInfo
    """Zone of the post: all times are shown as its wall time."""
    export_number: int
    program_version: str
    summary: Summary
    registers: tuple[Register, ...]
    counts: tuple[SheetCount, ...] = ()
    codes: tuple[CodeRow, ...] = ()
    previous_number: int | None = None
    previous_on: date | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """Further custom properties, at most 255 characters each, such as the journal's head:
    LD_Device, LD_Sequence, LD_Digest."""
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text that did not fit its cell: where, and how many characters are missing."""

    sheet: str
    row: int
    """As Excel counts: the first row is 1."""
    key: str
    missing: int


@dataclass(frozen=True, slots=True)
class WrittenWorkbook:
    """The unencrypted file and what had to be adjusted in it. Never put ``data`` on a disk."""

    data: bytes = field(repr=False)
    rows: Mapping[str, int]
    """Rows of each register, by sheet name."""
    cuts: tuple[Cut, ...]
