"""Sealed blobs: attachments, files that wait for delivery, drafts; each under a random key of its own.

A file is a start of 16 bytes and chunks of AES-256-GCM. The nonce of a chunk is a random prefix, its
number and whether it is the last (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár,
"Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015); start and blob id are
bound into every chunk. Neither sealing nor reading holds more than two chunks.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison_desk.domain.errors import BlobDamaged
from liaison_desk.vault.durable import (
    TEMPORARY_PREFIX,
    create_private_file,
    disk_errors,
    sync_folder,
    temporary_beside,
    write_whole,
)
from liaison_desk.vault.keys import KEY_BYTES
from liaison_desk.vault.streams import PieceStream

CHUNK_BYTES = 256 * 1024

_MAGIC = b"LDBLOB1\n"
_PREFIX_BYTES = 7
_START_BYTES = 16
_TAG_BYTES = 16
_BLOB_ID = re.compile(r"[0-9a-z][0-9a-z-]{0,63}")


class Source(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to ``size`` bytes, nothing at the end."""
        ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """What a row keeps of a blob: id, key of 32 bytes, size in clear, SHA-256 in clear (hexadecimal)."""

    blob_id: str
    key: bytes = field(repr=False)
    size: int
    sha256: str


def is_blob_id(text: str) -> bool:
    """Tell whether a text can name a blob: 1–64 lower-case letters, digits and dashes."""
    return _BLOB_ID.fullmatch(text) is not None


def seal(stream: Source, folder: Path, blob_id: str) -> SealedBlob:
    """Seal everything a stream yields into ``folder``; it is on the disk when this returns.

    An id is sealed once: what is there stays. Raises StorageFailed and its kinds, and what the stream
    raises; then no file is left.
    """
    path = _path(folder, blob_id)
    key = secrets.token_bytes(KEY_BYTES)
    temporary = temporary_beside(path)
    with disk_errors(path):
        descriptor = create_private_file(temporary)
    try:
        try:
            sealed = _write_chunks(descriptor, stream, path, key)
            with disk_errors(path):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with disk_errors(path):
            _rename_fresh(temporary, path)
        sync_folder(folder)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return sealed


def open_blob(folder: Path, blob: SealedBlob) -> PieceStream:
    """Return a stream over the clear bytes; each chunk is proven before a byte of it is handed out.

    Raises BlobDamaged (missing, size, start, or chunk while reading), StorageFailed and its kinds.
    """
    path = _path(folder, blob.blob_id)
    try:
        found = path.stat().st_size
    except FileNotFoundError as error:
        raise BlobDamaged(blob=blob.blob_id, reason="missing") from error
    if found != _sealed_size(blob.size):
        raise BlobDamaged(blob=blob.blob_id, reason="size")
    return PieceStream(_read_chunks(path, blob), blob.size)


def destroy_blob(folder: Path, blob_id: str) -> None:
    """Remove a blob's file; it need not be there. What makes it unreadable is the loss of its key."""
    path = _path(folder, blob_id)
    with disk_errors(path):
        path.unlink(missing_ok=True)
    sync_folder(folder)


def sweep_orphans(folder: Path, known_ids: Collection[str]) -> int:
    """Remove what no row knows: blobs sealed before a kill, and temporary files. Return how many."""
    removed = 0
    with disk_errors(folder):
        for path in list(folder.iterdir()):
            orphan = is_blob_id(path.name) and path.name not in known_ids
            if path.is_file() and (orphan or path.name.startswith(TEMPORARY_PREFIX)):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _path(folder: Path, blob_id: str) -> Path:
    if not is_blob_id(blob_id):
        raise BlobDamaged(blob="", reason="id")
    return folder / blob_id


def _sealed_size(size: int) -> int:
    return _START_BYTES + size + _TAG_BYTES * _chunk_count(size)


def _chunk_count(size: int) -> int:
    return max(1, -(-size // CHUNK_BYTES))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _rename_fresh(temporary: Path, path: Path) -> None:
    if path.exists():
        raise FileExistsError(17, "blob exists")
    temporary.rename(path)


def _write_chunks(descriptor: int, stream: Source, path: Path, key: bytes) -> SealedBlob:
    prefix = secrets.token_bytes(_PREFIX_BYTES)
    start = _MAGIC + prefix + bytes(_START_BYTES - len(_MAGIC) - _PREFIX_BYTES)
    cipher = AESGCM(key)
    bound = start + path.name.encode("ascii")
    digest = hashlib.sha256()
    size = number = 0
    with disk_errors(path):
        write_whole(descriptor, start)
    chunk = _read_full(stream)
    while True:
        following = _read_full(stream) if len(chunk) == CHUNK_BYTES else b""
        digest.update(chunk)
        size += len(chunk)
        sealed = cipher.encrypt(_nonce(prefix, number, last=not following), chunk, bound)
        with disk_errors(path):
            write_whole(descriptor, sealed)
        if not following:
            return SealedBlob(path.name, key, size, digest.hexdigest())
        chunk, number = following, number + 1


def _read_full(stream: Source) -> bytes:
    pieces = []
    missing = CHUNK_BYTES
    while missing:
        piece = stream.read(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _read_chunks(path: Path, blob: SealedBlob) -> Iterator[bytes]:
    cipher = AESGCM(blob.key)
    count = _chunk_count(blob.size)
    with disk_errors(path), path.open("rb") as file:
        start = file.read(_START_BYTES)
        if not start.startswith(_MAGIC):
            raise BlobDamaged(blob=blob.blob_id, reason="start")
        prefix = start[len(_MAGIC) : len(_MAGIC) + _PREFIX_BYTES]
        bound = start + blob.blob_id.encode("ascii")
        for number in range(count):
            last = number == count - 1
            sealed = file.read(CHUNK_BYTES + _TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(prefix, number, last=last), sealed, bound)
            except InvalidTag as error:
                raise BlobDamaged(blob=blob.blob_id, reason="chunk") from error
