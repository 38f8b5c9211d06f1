"""Backups, and what follows a restore: the journal goes on under a new device, the erased stay erased."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.services.desk import Desk
from liaison_desk.storage.blob_rows import blob_ids
from liaison_desk.storage.store import change_meta, read_blob_ids
from liaison_desk.vault.backup import BackupInfo, make_backup
from liaison_desk.vault.folder import BACKUPS
from liaison_desk.vault.header import Anchor
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
        known = blob_ids(connection)
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


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back."""

    vault: RestoredVault
    erased_again: int
    """Records that were erased after the backup was made, and now again."""


def restore(
    source: Path,
    target: Path,
    secret: Secret,
    *,
    clock: Clock,
    open_desk: Callable[[Path, Secret], Desk],
    lock_desk: Callable[[Desk], None],
    keychain: "Keychain | None" = None,
    progress: Progress | None = None,
) -> Restored:
    """Restore a backup into an empty folder, never over what is there.

    Opening it erases again what was erased since; then the journal gets a new device, because what the old
    one wrote after the backup may be known elsewhere.
    """
    vault = restore_backup(source, target, secret, keychain=keychain, progress=progress)
    desk = open_desk(target, secret)
    erased = desk.erased_again
    try:
        with desk.store.write(Intent("restore", Operation.BACKUP)) as batch:
            facts = {"stamp": vault.stamp, "at": instant_text(clock.now())}
            batch.tell(LineKind.EVENT, "restore", vault.stamp, "", facts)
        with desk.store.change_housekeeping() as connection:
            change_meta(connection, "device", desk.new_id())
    finally:
        lock_desk(desk)
    return Restored(vault, erased)
