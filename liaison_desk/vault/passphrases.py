"""The passphrase: how it is read and which ones are refused.

Source of the rule: NIST SP 800-63B-4, 3.1.1: at least 15 characters, long ones allowed, a list of
what everybody tries first, and no demands on kinds of characters.
"""

import unicodedata

from liaison_desk.domain.errors import PassphraseTooWeak
from liaison_desk.vault.keys import wipe

LEAST_CHARACTERS = 15
MOST_CHARACTERS = 1024

_LEAST_DIFFERENT = 5
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_COMMON = (
    "liaisondesk",
    "liaison",
    "desk",
    "password",
    "passphrase",
    "heslo",
    "fjalekalim",
    "correcthorsebatterystaple",
    "letmein",
    "welcome",
    "iloveyou",
    "administrator",
    "admin",
    "policie",
    "police",
    "policia",
    "secret",
    "changeme",
    "qwerty",
    "qwertz",
    "monkey",
    "dragon",
    "master",
    "login",
    "test",
    "demo",
)
_LEAST_RUN = 4


class Passphrase:
    """A passphrase somebody typed, normalised to NFKC so that every keyboard spells it alike."""

    __slots__ = ("_secret",)

    def __init__(self, typed: str) -> None:
        """Keep a copy. Raises PassphraseTooWeak for what cannot be a passphrase: NUL, too long, no text."""
        if "\0" in typed:
            raise PassphraseTooWeak(reason="nul", minimum=LEAST_CHARACTERS)
        if len(typed) > MOST_CHARACTERS:
            raise PassphraseTooWeak(reason="too long", minimum=LEAST_CHARACTERS)
        try:
            self._secret = bytearray(unicodedata.normalize("NFKC", typed), "utf-8")
        except UnicodeEncodeError as error:
            raise PassphraseTooWeak(reason="not text", minimum=LEAST_CHARACTERS) from error

    def __repr__(self) -> str:
        """Show nothing of the passphrase."""
        return "Passphrase()"

    def reveal(self) -> bytes:
        """Return the normalised bytes, for deriving a key."""
        return bytes(self._secret)

    def demand_strength(self) -> None:
        """Raise PassphraseTooWeak (reason: too short, repetition, sequence or common) for a new one."""
        text = self._secret.decode("utf-8")
        if len(text) < LEAST_CHARACTERS:
            raise PassphraseTooWeak(reason="too short", minimum=LEAST_CHARACTERS)
        reason = _weakness(text)
        if reason:
            raise PassphraseTooWeak(reason=reason, minimum=LEAST_CHARACTERS)

    def wipe(self) -> None:
        """Overwrite the copy."""
        wipe(self._secret)


def _weakness(text: str) -> str:
    plain = "".join(character for character in text.casefold() if character.isalnum())
    if len(set(plain or text)) < _LEAST_DIFFERENT or _is_repeated(plain):
        return "repetition"
    rest = _without_runs(plain)
    if not rest and plain:
        return "sequence"
    for word in _COMMON:
        rest = rest.replace(word, "")
    # What is left beside known words and runs has to carry the weight by itself.
    if plain and len(rest) < _LEAST_DIFFERENT:
        return "common"
    return ""


def _is_repeated(plain: str) -> bool:
    # A text that is one shorter text over and over lies within its own doubling.
    return bool(plain) and plain in (plain + plain)[1:-1]


def _without_runs(plain: str) -> str:
    """Return the text without pieces of keyboard rows and of the alphabet, forwards or backwards."""
    rows = [*_ROWS, *(row[::-1] for row in _ROWS)]
    kept = []
    start = 0
    while start < len(plain):
        length = max(_run_length(plain, start, row) for row in rows)
        if length < _LEAST_RUN:
            kept.append(plain[start])
            length = 1
        start += length
    return "".join(kept)


def _run_length(plain: str, start: int, row: str) -> int:
    length = 1
    while start + length <= len(plain) and plain[start : start + length] in row:
        length += 1
    return length - 1
