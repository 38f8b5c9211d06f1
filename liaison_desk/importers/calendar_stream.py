"""Cuts a stream into calendar components, one by one."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from liaison_desk.importers.line_stream import split_lines

COMPONENT_LIMIT = 32 * 2**20
"""Bytes of one component, its attachments included. A longer one is refused, the others are read."""

_MARK = re.compile(rb"(BEGIN|END)[ \t]*:[ \t]*([\w-]+)[ \t]*", re.IGNORECASE)
_WRAPPER = "VCALENDAR"


class RawComponent(NamedTuple):
    """A component as it lies in the file: an event, a task, a time zone; or the calendar's own lines."""

    name: str
    """Upper case; ``VCALENDAR`` for lines of the calendar that belong to no component."""
    lines: list[bytes]
    """Physical lines without line ends; components inside keep their BEGIN and END."""
    calendar: int = 0
    """Counts the calendars of the file."""
    oversize: bool = False


def cut_components(stream: BinaryIO) -> Iterator[RawComponent]:
    """Yield the components of a stream in order. A missing END is made up for by what follows."""
    name = ""
    calendar = 0
    lines: list[bytes] = []
    size = 0
    for line in split_lines(stream):
        mark = _MARK.fullmatch(line.strip()) if line[:1] in b"BbEe \t" and line else None
        begins = mark is not None and mark[1].upper() == b"BEGIN"
        marked = mark[2].decode("ascii").upper() if mark is not None else ""
        if marked and (marked == _WRAPPER or (not begins and marked == name) or (begins and marked == name)):
            if name or lines:
                yield RawComponent(name or _WRAPPER, lines, calendar, size > COMPONENT_LIMIT)
            calendar += begins and marked == _WRAPPER
            name = marked if begins and marked != _WRAPPER else ""
            lines, size = [], 0
        elif marked and begins and not name:
            if lines:
                yield RawComponent(_WRAPPER, lines, calendar)
            name, lines, size = marked, [], 0
        elif line.strip():
            size += len(line)
            if size <= COMPONENT_LIMIT:
                lines.append(line)
    if name or lines:
        yield RawComponent(name or _WRAPPER, lines, calendar, size > COMPONENT_LIMIT)
