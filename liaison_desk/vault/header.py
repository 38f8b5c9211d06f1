"""The header: the one small file that says how a vault opens and which database file is its own.

Format 1 is canonical JSON of at most 64 kB. ``sum`` is SHA-256 over everything else, so that damage
is told from a wrong passphrase before any key is derived; that rule holds for every later format.
``hmac`` is keyed with the master key: it tells forgery once a slot has opened.
"""

import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from liaison_desk.domain.errors import (
    HeaderDamaged,
    HeaderMissing,
    HeaderUnsupported,
    StorageFailed,
    VaultError,
)
from liaison_desk.vault.canonical import decode_bytes, decode_canonical, encode_bytes, encode_canonical
from liaison_desk.vault.durable import place_file, read_bounded, sync_folder
from liaison_desk.vault.keys import HEADER_KEY, MasterKey, authenticate
from liaison_desk.vault.slots import Slot, parse_slot

HEADER_NAME = "vault.hdr"
SPARE_NAME = "vault.hdr.bak"
MOST_BYTES = 64 * 1024
MOST_SLOTS = 16
MOST_ANCHORS = 128

_MAGIC = "liaison-vault"
_FORMAT = 1
_CIPHER = "sqlcipher4"
_KEY = "hkdf-sha256:ld/db/1"
_MOST_NUMBER = 2**53 - 1
_VAULT_ID = re.compile(r"[0-9a-f]{32}")
_DATABASE = re.compile(r"vault-[0-9]{6,16}\.db")
_DEVICE = re.compile(r"[A-Za-z0-9-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"magic", "format", "vault_id", "gen", "db", "anchor", "slots", "hmac", "sum"}


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """The head of one device's journal: 1–64 letters, digits or dashes; a number; 64 hexadecimal digits."""

    device: str
    sequence: int
    digest: str

    def __post_init__(self) -> None:
        """Raise ValueError for what the header could not hold."""
        number = self.sequence
        if (
            not _DEVICE.fullmatch(self.device)
            or not _DIGEST.fullmatch(self.digest)
            or not _is_number(number, 0)
        ):
            message = "not an anchor"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says. ``authentication`` is its HMAC, empty until sealed."""

    vault_id: str
    generation: int
    database: str
    slots: tuple[Slot, ...]
    anchors: tuple[Anchor, ...] = ()
    authentication: bytes = b""

    def content(self) -> dict[str, Any]:
        """Return everything that the HMAC covers."""
        return {
            "magic": _MAGIC,
            "format": _FORMAT,
            "vault_id": self.vault_id,
            "gen": self.generation,
            "db": {"file": self.database, "cipher": _CIPHER, "key": _KEY},
            "anchor": [
                {"device": anchor.device, "sequence": anchor.sequence, "digest": anchor.digest}
                for anchor in self.anchors
            ],
            "slots": [slot.to_json() for slot in self.slots],
        }

    def to_bytes(self) -> bytes:
        """Return the sealed header as it lies on the disk."""
        value = self.content() | {"hmac": encode_bytes(self.authentication)}
        return encode_canonical(value | {"sum": _checksum(value)})


def seal_header(header: Header, master: MasterKey) -> Header:
    """Return the header with its HMAC under the master key."""
    return replace(header, authentication=_authentication(header, master))


def authenticate_header(header: Header, master: MasterKey) -> None:
    """Raise HeaderDamaged when the header is not what the owner of the master key wrote."""
    if not hmac.compare_digest(_authentication(header, master), header.authentication):
        raise HeaderDamaged(reason="forged")


def parse_header(raw: bytes) -> Header:
    """Read a header, every bound checked; no key is derived. Raises HeaderDamaged or HeaderUnsupported."""
    if not 0 < len(raw) <= MOST_BYTES:
        raise HeaderDamaged(reason="size")
    try:
        value = decode_canonical(raw)
    except ValueError as error:
        raise HeaderDamaged(reason="json") from error
    if value.get("magic") != _MAGIC:
        raise HeaderDamaged(reason="magic")
    if value.pop("sum", None) != _checksum(value):
        raise HeaderDamaged(reason="checksum")
    if not _is_number(value.get("format"), 1):
        raise HeaderDamaged(reason="format")
    if value["format"] != _FORMAT:
        raise HeaderUnsupported(what="format")
    if value.keys() | {"sum"} != _FIELDS:
        raise HeaderDamaged(reason="fields")
    return _parse_content(value)


def _parse_content(value: dict[str, Any]) -> Header:
    vault_id, slots = value["vault_id"], value["slots"]
    if not isinstance(vault_id, str) or not _VAULT_ID.fullmatch(vault_id):
        raise HeaderDamaged(reason="vault id")
    if not _is_number(value["gen"], 1):
        raise HeaderDamaged(reason="generation")
    if not isinstance(slots, list) or not 1 <= len(slots) <= MOST_SLOTS:
        raise HeaderDamaged(reason="slots")
    try:
        authentication = decode_bytes(value["hmac"], least=32, most=32)
    except ValueError as error:
        raise HeaderDamaged(reason="hmac") from error
    return Header(
        vault_id=vault_id,
        generation=value["gen"],
        database=_parse_database(value["db"]),
        slots=tuple(parse_slot(slot) for slot in slots),
        anchors=_parse_anchors(value["anchor"]),
        authentication=authentication,
    )


def _parse_database(value: object) -> str:
    if not isinstance(value, dict) or set(value) != {"file", "cipher", "key"}:
        raise HeaderDamaged(reason="database")
    if value["cipher"] != _CIPHER or value["key"] != _KEY:
        raise HeaderUnsupported(what="cipher")
    name = value["file"]
    if not isinstance(name, str) or not _DATABASE.fullmatch(name):
        raise HeaderDamaged(reason="database name")
    return name


def _parse_anchors(value: object) -> tuple[Anchor, ...]:
    if not isinstance(value, list) or len(value) > MOST_ANCHORS:
        raise HeaderDamaged(reason="anchors")
    try:
        return tuple(Anchor(**anchor) for anchor in value)
    except (TypeError, ValueError) as error:
        raise HeaderDamaged(reason="anchor") from error


def _is_number(value: object, least: int) -> bool:
    # bool is an int in Python, never in a header
    return type(value) is int and least <= value <= _MOST_NUMBER


def _checksum(value: dict[str, Any]) -> str:
    return hashlib.sha256(encode_canonical(value)).hexdigest()


def _authentication(header: Header, master: MasterKey) -> bytes:
    key = master.subkey(HEADER_KEY)
    return authenticate(key, encode_canonical(header.content()))


@dataclass(frozen=True, slots=True)
class LoadedHeader:
    """A header from the disk. ``spare_used``: the first copy was missing or damaged."""

    header: Header
    spare_used: bool
    copies_agree: bool


def load_header(folder: Path) -> LoadedHeader:
    """Read the header, or its spare copy when it is missing or damaged.

    Raises what is wrong with the first copy when neither is good; HeaderMissing when there is none.
    """
    first, trouble = _try_header(folder / HEADER_NAME)
    spare, spare_trouble = _try_header(folder / SPARE_NAME)
    if first is not None:
        return LoadedHeader(first, spare_used=False, copies_agree=first == spare)
    if isinstance(trouble, HeaderUnsupported) or spare is None:
        missing = isinstance(trouble, HeaderMissing)
        raise (spare_trouble if missing else trouble) or HeaderMissing(path=str(folder))
    return LoadedHeader(spare, spare_used=True, copies_agree=False)


def _try_header(path: Path) -> tuple[Header | None, VaultError | None]:
    if not path.exists():
        return None, HeaderMissing(path=str(path.parent))
    try:
        return parse_header(read_bounded(path, MOST_BYTES)), None
    except (HeaderDamaged, HeaderUnsupported, StorageFailed) as error:
        return None, error


def write_header(folder: Path, header: Header) -> bool:
    """Replace header, then spare copy; the first rename is the moment that counts.

    Raises StorageFailed and its kinds while nothing has changed. Returns whether everything after that
    moment succeeded too; if not, the next opening puts it right and nothing old may be deleted.
    """
    raw = header.to_bytes()
    place_file(folder / HEADER_NAME, raw, parse_header)
    with suppress(StorageFailed, HeaderDamaged):
        sync_folder(folder)
        write_spare(folder, header)
        return True
    return False


def write_spare(folder: Path, header: Header) -> None:
    """Replace the spare copy of the header."""
    place_file(folder / SPARE_NAME, header.to_bytes(), parse_header)
    sync_folder(folder)
