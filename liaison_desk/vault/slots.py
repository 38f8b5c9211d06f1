"""Key slots: each one wraps the master key under a secret of its own, as LUKS does.

Key of a slot: passphrase -> NFKC -> Argon2id -> (HMAC with the keyring secret) -> HKDF; recovery
code -> HKDF. HKDF gives two keys: one encrypts the master key (AES-256-GCM), one commits to it
(HMAC-SHA256 over everything), so that a slot opens with one secret only.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison_desk.domain.errors import HeaderDamaged, HeaderUnsupported, WrongSecret
from liaison_desk.vault.canonical import decode_bytes, encode_bytes, encode_canonical
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.keys import KEY_BYTES, MasterKey, authenticate, derive
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode

SALT_BYTES = 32
KEYRING_SECRET_BYTES = 32

_NONCE_BYTES = 12
_WRAPPED_BYTES = KEY_BYTES + 16
_MAC_BYTES = 32
_RESERVED_BYTES = 4096
_TEXT = re.compile(r"[A-Za-z0-9 ._:+-]{1,64}")
_ID = re.compile(r"[0-9a-f]{16}")


class SlotType(Enum):
    """What opens a slot. The value is what the header says."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    PASSPHRASE_KEYRING = "passphrase+keyring"  # noqa: S105 - the name of a kind
    RECOVERY = "recovery"
    ORG_ESCROW = "org-escrow"


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot. ``cost`` only with a passphrase; ``backend`` and ``check`` only with a keyring.

    ``check`` tells a changed keyring secret from a wrong passphrase. An ``org-escrow`` slot is
    reserved: ``wrapped`` is kept as it is and never opened here.
    """

    id: str
    type: SlotType
    created: str
    salt: bytes
    nonce: bytes
    wrapped: bytes
    mac: bytes
    cost: Argon2Cost | None = None
    backend: str = ""
    check: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """Return the shape kept in the header."""
        if self.type is SlotType.ORG_ESCROW:
            return {
                "id": self.id,
                "type": self.type.value,
                "created": self.created,
                "ct": encode_bytes(self.wrapped),
            }
        return self.description() | {
            "nonce": encode_bytes(self.nonce),
            "ct": encode_bytes(self.wrapped),
            "mac": encode_bytes(self.mac),
        }

    def description(self) -> dict[str, Any]:
        """Return what is bound into the encryption: everything but nonce, wrapped key and mac."""
        kdf = self.cost.to_json() if self.cost else {"alg": "hkdf-sha256"}
        described: dict[str, Any] = {
            "id": self.id,
            "type": self.type.value,
            "created": self.created,
            "kdf": kdf,
            "salt": encode_bytes(self.salt),
        }
        if self.type is SlotType.PASSPHRASE_KEYRING:
            described |= {"backend": self.backend, "check": encode_bytes(self.check)}
        return described


def parse_slot(value: object) -> Slot:
    """Read one slot of the header, every bound checked. Raises HeaderDamaged or HeaderUnsupported."""
    if not isinstance(value, dict):
        raise HeaderDamaged(reason="slot")
    kind = _slot_type(value.get("type"))
    expected = {"id", "type", "created", "ct"}
    if kind is not SlotType.ORG_ESCROW:
        expected |= {"kdf", "salt", "nonce", "mac"}
    if kind is SlotType.PASSPHRASE_KEYRING:
        expected |= {"backend", "check"}
    if set(value) != expected:
        raise HeaderDamaged(reason="slot fields")
    identity, created = value["id"], value["created"]
    if not isinstance(identity, str) or not _ID.fullmatch(identity) or not _is_text(created):
        raise HeaderDamaged(reason="slot")
    try:
        return _parse_secrets(kind, value)
    except ValueError as error:
        raise HeaderDamaged(reason="slot bytes") from error


def _parse_secrets(kind: SlotType, value: dict[str, Any]) -> Slot:
    if kind is SlotType.ORG_ESCROW:
        reserved = decode_bytes(value["ct"], least=1, most=_RESERVED_BYTES)
        return Slot(value["id"], kind, value["created"], b"", b"", reserved, b"")
    with_keyring = kind is SlotType.PASSPHRASE_KEYRING
    if with_keyring and not _is_text(value["backend"]):
        raise HeaderDamaged(reason="slot backend")
    return Slot(
        id=value["id"],
        type=kind,
        created=value["created"],
        salt=decode_bytes(value["salt"], least=SALT_BYTES, most=SALT_BYTES),
        nonce=decode_bytes(value["nonce"], least=_NONCE_BYTES, most=_NONCE_BYTES),
        wrapped=decode_bytes(value["ct"], least=_WRAPPED_BYTES, most=_WRAPPED_BYTES),
        mac=decode_bytes(value["mac"], least=_MAC_BYTES, most=_MAC_BYTES),
        cost=_parse_cost(kind, value["kdf"]),
        backend=value["backend"] if with_keyring else "",
        check=decode_bytes(value["check"], least=_MAC_BYTES, most=_MAC_BYTES) if with_keyring else b"",
    )


def _slot_type(value: object) -> SlotType:
    if not isinstance(value, str):
        raise HeaderDamaged(reason="slot type")
    try:
        return SlotType(value)
    except ValueError as error:
        raise HeaderUnsupported(what="slot type") from error


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _TEXT.fullmatch(value) is not None


def _parse_cost(kind: SlotType, kdf: object) -> Argon2Cost | None:
    if kind is not SlotType.RECOVERY:
        return Argon2Cost.from_json(kdf)
    if kdf == {"alg": "hkdf-sha256"}:
        return None
    raise HeaderUnsupported(what="kdf") if isinstance(kdf, dict) else HeaderDamaged(reason="kdf")


def seal_passphrase_slot(
    vault_id: str, master: MasterKey, passphrase: Passphrase, *, cost: Argon2Cost, created: str
) -> Slot:
    """Return a new slot that this passphrase opens."""
    blank = _blank(SlotType.PASSPHRASE, created, cost=cost)
    return _wrap(vault_id, blank, cost.stretch(passphrase.reveal(), blank.salt), master)


def seal_keyring_slot(  # noqa: PLR0913 - each argument is one ingredient of the key
    vault_id: str,
    master: MasterKey,
    passphrase: Passphrase,
    *,
    cost: Argon2Cost,
    created: str,
    slot_id: str,
    keyring_secret: bytes,
    backend: str,
) -> Slot:
    """Return a new slot that opens with this passphrase and this secret of the keyring together."""
    blank = _blank(SlotType.PASSPHRASE_KEYRING, created, cost=cost)
    blank = replace(blank, id=slot_id, backend=backend, check=_keyring_check(vault_id, keyring_secret))
    stretched = cost.stretch(passphrase.reveal(), blank.salt)
    return _wrap(vault_id, blank, authenticate(keyring_secret, stretched), master)


def seal_recovery_slot(vault_id: str, master: MasterKey, code: RecoveryCode, *, created: str) -> Slot:
    """Return a new slot that this recovery code opens."""
    return _wrap(vault_id, _blank(SlotType.RECOVERY, created), code.secret, master)


def new_slot_id() -> str:
    """Return a random slot id: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def open_passphrase_slot(
    vault_id: str, slot: Slot, passphrase: Passphrase, keyring_secret: bytes = b""
) -> MasterKey:
    """Return the master key. Raises WrongSecret."""
    if slot.cost is None:
        raise HeaderDamaged(reason="kdf")
    stretched = slot.cost.stretch(passphrase.reveal(), slot.salt)
    if slot.type is SlotType.PASSPHRASE_KEYRING:
        stretched = authenticate(keyring_secret, stretched)
    return _unwrap(vault_id, slot, stretched)


def open_recovery_slot(vault_id: str, slot: Slot, code: RecoveryCode) -> MasterKey:
    """Return the master key. Raises WrongSecret."""
    return _unwrap(vault_id, slot, code.secret)


def matches_keyring_secret(vault_id: str, slot: Slot, keyring_secret: bytes) -> bool:
    """Tell whether the keyring still holds the secret this slot was made with."""
    return hmac.compare_digest(_keyring_check(vault_id, keyring_secret), slot.check)


def _keyring_check(vault_id: str, keyring_secret: bytes) -> bytes:
    return authenticate(keyring_secret, f"ld/keyring/{vault_id}".encode("ascii"))


def _blank(kind: SlotType, created: str, cost: Argon2Cost | None = None) -> Slot:
    return Slot(new_slot_id(), kind, created, secrets.token_bytes(SALT_BYTES), b"", b"", b"", cost)


def _slot_keys(vault_id: str, slot: Slot, secret: bytes) -> tuple[bytes, bytes]:
    both = derive(secret, f"ld/kek/{slot.type.value}/{vault_id}", salt=slot.salt, length=2 * KEY_BYTES)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _bound(vault_id: str, slot: Slot) -> bytes:
    return encode_canonical({"vault_id": vault_id} | slot.description())


def _wrap(vault_id: str, blank: Slot, secret: bytes, master: MasterKey) -> Slot:
    encryption, commitment = _slot_keys(vault_id, blank, secret)
    bound = _bound(vault_id, blank)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    wrapped = AESGCM(encryption).encrypt(nonce, master.reveal(), bound)
    return replace(blank, nonce=nonce, wrapped=wrapped, mac=authenticate(commitment, bound + nonce + wrapped))


def _unwrap(vault_id: str, slot: Slot, secret: bytes) -> MasterKey:
    encryption, commitment = _slot_keys(vault_id, slot, secret)
    bound = _bound(vault_id, slot)
    if not hmac.compare_digest(authenticate(commitment, bound + slot.nonce + slot.wrapped), slot.mac):
        raise WrongSecret
    try:
        return MasterKey(AESGCM(encryption).decrypt(slot.nonce, slot.wrapped, bound))
    except InvalidTag as error:
        raise HeaderDamaged(reason="slot") from error
