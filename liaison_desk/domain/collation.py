"""Sort keys by the alphabets of the desk's languages: our own, so that every system sorts alike.

A key is text that sorts by code point. Primary differences are letters (Czech ``ch`` after ``h``, Albanian
``dh``, ``gj``, ``ll`` … as letters of their own); marks that make no letter decide only between equals, as
does case.
"""

import re
import unicodedata

from liaison_desk.domain.folding import fold
from liaison_desk.domain.once import once

_ALPHABETS = {
    "cs": "a b c č d e f g h ch i j k l m n o p q r ř s š t u v w x y z ž",
    "sq": "a b c ç d dh e ë f g gj h i j k l ll m n nj o p q r rr s sh t th u v w x xh y z zh",
    "en": "a b c d e f g h i j k l m n o p q r s t u v w x y z",
}
LANGUAGES = tuple(_ALPHABETS)


@once
def _letters(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    alphabet = _ALPHABETS[language].split()
    order = {letter: chr(ord("A") + place) for place, letter in enumerate(alphabet)}
    longest_first = sorted(alphabet, key=len, reverse=True)
    return re.compile("|".join(longest_first) + "|.", re.DOTALL), order


def sort_key(text: str, language: str) -> str:
    """Return the key by which a text sorts in ``cs``, ``sq`` or ``en``."""
    pattern, order = _letters(language)
    composed = unicodedata.normalize("NFC", text)
    lowered = composed.casefold()
    primary = []
    for piece in pattern.findall(lowered):
        rank = order.get(piece)
        if rank is None:
            rank = "".join(_rank_foreign(part, order) for part in fold(piece))
        primary.append(rank)
    # Equal letters: marks decide, then case, small letters first.
    return f"{''.join(primary)}\x01{lowered}\x01{composed.swapcase()}"


def _rank_foreign(part: str, order: dict[str, str]) -> str:
    rank = order.get(part)
    if rank is not None:
        return rank
    if part.isdigit():
        return part
    return " " if part.isspace() else "!"
