"""Workbooks in: sheets of typed cells. The only importer of ``openpyxl``.

A workbook is a zip of XML, so it is judged by its table of contents before anything in it is unpacked;
entities and document types are refused by ``defusedxml``, which ``openpyxl`` uses where it is installed.
"""

import struct
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from liaison_desk.domain.errors import (
    FileDamaged,
    FileDangerous,
    FileOverLimit,
    FileProtected,
    FileUnreadable,
)
from liaison_desk.importers.proposal import Source
from liaison_desk.importers.sheets import COLUMN_LIMIT, ROW_LIMIT, Cell, Row, Sheet

SIZE_LIMIT = 50 * 2**20
"""Bytes of one workbook as it lies on the disk."""
UNPACKED_LIMIT = 50 * 2**20
"""Bytes of all its parts together, unpacked."""
PART_LIMIT = 200
RATIO_LIMIT = 100
"""How many times larger than packed a part may be, if it is larger than ``SMALL_PART``."""
SMALL_PART = 2**20

_ENCRYPTED_FLAG = 1
_DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, ParseError, LookupError, ValueError,
    TypeError, AttributeError, AssertionError, EOFError, OSError, OverflowError, RuntimeError,
)  # fmt: skip
"""What ``openpyxl`` and ``zipfile`` raise on broken workbooks; they have no common class."""


def read_sheets(source: Source) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in order; each must be gone through before the next.

    Raise ``FileDamaged``, ``FileDangerous``, ``FileProtected`` or ``FileOverLimit``.
    """
    with source.open() as stream:
        check_package(source.name, stream)
        with _told(source.name):
            book = _load(stream)
        with closing(book):
            for sheet in book.worksheets:
                if isinstance(sheet, ReadOnlyWorksheet):
                    yield Sheet(sheet.title, _read_rows(source.name, sheet))


def read_properties(data: bytes, name: str = "") -> dict[str, str]:
    """Return the custom document properties of a workbook held in memory, for example a journal's anchor.

    ``name`` is for errors, which are those of ``read_sheets``.
    """
    stream = BytesIO(data)
    check_package(name, stream)
    with _told(name), closing(_load(stream)) as book:
        properties = book.custom_doc_props.props  # type: ignore[attr-defined]  # missing in the published types
        return {prop.name: str(prop.value) for prop in properties}


def check_package(name: str, stream: BinaryIO) -> None:
    """Refuse a workbook that is too large unpacked, or is built to harm, by its table of contents alone."""
    try:
        with zipfile.ZipFile(stream) as package:
            parts = package.infolist()
    except _DAMAGES as error:
        raise FileDamaged(name=name, reason=type(error).__name__) from error
    if len(parts) > PART_LIMIT:
        raise FileOverLimit(name=name, limit="workbook_parts", allowed=PART_LIMIT, found=len(parts))
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise FileProtected(name=name)
    if max(Counter(part.filename.casefold() for part in parts).values(), default=0) > 1:
        raise FileDangerous(name=name, reason="parts_of_one_name")
    if any(
        part.file_size > SMALL_PART and part.file_size > RATIO_LIMIT * max(part.compress_size, 1)
        for part in parts
    ):
        raise FileDangerous(name=name, reason="compression_ratio")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_LIMIT:
        raise FileOverLimit(
            name=name, limit="workbook_unpacked_bytes", allowed=UNPACKED_LIMIT, found=unpacked
        )
    stream.seek(0)


def _load(stream: BinaryIO) -> Workbook:
    return openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what the library raises into errors of the desk; what it only warns of does not matter here."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except _DAMAGES as error:
        # The refusal of entities is a ValueError, and the library wraps it in another one.
        if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
            raise FileDangerous(name=name, reason="xml_entities") from error
        if isinstance(error, OSError) and error.errno is not None:
            raise FileUnreadable(name=name, reason=error.strerror) from error
        raise FileDamaged(name=name, reason=type(error).__name__) from error


def _read_rows(name: str, sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    # The stated extent of a sheet is often wrong, and some programs leave it out.
    sheet.reset_dimensions()
    rows = iter(sheet.rows)
    while True:
        with _told(name):
            cells = next(rows, None)
        if cells is None:
            return
        values: tuple[Cell, ...] = tuple(_plain(cell.value) for cell in cells)
        if len(values) > COLUMN_LIMIT and any(value is not None for value in values[COLUMN_LIMIT:]):
            raise FileOverLimit(name=name, limit="columns", allowed=COLUMN_LIMIT, found=len(values))
        number = next((cell.row for cell in cells if cell.value is not None), 0)
        if number > ROW_LIMIT:
            raise FileOverLimit(name=name, limit="rows", allowed=ROW_LIMIT, found=number)
        if number:
            yield Row(number, values[:COLUMN_LIMIT])


def _plain(value: object) -> Cell:
    return value if isinstance(value, Cell) else str(value)
