"""Backups, and what follows a restore: the journal goes on under a new device, the erased stay erased."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.services.desk import Desk
from liaison_desk.services.sealing import BACKUP_COPY
from liaison_desk.storage.blob_rows import blob_ids
from liaison_desk.storage.store import read_blob_ids, renew_device
from liaison_desk.vault.backup import BackupInfo, make_backup
from liaison_desk.vault.folder import BACKUPS
from liaison_desk.vault.header import Anchor
from liaison_desk.vault.opening import open_vault
from liaison_desk.vault.restore import RestoredVault, restore_backup
from liaison_desk.vault.transfer import Progress
from liaison_desk.vault.unlocking import Secret
from liaison_desk.vault.vault import Vault

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain

KEEP = 7
"""Backups that stay beside the vault."""

_NOT_IN_STAMPS = re.compile(r"[^0-9T]")


def name_backup(at: str) -> str:
    """Return the name of a backup made at an instant: ``20261124T093612482913``."""
    return _NOT_IN_STAMPS.sub("", at)


def back_up(desk: Desk, *, keep: int = KEEP, progress: Progress | None = None) -> BackupInfo:
    """Make a checked backup beside the vault. The journal's heads go with it in the header.

    Raises what ``make_backup`` raises; then the older backups stay.
    """
    stamp = name_backup(instant_text(desk.clock.now()))
    with desk.store.write(Intent("back_up", Operation.BACKUP)) as batch:
        batch.tell(LineKind.EVENT, "backup", stamp, "", {"stamp": stamp})
    record_heads(desk)
    with desk.store.read() as connection:
        # A packed backup that still waits for its target is no part of the next one.
        known = blob_ids(connection) - blob_ids(connection, BACKUP_COPY)
    return make_backup(
        desk.vault, desk.vault.folder / BACKUPS, stamp, sorted(known), keep=keep, progress=progress
    )


def record_heads(desk: Desk) -> None:
    """Write the journal's heads into the header, where they anchor it."""
    heads = tuple(sorted(Anchor(head.device, head.sequence, head.digest) for head in desk.store.heads()))
    if heads != desk.vault.anchors:
        desk.vault.replace_header(replace(desk.vault.header, anchors=heads))


def back_up_before_migration(vault: Vault, at: str) -> BackupInfo:
    """Make a backup of a vault whose schema is still old; nothing is migrated unless this succeeds."""
    known = read_blob_ids(vault.connect, vault.folder)
    return make_backup(vault, vault.folder / BACKUPS, f"before-{name_backup(at)}", known, keep=KEEP)


def restore(
    source: Path,
    target: Path,
    secret: Secret,
    *,
    clock: Clock,
    keychain: "Keychain | None" = None,
    progress: Progress | None = None,
) -> RestoredVault:
    """Restore a backup into an empty folder, never over what is there.

    Before anything is written, the journal gets a new device, because what the old one wrote after the backup
    may be known elsewhere. The next opening erases again what was erased since the backup was made. Raises
    what ``restore_backup`` and ``open_vault`` raise.
    """
    restored = restore_backup(source, target, secret, keychain=keychain, progress=progress)
    vault = open_vault(target, secret, keychain=keychain, accept_rollback=True)
    try:
        renew_device(vault.connect, target, make_id_factory(clock)(), BACKUP_COPY)
    finally:
        vault.close()
    return restored
