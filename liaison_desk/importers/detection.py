"""What a file is, told by its content and never by its ending."""

import codecs
import re
import zipfile
from enum import Enum

from liaison_desk.domain.errors import FileEmpty, FileProtected, FileUnreadable, FormatUnknown
from liaison_desk.importers.proposal import Source

_HEAD = 65536
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x1f\x8b", "gz"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"!BDN", "pst"),
)
_ZIP_PARTS = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
_OPEN_DOCUMENT = {"spreadsheet": "ods", "text": "odt", "presentation": "odp"}
_BEGINS = re.compile(r"^[ \t]*BEGIN[ \t]*:[ \t]*([A-Z][A-Z0-9-]*)", re.IGNORECASE | re.MULTILINE)
_MAIL = re.compile(r"\A(?:From |(?:Received|Return-Path|From|To|Subject|Date|MIME-Version):)", re.IGNORECASE)
_DELIMITERS = re.compile(r"[;,\t|]")
_ALLOWED_CONTROLS = set("\t\n\r\f\x1b\x0b\x00")
_CONTROL_SHARE = 50
_LONGEST_KIND = 100


class Format(Enum):
    """The formats that the desk reads."""

    VCARD = "vcard"
    ICALENDAR = "icalendar"
    WORKBOOK = "xlsx"
    TABLE = "csv"


def detect_format(source: Source) -> Format:
    """Return the format of a file.

    Raise ``FileEmpty``, ``FileProtected`` (an encrypted workbook), ``FileUnreadable`` or ``FormatUnknown``,
    which says what the file looks like.
    """
    try:
        with source.open() as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise FileUnreadable(name=source.name, reason=error.strerror or type(error).__name__) from error
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileEmpty(name=source.name)
    if head.startswith(_OLE):
        return _refuse_compound(source)
    if head.startswith(b"PK\x03\x04"):
        return _detect_zip(source)
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            raise FormatUnknown(name=source.name, looks_like=name)
    return _detect_text(source, decode_head(head))


def _refuse_compound(source: Source) -> Format:
    """Tell an encrypted workbook from older Office files; both are compound files (MS-CFB, MS-OFFCRYPTO)."""
    with source.open() as stream:
        while chunk := stream.read(2**20):
            if _ENCRYPTED_STREAM in chunk:
                raise FileProtected(name=source.name)
            for stream_name, looks_like in (
                ("Workbook", "xls"),
                ("WordDocument", "doc"),
                ("__substg1.0_", "msg"),
            ):
                if stream_name.encode("utf-16-le") in chunk:
                    raise FormatUnknown(name=source.name, looks_like=looks_like)
    raise FormatUnknown(name=source.name, looks_like="xls")


def _detect_zip(source: Source) -> Format:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as package:
            names = set(package.namelist())
            kind = (
                package.read("mimetype", None)[:_LONGEST_KIND].decode("ascii", "replace")
                if _is_open(package)
                else ""
            )
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        # A cut workbook has no central directory: its reader says what is wrong with it.
        return Format.WORKBOOK
    for part, name in _ZIP_PARTS:
        if part in names:
            if name == "xlsx":
                return Format.WORKBOOK
            raise FormatUnknown(name=source.name, looks_like=name)
    looks_like = next((short for word, short in _OPEN_DOCUMENT.items() if kind.endswith(word)), "zip")
    raise FormatUnknown(name=source.name, looks_like=looks_like)


def _is_open(package: zipfile.ZipFile) -> bool:
    """Tell whether the package states its kind, as OpenDocument does, in a part too small to harm."""
    try:
        return package.getinfo("mimetype").file_size <= _LONGEST_KIND
    except KeyError:
        return False


def decode_head(head: bytes) -> str:
    """Return the start of a text file in its likely encoding, only to look at it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    pairs = head[:400]
    if pairs and pairs[1::2].count(0) * 4 > len(pairs):
        return head.decode("utf-16-le", "replace")
    if pairs and pairs[::2].count(0) * 4 > len(pairs):
        return head.decode("utf-16-be", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _detect_text(source: Source, text: str) -> Format:
    found = _BEGINS.search(text)
    if found is not None:
        return Format.VCARD if found[1].upper() == "VCARD" else Format.ICALENDAR
    controls = sum(1 for letter in text if letter < " " and letter not in _ALLOWED_CONTROLS)
    if controls * _CONTROL_SHARE > len(text):
        raise FormatUnknown(name=source.name, looks_like="binary")
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        raise FormatUnknown(name=source.name, looks_like="html")
    if start.startswith("<"):
        raise FormatUnknown(name=source.name, looks_like="xml")
    if start.startswith(("{", '["', "[{", "[[")):
        raise FormatUnknown(name=source.name, looks_like="json")
    if _MAIL.match(text):
        raise FormatUnknown(name=source.name, looks_like="eml")
    lines = [line for line in text.splitlines() if line.strip()][:20]
    if not any(_DELIMITERS.search(line) for line in lines):
        raise FormatUnknown(name=source.name, looks_like="text")
    return Format.TABLE
