"""Reads the lines of one vCard into properties. The only importer of ``vobject``.

The grammar of a line is vobject's. Its reader of whole cards is not used: it cuts texts at the first comma,
gives up a card for one bad line, and needs exponential time for some hostile parameter lists, so a line goes
to vobject only after a linear check. Sources: RFC 6350 and 2426; vCard 2.1 (versit, 1996).
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from vobject.base import parseLine

from liaison_desk.domain.values import is_clean

_REGULAR = re.compile(
    r"(?:[A-Za-z0-9_-]+\.)?[A-Za-z0-9_-]+"
    r'(?:;[A-Za-z0-9_-]+(?:=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)?)*:'
)
_NAME = re.compile(r"(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)")
_SPLIT_HEAD = re.compile(r'(?:[^":]|"[^"]*")*:')
_QUOTED_PRINTABLE = re.compile(rb"QUOTED-PRINTABLE", re.IGNORECASE)
_OLD_VERSION = re.compile(rb"^VERSION[ \t]*:[ \t]*2\.1", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(rb"^[^:]*;CHARSET=\"?([\w-]+)", re.IGNORECASE)
_KNOWN_CHARSET = re.compile(
    r"utf-?8|(us-)?ascii|(iso-?)?8859-\d+|iso-?8859-\d+|latin-?\d|(windows|cp)-?(125\d|437|85\d|866|932)"
    r"|koi8-[ru]|shift_?jis|euc-(jp|kr)|gb(2312|k|18030)|big5|iso-2022-jp",
    re.IGNORECASE,
)
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_OLD = re.compile(r"\\([;,:])")
_ESCAPE_OR_SEPARATOR = re.compile(r"\\.|[;,]", re.DOTALL)
_FALLBACKS = ("utf-8", "cp1250", "latin-1")
UNREADABLE = "?"
"""Name given to a line that is no property."""


class Property(NamedTuple):
    """One property of a card."""

    name: str
    """Upper case."""
    value: str
    """Decoded from its transfer encoding, still with backslash escapes; base64 stays as text."""
    parameters: tuple[tuple[str, ...], ...] = ()
    """Each the name as written, then its values; a bare word of vCard 2.1 has no values."""
    group: str = ""
    nested: bool = False
    """True for a property of a card inside the card."""

    def words(self) -> set[str]:
        """Return the types, lower case: ``TYPE=`` values and the bare words of vCard 2.1."""
        found: set[str] = set()
        if not self.parameters:
            return found
        for name, *values in self.parameters:
            if not values:
                found.add(name.lower())
            elif name.upper() == "TYPE":
                for value in values:
                    found.update(value.lower().split(","))
        return found

    def parameter(self, wanted: str) -> str:
        """Return the first value of a parameter, or empty text."""
        return next((rest[0] for name, *rest in self.parameters if rest and name.upper() == wanted), "")

    def is_base64(self) -> bool:
        """Tell whether the value is binary data in base64."""
        if not self.parameters:
            return False
        return self.parameter("ENCODING").upper() in {"B", "BASE64"} or "base64" in self.words()


class CardLines(NamedTuple):
    """The properties of a card, and whether it is of the old version, which knows fewer escapes."""

    properties: list[Property]
    old: bool
    unclean: bool
    """True where NUL or lone surrogates may stand in a property."""


def read_lines(lines: list[bytes]) -> CardLines:
    """Return the properties of a card from its physical lines, in order; none is left out."""
    raw = b"\n".join(lines)
    old = _OLD_VERSION.search(raw) is not None
    quoted = _QUOTED_PRINTABLE.search(raw) is not None
    if quoted:
        lines = list(_join_soft_breaks(lines))
        raw = b"\n".join(lines)
    if b"\n " in raw or b"\n\t" in raw:
        # Version 2.1 folds before a blank that belongs to the text; later versions add the blank.
        raw = re.sub(rb"\n(?=[ \t])" if old else rb"\n[ \t]", b"", raw)
    found: list[Property] = []
    depth = 0
    text = _decode(raw)
    for line in text.split("\n"):
        if not line.strip():
            continue
        upper = line[:24].upper()
        if upper.startswith(("BEGIN:VCARD", "END:VCARD")):
            depth += 1 if upper.startswith("B") else -1
            continue
        read = _read_line(line)
        if read.name == "AGENT" and read.value.strip().upper() == "BEGIN:VCARD":
            depth += 1
        if (
            read.name == UNREADABLE
            and found
            and found[-1].is_base64()
            and _BASE64_LINE.fullmatch(line.strip())
        ):
            found[-1] = found[-1]._replace(value=found[-1].value + line.strip())
            continue
        found.append(read._replace(nested=True) if depth > 0 else read)
    return CardLines(found, old, unclean=quoted or not is_clean(text))


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


def decode_text(data: bytes, charset: str) -> str:
    """Return text in its declared charset where that is known and right, else as UTF-8, CP1250 or Latin-1."""
    declared = (charset,) if _KNOWN_CHARSET.fullmatch(charset) else ()
    for name in (*declared, *_FALLBACKS):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _read_line(line: str) -> Property:
    if _REGULAR.match(line):
        name, parameters, value, group = parseLine(line)
        read = Property(name.upper(), value, tuple(map(tuple, parameters)), group or "")
    else:
        read = _repair(line)
    if (
        read.parameters
        and not read.is_base64()
        and "quoted-printable" in (read.words() | {read.parameter("ENCODING").lower()})
    ):
        data = binascii.a2b_qp(read.value.encode("utf-8", "surrogatepass"))
        return read._replace(value=decode_text(data, read.parameter("CHARSET")).replace("\r\n", "\n"))
    return read


def _repair(line: str) -> Property:
    """Read a line that breaks the grammar, as far as it has a name and a colon."""
    head_match = _SPLIT_HEAD.match(line)
    head, colon, value = line.partition(":")
    if head_match:
        head, colon, value = line[: head_match.end() - 1], ":", line[head_match.end() :]
    first, *rest = (part.strip() for part in head.split(";"))
    named = _NAME.fullmatch(first)
    if not colon or named is None:
        return Property(UNREADABLE, line)
    parameters = []
    for part in filter(None, rest):
        name, equals, values = part.partition("=")
        parameters.append((name.strip(), values.strip().strip('"')) if equals else (name,))
    return Property(named[2].upper().replace("_", "-"), value.strip(), tuple(parameters), named[1] or "")


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
