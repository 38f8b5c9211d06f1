"""New passphrase, new recovery code, new keys: each journaled, none with an inverse."""

from typing import TYPE_CHECKING

from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.services.desk import Desk
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.rewrapping import (
    KeyChange,
    change_passphrase,
    drop_keyring_slot,
    renew_recovery_code,
    set_keyring_slot,
)
from liaison_desk.vault.rotation import rotate_keys
from liaison_desk.vault.transfer import Progress
from liaison_desk.vault.unlocking import Secret

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain


def set_passphrase(
    desk: Desk, authority: Secret, new: Passphrase, *, kdf: Argon2Cost, keychain: "Keychain | None" = None
) -> KeyChange:
    """Let a new passphrase open the vault. ``authority`` is the old one or the recovery code."""
    changed = change_passphrase(desk.vault, authority, new, kdf=kdf, clock=desk.clock, keychain=keychain)
    _log(desk, "set_passphrase", changed)
    return changed


def bind_to_keyring(
    desk: Desk, authority: Secret, passphrase: Passphrase, keychain: "Keychain", *, kdf: Argon2Cost
) -> KeyChange:
    """Make passphrase and the computer's keyring open the vault together."""
    changed = set_keyring_slot(desk.vault, authority, passphrase, keychain, kdf=kdf, clock=desk.clock)
    _log(desk, "bind_to_keyring", changed)
    return changed


def release_from_keyring(
    desk: Desk,
    authority: Secret,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    keychain: "Keychain | None" = None,
) -> KeyChange:
    """Make the passphrase alone open the vault."""
    changed = drop_keyring_slot(
        desk.vault, authority, passphrase, kdf=kdf, clock=desk.clock, keychain=keychain
    )
    _log(desk, "release_from_keyring", changed)
    return changed


def renew_recovery(desk: Desk, authority: Secret, *, keychain: "Keychain | None" = None) -> KeyChange:
    """Make a new recovery code; the printed one opens nothing from then on."""
    changed = renew_recovery_code(desk.vault, authority, clock=desk.clock, keychain=keychain)
    _log(desk, "renew_recovery", changed)
    return changed


def rotate(
    desk: Desk,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    keychain: "Keychain | None" = None,
    progress: Progress | None = None,
) -> KeyChange:
    """Give the vault new keys in a new file, and a new recovery code."""
    desk.store.close()
    changed = rotate_keys(
        desk.vault, passphrase, kdf=kdf, clock=desk.clock, keychain=keychain, progress=progress
    )
    _log(desk, "rotate", changed)
    return changed


def _log(desk: Desk, use_case: str, changed: KeyChange) -> None:
    facts = {"authority": changed.unlocked_by.value, "generation": changed.generation}
    with desk.store.write(Intent(use_case, Operation.KEY_CHANGE)) as batch:
        batch.tell(LineKind.EVENT, "vault", desk.vault.vault_id, "", facts)
