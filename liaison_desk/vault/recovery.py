"""The recovery code: 160 random bits that are printed and put into a safe.

Eight groups of five characters in Crockford's base 32. The fifth character of a group checks the
other four and the place of the group: a weighted sum over the field of 32 elements, so that every
single wrong character, every swap of two characters and every swap of two groups is noticed.
"""

import secrets
from dataclasses import dataclass

from liaison_desk.domain.errors import RecoveryCodeMalformed

CODE_BYTES = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u2013": None, "\u2212": None})
_GROUPS = 8
_DATA = 4
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive


def _multiply(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left & 0b100000:
            left ^= _FIELD_POLYNOMIAL
    return product


def _check_digit(place: int, digits: list[int]) -> int:
    total = place + 1
    weight = 1
    for digit in digits:
        weight = _multiply(weight, 2)
        total ^= _multiply(weight, digit)
    return total


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryCode:
    """A recovery code: ``secret`` is 20 bytes."""

    secret: bytes

    @classmethod
    def make(cls) -> "RecoveryCode":
        """Return a new random code."""
        return cls(secrets.token_bytes(CODE_BYTES))

    @classmethod
    def parse(cls, typed: str) -> "RecoveryCode":
        """Return the code somebody typed, whatever the case, spaces, dashes, O for 0, I or L for 1.

        Raises RecoveryCodeMalformed (reason: length, character or check; group: from 1).
        """
        text = "".join(typed.split()).upper().translate(_READ_AS)
        if len(text) != _GROUPS * (_DATA + 1):
            raise RecoveryCodeMalformed(reason="length", found=len(text))
        number = 0
        for place in range(_GROUPS):
            group = text[place * (_DATA + 1) : (place + 1) * (_DATA + 1)]
            digits = [_ALPHABET.find(character) for character in group]
            if -1 in digits:
                raise RecoveryCodeMalformed(reason="character", group=place + 1)
            if _check_digit(place, digits[:_DATA]) != digits[_DATA]:
                raise RecoveryCodeMalformed(reason="check", group=place + 1)
            for digit in digits[:_DATA]:
                number = number << 5 | digit
        return cls(number.to_bytes(CODE_BYTES, "big"))

    def __repr__(self) -> str:
        """Show nothing of the code."""
        return "RecoveryCode()"

    def text(self) -> str:
        """Return the code as it is printed: eight groups of five, joined by dashes, 47 characters."""
        number = int.from_bytes(self.secret, "big")
        digits = [number >> shift & 31 for shift in range(155, -1, -5)]
        groups = []
        for place in range(_GROUPS):
            group = digits[place * _DATA : (place + 1) * _DATA]
            groups.append("".join(_ALPHABET[digit] for digit in [*group, _check_digit(place, group)]))
        return "-".join(groups)
