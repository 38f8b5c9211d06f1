"""Cuts a stream of bytes into lines, whatever ends them and whether the text is UTF-16."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

_CHUNK = 2**18
_LONGEST = 32 * 2**20
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def split_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines without their ends (CR, LF or both). An endless one comes in pieces."""
    pieces: list[bytes] = []
    gathered = 0
    after_return = False
    for read in _read_chunks(stream):
        chunk = read[1:] if after_return and read[:1] == b"\n" else read
        after_return = read[-1:] == b"\r"
        lines = chunk.splitlines()
        if not lines:
            continue
        rest = b"" if chunk[-1:] in b"\r\n" else lines.pop()
        if lines and pieces:
            pieces.append(lines[0])
            lines[0] = b"".join(pieces)
            pieces, gathered = [], 0
        yield from lines
        if rest:
            pieces.append(rest)
            gathered += len(rest)
        if gathered > _LONGEST:
            yield b"".join(pieces)
            pieces, gathered = [], 0
    if pieces:
        yield b"".join(pieces)


def _read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    first = stream.read(_CHUNK)
    name = _UTF16.get(first[:2])
    if name is None and first[:24:2].count(0) + first[1:24:2].count(0) >= len(first[:24]) // 2 > 0:
        name = "utf-16-be" if first[:1] == b"\0" else "utf-16-le"
    if name is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        while chunk := stream.read(_CHUNK):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    chunk = first.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    while chunk:
        if text := decoder.decode(chunk):
            yield text.encode("utf-8", "surrogatepass")
        chunk = stream.read(_CHUNK)
