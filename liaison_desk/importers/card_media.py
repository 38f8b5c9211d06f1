"""Photos, logos, sounds and keys inside a vCard."""

import binascii
import re
from urllib.parse import unquote_to_bytes

from liaison_desk.importers.card_lines import Property
from liaison_desk.importers.proposal import ProposedFile

MEDIA_NAMES = {"PHOTO": "photo", "LOGO": "logo", "SOUND": "sound", "KEY": "key"}

_DATA_URI = re.compile(r"data:([^;,]*)((?:;[^,;]*)*),(.*)", re.IGNORECASE | re.DOTALL)
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"RIFF", "audio/wav"),
    (b"OggS", "audio/ogg"),
)
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
}


def read_media(found: Property, number: int) -> ProposedFile | None:
    """Return the file that a property carries, or None where it carries none that can be decoded.

    ``number`` tells files of one card apart. The name is made here, never taken from the card.
    """
    uri = _DATA_URI.match(found.value.replace("\\,", ",").replace("\\;", ";"))
    if uri is not None:
        data = decode_base64(uri[3]) if "base64" in uri[2].lower() else unquote_to_bytes(uri[3])
        declared = uri[1].lower()
    else:
        data = decode_base64(found.value)
        declared = _declared_type(found)
    if not data:
        return None
    media_type = next((kind for sign, kind in _SIGNATURES if data.startswith(sign)), declared)
    stem = MEDIA_NAMES.get(found.name, "file")
    ending = _ENDINGS.get(media_type, "bin")
    return ProposedFile(f"{stem}-{number}.{ending}", media_type or "application/octet-stream", data)


def carries_data(found: Property) -> bool:
    """Tell whether the value is data and not the address of data elsewhere."""
    return found.is_base64() or found.value[:5].lower() == "data:"


def decode_base64(text: str) -> bytes | None:
    """Return decoded data, or None where the text is no base64. Missing padding is forgiven."""
    bare = "".join(text.split()).rstrip("=")
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except (binascii.Error, ValueError):
        return None


def _declared_type(found: Property) -> str:
    stated = found.parameter("MEDIATYPE").lower()
    if "/" in stated:
        return stated
    kind = "audio" if found.name == "SOUND" else "image"
    for word in sorted(found.words() - {"base64", "b", "pref", "work", "home"}):
        if word.isalnum():
            return f"{kind}/{'jpeg' if word == 'jpg' else word}"
    return ""
