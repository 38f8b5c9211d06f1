"""Calendars in: times and zones, people, recurrence, editions, and what has no field."""

import base64
from datetime import UTC, datetime

import pytest

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.values import ZonedTime
from liaison_desk.importers.proposal import CHARACTERS_REPLACED, Proposal
from tests.import_samples import DATA, calendar, children_of, event, read, read_event, root_of

CUSTOM_ZONE = (
    "BEGIN:VTIMEZONE", "TZID:{name}", "BEGIN:STANDARD", "DTSTART:20000101T000000", "TZOFFSETFROM:{offset}",
    "TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


def starts(row: Proposal) -> ZonedTime | None:
    """Return when the proposed meeting starts."""
    return root_of(row, Meeting).starts


def local(text: str, zone: str = "Europe/Tirane") -> ZonedTime:
    """Return a wall time of a zone."""
    return ZonedTime(datetime.fromisoformat(text), zone)


def test_texts_times_and_origin() -> None:
    """Summary, description, place, times, categories and UID go to their fields."""
    row = read_event(
        "UID:1@example.invalid", "SUMMARY:Meeting\\, with partners", "DESCRIPTION:first\\nsecond",
        "LOCATION:Tirana", "DTSTART:20261123T090000Z", "DTEND:20261123T100000Z", "CATEGORIES:police,arms",
        "DTSTAMP:20261101T080000Z",
    )  # fmt: skip
    meeting = root_of(row, Meeting)
    assert ("Meeting, with partners", "first\nsecond", "Tirana") == (
        meeting.title,
        meeting.agenda,
        meeting.place,
    )
    assert (local("2026-11-23T09:00", "UTC"), local("2026-11-23T10:00", "UTC")) == (
        meeting.starts,
        meeting.ends,
    )
    assert ("icalendar", "1@example.invalid") == (meeting.origin_system, meeting.origin_uid)
    assert ["police", "arms"] == [tag.word for tag in children_of(row, Tag)]
    assert (("DTSTAMP", "moment_of_export"),) == row.refused_parts


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("DTSTART:20261123T090000", local("2026-11-23T09:00")),
        ("DTSTART;TZID=Europe/Prague:20261123T090000", local("2026-11-23T09:00", "Europe/Prague")),
        ("DTSTART;TZID=europe/prague:20261123T090000", local("2026-11-23T09:00", "Europe/Prague")),
        (
            "DTSTART;TZID=Central Europe Standard Time:20261123T090000",
            local("2026-11-23T09:00", "Europe/Budapest"),
        ),
        (
            "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Prague:20261123T0900",
            local("2026-11-23T09:00", "Europe/Prague"),
        ),
        ('DTSTART;TZID="(UTC+03:00) Somewhere":20261123T090000', local("2026-11-23T09:00", "Etc/GMT-3")),
        ("DTSTART:2026-11-23T09:00:00Z", local("2026-11-23T09:00", "UTC")),
        ("DTSTART:16830714T120000", local("1683-07-14T12:00")),
        ("DTSTART:20260230T090000", None),
        ("DTSTART:tomorrow", None),
    ],
)
def test_times_find_their_zone(line: str, expected: ZonedTime | None) -> None:
    """Floating, named, Windows, vendor and offset zones are found; what is no time goes to the note."""
    row = read_event("SUMMARY:x", line)
    assert expected == starts(row)
    assert (() if expected else ("DTSTART",)) == row.kept_in_note


def test_unknown_zone_is_told() -> None:
    """A zone that nobody knows is read as the zone of the post, and the note says so."""
    row = read_event("SUMMARY:x", "DTSTART;TZID=Customized Time Zone:20261123T090000")
    assert local("2026-11-23T09:00") == starts(row)
    assert ["DTSTART TZID=Customized Time Zone: 20261123T090000"] == [
        note.text for note in children_of(row, Note)
    ]


def test_zone_rules_of_the_file_are_matched() -> None:
    """A zone with a private name is found by its rules, the zone of the post first."""
    master, exception = (row for row in read((DATA / "outlook.ics").read_bytes()) if not row.refusal)
    assert local("2026-10-12T09:00") == starts(master)
    assert local("2026-10-27T14:00") == starts(exception)


def test_zone_with_rules_of_no_place_keeps_the_moment() -> None:
    """Times of a zone whose offset no place has are turned into the zone of the post."""
    zone = [line.format(name="Odd", offset="+0017") for line in CUSTOM_ZONE]
    (row,) = read(
        calendar(*zone, "BEGIN:VEVENT", "SUMMARY:x", "DTSTART;TZID=Odd:20261123T091700", "END:VEVENT")
    )
    found = starts(row)
    assert found is not None
    assert (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Europe/Tirane") == (found.utc, found.zone)


def test_calendar_zone_holds_for_floating_times() -> None:
    """X-WR-TIMEZONE of a calendar is the zone of its floating times."""
    (row,) = read(
        calendar(
            "X-WR-TIMEZONE:Asia/Tokyo", "BEGIN:VEVENT", "SUMMARY:x", "DTSTART:20261123T090000", "END:VEVENT"
        )
    )
    assert local("2026-11-23T09:00", "Asia/Tokyo") == starts(row)


def test_all_day_and_duration() -> None:
    """A day alone is all day, to the midnight after it; DURATION gives an end; a false end is told."""
    day = root_of(
        read_event("SUMMARY:x", "DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261124"), Meeting
    )
    assert (True, local("2026-11-23T00:00"), local("2026-11-24T00:00")) == (day.all_day, day.starts, day.ends)
    lasting = root_of(read_event("SUMMARY:x", "DTSTART:20261123T090000", "DURATION:PT1H30M"), Meeting)
    assert local("2026-11-23T10:30") == lasting.ends
    backwards = read_event("SUMMARY:x", "DTSTART:20261123T090000", "DTEND:20261123T080000")
    assert None is root_of(backwards, Meeting).ends
    assert ["DTEND: 2026-11-23T08:00:00[Europe/Tirane]"] == [
        note.text for note in children_of(backwards, Note)
    ]


def test_people_come_once() -> None:
    """Organiser and attendees become participants, one for each address; their answers go to the note."""
    row = read_event(
        "SUMMARY:x",
        'ORGANIZER;CN="Dvořák, Jiří":mailto:Jiri@example.invalid',
        "ATTENDEE;CN=Jiří;ROLE=CHAIR;PARTSTAT=ACCEPTED:MAILTO:jiri@example.invalid",
        "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:elira@example.invalid",
        "ATTENDEE:Room 5",
    )
    assert [
        ("Dvořák, Jiří", "jiri@example.invalid", "organizer", None),
        ("", "elira@example.invalid", "opt-participant", None),
        ("Room 5", "", "", None),
    ] == [(one.name, one.email, one.role, one.attended) for one in children_of(row, Participant)]
    assert ["jiri@example.invalid", "elira@example.invalid", "Room 5"] == [named.words for named in row.named]
    assert ["ATTENDEE jiri@example.invalid: ACCEPTED"] == [note.text for note in children_of(row, Note)]


def test_recurrence_and_its_exception() -> None:
    """Rule and dates are kept with the real name of the zone; an exception points at its series."""
    rows = read((DATA / "outlook.ics").read_bytes())
    master, exception = (root_of(row, Meeting) for row in rows if not row.refusal)
    assert (
        "RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO\nEXDATE;TZID=Europe/Tirane:20261019T090000" == master.recurrence
    )
    assert (master.id, local("2026-10-26T09:00")) == (
        exception.recurrence_of_id,
        exception.recurrence_instant,
    )
    assert f"{master.origin_uid}#20261026T080000Z" == exception.origin_uid


def test_outlook_file_accounts_for_alarms_and_calendar_lines() -> None:
    """Alarms and Microsoft's own lines go to the note; the calendar's name is refused by name."""
    header, master, _ = read((DATA / "outlook.ics").read_bytes())
    assert ("line_of_the_calendar", "X-WR-CALNAME: Liaison") == (header.refusal, header.label)
    assert (
        "CLASS",
        "SEQUENCE",
        "X-MICROSOFT-CDO-BUSYSTATUS",
        "VALARM TRIGGER",
        "VALARM ACTION",
    ) == master.kept_in_note


def test_exception_without_its_series_asks_for_it() -> None:
    """An exception that comes alone names its series by UID, for the plan to find."""
    row = read_event("UID:u", "SUMMARY:x", "DTSTART:20261123T090000Z", "RECURRENCE-ID:20261122T090000Z")
    assert [("recurrence_of_id", "u")] == [(named.field, named.words) for named in row.named]
    assert None is root_of(row, Meeting).recurrence_of_id


def test_rules_that_never_end_computing_are_noted() -> None:
    """Rules by hour, minute and second, steps of nothing and rules of older formats go to the note."""
    for rule in (
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "W1 MO #5",
        "FREQ=NEVER",
    ):
        row = read_event("SUMMARY:x", "DTSTART:20261123T090000Z", f"RRULE:{rule}")
        assert ("", ("RRULE",)) == (root_of(row, Meeting).recurrence, row.kept_in_note)


def test_newest_edition_wins() -> None:
    """Of one event in several editions the highest sequence is proposed; the others are refused by name."""
    edition = "BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:{0}\r\nSEQUENCE:{0}\r\nEND:VEVENT"
    rows = read(calendar(*(edition.format(number) for number in (1, 3, 2))))
    assert [("1", "older_edition"), ("3", ""), ("2", "older_edition")] == [
        (row.label, row.refusal) for row in rows
    ]


def test_cancelling_belongs_to_its_calendar() -> None:
    """STATUS:CANCELLED and METHOD:CANCEL call off the events of their own calendar only."""
    assert root_of(read_event("SUMMARY:x", "STATUS:CANCELLED"), Meeting).cancelled
    cancelling = calendar("METHOD:CANCEL", "BEGIN:VEVENT", "UID:a", "SUMMARY:a", "END:VEVENT")
    rows = read(cancelling + event("UID:b", "SUMMARY:b"))
    assert [("a", True), ("b", False)] == [(row.label, root_of(row, Meeting).cancelled) for row in rows]


def test_other_components_are_refused_by_name() -> None:
    """Tasks, journals and free times are refused with their names; events beside them are read."""
    parts = [
        f"BEGIN:{name}\r\nSUMMARY:{name}\r\nEND:{name}"
        for name in ("VTODO", "VJOURNAL", "VFREEBUSY", "VEVENT")
    ]
    assert [
        ("VTODO", "task_of_a_calendar"), ("VJOURNAL", "journal_entry"), ("VFREEBUSY", "free_busy_times"),
        ("VEVENT", ""),
    ] == [(row.label, row.refusal) for row in read(calendar(*parts))]  # fmt: skip


def test_inline_attachments_become_files_with_harmless_names() -> None:
    """A file inside an event is kept under a name without folders; an address goes to the note."""
    coded = base64.b64encode(b"content").decode("ascii")
    row = read_event(
        "SUMMARY:x",
        f"ATTACH;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=text/plain;X-FILENAME=../../etc/a.txt:{coded}",
        "ATTACH:https://example.invalid/a.pdf",
    )
    assert [("_.._etc_a.txt", "text/plain", b"content")] == [
        (file.name, file.media_type, file.data) for file in row.files
    ]
    assert ("ATTACH",) == row.kept_in_note


def test_broken_calendars_lose_only_what_is_broken() -> None:
    """Missing ENDs, bad lines, CP1250 and NUL cost no event."""
    rows = read(
        b'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:a\nno colon here\nX;P="open:y\nBEGIN:VEVENT\nSUMMARY:'
        + "Žluťoučký".encode("cp1250")
        + b"\x00\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:c\nDTSTART:20261123T090000Z\n"
    )  # fmt: skip
    assert ["a", "Žluťoučký�", "c"] == [root_of(row, Meeting).title for row in rows]
    assert ("?", "X") == rows[0].kept_in_note
    assert (("SUMMARY", CHARACTERS_REPLACED),) == rows[1].refused_parts


def test_events_without_title_get_one() -> None:
    """Where SUMMARY is missing, the description, the place or the time names the meeting."""
    assert ["first", "Tirana", "2026-11-23 09:00:00"] == [
        root_of(read_event(line), Meeting).title
        for line in ("DESCRIPTION:first\\nsecond", "LOCATION:Tirana", "DTSTART:20261123T090000Z")
    ]


def test_hash_passes_over_the_stamp_of_the_export() -> None:
    """Exporting the same event again gives the same hash; changing it gives another."""
    hashes = [
        root_of(read_event("UID:u", f"SUMMARY:{title}", f"DTSTAMP:{stamp}"), Meeting).origin_hash
        for title, stamp in (("a", "20261101T080000Z"), ("a", "20261102T080000Z"), ("b", "20261101T080000Z"))
    ]
    assert hashes[0] == hashes[1] != hashes[2]
