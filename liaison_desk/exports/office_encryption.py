"""The standard encryption of Office files: ECMA-376 "agile", AES-256-CBC, SHA-512 ([MS-OFFCRYPTO] 2.3.4.10).

The only importer of msoffcrypto. The library fills a package key of 16 random bytes up with a constant;
here the key has 32 random bytes, so that its strength is that of the cipher. Everything stays in memory.
"""

import hashlib
import secrets
import struct
import unicodedata
from binascii import Error as Base64Error
from io import BytesIO
from xml.parsers.expat import ExpatError

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile, ECMA376AgileEncryptionInfo

from liaison_desk.domain.errors import (
    ExportRefused,
    ExportUnverified,
    FileDamaged,
    FileDangerous,
    FileProtected,
    FormatUnknown,
)

SPIN_COUNT = 500_000
"""Rounds of the password hash: about half a second, five times what Office itself uses."""

SPIN_LIMIT = 2_000_000
"""Rounds accepted when reading; more would only keep the reader waiting."""

PASSWORD_LIMIT = 255
"""UTF-16 units of the longest password that Excel takes."""

PACKAGE_KEY_BYTES = 32

_ALPHABET = "abcdefghjkmnpqrstuvwx23456789"
"""No 0 or o, no 1, i or l; no y or z, which change places between keyboards."""
_GROUPS = 4
_GROUP_LENGTH = 4
_SALT_BYTES = 16

_VERIFIER_INPUT = bytes.fromhex("fea7d2763b4b9e79")
_VERIFIER_HASH = bytes.fromhex("d7aa0f6d3061344e")
_KEY_VALUE = bytes.fromhex("146e0be7abacd0d6")
"""Block keys of [MS-OFFCRYPTO] 2.3.4.13."""

_MALFORMED = (
    DecryptionError,
    FileFormatError,
    InvalidKeyError,
    ExpatError,
    Base64Error,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OSError,
    OverflowError,
)
"""What the library raises when the bytes break their format; it has no error of its own for that."""


def encrypt(data: bytes, password: str, spin: int = SPIN_COUNT) -> bytes:
    """Return the Office file encrypted by the password.

    Raises ``ExportRefused`` for a password that Excel does not take, ``ExportUnverified`` when the
    finished container does not give the same bytes back.
    """
    word = checked_password(password)
    key = secrets.token_bytes(PACKAGE_KEY_BYTES)
    parameters = _wrap_key(key, word, spin)
    package = ECMA376Agile.encrypt_payload(
        BytesIO(data), parameters.encryptedKey, key, parameters.keyData.saltValue
    )
    information = ECMA376Agile.get_encryption_information(parameters, package, key)
    sealed = BytesIO()
    ECMA376Encrypted(package, information).write_to(sealed)
    container = sealed.getvalue()
    if _open_package(OfficeFile(BytesIO(container)), key, "") != data:
        raise ExportUnverified(reason="encrypted file differs from its content")
    return container


def decrypt(data: bytes, password: str, name: str = "") -> bytes:
    """Return the Office file inside; ``name`` only serves the error's facts.

    Raises ``FileProtected`` for a wrong password, ``FileDamaged`` when anything was changed or cut,
    ``FormatUnknown`` when the bytes are no encrypted Office file or use an older encryption that
    cannot prove its content whole, ``FileDangerous`` when opening would take minutes.
    """
    word = unicodedata.normalize("NFC", password)
    if not word or len(word) > PASSWORD_LIMIT:
        raise FileProtected(name=name)
    try:
        file = OfficeFile(BytesIO(data))
        agile = file.format == "ooxml" and file.type == "agile"
    except FileFormatError as error:
        raise FormatUnknown(name=name, looks_like="other") from error
    except _MALFORMED as error:
        raise FileDamaged(name=name, reason="container") from error
    if not agile:
        raise FormatUnknown(name=name, looks_like="other encryption or none")
    if file.info["spinValue"] > SPIN_LIMIT:
        raise FileDangerous(name=name, reason="password rounds")
    try:
        file.load_key(password=word, verify_password=True)
    except InvalidKeyError as error:
        raise FileProtected(name=name) from error
    except _MALFORMED as error:
        raise FileDamaged(name=name, reason="key") from error
    return _open_package(file, file.secret_key, name)


def checked_password(password: str) -> str:
    """Return the password in the form that is encrypted (NFC); raise ``ExportRefused`` if unfit."""
    word = unicodedata.normalize("NFC", password)
    if not word:
        raise ExportRefused(reason="password empty")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in word):
        raise ExportRefused(reason="password has control characters")
    if len(word.encode("utf-16-le")) // 2 > PASSWORD_LIMIT:
        raise ExportRefused(reason="password too long", allowed=PASSWORD_LIMIT)
    return word


def propose_password() -> str:
    """Return a new password such as ``k7fm-q2wd-x9tp-r4hn``: 77 bits, easy to read out and to type."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _wrap_key(key: bytes, password: str, spin: int) -> ECMA376AgileEncryptionInfo:
    """Return the file's parameters with the package key encrypted by the password (2.3.4.13)."""
    salt = secrets.token_bytes(_SALT_BYTES)
    proof = secrets.token_bytes(_SALT_BYTES)
    stretched = _stretch(password, salt, spin)
    parameters = ECMA376AgileEncryptionInfo()
    parameters.spinCount = spin
    parameters.keyData.saltValue = secrets.token_bytes(_SALT_BYTES)
    parameters.encryptedKey.saltValue = salt
    parameters.encryptedVerifierHashInput = _seal(proof, stretched, _VERIFIER_INPUT, salt)
    digest = hashlib.sha512(proof).digest()
    parameters.encryptedVerifierHashValue = _seal(digest, stretched, _VERIFIER_HASH, salt)
    parameters.encryptedKeyValue = _seal(key, stretched, _KEY_VALUE, salt)
    return parameters


def _stretch(password: str, salt: bytes, spin: int) -> bytes:
    """Return the iterated hash of the password (2.3.4.11)."""
    digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for turn in range(spin):
        digest = hashlib.sha512(turn.to_bytes(4, "little") + digest).digest()
    return digest


def _seal(plain: bytes, stretched: bytes, block_key: bytes, salt: bytes) -> bytes:
    """Encrypt whole blocks by the key that the stretched password gives for this purpose."""
    key = hashlib.sha512(stretched + block_key).digest()[:PACKAGE_KEY_BYTES]
    sealer = Cipher(algorithms.AES(key), modes.CBC(salt)).encryptor()
    return sealer.update(plain) + sealer.finalize()


def _open_package(file: OfficeFile, key: bytes, name: str) -> bytes:
    """Return the content, its integrity verified (2.3.4.14)."""
    opened = BytesIO()
    try:
        file.load_key(secret_key=key)
        file.decrypt(opened, verify_integrity=True)
    except _MALFORMED as error:
        raise FileDamaged(name=name, reason="content") from error
    return opened.getvalue()
