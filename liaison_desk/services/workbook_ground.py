"""What all sheets of a workbook stand on: the day, the limit, who may be named, and what must be hidden.

Handling decides: shareable whole, service only name and role, post only withheld. What one cell withholds
stands in no other cell either, however it got there.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from liaison_desk.domain.clocks import instant_from_text
from liaison_desk.domain.codes import Handling, SubjectKind
from liaison_desk.domain.errors import AboveCeiling, InvalidValue
from liaison_desk.domain.folding import fold_words
from liaison_desk.domain.post import Post
from liaison_desk.exports.workbook_content import Cell, Redacted, SheetCount
from liaison_desk.services.withheld_words import WithheldWords
from liaison_desk.storage.report import MarkingLine, OrganisationLine, ReportReader, SubjectLine

AT_POST = "[withheld at post]"
"""Stands where a person or an organisation is kept at the post."""
IN_SERVICE = "[service only]"
"""Stands where details go no further than the officer's own service."""

_FULL_NAME = 2
_WHOLE_ADDRESS = 3


class Reason(Enum):
    """Why a row or a value is not in the file."""

    POST_ONLY = "kept at post"
    ABOVE_LIMIT = "marked above the limit of this export"
    SERVICE_ONLY = "details for the service only"
    NAMED = "the text names somebody withheld"


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many rows of a sheet are left out, or have values withheld, for one reason."""

    sheet: str
    reason: Reason
    rows: int
    left_out: bool
    """False: the row is there without the value."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A record that the file hands out, at least in part."""

    sheet: str
    record_type: str
    record_id: str
    redacted: bool


@dataclass(slots=True)
class Sheet:
    """A sheet while it is being filled: its rows, and account of every record that it met."""

    name: str
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    markings: set[str] = field(default_factory=set)
    _left_out: dict[Reason, int] = field(default_factory=lambda: defaultdict(int))
    _redacted: dict[Reason, int] = field(default_factory=lambda: defaultdict(int))
    _redacted_rows: int = 0

    def leave_out(self, reason: Reason) -> None:
        """Count a record that is not in the file."""
        self._left_out[reason] += 1

    def add(self, row: tuple[Cell, ...], record_type: str, record_id: str, marking: str) -> None:
        """Add a row and account for what it hands out and withholds."""
        texts = {cell.text for cell in row if isinstance(cell, Redacted)}
        for reason in {_reason_of(text) for text in texts}:
            self._redacted[reason] += 1
        self._redacted_rows += bool(texts)
        self.rows.append(row)
        self.handed.append(Handed(self.name, record_type, record_id, bool(texts)))
        self.markings.add(marking)

    def count(self) -> SheetCount:
        """Return how complete the sheet is."""
        return SheetCount(self.name, len(self.rows), self._redacted_rows, sum(self._left_out.values()))

    def withheld(self) -> list[Withheld]:
        """Return what is missing, and why."""
        left_out = [Withheld(self.name, reason, self._left_out[reason], left_out=True) for reason in Reason]
        redacted = [Withheld(self.name, reason, self._redacted[reason], left_out=False) for reason in Reason]
        return [each for each in left_out + redacted if each.rows]


def _reason_of(text: str) -> Reason:
    return {AT_POST: Reason.POST_ONLY, IN_SERVICE: Reason.SERVICE_ONLY}.get(text, Reason.NAMED)


class MarkingLimit:
    """The markings and the highest that one export may carry."""

    def __init__(self, lines: Sequence[MarkingLine], ceiling: str, asked: str = "") -> None:
        """Take the ceiling of the post, or a lower limit that was asked for.

        Raises InvalidValue for a marking that is not in the list, AboveCeiling.
        """
        self.lines = {line.value: line for line in lines}
        self.limit = asked or ceiling
        if self.limit not in self.lines:
            raise InvalidValue(field="marking", reason="not_in_list")
        if ceiling in self.lines and self.lines[self.limit].level > self.lines[ceiling].level:
            raise AboveCeiling(marking=self.limit, ceiling=ceiling)

    def admits(self, marking: str) -> bool:
        """Tell whether a record of this marking may be in the file; one that nobody knows may not."""
        found = self.lines.get(marking)
        return found is not None and found.level <= self.lines[self.limit].level

    def highest(self, markings: Iterable[str]) -> MarkingLine:
        """Return the highest of these markings, the lowest of all when there is none."""
        known = [self.lines[marking] for marking in markings if marking in self.lines]
        if not known:
            return min(self.lines.values(), key=lambda line: line.level)
        return max(known, key=lambda line: line.level)


@dataclass(frozen=True, slots=True)
class Ground:
    """The common ground of all sheets of one export."""

    reader: ReportReader
    post: Post
    as_of: datetime
    markings: MarkingLimit
    organisations: Mapping[str, OrganisationLine]
    in_texts: WithheldWords
    in_addresses: WithheldWords
    """For names, numbers and addresses that their own record hands out: hides only what is kept at post."""
    subject_names: Mapping[str, frozenset[str]]
    """Folded names of the people asked about, by the id of their request."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the post."""
        return ZoneInfo(self.post.zone)

    @property
    def today(self) -> date:
        """The day at the post."""
        return self.as_of.astimezone(self.zone).date()

    def day(self, instant: str | None) -> date | None:
        """Return the day at the post of a stored instant."""
        return instant_from_text(instant).astimezone(self.zone).date() if instant else None

    def text(self, text: str, own_names: frozenset[str] = frozenset()) -> Cell:
        """Return a text as a cell, with the sign where it names what is withheld."""
        return _cell(text, self.in_texts.hide(text, own_names))

    def address(self, text: str) -> Cell:
        """Return a name, number or address that its own record hands out."""
        return _cell(text, self.in_addresses.hide(text))

    def organisation(self, sheet: Sheet, organisation_id: str | None, *, abbreviated: bool) -> Cell:
        """Return an organisation's name, None where there is none, the sign where it may not be named."""
        line = self.organisations.get(organisation_id or "")
        if line is None or line.binned_at:
            return None
        if is_kept(line.handling, line.marking, self.markings):
            return Redacted(AT_POST)
        sheet.markings.add(line.marking)
        name = line.name_english or line.name
        short = line.abbreviation if abbreviated else ""
        return self.text(f"{short} – {name}" if short and short != name else name)


def is_kept(handling: str, marking: str, markings: MarkingLimit) -> bool:
    """Tell whether a record must not be known outside the post, or not in this export."""
    return handling == Handling.POST_ONLY.value or not markings.admits(marking)


def plain(cell: Cell) -> str:
    """Return what a cell of text shows."""
    return cell.text if isinstance(cell, Redacted) else str(cell or "")


def _cell(text: str, hidden: str) -> Cell:
    if hidden == text:
        return text or None
    return Redacted(hidden)


def lay_ground(reader: ReportReader, post: Post, as_of: datetime, limit: str = "") -> Ground:
    """Read what the sheets have in common. Raises InvalidValue and AboveCeiling for a wrong limit."""
    markings = MarkingLimit(reader.markings(), post.ceiling, limit)
    organisations = {line.id: line for line in reader.organisations()}
    in_texts, in_addresses = WithheldWords(AT_POST), WithheldWords(AT_POST)
    kept: set[str] = set()
    for line in organisations.values():
        if is_kept(line.handling, line.marking, markings):
            kept.add(line.id)
            for name in filter(None, (line.name, line.name_english, line.name_czech, line.abbreviation)):
                in_texts.add_text(name)
                in_addresses.add_text(name)
    _hide_people(reader, markings, kept, in_texts, in_addresses)
    subject_names = _hide_subjects(reader.subjects(), in_texts)
    return Ground(reader, post, as_of, markings, organisations, in_texts, in_addresses, subject_names)


def _hide_people(
    reader: ReportReader,
    markings: MarkingLimit,
    kept: set[str],
    in_texts: WithheldWords,
    in_addresses: WithheldWords,
) -> None:
    """Hide whoever is kept at post everywhere, and the numbers of those named in the service in all texts.

    ``kept`` comes with the organisations that are kept at post; the people join them.
    """
    narrow: set[str] = set()
    kept_families: set[str] = set()
    named_families: set[str] = set()
    for person in reader.people():
        folded = "".join(fold_words(person.family_name))
        if not is_kept(person.handling, person.marking, markings):
            named_families.add(folded)
            if person.handling == Handling.SERVICE_ONLY.value:
                narrow.add(person.id)
            continue
        kept.add(person.id)
        kept_families.add(folded)
        names = [
            person.name, person.sort_as, f"{person.given_name} {person.family_name}",
            f"{person.family_name} {person.given_name}", *json.loads(person.aliases),
        ]  # fmt: skip
        for words in (in_texts, in_addresses):
            for name in names:
                words.add_text(name)
            for handle in json.loads(person.messengers):
                words.add_text(handle, fewest_words=_FULL_NAME)
                words.add_number(handle)
            words.add_text(person.address, fewest_words=_WHOLE_ADDRESS)
    # A family name that somebody named in this file bears too tells nothing about the one who is withheld.
    for name in kept_families - named_families:
        in_texts.add_name(name)
        in_addresses.add_name(name)
    _hide_numbers(reader, kept, narrow, in_texts, in_addresses)


def _hide_numbers(
    reader: ReportReader,
    kept: Collection[str],
    narrow: Collection[str],
    in_texts: WithheldWords,
    in_addresses: WithheldWords,
) -> None:
    for owner, number in reader.numbers():
        if owner in kept:
            in_addresses.add_number(number)
        if owner in kept or owner in narrow:
            in_texts.add_number(number)
    for owner, address in reader.addresses():
        if owner in kept:
            in_addresses.add_text(address, fewest_words=_FULL_NAME)
        if owner in kept or owner in narrow:
            in_texts.add_text(address, fewest_words=_FULL_NAME)


def _hide_subjects(subjects: Iterable[SubjectLine], words: WithheldWords) -> dict[str, frozenset[str]]:
    """Hide the people asked about by their full names everywhere; return their names by request."""
    own: dict[str, frozenset[str]] = {}
    for subject in subjects:
        if subject.kind != SubjectKind.PERSON.value:
            words.add_number(subject.name)
            words.add_text(subject.name, fewest_words=_FULL_NAME)
            continue
        full = [
            subject.name, subject.other_script, f"{subject.given_name} {subject.surname}",
            f"{subject.surname} {subject.given_name}", *json.loads(subject.aliases),
        ]  # fmt: skip
        for name in full:
            words.add_text(name, fewest_words=_FULL_NAME)
        for number in (subject.national_number, *json.loads(subject.documents)):
            words.add_number(number)
        alone = frozenset("".join(fold_words(word)) for word in (subject.surname or subject.name).split())
        own[subject.owner_id] = own.get(subject.owner_id, frozenset()) | alone - {""}
    return own
