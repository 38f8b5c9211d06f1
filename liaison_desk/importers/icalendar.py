"""iCalendar in: one proposed meeting for each event; other components are refused by name.

Source: RFC 5545. All-day meetings begin at midnight by the zone of the post and end, as there, at the
midnight after their last day.
"""

import hashlib
from collections.abc import Iterator

from liaison_desk.domain.errors import FileOverLimit
from liaison_desk.domain.values import replace_unclean
from liaison_desk.importers.account import Account, refuse_row
from liaison_desk.importers.calendar_events import EventDraft, propose_meeting, put_line
from liaison_desk.importers.calendar_stream import RawComponent, cut_components
from liaison_desk.importers.calendar_survey import (
    Edition,
    Occasion,
    Survey,
    name_event,
    read_marks,
    survey_calendar,
)
from liaison_desk.importers.calendar_values import CalendarLine, read_line
from liaison_desk.importers.calendar_zones import ZoneFinder
from liaison_desk.importers.foreign_text import unfold
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source

SIZE_LIMIT = 64 * 2**20
"""Bytes of one calendar file."""
COMPONENT_COUNT_LIMIT = 200_000

_REFUSED = {
    "VTODO": "task_of_a_calendar",
    "VJOURNAL": "journal_entry",
    "VFREEBUSY": "free_busy_times",
    "VAVAILABILITY": "free_busy_times",
}
_FRAME = {"PRODID", "VERSION", "CALSCALE", "METHOD", "X-WR-TIMEZONE"}
"""Lines of the calendar itself that say how it is to be read, and nothing about an event."""


def read_calendar(source: Source, context: ReadingContext) -> Iterator[Proposal]:
    """Yield a proposal for each event, and a refusal by name for each task, journal entry or free time.

    Of several editions of one event in a file the newest is proposed, the older ones are refused.
    """
    reading = _Reading(context, survey_calendar(source))
    number = 0
    with source.open() as stream:
        for place, raw in enumerate(cut_components(stream)):
            if place > COMPONENT_COUNT_LIMIT:
                raise FileOverLimit(
                    name=source.name, limit="calendar_components", allowed=COMPONENT_COUNT_LIMIT, found=place
                )
            proposal = reading.propose(number + 1, place, raw)
            if proposal is not None:
                number += 1
                yield proposal


class _Reading:
    """One reading of a calendar file: what is known of the file while its components pass."""

    def __init__(self, context: ReadingContext, survey: Survey) -> None:
        self._context = context
        self._survey = survey
        self._masters = {occasion.uid: context.new_id() for occasion in survey.newest if not occasion.instant}
        self._zones: dict[int, ZoneFinder] = {}

    def propose(self, number: int, place: int, raw: RawComponent) -> Proposal | None:
        """Return what a component becomes; time zones and the calendar's frame become nothing."""
        if raw.name == "VTIMEZONE":
            return None
        text = unfold(raw.lines, old=False).text
        lines = list(_read_lines(text))
        if raw.name == "VCALENDAR":
            told = [line for line in lines if line.name not in _FRAME]
            label = ", ".join(f"{line.name}: {line.text}" for line in told)
            return refuse_row(number, label, "line_of_the_calendar", len(told)) if told else None
        occasion, edition = name_event(read_marks(text), place)
        label = next((line.text for line in lines if line.name == "SUMMARY"), "")
        refusal = self._find_refusal(raw, lines, occasion, edition)
        if refusal:
            return refuse_row(number, label, refusal, len(lines))
        return self._read_event(number, raw, lines, occasion, _digest(text))

    def _find_refusal(
        self, raw: RawComponent, lines: list[CalendarLine], occasion: Occasion, edition: Edition
    ) -> str:
        if raw.oversize:
            return "component_over_limit"
        if raw.name != "VEVENT":
            return _REFUSED.get(raw.name, "unknown_component")
        if not lines:
            return "empty_event"
        return "older_edition" if edition < self._survey.newest[occasion] else ""

    def _read_event(
        self, number: int, raw: RawComponent, lines: list[CalendarLine], occasion: Occasion, digest: str
    ) -> Proposal:
        if raw.calendar not in self._zones:
            floating = self._survey.zone_names.get(raw.calendar, self._context.zone)
            self._zones[raw.calendar] = ZoneFinder(self._survey.zones, floating, self._context.now.year)
        master = self._masters.get(occasion.uid)
        own_id = master if master is not None and not occasion.instant else self._context.new_id()
        draft = EventDraft(self._context, Account(number, len(lines)), own_id, self._zones[raw.calendar])
        draft.cancelled = raw.calendar in self._survey.cancelling
        for line in lines:
            put_line(draft, _clean(draft.account, line))
        return propose_meeting(draft, digest, master if occasion.instant else None)


def _read_lines(text: str) -> Iterator[CalendarLine]:
    """Yield the properties of a component; those of components inside carry the name of these."""
    inside: list[str] = []
    for line in text.split("\n"):
        upper = line[:40].upper().strip()
        if upper.startswith("BEGIN:"):
            inside.append(upper.removeprefix("BEGIN:").strip())
        elif upper.startswith("END:"):
            del inside[-1:]
        elif line.strip():
            read = read_line(line)
            yield read._replace(name=f"{inside[-1]} {read.name}") if inside else read


def _clean(account: Account, line: CalendarLine) -> CalendarLine:
    parameters = {key: account.clean(line.name, value) for key, value in line.parameters.items()}
    text = account.clean(line.name, line.text)
    return CalendarLine(line.name, parameters, text, replace_unclean(line.raw))


def _digest(text: str) -> str:
    """Return the hash of an event without the stamp that every export renews."""
    kept = [line for line in text.split("\n") if not line.upper().startswith("DTSTAMP")]
    return hashlib.sha256("\n".join(kept).encode("utf-8", "surrogatepass")).hexdigest()
