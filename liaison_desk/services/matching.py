"""Finding who may be the same: compact keys of many records, sorted once, compared only within their groups.

A name is compared with few others: those with the same consonants, and those that share a whole word and the
initials of the rest. So twenty thousand rows against twenty thousand contacts cost a second, not minutes, and
a row costs some hundred bytes.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import pairwise

from rapidfuzz import fuzz

from liaison_desk.domain.folding import fold_name

SIMILAR = 92
"""Least similarity (0 to 100, normalised indel) of two folded names that may be one."""
LIKELY = 80
"""Least similarity of two names where e-mail or telephone number is the same already."""

_KIND_BITS = 3
_HASH_MASK = (1 << 64) - (1 << _KIND_BITS)
_NEIGHBOURS = 24
"""Names of a large group are sorted and compared with so many that follow."""
_SHARED_BY_FEW = 4
"""An address or number shared by more records than this belongs to an office and tells nobody apart."""
_MOST_CANDIDATES = 5
_SHORTEST_WORD = 3
_SILENT_LETTERS = str.maketrans("", "", "aeiouyhj0123456789")


class Reason(Enum):
    """Why two records may be the same."""

    NAME = "same name"
    EMAIL = "same e-mail"
    PHONE = "same phone"
    SIMILAR_NAME = "similar name"
    REFERENCE = "same reference"
    OCCASION = "same time and title"
    IN_BIN = "in the bin"
    UID = "same uid"


_STRONG = (Reason.EMAIL, Reason.PHONE, Reason.NAME, Reason.REFERENCE, Reason.OCCASION)
_WEAK_KIND = len(_STRONG)
_WAYS = {Reason.EMAIL: 1, Reason.PHONE: 2}
"""Two people with similar names, each with an e-mail address or each with a number of his own, are two."""
_SELECTIVE = {_STRONG.index(Reason.EMAIL), _STRONG.index(Reason.PHONE)}

Pairs = dict[int, dict[int, set[Reason]]]
"""Later entry, to each earlier entry that may be the same, with the reasons."""


class KeyPool:
    """Gathers the keys of records, one entry a record, and finds the entries that share some."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._entries = array("L")
        self._names: list[str] = []
        self._ways = array("B")

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._names)

    def add(self, *names: str, emails: Iterable[str] = (), phones: Iterable[str] = ()) -> int:
        """Add a record by its names as written, the name that people use first; return its entry."""
        entry = len(self._names)
        folded = list(dict.fromkeys(filter(None, map(fold_name, names))))
        self._names.append(folded[0] if folded else "")
        self._ways.append(0)
        for name in folded:
            self.add_key(entry, Reason.NAME, name)
        if folded:
            self._add_weak(entry, folded[0])
        for email in emails:
            self.add_key(entry, Reason.EMAIL, email)
        for phone in phones:
            self.add_key(entry, Reason.PHONE, phone)
        return entry

    def add_key(self, entry: int, reason: Reason, text: str) -> None:
        """Add one exact key to an entry; empty text is none."""
        if text:
            self._add_hash(entry, text, _STRONG.index(reason))
            self._ways[entry] |= _WAYS.get(reason, 0)

    def name_of(self, entry: int) -> str:
        """Return the folded name of an entry."""
        return self._names[entry]

    def find_pairs(self, first_new: int) -> Pairs:
        """Return, for each entry from ``first_new`` on, the earlier entries that may be the same."""
        pairs: Pairs = {}
        for kind, group in self._groups():
            if group[-1] < first_new:
                continue
            if kind == _WEAK_KIND:
                self._compare_names(group, first_new, pairs)
            else:
                self._pair_exact(kind, group, first_new, pairs)
        return pairs

    def are_alike(self, one: int, other: int, least: int) -> bool:
        """Tell whether the names of two entries are at least so similar; numbers in them must be the same."""
        return similarity(self._names[one], self._names[other]) >= least

    def _add_weak(self, entry: int, name: str) -> None:
        words = name.split()
        if len(words) < 2:  # noqa: PLR2004 - a single word is too little to guess by
            return
        bare = " ".join(sorted(_skeleton(word) if word.isalpha() else word for word in words))
        self._add_hash(entry, bare, _WEAK_KIND)
        for place, word in enumerate(words):
            if len(word) >= _SHORTEST_WORD and word.isalpha():
                rest = sorted(w[0] if w.isalpha() else w for w in (*words[:place], *words[place + 1 :]))
                self._add_hash(entry, f"{word}|{''.join(rest)}", _WEAK_KIND)

    def _add_hash(self, entry: int, text: str, kind: int) -> None:
        self._hashes.append((hash(text) & _HASH_MASK) | kind)
        self._entries.append(entry)

    def _groups(self) -> Iterator[tuple[int, list[int]]]:
        """Yield kind and entries, in order, of each key that several entries share."""
        hashes, entries = self._hashes, self._entries
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        start = 0
        for place, (one, following) in enumerate(pairwise(order), 1):
            if hashes[one] != hashes[following]:
                if place - start > 1:
                    yield self._group(hashes[one], [entries[at] for at in order[start:place]])
                start = place
        if len(order) - start > 1:
            yield self._group(hashes[order[-1]], [entries[at] for at in order[start:]])

    def _group(self, key: int, entries: Sequence[int]) -> tuple[int, list[int]]:
        return key % (1 << _KIND_BITS), sorted(set(entries))

    def _pair_exact(self, kind: int, group: Sequence[int], first_new: int, pairs: Pairs) -> None:
        shared_widely = kind in _SELECTIVE and len(group) > _SHARED_BY_FEW
        for place in range(1, len(group)):
            later = group[place]
            if later < first_new:
                continue
            for earlier in group[: min(place, _MOST_CANDIDATES)]:
                if not shared_widely or self.are_alike(earlier, later, LIKELY):
                    _note(pairs, later, earlier, _STRONG[kind])

    def _compare_names(self, group: list[int], first_new: int, pairs: Pairs) -> None:
        names = self._names
        ordered = sorted(group, key=names.__getitem__) if len(group) > _NEIGHBOURS else group
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 : place + 1 + _NEIGHBOURS]:
                later = max(one, other)
                if later < first_new or names[one] == names[other] or self._ways[one] & self._ways[other]:
                    continue
                if similarity(names[one], names[other]) >= SIMILAR:
                    _note(pairs, later, min(one, other), Reason.SIMILAR_NAME)


def similarity(one: str, other: str) -> float:
    """Return how similar two folded names are, 0 to 100; 0 where numbers in them differ."""
    if not one or not other or _numbers(one) != _numbers(other):
        return 0
    return fuzz.token_sort_ratio(one, other)


def includes(one: str, other: str) -> bool:
    """Tell whether all words of one folded name stand in the other."""
    words, others = set(one.split()), set(other.split())
    return bool(words and others) and (words <= others or others <= words)


def _numbers(name: str) -> list[str]:
    return [word for word in name.split() if not word.isalpha()]


def _skeleton(word: str) -> str:
    kept = word.translate(_SILENT_LETTERS)
    return "".join(sign for place, sign in enumerate(kept) if place == 0 or kept[place - 1] != sign)


def _note(pairs: Pairs, later: int, earlier: int, reason: Reason) -> None:
    found = pairs.setdefault(later, {})
    if earlier in found or len(found) < _MOST_CANDIDATES:
        found.setdefault(earlier, set()).add(reason)
