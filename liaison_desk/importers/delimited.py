"""Delimited text in (.csv and its like): one sheet of text cells, whatever its charset and delimiter."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import TextIO

from liaison_desk.domain.errors import FileOverLimit
from liaison_desk.importers.proposal import Source
from liaison_desk.importers.sheets import COLUMN_LIMIT, ROW_LIMIT, Row, Sheet

SIZE_LIMIT = 64 * 2**20
"""Bytes of one file of delimited text."""

_CHUNK = 2**20
_DELIMITERS = (";", ",", "\t", "|")
_LOOKED_AT = 40
_STATED = "sep="


def read_table(source: Source) -> Iterator[Sheet]:
    """Yield the one sheet of a file of delimited text. Raise ``FileOverLimit``."""
    charset = find_charset(source)
    delimiter = _find_delimiter(source, charset)
    with _open_text(source, charset) as text:
        yield Sheet("", _read_rows(source.name, text, delimiter))


def find_charset(source: Source) -> str:
    """Return the charset of a text file: by its mark, else UTF-16, UTF-8, CP1250 or Latin-1, as it fits."""
    with source.open() as stream:
        head = stream.read(_CHUNK)
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if head.startswith(mark):
                return name
        pairs = head[:400]
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if pairs and pairs[start::2].count(0) * 4 > len(pairs):
                return name
        fitting = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1250")}
        chunk = head
        while fitting:
            for name in list(fitting):
                try:
                    fitting[name].decode(chunk, final=not chunk)
                except UnicodeDecodeError:
                    del fitting[name]
            if not chunk:
                break
            chunk = stream.read(_CHUNK)
    return next(iter(fitting), "latin-1")


def _open_text(source: Source, charset: str) -> TextIO:
    return TextIOWrapper(source.open(), encoding=charset, errors="replace", newline="")


def _find_delimiter(source: Source, charset: str) -> str:
    """Return the delimiter that cuts most of the first lines into equally many fields."""
    with _open_text(source, charset) as text:
        lines = [line for line in islice(text, _LOOKED_AT) if line.strip()]
    if lines and lines[0].lower().startswith(_STATED) and len(lines[0].strip()) == len(_STATED) + 1:
        return lines[0][len(_STATED)]
    return max(_DELIMITERS, key=lambda delimiter: _evenness(lines, delimiter))


def _evenness(lines: list[str], delimiter: str) -> int:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
    except csv.Error:
        return 0
    return max((width * count for width, count in widths.items()), default=0)


def _read_rows(name: str, text: TextIO, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            fields = next(reader, None)
        except csv.Error:
            yield Row(number, (), unreadable=True)
            continue
        if fields is None:
            return
        if number > ROW_LIMIT:
            raise FileOverLimit(name=name, limit="rows", allowed=ROW_LIMIT, found=number)
        if len(fields) > COLUMN_LIMIT:
            raise FileOverLimit(name=name, limit="columns", allowed=COLUMN_LIMIT, found=len(fields))
        if number == 1 and fields and fields[0].lower().startswith(_STATED):
            continue
        if any(field.strip() for field in fields):
            yield Row(number, tuple(fields))
