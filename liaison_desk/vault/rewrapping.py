"""Changing what opens a vault without touching its data: the master key stays, its slots change.

Every change asks once more for a secret that opens the vault, although it is open: a desk left
unlocked must not be enough to lock its owner out.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.errors import KeychainError, KeychainUnavailable
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.opening import seal_user_slot
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import Slot, SlotType, seal_recovery_slot
from liaison_desk.vault.unlocking import Secret, unlock
from liaison_desk.vault.vault import Vault

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain

_USER_KINDS = frozenset({SlotType.PASSPHRASE, SlotType.PASSPHRASE_KEYRING})


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What was changed, for the journal and for the user.

    ``unlocked_by`` is the kind of secret that allowed it; ``settled`` is False where the new state holds
    but the disk did not confirm its spare copy; ``recovery_code`` is there where a new one was made.
    """

    unlocked_by: SlotType
    generation: int
    settled: bool
    recovery_code: RecoveryCode | None = None


def change_passphrase(
    vault: Vault,
    authority: Secret,
    new: Passphrase,
    *,
    kdf: Argon2Cost,
    clock: Clock,
    keychain: "Keychain | None" = None,
) -> KeyChange:
    """Let ``new`` open the vault instead of the old passphrase; the keyring stays part of it where it was.

    Raises PassphraseTooWeak, WrongSecret, KeychainError, StorageFailed and its kinds; then the old one holds.
    """
    keyring = needed_keychain(vault, keychain)
    return _replace_user_slot(vault, authority, new, (keychain, keyring), kdf=kdf, clock=clock)


def set_keyring_slot(
    vault: Vault,
    authority: Secret,
    passphrase: Passphrase,
    keychain: "Keychain",
    *,
    kdf: Argon2Cost,
    clock: Clock,
) -> KeyChange:
    """Make passphrase and keyring open the vault together, with a new secret; also where that was lost."""
    return _replace_user_slot(vault, authority, passphrase, (keychain, keychain), kdf=kdf, clock=clock)


def drop_keyring_slot(
    vault: Vault,
    authority: Secret,
    passphrase: Passphrase,
    *,
    kdf: Argon2Cost,
    clock: Clock,
    keychain: "Keychain | None" = None,
) -> KeyChange:
    """Make the passphrase alone open the vault. ``keychain`` only where ``authority`` needs it."""
    return _replace_user_slot(vault, authority, passphrase, (keychain, None), kdf=kdf, clock=clock)


def renew_recovery_code(
    vault: Vault, authority: Secret, *, clock: Clock, keychain: "Keychain | None" = None
) -> KeyChange:
    """Make a new recovery code; the printed one opens nothing from then on."""
    unlocked = unlock(vault.header, authority, keychain or vault.keychain)
    code = RecoveryCode.make()
    slot = seal_recovery_slot(vault.vault_id, unlocked.master, code, created=instant_text(clock.now()))
    unlocked.master.wipe()
    kept = tuple(slot for slot in vault.header.slots if slot.type is not SlotType.RECOVERY)
    settled = vault.replace_header(replace(vault.header, slots=(*kept, slot)))
    return KeyChange(unlocked.slot.type, vault.generation, settled, code)


def needed_keychain(vault: Vault, keychain: "Keychain | None") -> "Keychain | None":
    """Return the keychain that the user's slot goes on with, None where it has none.

    Raises KeychainUnavailable where the slot needs a keyring and none is given.
    """
    slot = keyring_slot(vault)
    if slot is None:
        return None
    chosen = keychain or vault.keychain
    if chosen is None:
        raise KeychainUnavailable(reason="not used", backend=slot.backend)
    return chosen


def keyring_slot(vault: Vault) -> Slot | None:
    """Return the slot that needs the keyring, if there is one."""
    return next((slot for slot in vault.header.slots if slot.type is SlotType.PASSPHRASE_KEYRING), None)


def forget_keyring_secret(vault_id: str, slot: Slot | None, keychain: "Keychain | None") -> None:
    """Remove the secret of a slot that is gone; a keyring that refuses keeps something useless."""
    if slot is not None and keychain is not None:
        with suppress(KeychainError):
            keychain.forget_secret(vault_id, slot.id)


def _replace_user_slot(
    vault: Vault,
    authority: Secret,
    passphrase: Passphrase,
    keychains: "tuple[Keychain | None, Keychain | None]",
    *,
    kdf: Argon2Cost,
    clock: Clock,
) -> KeyChange:
    asked, kept_by = keychains
    passphrase.demand_strength()
    unlocked = unlock(vault.header, authority, asked or vault.keychain)
    created = instant_text(clock.now())
    slot = seal_user_slot(
        vault.vault_id, unlocked.master, passphrase, kdf=kdf, created=created, keychain=kept_by
    )
    unlocked.master.wipe()
    before = keyring_slot(vault)
    others = tuple(slot for slot in vault.header.slots if slot.type not in _USER_KINDS)
    settled = vault.replace_header(replace(vault.header, slots=(slot, *others)))
    if kept_by is not vault.keychain:
        vault.keychain = kept_by
        vault.remember_generation()
    if settled:
        forget_keyring_secret(vault.vault_id, before, asked or kept_by)
    return KeyChange(unlocked.slot.type, vault.generation, settled)
