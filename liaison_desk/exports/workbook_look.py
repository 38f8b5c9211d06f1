"""How the workbook looks: colours, cell styles, grid. Values only; the writer turns them into formats."""

from collections.abc import Mapping
from types import MappingProxyType

from liaison_desk.exports.workbook_content import ColumnKind, Tone

Style = Mapping[str, object]

FONT = "Calibri"
NAVY = "#1F3A5F"
INK = "#18212E"
QUIET = "#465265"
HAIRLINE = "#D3DAE3"
RED = "#8E1616"
THIN = 1
TITLE_HEIGHT = 26
HEADER_HEIGHT = 32
SUMMARY_HEADER_HEIGHT = 20
BANNER_HEIGHT = 22
SUMMARY_WIDTHS = (40, 15, 14, 14, 14, 28, 2)
"""Grid of the Summary sheet: a name, four figures, a second name, and a gap before the charts."""
ROW_HEIGHT = 17
LINE_HEIGHT = 13
ROW_LIMIT = 409
"""Greatest height of a row, in points (Excel specifications and limits)."""
TAB_COLOUR = NAVY
CHART_SIZE = (500, 300)
CHART_COLUMN = 7
CHART_LAST_COLUMN = 14
CHART_ROWS = 15
CHART_FONT = MappingProxyType({"name": FONT, "size": 9, "color": INK})
CHART_TITLE = MappingProxyType({"name": FONT, "size": 11, "color": INK, "bold": True})

_BODY: Style = MappingProxyType({"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"})
_ROW: Style = MappingProxyType({**_BODY, "bottom": THIN, "bottom_color": HAIRLINE})
_LEFT_DATE: Style = MappingProxyType({**_ROW, "align": "left"})
_NUMBER: Style = MappingProxyType({**_ROW, "num_format": "0", "align": "right", "indent": 1})
_OVERDUE: Style = MappingProxyType({**_NUMBER, "num_format": '0;-0;"–"'})
_HEAD: Style = MappingProxyType(
    {
        **_BODY,
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": NAVY,
        "text_wrap": True,
        "valign": "vcenter",
        "right": THIN,
        "right_color": "#3A557B",
    }
)

_CELL_STYLES: Mapping[ColumnKind, Style] = MappingProxyType(
    {
        ColumnKind.TEXT: _ROW,
        ColumnKind.WRAP: {**_ROW, "text_wrap": True},
        ColumnKind.REFERENCE: {**_ROW, "font_name": "Consolas", "font_size": 9.5},
        ColumnKind.WORD: _ROW,
        ColumnKind.DATE: {**_LEFT_DATE, "num_format": "yyyy-mm-dd"},
        ColumnKind.DATETIME: {**_LEFT_DATE, "num_format": "yyyy-mm-dd hh:mm"},
        ColumnKind.INTEGER: _NUMBER,
        ColumnKind.OVERDUE: _OVERDUE,
        ColumnKind.CHANGE: {**_NUMBER, "num_format": "+0;-0;0"},
    }
)
LATE: Style = MappingProxyType({"bold": True, "font_color": RED})
REDACTED: Style = MappingProxyType({"italic": True, "font_name": FONT, "font_color": "#5F6B7E"})
HEAD: Style = _HEAD
HEAD_RIGHT: Style = MappingProxyType({**_HEAD, "align": "right", "indent": 1})
TITLE: Style = MappingProxyType({**_BODY, "bold": True, "font_size": 16, "valign": "vcenter"})
NOTE: Style = MappingProxyType({**_BODY, "font_color": QUIET})
SECTION: Style = MappingProxyType({**_BODY, "bold": True, "font_size": 12, "valign": "vcenter"})

TONES: Mapping[Tone, Style] = MappingProxyType(
    {
        Tone.GOOD: {"bg_color": "#D9F0E1", "font_color": "#14592F"},
        Tone.SOON: {"bg_color": "#FDE3C8", "font_color": "#7A3B00"},
        Tone.LATE: {"bg_color": "#FBDCDC", "font_color": RED},
        Tone.PAUSED: {"bg_color": "#E3E8EE", "font_color": "#3F4B5C"},
    }
)

_FLAT_STYLES: Mapping[ColumnKind, Style] = MappingProxyType(
    {kind: {**style, "valign": "vcenter"} for kind, style in _CELL_STYLES.items()}
)

RIGHT_ALIGNED = frozenset({ColumnKind.INTEGER, ColumnKind.OVERDUE, ColumnKind.CHANGE})

_LETTERS_PER_UNIT = 1.22
"""Average letters of the body face in one unit of column width, after the loss at line ends."""

_DARK_LIMIT = 0.179
"""Relative luminance below which white text has the better contrast (WCAG 2.2, 1.4.3)."""


def banner(colour: str) -> Style:
    """Return the style of the marking's banner: black or white on the marking's colour."""
    ink = "#FFFFFF" if _luminance(colour) < _DARK_LIMIT else "#000000"
    return {**_BODY, "bold": True, "valign": "vcenter", "indent": 1, "bg_color": colour, "font_color": ink}


def _luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB``, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    knee = 0.04045
    return channel / 12.92 if channel <= knee else ((channel + 0.055) / 1.055) ** 2.4


def cell_style(kind: ColumnKind, *, tall: bool) -> Style:
    """Return the style of a cell; in a row of several lines all cells begin at the top."""
    return (_CELL_STYLES if tall else _FLAT_STYLES)[kind]


def row_height(lines: int) -> float:
    """Return the height of a row with so many lines of text, in points."""
    return min(ROW_HEIGHT + (lines - 1) * LINE_HEIGHT, ROW_LIMIT)


def lines_needed(text: str, width: float) -> int:
    """Estimate how many lines a text takes in a column of this width, in characters.

    Needed because LibreOffice does not fit the heights of rows when it opens a file.
    """
    room = max(1, int(width * _LETTERS_PER_UNIT))
    return sum(max(1, -(-len(line) // room)) for line in text.strip().split("\n"))
