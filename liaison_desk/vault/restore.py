"""Bringing a vault back from a backup, a folder or one file, into a place where nothing is.

Everything is built beside the target and proven there; the target gets its name at the end.
"""

import hashlib
import os
import shutil
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from liaison_desk.domain.errors import (
    BackupUnusable,
    DatabaseDamaged,
    HeaderDamaged,
    HeaderUnsupported,
    RestoreTargetOccupied,
)
from liaison_desk.vault import header as headers
from liaison_desk.vault import manifest as manifests
from liaison_desk.vault.database import delete_database
from liaison_desk.vault.durable import (
    TEMPORARY_PREFIX,
    create_private_file,
    disk_errors,
    make_private_folder,
    read_bounded,
    sync_folder,
    write_whole,
)
from liaison_desk.vault.folder import BACKUPS, BLOBS, DRAFTS
from liaison_desk.vault.header import Header
from liaison_desk.vault.keys import BACKUP_KEY, DATABASE_KEY, MasterKey, wipe
from liaison_desk.vault.manifest import BACKUP_DATABASE, LATEST_TOMBSTONES, Manifest, ManifestFile
from liaison_desk.vault.slots import SlotType
from liaison_desk.vault.sources import BackupSource, open_source
from liaison_desk.vault.tombstones import MOST_BYTES as MOST_TOMBSTONE_BYTES
from liaison_desk.vault.tombstones import TOMBSTONES_NAME, make_list, parse_tombstones, store_tombstones
from liaison_desk.vault.transfer import Progress, copy_database
from liaison_desk.vault.unlocking import Secret, unlock

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain

_READ_BYTES = 1024 * 1024
_MARK = f"{TEMPORARY_PREFIX}restoring"


@dataclass(frozen=True, slots=True)
class RestoredVault:
    """A vault that came back. It is closed; ``open_vault`` opens it with the same secret.

    ``tombstones`` are the ids of records erased since, to be erased again before anything is shown;
    ``tombstones_proven`` is False where a newer list lay beside the backup and could not be proven:
    its ids are not among them. A restored vault must go on with a new device in its journal, because
    what this one wrote after the backup may be known elsewhere.
    """

    folder: Path
    vault_id: str
    generation: int
    stamp: str
    unlocked_by: SlotType
    tombstones: tuple[str, ...]
    tombstones_proven: bool


def restore_backup(
    source: Path,
    target: Path,
    secret: Secret,
    *,
    keychain: "Keychain | None" = None,
    progress: Progress | None = None,
) -> RestoredVault:
    """Restore the backup at ``source``, a folder or a packed file, into ``target``.

    ``target`` must not exist or be empty. Raises RestoreTargetOccupied, BackupUnusable, WrongSecret,
    KeychainError, StorageFailed and its kinds, what ``progress`` raises; then ``target`` is as it was.
    """
    _demand_free(target)
    partial = target.with_name(f".{target.name}.restoring")
    try:
        with open_source(source) as backup:
            header = _read_header(backup, source)
            unlocked = unlock(header, secret, keychain)
            manifest = _read_manifest(backup, source, unlocked.master, header)
            _begin(partial)
            _fetch_files(backup, source, manifest, partial)
            listed = _restore_tombstones(backup, source, unlocked.master, header.vault_id, partial)
        _restore_database(partial, header, manifest, unlocked.master, progress)
        # A keyring that has seen later generations must take the vault for a newer one.
        generation = max(header.generation, unlocked.known_generation or 0) + 1
        renewed = headers.seal_header(replace(header, generation=generation), unlocked.master)
        headers.write_header(partial, renewed)
        _finish(partial, target)
    except (HeaderDamaged, HeaderUnsupported) as error:
        raise BackupUnusable(path=str(source), reason="header") from error
    except DatabaseDamaged as error:
        raise BackupUnusable(path=str(source), reason="database") from error
    finally:
        if (partial / _MARK).exists():
            shutil.rmtree(partial, ignore_errors=True)
    ids, proven = listed
    return RestoredVault(target, header.vault_id, generation, manifest.stamp, unlocked.slot.type, ids, proven)


def _demand_free(target: Path) -> None:
    with disk_errors(target):
        if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
            raise RestoreTargetOccupied(path=str(target))


def _begin(partial: Path) -> None:
    if partial.exists():
        if not (partial / _MARK).exists():
            raise RestoreTargetOccupied(path=str(partial))
        shutil.rmtree(partial, ignore_errors=True)
    for folder in (partial, partial / BLOBS, partial / DRAFTS, partial / BACKUPS):
        make_private_folder(folder)
    with disk_errors(partial):
        os.close(create_private_file(partial / _MARK))


def _finish(partial: Path, target: Path) -> None:
    with disk_errors(target):
        for folder in (partial / BLOBS, partial / BACKUPS, partial):
            sync_folder(folder)
        if target.exists():
            target.rmdir()
        partial.rename(target)
        (target / _MARK).unlink()
    sync_folder(target.parent)


def _read_small(backup: BackupSource, source: Path, name: str, limit: int) -> bytes:
    with disk_errors(source), backup.open(name) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise BackupUnusable(path=str(source), reason="size", file=name)
    return raw


def _read_header(backup: BackupSource, source: Path) -> Header:
    return headers.parse_header(_read_small(backup, source, headers.HEADER_NAME, headers.MOST_BYTES))


def _read_manifest(backup: BackupSource, source: Path, master: MasterKey, header: Header) -> Manifest:
    raw = _read_small(backup, source, manifests.MANIFEST_NAME, manifests.MOST_BYTES)
    manifest, authentication = manifests.parse_manifest(raw)
    manifest.demand_genuine(master, authentication)
    if manifest.vault_id != header.vault_id:
        raise BackupUnusable(path=str(source), reason="other vault")
    return manifest


def _fetch_files(backup: BackupSource, source: Path, manifest: Manifest, partial: Path) -> None:
    for listed in manifest.files:
        with disk_errors(partial), backup.open(listed.name) as file:
            digest = hashlib.sha256()
            length = 0
            descriptor = create_private_file(partial / listed.name)
            try:
                # One byte more than promised is enough to know that it is too long.
                while piece := _read_piece(file, listed, length, source):
                    digest.update(piece)
                    length += len(piece)
                    write_whole(descriptor, piece)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        if length != listed.size or digest.hexdigest() != listed.sha256:
            raise BackupUnusable(path=str(source), reason="content", file=listed.name)


def _read_piece(file: IO[bytes], listed: ManifestFile, so_far: int, source: Path) -> bytes:
    try:
        with disk_errors(source):
            return file.read(min(_READ_BYTES, listed.size + 1 - so_far))
    except tarfile.TarError as error:
        raise BackupUnusable(path=str(source), reason="archive") from error


def _restore_database(
    partial: Path, header: Header, manifest: Manifest, master: MasterKey, progress: Progress | None
) -> None:
    copied = master.subkey(BACKUP_KEY, manifest.backup_id)
    own = master.subkey(DATABASE_KEY)
    try:
        copy_database(partial / BACKUP_DATABASE, copied, partial / header.database, own, progress)
    finally:
        wipe(copied)
        wipe(own)
    delete_database(partial / BACKUP_DATABASE)


def _restore_tombstones(
    backup: BackupSource, source: Path, master: MasterKey, vault_id: str, partial: Path
) -> tuple[tuple[str, ...], bool]:
    """Keep the longest list that can be proven and return its ids; False when a newer one cannot."""
    inner = partial / TOMBSTONES_NAME
    if not inner.is_file():
        return (), not backup.has(LATEST_TOMBSTONES)
    listed = parse_tombstones(read_bounded(inner, MOST_TOMBSTONE_BYTES))
    key = listed.key_under(master)
    if key is None:
        raise BackupUnusable(path=str(source), reason="tombstones forged")
    ids, proven = set(listed.ids), True
    if backup.has(LATEST_TOMBSTONES):
        raw = _read_small(backup, source, LATEST_TOMBSTONES, MOST_TOMBSTONE_BYTES)
        newer = _parse_genuine(raw, key, vault_id)
        ids |= set(newer or ())
        proven = newer is not None
    with disk_errors(inner):
        inner.unlink()
    store_tombstones(partial / BACKUPS / TOMBSTONES_NAME, make_list(vault_id, ids, key, [master]))
    return tuple(sorted(ids)), proven


def _parse_genuine(raw: bytes, key: bytes, vault_id: str) -> tuple[str, ...] | None:
    try:
        listed = parse_tombstones(raw)
    except BackupUnusable:
        return None
    return listed.ids if listed.vault_id == vault_id and listed.is_genuine(key) else None
