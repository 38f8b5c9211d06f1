"""The list of erased records that stays beside the backups, so that restoring does not bring them back.

It holds record ids only. It is keyed with a key of its own that never changes; the file carries that
key wrapped under the master key, each backup under the master key of its time. So a backup from before
a rotation can still prove the list of today.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liaison_desk.domain.errors import BackupUnusable
from liaison_desk.vault.canonical import decode_bytes, decode_canonical, encode_bytes, encode_canonical
from liaison_desk.vault.durable import place_file, read_bounded, sync_folder
from liaison_desk.vault.folder import BACKUPS
from liaison_desk.vault.keys import KEY_BYTES, TOMBSTONE_KEY, MasterKey, authenticate
from liaison_desk.vault.vault import Vault

TOMBSTONES_NAME = "tombstones"
MOST_BYTES = 256 * 1024 * 1024

_FORMAT = 1
_NONCE_BYTES = 12
_WRAPPED_BYTES = _NONCE_BYTES + KEY_BYTES + 16
_MOST_WRAPS = 2
_MOST_ID = 64


@dataclass(frozen=True, slots=True)
class TombstoneList:
    """The ids, sorted; how the key is wrapped; and the HMAC over vault and ids."""

    vault_id: str
    ids: tuple[str, ...]
    wraps: tuple[bytes, ...]
    authentication: bytes

    def to_bytes(self) -> bytes:
        """Return the list as it lies on the disk."""
        value = _content(self.vault_id, self.ids)
        value["keys"] = [encode_bytes(wrap) for wrap in self.wraps]
        value["hmac"] = encode_bytes(self.authentication)
        return encode_canonical(value)

    def key_under(self, master: MasterKey) -> bytes | None:
        """Return the list's own key if this master key unwraps it."""
        cipher = AESGCM(master.subkey(TOMBSTONE_KEY))
        for wrap in self.wraps:
            try:
                return cipher.decrypt(wrap[:_NONCE_BYTES], wrap[_NONCE_BYTES:], self.vault_id.encode("ascii"))
            except InvalidTag:
                continue
        return None

    def is_genuine(self, key: bytes) -> bool:
        """Tell whether the list was written by who holds its key."""
        return hmac.compare_digest(_authentication(key, self.vault_id, self.ids), self.authentication)


def write_tombstones(vault: Vault, ids: Iterable[str]) -> None:
    """Add the ids of erased records to the list; what is on it stays. Raises as ``read_tombstones``."""
    path = vault.folder / BACKUPS / TOMBSTONES_NAME
    old = _load(path, vault.vault_id)
    key = _own_key(old, vault.master()) if old else secrets.token_bytes(KEY_BYTES)
    merged = {*ids, *(old.ids if old else ())}
    store_tombstones(path, make_list(vault.vault_id, merged, key, [vault.master()]))


def read_tombstones(folder: Path, vault: Vault) -> tuple[str, ...]:
    """Return the erased ids listed in a folder of backups; none where there is no list yet.

    Raises BackupUnusable when the list is damaged or not this vault's; StorageFailed and its kinds.
    """
    found = _load(folder / TOMBSTONES_NAME, vault.vault_id)
    if found is None:
        return ()
    _own_key(found, vault.master())
    return found.ids


def prepare_tombstones(vault: Vault, new_master: MasterKey) -> None:
    """Wrap the list's key under the present and the coming master key, before a rotation takes effect."""
    path = vault.folder / BACKUPS / TOMBSTONES_NAME
    old = _load(path, vault.vault_id)
    if old is not None:
        key = _own_key(old, vault.master())
        store_tombstones(path, make_list(vault.vault_id, old.ids, key, [vault.master(), new_master]))


def make_list(vault_id: str, ids: Iterable[str], key: bytes, masters: Iterable[MasterKey]) -> TombstoneList:
    """Return a list of ids, its key wrapped under each of the master keys."""
    ordered = tuple(sorted(set(ids)))
    wraps = []
    for master in masters:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(master.subkey(TOMBSTONE_KEY))
        wraps.append(nonce + cipher.encrypt(nonce, key, vault_id.encode("ascii")))
    return TombstoneList(vault_id, ordered, tuple(wraps), _authentication(key, vault_id, ordered))


def store_tombstones(path: Path, listed: TombstoneList) -> None:
    """Replace the list in one step."""
    place_file(path, listed.to_bytes(), parse_tombstones)
    sync_folder(path.parent)


def parse_tombstones(raw: bytes) -> TombstoneList:
    """Read a list; whether it is genuine is another question. Raises BackupUnusable."""
    try:
        value = decode_canonical(raw)
        if set(value) != {"format", "vault_id", "ids", "keys", "hmac"} or value["format"] != _FORMAT:
            raise BackupUnusable(path=TOMBSTONES_NAME, reason="tombstones")
        ids, wraps, vault_id = value["ids"], value["keys"], value["vault_id"]
        sound = isinstance(ids, list) and isinstance(wraps, list) and len(wraps) <= _MOST_WRAPS
        if not sound or not isinstance(vault_id, str) or not all(_is_id(entry) for entry in ids):
            raise BackupUnusable(path=TOMBSTONES_NAME, reason="tombstones")
        keys = tuple(decode_bytes(wrap, least=_WRAPPED_BYTES, most=_WRAPPED_BYTES) for wrap in wraps)
        return TombstoneList(vault_id, tuple(ids), keys, decode_bytes(value["hmac"], least=32, most=32))
    except ValueError as error:
        raise BackupUnusable(path=TOMBSTONES_NAME, reason="tombstones") from error


def _load(path: Path, vault_id: str) -> TombstoneList | None:
    if not path.exists():
        return None
    found = parse_tombstones(read_bounded(path, MOST_BYTES))
    if found.vault_id != vault_id:
        raise BackupUnusable(path=TOMBSTONES_NAME, reason="other vault")
    return found


def _own_key(listed: TombstoneList, master: MasterKey) -> bytes:
    key = listed.key_under(master)
    if key is None or not listed.is_genuine(key):
        raise BackupUnusable(path=TOMBSTONES_NAME, reason="tombstones forged")
    return key


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST_ID


def _content(vault_id: str, ids: tuple[str, ...]) -> dict[str, Any]:
    return {"format": _FORMAT, "vault_id": vault_id, "ids": list(ids)}


def _authentication(key: bytes, vault_id: str, ids: tuple[str, ...]) -> bytes:
    return authenticate(key, encode_canonical(_content(vault_id, ids)))
