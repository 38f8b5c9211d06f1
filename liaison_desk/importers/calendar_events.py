"""Turns one calendar event into a proposed meeting with its participants. Source: RFC 5545."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from liaison_desk.domain.attached import Tag
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.phones import fold_email
from liaison_desk.domain.record import Child
from liaison_desk.domain.values import ZonedTime
from liaison_desk.importers.account import Account
from liaison_desk.importers.calendar_values import CalendarLine, is_usable_rule, read_duration, read_time
from liaison_desk.importers.calendar_zones import ZoneFinder
from liaison_desk.importers.card_media import decode_base64
from liaison_desk.importers.foreign_text import split_value
from liaison_desk.importers.proposal import NamedReference, Proposal, ProposedFile, ReadingContext

ORIGIN = "icalendar"

_ANSWERS = {"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"}
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_LONGEST_NAME = 120


class _Guest(NamedTuple):
    name: str
    email: str
    role: str


@dataclass(slots=True)
class EventDraft:
    """An event half read."""

    context: ReadingContext
    account: Account
    id: RecordId
    zones: ZoneFinder
    cancelled: bool = False
    title: str = ""
    place: str = ""
    agenda: str = ""
    uid: str = ""
    starts: ZonedTime | None = None
    ends: ZonedTime | None = None
    lasts: timedelta | None = None
    all_day: bool = False
    instant: ZonedTime | None = None
    recurrence: list[str] = field(default_factory=list)
    guests: list[_Guest] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    files: list[ProposedFile] = field(default_factory=list)


def put_line(draft: EventDraft, line: CalendarLine) -> None:
    """Give one property its place and count it once."""
    place = _PLACES.get(line.name)
    if line.name == "DTSTAMP":
        # It tells when the file was made, and would make every export look changed.
        draft.account.refuse(line.name, "moment_of_export")
    elif place is not None and place(draft, line):
        draft.account.keep()
    else:
        _note(draft, line)


def propose_meeting(draft: EventDraft, digest: str, master: RecordId | None) -> Proposal:
    """Close a draft. ``master`` is the recurring meeting in the same file that an exception belongs to."""
    starts = draft.starts
    if draft.ends is None and starts is not None and draft.lasts is not None:
        draft.ends = _later(starts, draft.lasts)
    if starts is not None and draft.ends is not None and draft.ends.utc < starts.utc:
        draft.account.remark(f"DTEND: {draft.ends}")
        draft.ends = None
    title = " ".join(draft.title.split()) or _find_title(draft)
    meeting = Meeting(
        id=draft.id,
        origin_system=ORIGIN,
        origin_uid=f"{draft.uid}#{draft.instant.utc:%Y%m%dT%H%M%SZ}" if draft.instant else draft.uid,
        origin_hash=digest,
        title=title,
        starts=starts,
        ends=draft.ends,
        all_day=draft.all_day,
        cancelled=draft.cancelled,
        recurrence="\n".join(draft.recurrence),
        recurrence_of_id=master if draft.instant else None,
        recurrence_instant=draft.instant,
        place=draft.place,
        agenda=draft.agenda,
    )
    children: list[Child] = []
    named: list[NamedReference] = []
    if draft.instant and master is None and draft.uid:
        named.append(NamedReference(draft.id, "recurrence_of_id", draft.uid))
    for rank, guest in enumerate(draft.guests):
        participant = Participant(
            id=draft.context.new_id(), owner_id=draft.id, rank=rank, name=guest.name, email=guest.email,
            role=guest.role,
        )  # fmt: skip
        children.append(participant)
        named.append(NamedReference(participant.id, "contact_id", guest.email or guest.name))
    for rank, word in enumerate(draft.tags):
        children.append(Tag(id=draft.context.new_id(), owner_id=draft.id, rank=rank, word=word))
    children.extend(draft.account.write_notes(draft.context.new_id, draft.id))
    return draft.account.propose(meeting, children, title, files=draft.files, named=named)


def _find_title(draft: EventDraft) -> str:
    for text in (draft.agenda, draft.place):
        if text.strip():
            return text.strip().splitlines()[0][:80]
    return str(draft.starts.wall.replace(second=0)) if draft.starts else draft.uid or "VEVENT"


def _later(starts: ZonedTime, lasts: timedelta) -> ZonedTime | None:
    try:
        return ZonedTime(starts.wall + lasts, starts.zone)
    except OverflowError:
        return None


def _note(draft: EventDraft, line: CalendarLine) -> None:
    told = ", ".join(f"{name}={value}" for name, value in line.parameters.items() if name != "VALUE")
    draft.account.note(line.name, line.text, f"{line.name} ({told})" if told else "")


# --- one function for each property that has a place; False sends it to the note -----------------


def _put_title(draft: EventDraft, line: CalendarLine) -> bool:
    if draft.title:
        return False
    draft.title = line.text.strip()
    return True


def _put_place(draft: EventDraft, line: CalendarLine) -> bool:
    if draft.place:
        return False
    draft.place = line.text.strip()
    return True


def _put_agenda(draft: EventDraft, line: CalendarLine) -> bool:
    if draft.agenda:
        return False
    draft.agenda = line.text.strip()
    return True


def _put_uid(draft: EventDraft, line: CalendarLine) -> bool:
    if draft.uid:
        return False
    draft.uid = line.text.strip()
    return True


def _read_moment(draft: EventDraft, line: CalendarLine) -> tuple[date, ZonedTime] | None:
    moment = read_time(line.raw)
    if moment is None:
        return None
    zone = line.parameters.get("TZID", "")
    placed, certain = draft.zones.place(moment, zone)
    if not certain:
        draft.account.remark(f"{line.name} TZID={zone}: {line.raw}")
    return moment, placed


def _put_start(draft: EventDraft, line: CalendarLine) -> bool:
    found = _read_moment(draft, line) if draft.starts is None else None
    if found is None:
        return False
    moment, draft.starts = found
    draft.all_day = not isinstance(moment, datetime)
    return True


def _put_end(draft: EventDraft, line: CalendarLine) -> bool:
    found = _read_moment(draft, line) if draft.ends is None else None
    if found is None:
        return False
    draft.ends = found[1]
    return True


def _put_duration(draft: EventDraft, line: CalendarLine) -> bool:
    draft.lasts = read_duration(line.raw) if draft.lasts is None else None
    return draft.lasts is not None


def _put_instant(draft: EventDraft, line: CalendarLine) -> bool:
    # An exception for "this and all future" ones cannot be kept as an exception for one.
    if draft.instant is not None or "RANGE" in line.parameters:
        return False
    found = _read_moment(draft, line)
    if found is None:
        return False
    draft.instant = found[1]
    return True


def _put_rule(draft: EventDraft, line: CalendarLine) -> bool:
    if not is_usable_rule(line.raw):
        return False
    draft.recurrence.append(f"{line.name}:{line.raw.strip()}")
    return True


def _put_dates(draft: EventDraft, line: CalendarLine) -> bool:
    """Keep RDATE and EXDATE with the IANA name of their zone, so that they can be expanded later."""
    moments = [read_time(part.partition("/")[0]) for part in line.raw.split(",")]
    if None in moments:
        return False
    zone = line.parameters.get("TZID", "")
    known = draft.zones.find(zone) if zone else ""
    if zone and not known:
        return False
    parts = [line.name]
    if value := line.parameters.get("VALUE"):
        parts.append(f"VALUE={value.upper()}")
    elif any(not isinstance(moment, datetime) for moment in moments):
        parts.append("VALUE=DATE")
    if known:
        parts.append(f"TZID={known}")
    draft.recurrence.append(f"{';'.join(parts)}:{line.raw.strip()}")
    return True


def _put_guest(draft: EventDraft, line: CalendarLine) -> bool:
    email = fold_email(line.text) if "@" in line.text else ""
    name = line.parameters.get("CN", "").strip().strip("'\"")
    if not name and not email:
        name = line.text.strip()
    if not name and not email:
        return False
    role = "organizer" if line.name == "ORGANIZER" else line.parameters.get("ROLE", "").lower()
    answer = line.parameters.get("PARTSTAT", "").upper()
    if answer in _ANSWERS:
        draft.account.remark(f"{line.name} {email or name}: {answer}")
    for place, guest in enumerate(draft.guests):
        if email and guest.email == email:
            draft.guests[place] = _Guest(guest.name or name, email, guest.role or role)
            return True
    draft.guests.append(_Guest("" if name == email else name, email, role))
    return True


def _put_status(draft: EventDraft, line: CalendarLine) -> bool:
    if line.text.strip().upper() != "CANCELLED":
        return False
    draft.cancelled = True
    return True


def _put_tags(draft: EventDraft, line: CalendarLine) -> bool:
    words = (word for word in split_value(line.raw, ",", old=False) if word)
    draft.tags.extend(word for word in words if word not in draft.tags)
    return True


def _put_attachment(draft: EventDraft, line: CalendarLine) -> bool:
    encoding = line.parameters.get("ENCODING", "").upper()
    inline = encoding in {"BASE64", "B"} or line.parameters.get("VALUE", "").upper() == "BINARY"
    data = decode_base64(line.raw) if inline else None
    if not data:
        return False
    number = len(draft.files) + 1
    offered = line.parameters.get("FILENAME") or line.parameters.get("X-FILENAME", "")
    name = _UNSAFE_NAME.sub("_", offered).strip(" .")[-_LONGEST_NAME:] or f"attachment-{number}.bin"
    media_type = line.parameters.get("FMTTYPE", "application/octet-stream").lower()
    draft.files.append(ProposedFile(name, media_type, data))
    return True


_PLACES: dict[str, Callable[[EventDraft, CalendarLine], bool]] = {
    "SUMMARY": _put_title,
    "LOCATION": _put_place,
    "DESCRIPTION": _put_agenda,
    "UID": _put_uid,
    "DTSTART": _put_start,
    "DTEND": _put_end,
    "DURATION": _put_duration,
    "RECURRENCE-ID": _put_instant,
    "RRULE": _put_rule,
    "RDATE": _put_dates,
    "EXDATE": _put_dates,
    "ORGANIZER": _put_guest,
    "ATTENDEE": _put_guest,
    "STATUS": _put_status,
    "CATEGORIES": _put_tags,
    "ATTACH": _put_attachment,
}
