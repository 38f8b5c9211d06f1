"""Words that must not get out: found in any text of a file, in any spelling that folds alike.

A person who is withheld in one cell must not stand in another: not in the matter of a request, nor in the
title of a meeting. Inflected forms of a name are not found; the officer's eye remains the last check.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from liaison_desk.domain.folding import fold_words

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\+?\d(?:[\d \u00a0().\-/]*\d)?")
_NOT_DIGIT = re.compile(r"\D")
_TELLING_DIGITS = 8
"""The last digits of a number are the same with and without the country's code."""
_FEWEST_DIGITS = 5
_LONGEST_REMEMBERED = 200
_FEWEST_LETTERS = 3


class _Word(NamedTuple):
    start: int
    end: int
    folded: str
    capital: bool


class WithheldWords:
    """Gathers what must not get out, and hides it wherever it stands."""

    def __init__(self, sign: str) -> None:
        """Remember the sign that is put in place of what is hidden."""
        self._sign = sign
        self._phrases: set[tuple[str, ...]] = set()
        self._lengths: dict[str, set[int]] = {}
        self._names: set[str] = set()
        self._numbers: set[str] = set()
        self._folded: dict[str, str] = {}
        self._hidden: dict[str, str] = {}

    def add_text(self, text: str, *, fewest_words: int = 1) -> None:
        """Hide this text; one word alone is hidden only where it begins with a capital, as names do."""
        words = tuple(word.folded for word in self._split(unicodedata.normalize("NFC", text)))
        if len(words) < fewest_words:
            return
        if len(words) == 1:
            self.add_name(words[0])
        elif words:
            self._phrases.add(words)
            self._lengths.setdefault(words[0], set()).add(len(words))

    def add_name(self, name: str) -> None:
        """Hide this one word where it begins with a capital."""
        folded = "".join(fold_words(name))
        if len(folded) >= _FEWEST_LETTERS:
            self._names.add(folded)

    def add_number(self, number: str) -> None:
        """Hide this telephone number or number of a document, however its digits are grouped."""
        digits = _NOT_DIGIT.sub("", number)
        if len(digits) >= _FEWEST_DIGITS:
            self._numbers.add(digits[-_TELLING_DIGITS:])

    def hide(self, text: str, own_names: frozenset[str] = frozenset()) -> str:
        """Return the text with the sign in place of what must not get out; the same text if there is none.

        ``own_names`` are folded words that are hidden in this text beside all others. Everything is gathered
        before the first text is asked for: what was found in a text is remembered.
        """
        if own_names or len(text) > _LONGEST_REMEMBERED:
            return self._look_through(text, own_names)
        if text not in self._hidden:
            self._hidden[text] = self._look_through(text, own_names)
        return self._hidden[text]

    def _look_through(self, text: str, own_names: frozenset[str]) -> str:
        composed = unicodedata.normalize("NFC", text)
        spans = sorted([*self._find_words(composed, own_names), *self._find_numbers(composed)])
        if not spans:
            return text
        shown, end = [], 0
        for start, stop in spans:
            if start >= end:
                shown += [composed[end:start], self._sign]
            end = max(end, stop)
        return "".join([*shown, composed[end:]])

    def _find_words(self, text: str, own_names: frozenset[str]) -> Iterator[tuple[int, int]]:
        words = list(self._split(text))
        for place, word in enumerate(words):
            if word.capital and (word.folded in self._names or word.folded in own_names):
                yield word.start, word.end
            for length in self._lengths.get(word.folded, ()):
                found = words[place : place + length]
                if tuple(each.folded for each in found) in self._phrases:
                    yield word.start, found[-1].end

    def _find_numbers(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _DIGITS.finditer(text) if self._numbers else ():
            digits = _NOT_DIGIT.sub("", found.group())
            windows = range(max(1, len(digits) - _TELLING_DIGITS + 1))
            if any(digits[at : at + _TELLING_DIGITS] in self._numbers for at in windows):
                yield found.span()

    def _split(self, text: str) -> Iterator[_Word]:
        for found in _WORD.finditer(text):
            word = found.group()
            folded = self._folded.get(word)
            if folded is None:
                folded = self._folded[word] = "".join(fold_words(word))
            if folded:
                yield _Word(found.start(), found.end(), folded, word[0].isupper())
