"""Canonical JSON: one byte sequence for one value, so that it can be summed, keyed and compared.

Keys sorted, no spaces, ASCII only, no floats with a fraction lost. Reading accepts nothing but
the canonical form itself, which leaves no room for duplicate keys or a second spelling.
"""

import base64
import binascii
import json
from typing import Any


def encode_canonical(value: object) -> bytes:
    """Return the canonical bytes of a JSON value. Raises ValueError for NaN and infinities."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return text.encode("ascii")


def decode_canonical(raw: bytes) -> dict[str, Any]:
    """Return the object that ``raw`` spells. Raises ValueError when it is not canonical or no object."""
    try:
        value = json.loads(raw.decode("ascii"))
        repeated = encode_canonical(value)
    except RecursionError as error:
        message = "nested too deeply"
        raise ValueError(message) from error
    if not isinstance(value, dict) or repeated != raw:
        message = "not a canonical object"
        raise ValueError(message)
    return value


def encode_bytes(value: bytes) -> str:
    """Return bytes as standard base64 text (RFC 4648)."""
    return base64.b64encode(value).decode("ascii")


def decode_bytes(text: object, *, least: int, most: int) -> bytes:
    """Return what base64 text holds. Raises ValueError unless it is ``least`` to ``most`` bytes."""
    if not isinstance(text, str) or len(text) > 4 * (most // 3 + 2):
        message = "not base64 of this length"
        raise ValueError(message)
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        message = "not base64"
        raise ValueError(message) from error
    if not least <= len(value) <= most or encode_bytes(value) != text:
        message = "not base64 of this length"
        raise ValueError(message)
    return value
