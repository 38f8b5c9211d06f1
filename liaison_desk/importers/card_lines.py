"""Reads the lines of one vCard into properties. The only importer of ``vobject``.

The grammar of a line is vobject's. Its reader of whole cards is not used: it cuts texts at the first comma,
gives up a card for one bad line, and needs exponential time for some hostile parameter lists, so a line goes
to vobject only after a linear check. Sources: RFC 6350 and 2426; vCard 2.1 (versit, 1996).
"""

import re
from typing import NamedTuple

from vobject.base import parseLine

from liaison_desk.domain.values import is_clean
from liaison_desk.importers.foreign_text import decode_quoted_printable, split_broken_line, unfold

_REGULAR = re.compile(
    r"(?:[A-Za-z0-9_-]+\.)?[A-Za-z0-9_-]+"
    r'(?:;[A-Za-z0-9_-]+(?:=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)?)*:'
)
_OLD_VERSION = re.compile(rb"^VERSION[ \t]*:[ \t]*2\.1", re.IGNORECASE | re.MULTILINE)
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")
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
    old = _OLD_VERSION.search(b"\n".join(lines)) is not None
    text, quoted = unfold(lines, old=old)
    found: list[Property] = []
    depth = 0
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


def _read_line(line: str) -> Property:
    if _REGULAR.match(line):
        name, parameters, value, group = parseLine(line)
        read = Property(name.upper(), value, tuple(map(tuple, parameters)), group or "")
    else:
        broken = split_broken_line(line)
        if broken is None:
            return Property(UNREADABLE, line)
        read = Property(broken.name, broken.value, broken.parameters, broken.group)
    if not read.parameters or read.is_base64():
        return read
    if "quoted-printable" in read.words() or read.parameter("ENCODING").upper() == "QUOTED-PRINTABLE":
        return read._replace(value=decode_quoted_printable(read.value, read.parameter("CHARSET")))
    return read
