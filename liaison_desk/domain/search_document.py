"""What a root looks like to search and to lists: computed from its dossier, never typed, never journaled."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, get_origin

from liaison_desk.domain.attached import Note, Task
from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.codes import ENDED_STATUSES, NoteKind
from liaison_desk.domain.collation import sort_key
from liaison_desk.domain.contact import Contact, Phone
from liaison_desk.domain.fields import Searched, fields_of
from liaison_desk.domain.folding import fold, umlaut_spelling
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.once import once
from liaison_desk.domain.record import Record, Root
from liaison_desk.domain.records import Dossier, title_of
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Step

_NOT_PART_OF_KEY = re.compile(r"[^0-9a-z]+")
_NATIONAL_DIGITS = 9
"""Digits after the country code in most of the world; longer or shorter numbers are found as typed."""
_SORT_KEY_LENGTH = 48
_UMLAUTS = re.compile("[äöüÄÖÜ]")


@dataclass(frozen=True, slots=True)
class Document:
    """Everything derived of one root."""

    root_id: str
    type_name: str
    ref: str
    title: str
    title_words: str
    """Folded words of the title and other names: the first of the two word indexes."""
    words: str
    """Folded words of the whole dossier and of the names it links to: each once, sorted."""
    sort_key: str
    moment: str
    next_due: str
    marking: str
    is_open: bool
    is_binned: bool
    reference_keys: frozenset[str]
    mentions: frozenset[str]
    last_contacts: frozenset[tuple[str, str]]
    """Pairs of contact id and instant text."""


def reference_keys(number: str) -> set[str]:
    """Return the keys under which a reference may be typed: with and without leading zeros, without signs.

    ``AL-26-0398`` gives ``al260398`` and ``al26398``.
    """
    parts = [part for part in _NOT_PART_OF_KEY.split(fold(number)) if part]
    return {"".join(parts), bare_key(number)} if parts else set()


def bare_key(number: str) -> str:
    """Return the one key under which a reference is kept: without signs and leading zeros (``al26398``)."""
    parts = [part for part in _NOT_PART_OF_KEY.split(fold(number)) if part]
    return "".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def tail_of(ref: str) -> str:
    """Return the last number of a reference, bare: ``398`` of ``AL-26-0398``; else empty text."""
    last = _NOT_PART_OF_KEY.split(fold(ref))[-1]
    return (last.lstrip("0") or "0") if last.isdigit() else ""


def typed_keys(typed: str) -> set[str]:
    """Return the keys to look up for a reference as somebody typed it."""
    return {key for key in (*reference_keys(typed), tail_of(typed)) if key}


def is_meant(typed: str, key: str, ref: str) -> bool:
    """Tell whether a root of this ``ref``, found by ``key``, is what was typed.

    The desk's own references are kept by their last number, which several roots share: ``398`` means all of
    them, ``AL-26-398`` only one.
    """
    bare = bare_key(typed)
    return key == bare or bare == bare_key(ref)


def names_of(root: Root) -> str:
    """Return the words by which other records that name this root are also found."""
    return _spell(_gather(_plan(type(root)).title, root))


def describe(dossier: Dossier, linked_names: Mapping[str, str], language: str) -> Document:
    """Return what search and lists keep of a root; ``linked_names`` gives names of roots by id."""
    root = dossier.root
    title_words = names_of(root)
    numbers = [root.ref]
    body: list[str] = []
    mentions: set[str] = set()
    for record in dossier.records():
        plan = _plan(type(record))
        numbers.extend(number for number in _gather(plan.reference, record) if number)
        body.extend(_gather(plan.body, record))
        if isinstance(record, Phone):
            body.extend(_dialled(record))
        mentions.update(target for target in plan.refers(record) if target)
    keys: set[str] = set()
    exact = {key for key in (tail_of(root.ref), *map(bare_key, numbers[1:])) if key}
    for number in numbers:
        keys |= reference_keys(number)
    mentions.discard(root.id)
    names = " ".join(linked_names.get(target, "") for target in mentions)
    words = " ".join((fold(" ".join(numbers)), " ".join(keys), title_words, _spell(body), names))
    return Document(
        root_id=root.id,
        type_name=root.type_name,
        ref=root.ref,
        title=title_of(root),
        title_words=title_words,
        words=" ".join(sorted(set(_NOT_PART_OF_KEY.split(words)))).strip(),
        sort_key=sort_key(_sorted_as(root), language)[:_SORT_KEY_LENGTH],
        moment=_moment(root),
        next_due=_next_due(dossier),
        marking=root.marking,
        is_open=isinstance(root, Request) and root.status not in ENDED_STATUSES,
        is_binned=root.binned_at is not None,
        reference_keys=frozenset(exact),
        mentions=frozenset(mentions),
        last_contacts=frozenset(_last_contacts(dossier)),
    )


def mentioned_in(dossiers: Iterable[Dossier]) -> set[str]:
    """Return the ids of all roots that these dossiers name."""
    return {
        target
        for dossier in dossiers
        for record in dossier.records()
        for target in _plan(type(record)).refers(record)
        if target
    }


@dataclass(frozen=True, slots=True)
class _Plan:
    reference: tuple[tuple[str, bool], ...]
    title: tuple[tuple[str, bool], ...]
    body: tuple[tuple[str, bool], ...]
    refers: Callable[[Any], tuple[str | None, ...]]


@once
def _plan(record_type: type[Record]) -> _Plan:
    infos = fields_of(record_type)

    def of(where: Searched) -> tuple[tuple[str, bool], ...]:
        return tuple((i.name, get_origin(i.type) is tuple) for i in infos if i.field.searched is where)

    pointing = [info.name for info in infos if info.field.refers]
    return _Plan(of(Searched.REFERENCE), of(Searched.TITLE), of(Searched.BODY), _tuple_getter(pointing))


def _tuple_getter(names: list[str]) -> Callable[[Any], tuple[str | None, ...]]:
    match names:
        case []:
            return lambda _record: ()
        case [only]:
            return lambda record: (getattr(record, only),)
        case _:
            return attrgetter(*names)


def _gather(fields: tuple[tuple[str, bool], ...], record: Record) -> list[str]:
    found: list[str] = []
    for name, several in fields:
        value = getattr(record, name)
        if several:
            found.extend(value)
        elif value:
            found.append(value)
    return found


def _dialled(phone: Phone) -> Iterable[str]:
    """Yield a number as people dial it, in one run: as typed, and nationally with and without the zero."""
    typed = "".join(sign for sign in phone.number if sign.isdigit())
    national = phone.e164[-_NATIONAL_DIGITS:]
    yield from (typed, typed.lstrip("0"), national, f"0{national}")


def _spell(texts: list[str]) -> str:
    joined = " ".join(texts)
    folded = fold(joined)
    if not joined.isascii() and _UMLAUTS.search(joined):
        return f"{folded} {fold(umlaut_spelling(joined))}"
    return folded


def _sorted_as(root: Root) -> str:
    if isinstance(root, Contact):
        return (
            root.sort_as
            or " ".join(part for part in (root.family_name, root.given_name) if part)
            or root.name
        )
    return title_of(root)


def _moment(root: Root) -> str:
    match root:
        case Request():
            at = root.received_at or root.sent_at
            return instant_text(at) if at else ""
        case Meeting():
            return instant_text(root.starts.utc) if root.starts else ""
        case _:
            return ""


def _next_due(dossier: Dossier) -> str:
    root = dossier.root
    days = [task.due.last_day for task in dossier.of(Task) if task.due and not task.done_at]
    if isinstance(root, Request) and root.status not in ENDED_STATUSES:
        agreed = root.deadline_agreed or root.deadline_asked
        if agreed:
            days.append(agreed.last_day)
    return min(days).isoformat() if days else ""


def _last_contacts(dossier: Dossier) -> Iterable[tuple[str, str]]:
    root = dossier.root
    if root.binned_at is not None:
        return
    if isinstance(root, Meeting) and root.starts and not root.cancelled:
        at = instant_text(root.starts.utc)
        for person in dossier.of(Participant):
            if person.contact_id and person.attended is not False:
                yield person.contact_id, at
    if isinstance(root, Contact):
        for note in dossier.of(Note):
            if note.kind is NoteKind.CALL and note.at:
                yield root.id, instant_text(note.at)
    for step in dossier.of(Step):
        if step.contact_id:
            yield step.contact_id, instant_text(step.at)
