"""What vCard and iCalendar have in common on paper: escaped values and folded lines."""

from collections.abc import Iterable

_LINE_OCTETS = 75
"""RFC 6350, 3.2; RFC 5545, 3.1."""


def escape_value(text: str) -> str:
    """Return a value with backslash, semicolon, comma and line ends escaped (RFC 6350, 3.4)."""
    bare = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return bare.replace("\n", "\\n")


def join_folded(lines: Iterable[str]) -> bytes:
    """Return content lines in UTF-8, each folded to 75 octets and ended by CR LF."""
    return "".join(f"{_fold(line)}\r\n" for line in lines).encode("utf-8")


def _fold(line: str) -> str:
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if size + octets > _LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1
        piece += letter
        size += octets
    return "\r\n ".join([*pieces, piece])
