"""Texts of foreign files: charsets, transfer encodings, escapes, and lines that break their grammar."""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_SPLIT_HEAD = re.compile(r'(?:[^":]|"[^"]*")*:')
_KNOWN_CHARSET = re.compile(
    r"utf-?8|(us-)?ascii|(iso-?)?8859-\d+|iso-?8859-\d+|latin-?\d|(windows|cp)-?(125\d|437|85\d|866|932)"
    r"|koi8-[ru]|shift_?jis|euc-(jp|kr)|gb(2312|k|18030)|big5|iso-2022-jp",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_OLD = re.compile(r"\\([;,:])")
_ESCAPE_OR_SEPARATOR = re.compile(r"\\.|[;,]", re.DOTALL)
_QUOTED_PRINTABLE = re.compile(rb"QUOTED-PRINTABLE", re.IGNORECASE)
_CHARSET = re.compile(rb"^[^:]*;CHARSET=\"?([\w-]+)", re.IGNORECASE)
_FOLD = re.compile(rb"\n[ \t]")
_FOLD_OLD = re.compile(rb"\n(?=[ \t])")
_FALLBACKS = ("utf-8", "cp1250", "latin-1")


class BrokenLine(NamedTuple):
    """What can be told of a content line that breaks the grammar."""

    group: str
    name: str
    parameters: tuple[tuple[str, ...], ...]
    value: str


class Unfolded(NamedTuple):
    """Logical lines between line feeds, and whether quoted-printable text may be among them."""

    text: str
    quoted: bool


def split_broken_line(line: str) -> BrokenLine | None:
    """Split a line that breaks the grammar; return None unless it has a name and a colon."""
    head_match = _SPLIT_HEAD.match(line)
    head, colon, value = line.partition(":")
    if head_match:
        head, colon, value = line[: head_match.end() - 1], ":", line[head_match.end() :]
    first, *rest = (part.strip() for part in head.split(";"))
    named = _NAME.fullmatch(first)
    if not colon or named is None:
        return None
    parameters = []
    for part in filter(None, rest):
        name, equals, values = part.partition("=")
        parameters.append((name.strip(), values.strip().strip('"')) if equals else (name,))
    return BrokenLine(named[1] or "", named[2].upper().replace("_", "-"), tuple(parameters), value.strip())


def unfold(lines: list[bytes], *, old: bool) -> Unfolded:
    """Join folded lines and soft line breaks, then decode: folding may cut a letter in two.

    ``old`` is for vCard 2.1 and vCalendar 1.0, which fold before a blank that belongs to the text; later
    versions add the blank.
    """
    raw = b"\n".join(lines)
    quoted = _QUOTED_PRINTABLE.search(raw) is not None
    if quoted:
        raw = b"\n".join(_join_soft_breaks(lines))
    if b"\n " in raw or b"\n\t" in raw:
        raw = _FOLD_OLD.sub(b"", raw) if old else _FOLD.sub(b"", raw)
    return Unfolded(_decode(raw), quoted)


def _join_soft_breaks(lines: list[bytes]) -> Iterator[bytes]:
    """Join quoted-printable lines at their soft breaks (RFC 2045, 6.7), before folding is undone."""
    waiting: list[bytes] = []
    for line in lines:
        if waiting:
            waiting.append(line)
        elif _QUOTED_PRINTABLE.search(line.partition(b":")[0]) and line.endswith(b"="):
            waiting = [line]
        else:
            yield line
            continue
        if line.endswith(b"="):
            waiting[-1] = line[:-1]
        else:
            yield b"".join(waiting)
            waiting = []
    if waiting:
        yield b"".join(waiting)


def _decode(raw: bytes) -> str:
    for errors in ("strict", "surrogatepass"):
        try:
            return raw.decode("utf-8", errors)
        except UnicodeDecodeError:
            continue
    return "\n".join(_decode_line(line) for line in raw.split(b"\n"))


def _decode_line(line: bytes) -> str:
    charset = _CHARSET.match(line)
    return decode_text(line, charset[1].decode("ascii") if charset else "")


def decode_quoted_printable(text: str, charset: str) -> str:
    """Return a quoted-printable value (RFC 2045, 6.7) as text."""
    data = binascii.a2b_qp(text.encode("utf-8", "surrogatepass"))
    return decode_text(data, charset).replace("\r\n", "\n")


def decode_text(data: bytes, charset: str) -> str:
    """Return text in its declared charset where that is known and right, else as UTF-8, CP1250 or Latin-1."""
    declared = (charset,) if _KNOWN_CHARSET.fullmatch(charset) else ()
    for name in (*declared, *_FALLBACKS):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def unescape(text: str, *, old: bool) -> str:
    """Return text without its backslash escapes (RFC 6350, 3.4); version 2.1 escapes separators only."""
    if "\\" not in text:
        return text
    return _ESCAPED_OLD.sub(r"\1", text) if old else _ESCAPED.sub(_unescape_one, text)


def _unescape_one(found: re.Match[str]) -> str:
    letter = found[1]
    if letter in "nN":
        return "\n"
    return letter if letter in '\\;,:"' else found[0]


def split_raw(text: str, separator: str) -> list[str]:
    """Return the parts of a structured value, still escaped."""
    if "\\" not in text:
        return text.split(separator)
    parts = []
    start = 0
    for found in _ESCAPE_OR_SEPARATOR.finditer(text):
        if found[0] == separator:
            parts.append(text[start : found.start()])
            start = found.end()
    parts.append(text[start:])
    return parts


def split_value(text: str, separator: str, *, old: bool) -> list[str]:
    """Return the parts of a structured value, unescaped and trimmed."""
    return [unescape(part, old=old).strip() for part in split_raw(text, separator)]
