"""The master key and the keys derived from it.

The master key is 32 random bytes that only the slots of the header hold, wrapped. The audit key
and the keys of sealed blobs are not derived from it: they are random and lie inside the database,
so that a rotation changes neither the journal nor the blobs.
"""

import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32

DATABASE_KEY = "ld/db/1"
HEADER_KEY = "ld/header"
BACKUP_KEY = "ld/backup"
MANIFEST_KEY = "ld/manifest"
TOMBSTONE_KEY = "ld/tombstones"


def derive(key: bytes | bytearray, info: str, *, salt: bytes = b"", length: int = KEY_BYTES) -> bytes:
    """Return HKDF-SHA256 (RFC 5869) of a key for one purpose."""
    return HKDF(hashes.SHA256(), length, salt, info.encode("ascii")).derive(key)


def authenticate(key: bytes | bytearray, message: bytes) -> bytes:
    """Return HMAC-SHA256 (RFC 2104), 32 bytes."""
    keyed = HMAC(key, hashes.SHA256())
    keyed.update(message)
    return keyed.finalize()


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place. Copies that the interpreter made stay; re-executing ends those."""
    secret[:] = bytes(len(secret))


class MasterKey:
    """Holds the 32 bytes that everything in a vault hangs on, until ``wipe``."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes | bytearray) -> None:
        """Take over a copy of 32 bytes."""
        if len(secret) != KEY_BYTES:
            message = "a master key has 32 bytes"
            raise ValueError(message)
        self._secret = bytearray(secret)

    @classmethod
    def make(cls) -> "MasterKey":
        """Return a new random master key."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "MasterKey()"

    def subkey(self, purpose: str, context: str = "") -> bytearray:
        """Return the key for one purpose and, where there are several of it, one context."""
        return bytearray(derive(self._secret, f"{purpose}/{context}" if context else purpose))

    def reveal(self) -> bytes:
        """Return the key itself, for wrapping it into a slot."""
        return bytes(self._secret)

    def wipe(self) -> None:
        """Overwrite the key; afterwards this object derives nothing of use."""
        wipe(self._secret)
