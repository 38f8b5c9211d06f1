"""One folding of text for search, filters and duplicates: what looks alike when typed in haste is equal.

Order: casefold; letters that Unicode does not split; Cyrillic by Serbian and Macedonian values; NFKD
without marks; other scripts by ``anyascii``; ``dj`` as ``d``, because Đoković is written Djokovic and
Dokovic alike.
"""

import re
import unicodedata

from anyascii import anyascii

_LETTERS = {
    "đ": "d", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h",
    "ŋ": "n", "ŧ": "t", "ə": "e",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "d", "ѓ": "gj", "е": "e", "ё": "e", "ж": "z",
    "з": "z", "ѕ": "dz", "и": "i", "й": "j", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n",
    "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "ќ": "kj", "у": "u", "ф": "f",
    "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st", "ъ": "a", "ы": "i", "ь": "", "э": "e",
    "ю": "ju", "я": "ja", "ѝ": "i", "ѐ": "e", "і": "i", "ї": "i", "є": "e", "ґ": "g",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS | _CYRILLIC)
_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
"""Latin letters with marks: Latin-1, Extended-A and -B, Extended Additional."""


def _bare_letters() -> dict[int, str]:
    """Return Latin letters with marks that decompose into ASCII: looked up, they need no decomposing."""
    found: dict[int, str] = {}
    for code in (code for codes in _LATIN for code in codes if code not in _TABLE):
        bare = "".join(m for m in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(m))
        if bare.isascii() and chr(code).casefold() == chr(code):
            found[code] = bare
    return found


_TABLE |= _bare_letters()
_WORD = re.compile(r"[0-9a-z]+")


def fold(text: str) -> str:
    """Return text as it is compared: lower case, Latin, without marks."""
    if text.isascii():
        return text.lower().replace("dj", "d")
    mapped = text.casefold().translate(_TABLE)
    if mapped.isascii():
        return mapped.replace("dj", "d")
    split = unicodedata.normalize("NFKD", mapped)
    bare = "".join(mark for mark in split if not unicodedata.combining(mark)).translate(_TABLE)
    return (bare if bare.isascii() else anyascii(bare).lower()).replace("dj", "d")


def fold_words(text: str) -> list[str]:
    """Return the folded words of a text: runs of letters and digits, in order."""
    return _WORD.findall(fold(text))


def umlaut_spelling(text: str) -> str:
    """Return text with ä, ö, ü written out as ae, oe, ue, for a second search key (Müller as Mueller)."""
    lowered = text.casefold()
    return lowered.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")


def fold_name(text: str) -> str:
    """Return a name folded for comparing people: its words sorted, so that order does not matter."""
    return " ".join(sorted(fold_words(text)))
