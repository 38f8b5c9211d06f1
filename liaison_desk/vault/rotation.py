"""New keys for everything: a new master key, the database written anew under it, every slot anew.

The old database stays whole until the header names the new one; replacing the header is the moment
that counts. SQLCipher's own rekey works in place and can leave a file that neither key opens.
"""

from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.errors import StorageFailed, VaultError
from liaison_desk.vault.database import check_pages, delete_database, open_unguarded
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.folder import database_name
from liaison_desk.vault.header import load_header
from liaison_desk.vault.keys import DATABASE_KEY, MasterKey, wipe
from liaison_desk.vault.opening import seal_user_slot
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.rewrapping import KeyChange, forget_keyring_secret, keyring_slot, needed_keychain
from liaison_desk.vault.slots import seal_recovery_slot
from liaison_desk.vault.tombstones import prepare_tombstones
from liaison_desk.vault.transfer import Progress, copy_database
from liaison_desk.vault.unlocking import unlock
from liaison_desk.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from liaison_desk.keychain import Keychain


def rotate_keys(
    vault: Vault,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    clock: Clock,
    keychain: "Keychain | None" = None,
    progress: Progress | None = None,
) -> KeyChange:
    """Give the vault new keys and a new recovery code. Every other connection must be closed.

    The passphrase stays what it is. Escrow slots fall away: they cannot be wrapped anew here. Raises
    WrongSecret, PassphraseTooWeak, DatabaseDamaged, KeychainError, StorageFailed and its kinds, and what
    ``progress`` raises; then nothing has changed.
    """
    passphrase.demand_strength()
    unlocked = unlock(vault.header, passphrase, keychain or vault.keychain)
    keyring = needed_keychain(vault, keychain)
    before = keyring_slot(vault)
    old = vault.database
    new = vault.folder / database_name(vault.generation + 1)
    master, code = MasterKey.make(), RecoveryCode.make()
    _copy(vault, master, new, progress)
    try:
        created = instant_text(clock.now())
        user = seal_user_slot(vault.vault_id, master, passphrase, kdf=kdf, created=created, keychain=keyring)
        recovery = seal_recovery_slot(vault.vault_id, master, code, created=created)
        prepare_tombstones(vault, master)
        renewed = replace(vault.header, database=new.name, slots=(user, recovery))
        settled = vault.replace_header(renewed, master)
    except BaseException:
        _drop_unnamed(vault.folder, new)
        raise
    if settled:
        with suppress(StorageFailed):
            delete_database(old)
        forget_keyring_secret(vault.vault_id, before, keyring)
    return KeyChange(unlocked.slot.type, vault.generation, settled, code)


def _copy(vault: Vault, master: MasterKey, new: "Path", progress: Progress | None) -> None:
    old_key, new_key = vault.master().subkey(DATABASE_KEY), master.subkey(DATABASE_KEY)
    try:
        with closing(open_unguarded(vault.database, old_key)) as connection:
            check_pages(connection, vault.database)
        copy_database(vault.database, old_key, new, new_key, progress)
    finally:
        wipe(old_key)
        wipe(new_key)


def _drop_unnamed(folder: "Path", new: "Path") -> None:
    # Only the disk knows whether the new header took effect before the trouble came. In doubt both
    # files stay, and the next opening sweeps.
    with suppress(VaultError):
        if load_header(folder).header.database != new.name:
            delete_database(new)
