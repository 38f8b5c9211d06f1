"""When recurring meetings happen: over the change of summer time, with exceptions, within bounds."""

from datetime import UTC, datetime, timedelta

from liaison_desk.domain.meeting import Meeting
from liaison_desk.importers.occurrences import Happening, expand_occurrences
from tests.import_samples import DATA, read, read_event, root_of

AUTUMN = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))


def moments(found: list[Happening]) -> list[str]:
    """Return starts in UTC, short."""
    return [f"{one.starts:%d.%m. %H:%M}" for one in found]


def meeting_of(*lines: str) -> Meeting:
    """Return the meeting that an event describes."""
    return root_of(read_event("SUMMARY:x", *lines), Meeting)


def test_wall_time_holds_over_the_change_of_summer_time() -> None:
    """A meeting at nine in Prague stays at nine when clocks go back."""
    weekly = meeting_of(
        "DTSTART;TZID=Europe/Prague:20261012T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4"
    )
    found = expand_occurrences(weekly, [], *AUTUMN)
    assert ["12.10. 07:00", "19.10. 07:00", "26.10. 08:00", "02.11. 08:00"] == moments(found)
    assert [timedelta(hours=1)] * 4 == [one.ends - one.starts for one in found]


def test_exceptions_move_and_excluded_dates_vanish() -> None:
    """Outlook's series in its own zone: one date is excluded, one occurrence is moved, the rest stay."""
    rows = [row for row in read((DATA / "outlook.ics").read_bytes()) if not row.refusal]
    master, exception = (root_of(row, Meeting) for row in rows)
    found = expand_occurrences(master, [exception], *AUTUMN)
    assert ["12.10. 07:00", "27.10. 13:00", "02.11. 08:00", "09.11. 08:00", "16.11. 08:00"] == moments(found)
    assert [exception.id] == [one.meeting_id for one in found if one.meeting_id != master.id]


def test_cancelled_exceptions_are_left_out() -> None:
    """An occurrence that was called off does not happen."""
    series = meeting_of("UID:u", "DTSTART:20261102T090000Z", "RRULE:FREQ=DAILY;COUNT=3")
    called_off = meeting_of(
        "UID:u", "DTSTART:20261103T090000Z", "RECURRENCE-ID:20261103T090000Z", "STATUS:CANCELLED"
    )
    assert ["02.11. 09:00", "04.11. 09:00"] == moments(expand_occurrences(series, [called_off], *AUTUMN))


def test_all_day_meetings_keep_their_day() -> None:
    """A whole day stays that day at the post, before and after the change of time."""
    yearly = meeting_of(
        "DTSTART;VALUE=DATE:20261024", "DTEND;VALUE=DATE:20261025", "RRULE:FREQ=DAILY;COUNT=3"
    )
    assert ["23.10. 22:00", "24.10. 22:00", "25.10. 23:00"] == moments(
        expand_occurrences(yearly, [], *AUTUMN)
    )


def test_single_meetings_and_extra_dates() -> None:
    """A meeting without a rule happens once; RDATE adds dates; without a start nothing happens."""
    assert ["23.11. 09:00"] == moments(
        expand_occurrences(meeting_of("DTSTART:20261123T090000Z"), [], *AUTUMN)
    )
    extra = meeting_of("DTSTART:20261123T090000Z", "RDATE:20261124T100000Z,20261125T110000Z")
    assert ["23.11. 09:00", "24.11. 10:00", "25.11. 11:00"] == moments(expand_occurrences(extra, [], *AUTUMN))
    assert [] == expand_occurrences(meeting_of("DURATION:PT1H"), [], *AUTUMN)


def test_endless_series_are_bounded_by_the_time_asked_for() -> None:
    """A daily meeting without an end gives what lies in the time asked for."""
    daily = meeting_of("DTSTART:19900101T090000Z", "RRULE:FREQ=DAILY")
    assert 91 == len(expand_occurrences(daily, [], *AUTUMN))
