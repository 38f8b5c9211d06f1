"""From an error to the words that the user reads: facts filled in, whatever they hold and however few."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from liaison_desk.advice.entry import ASK_IT, NOTHING_CHANGED, Advice
from liaison_desk.advice.exchange import EXCHANGE_ADVICE
from liaison_desk.advice.reasons import LIMITS, LOOKS_LIKE, REASONS
from liaison_desk.advice.record import RECORD_ADVICE
from liaison_desk.advice.surroundings import INSTALLATION_ADVICE, KEYCHAIN_ADVICE
from liaison_desk.advice.vault import VAULT_ADVICE
from liaison_desk.domain.errors import LiaisonError
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Text

ADVICE: Mapping[type[LiaisonError], Advice] = {
    **VAULT_ADVICE,
    **EXCHANGE_ADVICE,
    **RECORD_ADVICE,
    **KEYCHAIN_ADVICE,
    **INSTALLATION_ADVICE,
    LiaisonError: Advice(
        QT_TRANSLATE_NOOP("Advice", "The desk could not do what was asked."), NOTHING_CHANGED, ASK_IT
    ),
}
"""Words for every class of the tree; a class without its own takes those of the class above it."""

_UNSTATED = QT_TRANSLATE_NOOP("Advice", "(not stated)")
_UNSTATED_FACTS: Mapping[str, Text] = {
    "field": QT_TRANSLATE_NOOP("Advice", "this field"),
    "reason": QT_TRANSLATE_NOOP("Advice", "the reason is not known"),
    "path": QT_TRANSLATE_NOOP("Advice", "the place in question"),
    "device": QT_TRANSLATE_NOOP("Advice", "(unknown)"),
    "group": QT_TRANSLATE_NOOP("Advice", "any"),
    "pid": QT_TRANSLATE_NOOP("Advice", "unknown"),
    "line": QT_TRANSLATE_NOOP("Advice", "unknown"),
    "backend": QT_TRANSLATE_NOOP("Advice", "of this computer"),
    "known": QT_TRANSLATE_NOOP("Advice", "(none)"),
}
_STANDS_IN: Mapping[str, tuple[str, ...]] = {"path": ("target", "name")}
"""Facts that take the place of a missing one: trouble at a delivery target has no path to show."""
_WORDED: Mapping[str, Mapping[str, Text]] = {
    "reason": REASONS,
    "what": REASONS,
    "limit": LIMITS,
    "looks_like": LOOKS_LIKE,
}
_LONGEST = 700
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Advised:
    """What the user reads of one error: the code and three sentences with the facts filled in."""

    code: str
    what: str
    safe: str
    do: str


def advise(error: LiaisonError) -> Advised:
    """Return the words for an error. A fact that is missing or odd never raises."""
    advice = next(ADVICE[kind] for kind in type(error).__mro__ if kind in ADVICE)
    told = _Told(error.facts)
    return Advised(
        error.code,
        advice.what.source.format_map(told),
        advice.safe.source.format_map(told),
        advice.do.source.format_map(told),
    )


def one_line(error: LiaisonError) -> str:
    """Return an error for the command line, in one line: ``E2104 The export was not written ...``."""
    told = advise(error)
    return f"{told.code} {told.what} {told.safe} {told.do}"


def error_of_code(code: str, **facts: object) -> LiaisonError:
    """Return the error that a code names, where only the code was kept; an unknown one is a LiaisonError."""
    return next((kind for kind in ADVICE if kind.code == code), LiaisonError)(**facts)


def say_reason(reason: str) -> str:
    """Return the words for a reason from a closed list, for rows of a plan; an unknown one as it stands."""
    return _in_words(reason, REASONS)


class _Told(dict[str, str]):
    """The facts of an error in words; asking for a fact it lacks gives words too."""

    def __init__(self, facts: Mapping[str, object]) -> None:
        limit = str(facts.get("limit", ""))
        in_bytes = limit == "size" or limit.endswith("_bytes")
        super().__init__(
            (name, _say(name, value, in_bytes=in_bytes))
            for name, value in facts.items()
            if value is not None and value != ""
        )

    def __missing__(self, name: str) -> str:
        for other in _STANDS_IN.get(name, ()):
            if other in self:
                return self[other]
        return _UNSTATED_FACTS.get(name, _UNSTATED).source


def _in_words(key: str, words: Mapping[str, Text]) -> str:
    return words[key].source if key in words else _plain(key.replace("_", " "))


def _say(name: str, value: object, *, in_bytes: bool) -> str:
    if name in _WORDED and isinstance(value, str):
        return _in_words(value, _WORDED[name])
    if in_bytes and isinstance(value, int):
        return f"{math.ceil(value * 10 / _MEGABYTE) / 10:g} MB" if value >= _MEGABYTE else f"{value} bytes"
    if isinstance(value, Enum):
        return _plain(str(value.value))
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return _plain(", ".join(str(one) for one in value))
    return _plain(str(value))


def _plain(text: str) -> str:
    """Return text that is safe on a terminal: one line, no control or direction characters, not endless."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    joined = " ".join(shown.split())
    return joined if len(joined) <= _LONGEST else f"{joined[:_LONGEST]} …"
