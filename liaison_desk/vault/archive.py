"""A backup as one file: an uncompressed tar, made and read without ever unpacking blindly."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from liaison_desk.domain.errors import BackupUnusable
from liaison_desk.vault.durable import disk_errors, read_bounded
from liaison_desk.vault.manifest import (
    LATEST_TOMBSTONES,
    MANIFEST_NAME,
    MOST_BYTES,
    is_content_name,
    parse_manifest,
)
from liaison_desk.vault.streams import PieceStream
from liaison_desk.vault.tombstones import TOMBSTONES_NAME

_PIECE_BYTES = 1024 * 1024
_BLOCK = 512
_END = bytes(2 * _BLOCK)


def pack_backup(backup: Path) -> PieceStream:
    """Return a backup folder as one stream of known size; the newest list of tombstones goes along.

    Raises BackupUnusable, StorageFailed and its kinds.
    """
    members = _members(backup)
    size = sum(_BLOCK + length + _padding(length) for _, _, length in members) + len(_END)
    return PieceStream(_pack(members), size)


def _members(backup: Path) -> list[tuple[str, Path, int]]:
    if not (backup / MANIFEST_NAME).is_file():
        raise BackupUnusable(path=str(backup), reason="no manifest")
    manifest, _ = parse_manifest(read_bounded(backup / MANIFEST_NAME, MOST_BYTES))
    chosen = [(MANIFEST_NAME, backup / MANIFEST_NAME)]
    latest = backup.parent / TOMBSTONES_NAME
    if latest.is_file():
        chosen.append((LATEST_TOMBSTONES, latest))
    chosen += [(each.name, backup / each.name) for each in manifest.files]
    for _, path in chosen:
        if not path.is_file():
            raise BackupUnusable(path=str(path), reason="missing")
    return [(name, path, path.stat().st_size) for name, path in chosen]


def _pack(members: list[tuple[str, Path, int]]) -> Iterator[bytes]:
    for name, path, length in members:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = length, 0o600
        yield entry.tobuf(tarfile.GNU_FORMAT)
        left = length
        with disk_errors(path), path.open("rb") as file:
            while left:
                piece = file.read(min(left, _PIECE_BYTES))
                if not piece:
                    raise BackupUnusable(path=str(path), reason="cut short")
                left -= len(piece)
                yield piece
        yield bytes(_padding(length))
    yield _END


def _padding(length: int) -> int:
    return -length % _BLOCK


def open_archive(path: Path) -> tuple[tarfile.TarFile, dict[str, tarfile.TarInfo]]:
    """Return an open tar and its members by name; every name is on the list of what a backup may hold.

    The caller closes the tar. Raises BackupUnusable, StorageFailed and its kinds.
    """
    with disk_errors(path):
        try:
            archive = tarfile.open(path, "r:")  # noqa: SIM115 - handed to the caller
        except tarfile.TarError as error:
            raise BackupUnusable(path=str(path), reason="archive") from error
    try:
        return archive, _index(archive, path)
    except BaseException:
        archive.close()
        raise


def _index(archive: tarfile.TarFile, path: Path) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    try:
        for entry in archive:
            allowed = entry.name in {MANIFEST_NAME, LATEST_TOMBSTONES} or is_content_name(entry.name)
            if not allowed or not entry.isreg() or entry.issparse() or entry.name in found:
                raise BackupUnusable(path=str(path), reason="foreign member")
            found[entry.name] = entry
    except (tarfile.TarError, ValueError) as error:
        raise BackupUnusable(path=str(path), reason="archive") from error
    return found
