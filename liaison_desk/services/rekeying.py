"""New passphrase, new recovery code, new keys: each journaled, none with an inverse."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from liaison_desk.domain.errors import StorageFailed
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
    _begin(desk, "set_passphrase")
    changed = change_passphrase(desk.vault, authority, new, kdf=kdf, clock=desk.clock, keychain=keychain)
    _end(desk, "set_passphrase", changed)
    return changed


def bind_to_keyring(
    desk: Desk, authority: Secret, passphrase: Passphrase, keychain: "Keychain", *, kdf: Argon2Cost
) -> KeyChange:
    """Make passphrase and the computer's keyring open the vault together."""
    _begin(desk, "bind_to_keyring")
    changed = set_keyring_slot(desk.vault, authority, passphrase, keychain, kdf=kdf, clock=desk.clock)
    _end(desk, "bind_to_keyring", changed)
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
    _begin(desk, "release_from_keyring")
    changed = drop_keyring_slot(
        desk.vault, authority, passphrase, kdf=kdf, clock=desk.clock, keychain=keychain
    )
    _end(desk, "release_from_keyring", changed)
    return changed


def renew_recovery(desk: Desk, authority: Secret, *, keychain: "Keychain | None" = None) -> KeyChange:
    """Make a new recovery code; the printed one opens nothing from then on."""
    _begin(desk, "renew_recovery")
    changed = renew_recovery_code(desk.vault, authority, clock=desk.clock, keychain=keychain)
    _end(desk, "renew_recovery", changed)
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
    _begin(desk, "rotate")
    desk.store.close()
    changed = rotate_keys(
        desk.vault, passphrase, kdf=kdf, clock=desk.clock, keychain=keychain, progress=progress
    )
    _end(desk, "rotate", changed)
    return changed


def _begin(desk: Desk, use_case: str) -> None:
    """Journal that keys are about to change: what cannot be journaled is not done."""
    _log(desk, use_case, {"stage": "begun"})


def _end(desk: Desk, use_case: str, changed: KeyChange) -> None:
    """Journal that keys have changed; the new code reaches the user even where the disk refuses this line."""
    facts = {"stage": "done", "authority": changed.unlocked_by.value, "generation": changed.generation}
    with suppress(StorageFailed):
        _log(desk, use_case, facts)


def _log(desk: Desk, use_case: str, facts: Mapping[str, object]) -> None:
    with desk.store.write(Intent(use_case, Operation.KEY_CHANGE)) as batch:
        batch.tell(LineKind.EVENT, "vault", desk.vault.vault_id, "", facts)
