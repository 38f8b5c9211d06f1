"""The manifest of a backup: which files it consists of, keyed so that none can be swapped or left out."""

import hmac
import re
from dataclasses import dataclass
from typing import Any

from liaison_desk.domain.errors import BackupUnusable
from liaison_desk.vault.blobs import is_blob_id
from liaison_desk.vault.canonical import decode_bytes, decode_canonical, encode_bytes, encode_canonical
from liaison_desk.vault.folder import BLOBS
from liaison_desk.vault.header import HEADER_NAME
from liaison_desk.vault.keys import MANIFEST_KEY, MasterKey, authenticate
from liaison_desk.vault.tombstones import TOMBSTONES_NAME

MANIFEST_NAME = "manifest.json"
BACKUP_DATABASE = "vault.db"
LATEST_TOMBSTONES = "tombstones.latest"
"""In a packed backup: the list as it was at packing, newer than the one the manifest names."""

MOST_BYTES = 256 * 1024 * 1024

_FORMAT = 1
_MOST_NUMBER = 2**53 - 1
_BACKUP_ID = re.compile(r"[0-9a-f]{32}")
_VAULT_ID = _BACKUP_ID
_STAMP = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class ManifestFile:
    """One file of a backup: name with forward slashes, size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; ``generation`` is that of the header it holds."""

    backup_id: str
    vault_id: str
    generation: int
    stamp: str
    files: tuple[ManifestFile, ...]

    def to_bytes(self, master: MasterKey) -> bytes:
        """Return the manifest as it lies on the disk, keyed."""
        value = self._content()
        return encode_canonical(value | {"hmac": encode_bytes(self._authentication(master))})

    def demand_genuine(self, master: MasterKey, authentication: bytes) -> None:
        """Raise BackupUnusable unless the owner of the master key wrote this manifest."""
        if not hmac.compare_digest(self._authentication(master), authentication):
            raise BackupUnusable(path=self.stamp, reason="manifest forged")

    def _content(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "backup": self.backup_id,
            "vault_id": self.vault_id,
            "gen": self.generation,
            "stamp": self.stamp,
            "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in self.files],
        }

    def _authentication(self, master: MasterKey) -> bytes:
        return authenticate(master.subkey(MANIFEST_KEY, self.backup_id), encode_canonical(self._content()))


def is_stamp(text: str) -> bool:
    """Tell whether a text can name a backup: 1–64 letters, digits, dots, dashes, underscores."""
    return _STAMP.fullmatch(text) is not None


def is_content_name(name: str) -> bool:
    """Tell whether a manifest may list a file of this name; nothing else is ever read or written."""
    folder, slash, blob = name.partition("/")
    if slash:
        return folder == BLOBS and is_blob_id(blob)
    return name in {HEADER_NAME, BACKUP_DATABASE, TOMBSTONES_NAME}


def parse_manifest(raw: bytes) -> tuple[Manifest, bytes]:
    """Return a manifest and its unproven HMAC. Raises BackupUnusable."""
    try:
        value = decode_canonical(raw)
        authentication = decode_bytes(value.pop("hmac", None), least=32, most=32)
        return _parse(value), authentication
    except (ValueError, TypeError, KeyError) as error:
        raise BackupUnusable(path=MANIFEST_NAME, reason="manifest") from error


def _parse(value: dict[str, Any]) -> Manifest:
    files = tuple(ManifestFile(**entry) for entry in value["files"])
    manifest = Manifest(value["backup"], value["vault_id"], value["gen"], value["stamp"], files)
    names = {each.name for each in files}
    sound = (
        value.keys() == {"format", "backup", "vault_id", "gen", "stamp", "files"}
        and value["format"] == _FORMAT
        and _BACKUP_ID.fullmatch(manifest.backup_id)
        and _VAULT_ID.fullmatch(manifest.vault_id)
        and is_stamp(manifest.stamp)
        and _is_number(manifest.generation)
        and len(names) == len(files)
        and {HEADER_NAME, BACKUP_DATABASE} <= names
        and all(
            is_content_name(each.name) and _is_number(each.size) and _DIGEST.fullmatch(each.sha256)
            for each in files
        )
    )
    if not sound:
        raise BackupUnusable(path=MANIFEST_NAME, reason="manifest")
    return manifest


def _is_number(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST_NUMBER
