"""Cuts a stream into vCards, card by card, so that a large file is never held in memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from liaison_desk.importers.line_stream import split_lines

CARD_LIMIT = 32 * 2**20
"""Bytes of one card, its photos included. A longer one is refused, the cards after it are read."""

_BEGIN = re.compile(rb"[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
_END = re.compile(rb"END[ \t]*:[ \t]*VCARD[ \t]*", re.IGNORECASE)
_AGENT = re.compile(rb"(?:[\w-]+\.)?AGENT\b[^:]*:[ \t]*", re.IGNORECASE)
_AGENT_BEGINS = re.compile(rb"AGENT\b[^:]*:[ \t]*BEGIN:VCARD[ \t]*", re.IGNORECASE)
_NEXT_CARD = 2


class RawCard(NamedTuple):
    """A card as it lies in the file, or what stands between two cards."""

    lines: list[bytes]
    """Physical lines between BEGIN and END, without line ends; UTF-8 where the file was UTF-16."""
    is_card: bool = True
    closed: bool = True
    """False where the file or the next card began before END."""
    oversize: bool = False
    """True where the card passed ``CARD_LIMIT``; its lines are then cut."""


def cut_cards(stream: BinaryIO) -> Iterator[RawCard]:
    """Yield the cards of a stream in order, and runs of text outside cards."""
    lines: list[bytes] = []
    depth = size = 0
    for line in split_lines(stream):
        step = _step(line, lines, depth)
        if (step > 0 and depth == 0) or step == _NEXT_CARD:
            if lines or depth:
                yield RawCard(lines, depth > 0, closed=depth == 0, oversize=size > CARD_LIMIT)
            lines, depth, size = [], 1, 0
        elif step < 0 and depth == 1:
            yield RawCard(lines, oversize=size > CARD_LIMIT)
            lines, depth, size = [], 0, 0
        elif line.strip(b"\0 \t\x1a") or (lines and lines[-1].endswith(b"=")):
            # A blank line matters only after a soft line break, which it ends.
            depth += step
            size += len(line)
            if size <= CARD_LIMIT:
                lines.append(line)
    if lines or depth:
        yield RawCard(lines, depth > 0, closed=depth == 0, oversize=size > CARD_LIMIT)


def _step(line: bytes, before: list[bytes], depth: int) -> int:
    """Return how a line changes the depth of cards within cards, or ``_NEXT_CARD``.

    A card begins within a card only after AGENT (vCard 2.1); elsewhere the END before it is missing.
    """
    if not line or line[:1] not in b"BbEeAa \t":
        return 0
    if depth and _END.fullmatch(line):
        return -1
    if depth and _AGENT_BEGINS.fullmatch(line):
        return 1
    if not _BEGIN.fullmatch(line) or (depth and line[:1] in b" \t"):
        return 0
    return 1 if depth == 0 or (before and _AGENT.fullmatch(before[-1])) else _NEXT_CARD
