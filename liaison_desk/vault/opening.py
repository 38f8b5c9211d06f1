"""Creating and opening a vault."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.errors import RolledBack, StorageFailed, VaultExists
from liaison_desk.vault.ballast import BALLAST_BYTES, fill_ballast
from liaison_desk.vault.database import create_database, open_database, refuse_unencrypted
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.durable import make_private_folder
from liaison_desk.vault.folder import (
    FolderState,
    clear_unfinished,
    database_name,
    demand_vault,
    end_creation,
    look_into,
    mark_creation,
    sweep_leftovers,
)
from liaison_desk.vault.header import (
    Header,
    LoadedHeader,
    load_header,
    seal_header,
    write_header,
    write_spare,
)
from liaison_desk.vault.keys import DATABASE_KEY, MasterKey, wipe
from liaison_desk.vault.lock import VaultLock
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import (
    KEYRING_SECRET_BYTES,
    Slot,
    SlotType,
    new_slot_id,
    seal_keyring_slot,
    seal_passphrase_slot,
    seal_recovery_slot,
)
from liaison_desk.vault.unlocking import Secret, Unlocked, unlock
from liaison_desk.vault.vault import Vault

if TYPE_CHECKING:
    from sqlite3 import Connection

    from liaison_desk.keychain import Keychain

Prepare = Callable[[Callable[[], "Connection"], str, Path], None]
"""Lays the first tables: takes a maker of keyed connections, the vault id, and the path for errors."""


@dataclass(frozen=True, slots=True)
class CreatedVault:
    """A new vault, open, and the recovery code that is shown this once."""

    vault: Vault
    recovery_code: RecoveryCode


def create_vault(
    folder: Path,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    clock: Clock,
    keychain: "Keychain | None" = None,
    prepare: Prepare | None = None,
    ballast: int = BALLAST_BYTES,
) -> CreatedVault:
    """Make a vault and return it open. With ``keychain`` the passphrase opens it on this computer only.

    ``prepare`` fills the database before the header is written, so no vault is ever seen without its tables.
    A kill at any moment leaves a whole vault, or a folder in which creation can be tried again.
    Raises PassphraseTooWeak, VaultExists, VaultInUse, KeychainError, StorageFailed and its kinds.
    """
    passphrase.demand_strength()
    make_private_folder(folder)
    lock = VaultLock(folder)
    try:
        _refuse_occupied(folder)
        clear_unfinished(folder)
        made = _build(
            folder,
            passphrase,
            lock,
            kdf=kdf,
            created=instant_text(clock.now()),
            keychain=keychain,
            prepare=prepare,
        )
    except BaseException:
        if look_into(folder) is FolderState.UNFINISHED:
            with suppress(StorageFailed):
                clear_unfinished(folder)
        lock.release()
        raise
    fill_ballast(folder, ballast)
    return made


def _refuse_occupied(folder: Path) -> None:
    if look_into(folder) in {FolderState.VAULT, FolderState.HEADERLESS}:
        raise VaultExists(path=str(folder))


def _build(
    folder: Path,
    passphrase: Passphrase,
    lock: VaultLock,
    *,
    kdf: Argon2Cost,
    created: str,
    keychain: "Keychain | None",
    prepare: Prepare | None,
) -> CreatedVault:
    mark_creation(folder)
    vault_id, master, code = secrets.token_hex(16), MasterKey.make(), RecoveryCode.make()
    first = seal_user_slot(vault_id, master, passphrase, kdf=kdf, created=created, keychain=keychain)
    slots = (first, seal_recovery_slot(vault_id, master, code, created=created))
    header = seal_header(Header(vault_id, 1, database_name(1), slots), master)
    key = master.subkey(DATABASE_KEY)
    try:
        path = folder / header.database
        create_database(path, key)
        if prepare is not None:
            prepare(lambda: open_database(path, key), vault_id, path)
    finally:
        wipe(key)
    write_header(folder, header)
    end_creation(folder)
    vault = Vault(folder, header, master, lock, unlocked_by=first.type, keychain=keychain)
    vault.remember_generation()
    return CreatedVault(vault, code)


def seal_user_slot(
    vault_id: str,
    master: MasterKey,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    created: str,
    keychain: "Keychain | None",
) -> Slot:
    """Return the slot the user opens daily: passphrase, with the keyring where one is given.

    The keyring gets a secret of its own for this slot, so that the slot before it still opens until
    the header is replaced.
    """
    if keychain is None:
        return seal_passphrase_slot(vault_id, master, passphrase, cost=kdf, created=created)
    slot_id, secret = new_slot_id(), secrets.token_bytes(KEYRING_SECRET_BYTES)
    backend = keychain.store_secret(vault_id, slot_id, secret)
    return seal_keyring_slot(
        vault_id,
        master,
        passphrase,
        cost=kdf,
        created=created,
        slot_id=slot_id,
        keyring_secret=secret,
        backend=backend,
    )


def open_vault(
    folder: Path,
    secret: Secret,
    *,
    keychain: "Keychain | None" = None,
    accept_rollback: bool = False,
    ballast: int = BALLAST_BYTES,
) -> Vault:
    """Open a vault with a passphrase or the recovery code. Storage compares the vault id inside.

    Raises VaultMissing, HeaderMissing, HeaderDamaged, HeaderUnsupported, DatabaseMissing, DatabaseDamaged,
    VaultInUse, WrongSecret, KeychainError, RolledBack (unless accepted), StorageFailed and its kinds.
    """
    demand_vault(folder)
    lock = VaultLock(folder)
    try:
        loaded = load_header(folder)
        header = loaded.header
        refuse_unencrypted(folder / header.database)
        unlocked = unlock(header, secret, keychain)
        if not accept_rollback:
            _refuse_rollback(header, unlocked)
        kind = unlocked.slot.type
        keychain = keychain if kind is SlotType.PASSPHRASE_KEYRING else None
        vault = Vault(folder, header, unlocked.master, lock, unlocked_by=kind, keychain=keychain)
        _try_database(vault)
        _put_right(folder, loaded)
        fill_ballast(folder, ballast)
        if unlocked.known_generation != vault.generation:
            vault.remember_generation()
    except BaseException:
        lock.release()
        raise
    return vault


def _refuse_rollback(header: Header, unlocked: Unlocked) -> None:
    known = unlocked.known_generation
    if known is not None and header.generation < known:
        raise RolledBack(found=header.generation, expected=known)


def _try_database(vault: Vault) -> None:
    try:
        vault.connect().close()
    except StorageFailed:
        # Even reading needs a little room for the index of the log.
        if not vault.free_ballast():
            raise
        vault.connect().close()


def _put_right(folder: Path, loaded: LoadedHeader) -> None:
    """Renew the copy of the header that is missing or behind, and remove leftovers.

    A database that the spare header does not name may be the newer one: it stays.
    """
    with suppress(StorageFailed):
        if loaded.spare_used:
            write_header(folder, loaded.header)
        elif not loaded.copies_agree:
            write_spare(folder, loaded.header)
        sweep_leftovers(folder, None if loaded.spare_used else loaded.header.database)
