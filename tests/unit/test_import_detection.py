"""What a file is, told by content: the four formats, what others look like, empty, protected, too large."""

from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import BinaryIO

import pytest

from liaison_desk.domain.errors import (
    ColumnsUnknown,
    FileEmpty,
    FileOverLimit,
    FileProtected,
    FileUnreadable,
    FormatUnknown,
)
from liaison_desk.exports.office_encryption import encrypt
from liaison_desk.exports.workbook import write_workbook
from liaison_desk.importers.detection import Format, detect_format
from liaison_desk.importers.proposal import Source
from liaison_desk.importers.readers import READERS, find_reader, read_proposals
from tests.import_samples import calendar, card, context, package, read, source_of
from tests.workbook_samples import sample_workbook

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (card("FN:x"), Format.VCARD),
        (b"\xef\xbb\xbf\r\n  begin:vcard\r\n", Format.VCARD),
        (card("FN:x").decode().encode("utf-16"), Format.VCARD),
        (card("FN:x").decode().encode("utf-16-be"), Format.VCARD),
        (b"Dear all,\nhere is my card\nBEGIN:VCARD\nFN:x\nEND:VCARD\n", Format.VCARD),
        (calendar(), Format.ICALENDAR),
        (b"BEGIN:VEVENT\nEND:VEVENT\n", Format.ICALENDAR),
        (package([("xl/workbook.xml", b"")]), Format.WORKBOOK),
        (b"Matter;Our ref.\na;1\n", Format.TABLE),
        ("Věc\tČ.j.\n".encode("utf-16"), Format.TABLE),
    ],
)
def test_formats_are_told_by_content(data: bytes, expected: Format) -> None:
    """The name plays no part."""
    assert expected is detect_format(source_of(data, "photo.jpg"))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n", "png"),
        (package([("word/document.xml", b"x")]), "docx"),
        (package([("xl/workbook.bin", b"x")]), "xlsb"),
        (
            package([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"x")]),
            "ods",
        ),
        (package([("a.txt", b"x")]), "zip"),
        (OLE + "Workbook".encode("utf-16-le"), "xls"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (b"SQLite format 3\0" + b"x" * 90, "sqlite"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b'{"a": 1}', "json"),
        (b"Received: from a\nSubject: b\n\ntext; text\n", "eml"),
        (b"just some words\n", "text"),
        (bytes(range(1, 32)) * 50, "binary"),
    ],
)
def test_other_formats_are_named(data: bytes, expected: str) -> None:
    """A refusal says what the file looks like."""
    with pytest.raises(FormatUnknown) as caught:
        read(data)
    assert {"name": "file", "looks_like": expected} == caught.value.facts


@pytest.mark.parametrize("data", [b"", b"\r\n \t\n", b"\0" * 5000, b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty_files_are_said_to_be_empty(data: bytes) -> None:
    """No bytes, blanks, NULs or a mark alone are nothing."""
    with pytest.raises(FileEmpty):
        read(data)


def test_encrypted_workbooks_are_protected() -> None:
    """A workbook with a password is told apart from an old .xls, which begins alike."""
    with pytest.raises(FileProtected):
        read(encrypt(write_workbook(sample_workbook(5)).data, "a long password", 100))


def test_limits_are_refused_by_naming_them() -> None:
    """Each format has its limit in bytes; a file over it is refused before it is read."""
    samples = {
        "vcard_bytes": card("FN:x"),
        "calendar_bytes": calendar(),
        "workbook_bytes": package([("xl/workbook.xml", b"x")]),
        "table_bytes": b"Matter;Our ref.\na;1\n",
    }
    assert list(samples) == [reader.limit_name for reader in READERS]
    for reader in READERS:
        data = samples[reader.limit_name]
        source = Source("large", reader.limit + 1, partial(BytesIO, data))
        with pytest.raises(FileOverLimit) as caught:
            find_reader(source)
        expected = {
            "name": "large",
            "limit": reader.limit_name,
            "allowed": reader.limit,
            "found": reader.limit + 1,
        }
        assert expected == caught.value.facts


def test_unreadable_files_are_told() -> None:
    """What the system says when a file does not open is passed on without its path."""

    def refuse() -> BinaryIO:
        raise PermissionError(13, "Permission denied", "somewhere")

    with pytest.raises(FileUnreadable) as caught:
        list(read_proposals(Source("a.vcf", 1, refuse), context()))
    assert {"name": "a.vcf", "reason": "Permission denied"} == caught.value.facts


class PulledDisk(BytesIO):
    """A disk that fails after the first read."""

    def read(self, size: int | None = -1) -> bytes:
        """Return the first bytes, then fail as the system does."""
        if self.tell() > 0:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_disks_that_fail_while_reading_are_told() -> None:
    """A disk that is pulled out in the middle ends in the same error, for every format."""
    filler = "x" * 2**19
    for data in (card(f"NOTE:{filler}"), calendar(f"X:{filler}"), b"Matter;Our ref.\n" + b"a;1\n" * 2**19):
        with pytest.raises(FileUnreadable) as caught:
            list(read_proposals(Source("a", len(data), partial(PulledDisk, data)), context()))
        assert {"name": "a", "reason": "Input/output error"} == caught.value.facts


@pytest.mark.parametrize(
    "data",
    [card("FN:x", "NOTE:y"), calendar("BEGIN:VEVENT", "SUMMARY:x", "END:VEVENT"), b"Matter;No.\na;1\n"],
)
def test_truncated_files_end_clearly(data: bytes) -> None:
    """A file cut at any byte gives rows or an error of the desk, nothing else."""
    for length in range(len(data)):
        with suppress(FileEmpty, FormatUnknown, ColumnsUnknown):
            assert all(row.dossier is not None or row.refusal for row in read(data[:length]))
