"""What names a root in running text: patterns of folded words, and finding and blanking them."""

import re
from collections.abc import Iterator
from unicodedata import category

from liaison_desk.domain.contact import Contact
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.record import Root
from liaison_desk.domain.records import title_of

Pattern = tuple[str, ...]
"""Folded words that stand one after another; the last may be inflected."""

_PLAIN_WORD = re.compile(r"[0-9A-Za-z]+")
_JOINING = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Unicode categories of what stands within a word: marks, vowel signs, joiners, soft hyphens."""
_VOWELS = "aeiouy"
_SHORT = 3
"""Names up to this length lose no letter in inflection."""
_ENDING = 2
"""Letters that an inflected name may have more than its stem, beside the vowel it lost."""


def name_patterns(root: Root) -> list[Pattern]:
    """Return what names the root in running text: the full name first, for a person also the family name."""
    if not isinstance(root, Contact):
        words = tuple(_words_of(title_of(root)))
        return [words] if words else []
    full = _words_of(root.name)
    candidates = [
        full,
        _words_of(f"{root.given_name} {root.family_name}"),
        _words_of(f"{root.family_name} {root.given_name}"),
        *(_words_of(alias) for alias in root.aliases),
        _words_of(root.family_name) or full[-1:],
    ]
    return list(dict.fromkeys(tuple(words) for words in candidates if words))


def stem_of(pattern: Pattern) -> str:
    """Return letters that the folded text must contain wherever the pattern can be found."""
    longest = max(pattern, key=len)
    return longest[:-1] or longest


def find_name(patterns: list[Pattern], text: str) -> tuple[int, int] | None:
    """Return where the text first has one of the patterns, as offsets of the text itself."""
    return next(_spans(patterns, text), None)


def blank_names(patterns: list[Pattern], text: str, blank: str) -> str:
    """Return the text with every name replaced."""
    kept: list[str] = []
    place = 0
    for start, end in _spans(patterns, text):
        kept += [text[place:start], blank]
        place = end
    return "".join((*kept, text[place:]))


def _spans(patterns: list[Pattern], text: str) -> Iterator[tuple[int, int]]:
    words = list(_words(text))
    at = 0
    while at < len(words):
        length = next(
            (len(p) for p in patterns if _fits(p, [word for _, _, word in words[at : at + len(p)]])), 0
        )
        if length:
            yield words[at][0], words[at + length - 1][1]
        at += length or 1


def _words_of(text: str) -> list[str]:
    return [word for _, _, word in _words(text)]


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the folded words of a text with the place of what they came from.

    Names and texts are taken apart by the same rule, piece by piece: folded whole, signs that fold to nothing
    would draw the words around them together, and in a text they may stand otherwise.
    """
    for start, end in _pieces(text):
        for word in fold_words(text[start:end]):
            yield start, end, word


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of written words, and of every sign between them: it may fold to a word (½, 🙂)."""
    if text.isascii():
        yield from (found.span() for found in _PLAIN_WORD.finditer(text))
        return
    start = 0
    for place, sign in enumerate(text):
        if not sign.isalnum() and category(sign) not in _JOINING:
            yield start, place
            yield place, place + 1
            start = place + 1
    yield start, len(text)


def _fits(pattern: Pattern, words: list[str]) -> bool:
    if len(words) < len(pattern) or list(pattern[:-1]) != words[:-1]:
        return False
    return _inflects(words[-1], pattern[-1])


def _inflects(word: str, name: str) -> bool:
    """Tell whether a word is a name, perhaps inflected: Hoxha, Hoxhy, Hoxhou, Hoxhës; Gjoka, Gjokovi."""
    if word == name:
        return True
    if len(name) < _SHORT:
        return False
    cut = len(name) > _SHORT and name[-1] in _VOWELS
    stem = name[:-1] if cut else name
    return word.startswith(stem) and len(word) - len(stem) <= _ENDING + cut
