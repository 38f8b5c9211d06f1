"""Opening a header with what the user has: a passphrase, maybe with the keyring, or the recovery code."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from liaison_desk.domain.errors import (
    KeychainEntryLost,
    KeychainError,
    KeychainUnavailable,
    WrongSecret,
)
from liaison_desk.vault.header import Header, authenticate_header
from liaison_desk.vault.keys import MasterKey
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import (
    Slot,
    SlotType,
    matches_keyring_secret,
    open_passphrase_slot,
    open_recovery_slot,
)

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain

Secret = Passphrase | RecoveryCode
"""What a user can open a vault with."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The master key, the slot that gave it, and the keyring secret where that slot needed one."""

    master: MasterKey
    slot: Slot
    keyring_secret: bytes = b""
    known_generation: int | None = None
    """How far the keyring says that this vault has come."""


def unlock(header: Header, secret: Secret, keychain: "Keychain | None" = None) -> Unlocked:
    """Open the header and prove that it was not forged.

    Raises WrongSecret; the KeychainError that stood in the way where only the keyring slot was left;
    HeaderDamaged for a forged header.
    """
    unlocked = (
        _with_passphrase(header, secret, keychain)
        if isinstance(secret, Passphrase)
        else _with_recovery_code(header, secret)
    )
    authenticate_header(header, unlocked.master)
    return unlocked


def _with_recovery_code(header: Header, code: RecoveryCode) -> Unlocked:
    for slot in header.slots:
        if slot.type is SlotType.RECOVERY:
            try:
                return Unlocked(open_recovery_slot(header.vault_id, slot, code), slot)
            except WrongSecret:
                continue
    raise WrongSecret


def _with_passphrase(header: Header, passphrase: Passphrase, keychain: "Keychain | None") -> Unlocked:
    obstacle: KeychainError | None = None
    # A plain slot first: it asks nothing of the keyring.
    for slot in sorted(header.slots, key=lambda slot: slot.type is SlotType.PASSPHRASE_KEYRING):
        try:
            if slot.type is SlotType.PASSPHRASE:
                return Unlocked(open_passphrase_slot(header.vault_id, slot, passphrase), slot)
            if slot.type is SlotType.PASSPHRASE_KEYRING:
                return _with_keyring(header, slot, passphrase, keychain)
        except WrongSecret:
            continue
        except KeychainError as error:
            obstacle = error
    raise obstacle or WrongSecret


def _with_keyring(
    header: Header, slot: Slot, passphrase: Passphrase, keychain: "Keychain | None"
) -> Unlocked:
    if keychain is None:
        raise KeychainUnavailable(reason="not used", backend=slot.backend)
    entry = keychain.read_secret(header.vault_id, slot.id, expected_backend=slot.backend)
    if not matches_keyring_secret(header.vault_id, slot, entry.secret):
        raise KeychainEntryLost(backend=entry.backend, expected=slot.backend)
    master = open_passphrase_slot(header.vault_id, slot, passphrase, entry.secret)
    return Unlocked(master, slot, entry.secret, entry.generation)
