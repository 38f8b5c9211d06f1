"""Text as a workbook cell can hold it: nothing invisible, nothing illegal in XML, never silently cut.

Excel counts the 32 767 characters of a cell in UTF-16 units; so does this module.
"""

import re
import unicodedata

CELL_LIMIT = 32_767
"""Characters a cell holds, in UTF-16 units (Excel specifications and limits)."""

NOTE_ROOM = 64
"""UTF-16 units kept free for the note that tells how much is missing."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DELETE = 0x7F
_FIRST_PICTURE = 0x2400
_PICTURE_OF_DELETE = "\u2421"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def show_controls(text: str) -> str:
    """Return the text with line ends as LF and every control character as a visible sign.

    C0 controls become their control pictures (U+0000 becomes U+2400), everything else that XML or
    UTF-8 cannot carry becomes U+FFFD. Tabs and line feeds stay.
    """
    return _UNFIT.sub(_picture, _LINE_ENDS.sub("\n", text))


def fit_cell(text: str) -> tuple[str, int]:
    """Return what the cell shows and how many characters of the text are missing from it."""
    shown = show_controls(text)
    if len(shown) * 2 <= CELL_LIMIT or utf16_length(shown) <= CELL_LIMIT:
        return shown, 0
    kept = shown.encode("utf-16-le")[: 2 * (CELL_LIMIT - NOTE_ROOM)].decode("utf-16-le", "ignore")
    while kept and unicodedata.combining(shown[len(kept)]):
        kept = kept[:-1]
    missing = len(shown) - len(kept)
    return f"{kept} [cut: {missing} characters more, see the desk]", missing


def utf16_length(text: str) -> int:
    """Return the length as Excel counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def looks_like_formula(text: str) -> bool:
    """Return whether a spreadsheet might take the text for a formula once somebody edits the cell."""
    return text.startswith(_FORMULA_STARTS)


def fold_lines(text: str) -> str:
    """Return the text on one line, for page headers, sheet heads and properties."""
    return " ".join(show_controls(text).split())


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code == _DELETE:
        return _PICTURE_OF_DELETE
    return chr(_FIRST_PICTURE + code) if code < ord(" ") else _REPLACEMENT
