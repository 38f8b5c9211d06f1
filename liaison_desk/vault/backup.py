"""Making backups: a folder that holds everything a vault needs to come back, encrypted, checked, keyed.

The database is copied under a key of its own, blobs are linked (they never change), the manifest names
every file with its hash. The folder gets its name when it is whole.
"""

import errno
import hashlib
import secrets
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from liaison_desk.domain.errors import BackupUnusable, BlobDamaged, StorageFailed
from liaison_desk.vault.durable import (
    TEMPORARY_PREFIX,
    disk_errors,
    make_private_folder,
    place_file,
    read_bounded,
    sync_file,
    sync_folder,
)
from liaison_desk.vault.folder import BACKUPS, BLOBS
from liaison_desk.vault.header import HEADER_NAME, parse_header
from liaison_desk.vault.keys import BACKUP_KEY, DATABASE_KEY, wipe
from liaison_desk.vault.manifest import (
    BACKUP_DATABASE,
    MANIFEST_NAME,
    MOST_BYTES,
    Manifest,
    ManifestFile,
    is_stamp,
    parse_manifest,
)
from liaison_desk.vault.tombstones import MOST_BYTES as MOST_TOMBSTONE_BYTES
from liaison_desk.vault.tombstones import TOMBSTONES_NAME, parse_tombstones, write_tombstones
from liaison_desk.vault.transfer import Progress, copy_database
from liaison_desk.vault.vault import Vault

_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """A backup that was made and checked. ``size`` is the sum of its files, in bytes."""

    path: Path
    backup_id: str
    stamp: str
    generation: int
    files: int
    size: int
    removed: tuple[str, ...]
    """Stamps of the older backups that made room for it."""


def make_backup(
    vault: Vault,
    backups_folder: Path,
    stamp: str,
    blob_ids: Iterable[str],
    *,
    keep: int = 7,
    progress: Progress | None = None,
) -> BackupInfo:
    """Back up an open vault into ``backups_folder/stamp``; others may go on working in it.

    Older backups beyond ``keep`` go only once this one has passed both checks. Raises BlobDamaged for a
    missing blob, DatabaseDamaged, StorageFailed and its kinds, and what ``progress`` raises; then no
    backup of this stamp is left and the older ones stay.
    """
    if not is_stamp(stamp) or keep < 1:
        raise ValueError("a stamp is a plain name, and at least one backup is kept")
    make_private_folder(backups_folder)
    sweep_partial(backups_folder)
    path = backups_folder / stamp
    if path.exists():
        raise StorageFailed(reason=errno.errorcode[errno.EEXIST], path=str(path))
    partial = _partial_name(backups_folder)
    try:
        manifest = _fill(vault, partial, stamp, blob_ids, progress)
        with disk_errors(path):
            partial.rename(path)
        sync_folder(backups_folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    removed = _remove_older(backups_folder, stamp, keep)
    total = sum(each.size for each in manifest.files)
    return BackupInfo(
        path, manifest.backup_id, stamp, manifest.generation, len(manifest.files), total, removed
    )


def list_backups(backups_folder: Path) -> list[Manifest]:
    """Return the manifests of the backups in a folder, oldest first; unproven, for showing and choosing."""
    found = []
    with disk_errors(backups_folder):
        paths = list(backups_folder.iterdir()) if backups_folder.is_dir() else []
    for path in paths:
        if is_stamp(path.name) and (path / MANIFEST_NAME).is_file():
            with suppress(BackupUnusable):
                manifest, _ = parse_manifest(read_bounded(path / MANIFEST_NAME, MOST_BYTES))
                found.append(manifest)
    # The generation comes first: the clock may have been set back.
    return sorted(found, key=lambda manifest: (manifest.generation, manifest.stamp))


def sweep_partial(backups_folder: Path) -> None:
    """Remove what an interrupted backup left."""
    with disk_errors(backups_folder):
        found = list(backups_folder.iterdir())
    for path in found:
        if path.name.startswith(TEMPORARY_PREFIX) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file that never changes a second name, or a synced copy where the disk has no links."""
    try:
        target.hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:
        with disk_errors(target):
            shutil.copyfile(source, target)
            target.chmod(0o600)
        sync_file(target)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with disk_errors(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fill(
    vault: Vault, partial: Path, stamp: str, blob_ids: Iterable[str], progress: Progress | None
) -> Manifest:
    make_private_folder(partial / BLOBS)
    backup_id = secrets.token_hex(16)
    header = vault.header
    place_file(partial / HEADER_NAME, header.to_bytes(), parse_header)
    _copy_database(vault, partial / BACKUP_DATABASE, backup_id, progress)
    write_tombstones(vault, ())
    listed = read_bounded(vault.folder / BACKUPS / TOMBSTONES_NAME, MOST_TOMBSTONE_BYTES)
    place_file(partial / TOMBSTONES_NAME, listed, parse_tombstones)
    names = [HEADER_NAME, TOMBSTONES_NAME, BACKUP_DATABASE]
    for blob_id in sorted(set(blob_ids)):
        _add_blob(vault.folder / BLOBS, partial / BLOBS, blob_id)
        names.append(f"{BLOBS}/{blob_id}")
    files = tuple(_describe(partial, name) for name in names)
    manifest = Manifest(backup_id, vault.vault_id, header.generation, stamp, files)
    place_file(partial / MANIFEST_NAME, manifest.to_bytes(vault.master()), parse_manifest)
    sync_folder(partial / BLOBS)
    sync_folder(partial)
    return manifest


def _copy_database(vault: Vault, target: Path, backup_id: str, progress: Progress | None) -> None:
    own, copied = vault.master().subkey(DATABASE_KEY), vault.master().subkey(BACKUP_KEY, backup_id)
    try:
        copy_database(vault.database, own, target, copied, progress)
    finally:
        wipe(own)
        wipe(copied)


def _add_blob(source: Path, target: Path, blob_id: str) -> None:
    try:
        link_or_copy(source / blob_id, target / blob_id)
    except FileNotFoundError as error:
        raise BlobDamaged(blob=blob_id, reason="missing") from error


def _describe(folder: Path, name: str) -> ManifestFile:
    path = folder / name
    with disk_errors(path):
        return ManifestFile(name, path.stat().st_size, hash_file(path))


def _remove_older(backups_folder: Path, made: str, keep: int) -> tuple[str, ...]:
    others = [manifest.stamp for manifest in list_backups(backups_folder) if manifest.stamp != made]
    removed = []
    for stamp in others[: max(0, len(others) - (keep - 1))]:
        # It loses its name first: a half-removed backup must not look like one.
        dropped = _partial_name(backups_folder)
        with suppress(OSError):
            (backups_folder / stamp).rename(dropped)
            removed.append(stamp)
            shutil.rmtree(dropped, ignore_errors=True)
    return tuple(removed)


def _partial_name(backups_folder: Path) -> Path:
    return backups_folder / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
