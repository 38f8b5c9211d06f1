"""Anchors of the journal in what has left the desk, and the journal verified against them.

Every workbook, backup and header carries the head of the journal: device, sequence, digest. Who holds the
vault can rewrite its chain, but not the files that others already have.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from liaison_desk.domain.errors import (
    AnchorUnreadable,
    BackupUnusable,
    FileOverLimit,
    FormatUnknown,
    HeaderDamaged,
    HeaderUnsupported,
)
from liaison_desk.exports.office_encryption import decrypt
from liaison_desk.importers.spreadsheet import read_properties
from liaison_desk.services.desk import Desk
from liaison_desk.storage.chain import ChainReport, verify_chain
from liaison_desk.storage.journal import Head
from liaison_desk.vault.archive import open_archive
from liaison_desk.vault.durable import disk_errors, read_bounded
from liaison_desk.vault.header import HEADER_NAME, MOST_BYTES, parse_header

WORKBOOK_LIMIT = 256 * 2**20
"""Bytes of a workbook that is read for its anchor."""

_ENCRYPTED_START = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP_START = b"PK\x03\x04"
_TAR_MAGIC = b"ustar"
_TAR_MAGIC_AT = 257
_START_BYTES = 512
_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_anchors(path: Path, password: str | None = None) -> tuple[Head, ...]:
    """Return the journal's heads from a workbook, a backup (folder or packed) or a header, by content.

    Raises AnchorUnreadable for everything else, FileProtected for a missing or wrong password, FileDamaged,
    BackupUnusable, StorageFailed and its kinds.
    """
    if path.is_dir():
        heads = _from_header(path / HEADER_NAME)
    else:
        with disk_errors(path), path.open("rb") as file:
            start = file.read(_START_BYTES)
        if start.startswith((_ENCRYPTED_START, _ZIP_START)):
            heads = _from_workbook(path, password, encrypted=start.startswith(_ENCRYPTED_START))
        elif start[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC):
            heads = _from_archive(path)
        else:
            heads = _from_header(path)
    if not heads:
        raise AnchorUnreadable(name=path.name)
    return heads


def verify_log(
    desk: Desk,
    against: Path | None = None,
    password: str | None = None,
    *,
    progress: Callable[[int], None] = lambda _lines: None,
) -> ChainReport:
    """Go through the whole journal, and compare it with the anchors of a file that has left the desk.

    Raises JournalBroken, AnchorMissing, and what ``read_anchors`` raises.
    """
    anchors = read_anchors(against, password) if against is not None else ()
    with desk.store.read() as connection:
        return verify_chain(connection, desk.store.facts.audit_key, anchors, progress)


def _from_workbook(path: Path, password: str | None, *, encrypted: bool) -> tuple[Head, ...]:
    found = path.stat().st_size
    if found > WORKBOOK_LIMIT:
        raise FileOverLimit(name=path.name, limit="size", allowed=WORKBOOK_LIMIT, found=found)
    data = read_bounded(path, WORKBOOK_LIMIT)
    try:
        told = read_properties(decrypt(data, password or "", path.name) if encrypted else data, path.name)
    except FormatUnknown as error:
        raise AnchorUnreadable(name=path.name) from error
    device, sequence, digest = (told.get(name, "") for name in ("LD_Device", "LD_Sequence", "LD_Digest"))
    if not device or not sequence.isascii() or not sequence.isdigit() or not _DIGEST.fullmatch(digest):
        return ()
    return (Head(device, int(sequence), digest),)


def _from_archive(path: Path) -> tuple[Head, ...]:
    archive, members = open_archive(path)
    with archive:
        member = archive.extractfile(members[HEADER_NAME]) if HEADER_NAME in members else None
        if member is None:
            raise BackupUnusable(path=str(path), reason="no header")
        with disk_errors(path):
            raw = member.read(MOST_BYTES + 1)
    return _heads(raw)


def _from_header(path: Path) -> tuple[Head, ...]:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return ()
    return _heads(read_bounded(path, MOST_BYTES))


def _heads(raw: bytes) -> tuple[Head, ...]:
    with suppress(HeaderDamaged, HeaderUnsupported):
        return tuple(
            Head(anchor.device, anchor.sequence, anchor.digest) for anchor in parse_header(raw).anchors
        )
    return ()
