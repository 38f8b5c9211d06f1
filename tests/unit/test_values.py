"""Values of the domain: partial dates, wall times, moments, ids, hybrid time, clean text."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.clocks import SteppedClock, instant_from_text, instant_text, next_hybrid_time
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.domain.values import (
    PartialDate,
    ZonedTime,
    find_zone,
    is_clean,
    refuse_unclean,
    replace_unclean,
)
from tests.strategies import clean_text, instants, partial_dates, unclean_text, zoned_times

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@given(partial_dates())
def test_partial_dates_are_read_as_written(value: PartialDate) -> None:
    """The stored form gives the date back, and no day lies after its last day."""
    assert value == PartialDate.parse(str(value))
    assert value.last_day >= date(value.year, value.month or 1, value.day or 1)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-02-30", "2026-00", "2026-04-00", "2026-00-00", "0000", "2026-04-30/end"],
)
def test_dates_that_no_calendar_has_are_refused(text: str) -> None:
    """Zero is no month, and the end of a day no date."""
    with pytest.raises(InvalidValue):
        PartialDate.parse(text)


@pytest.mark.parametrize(("month", "day"), [(0, None), (4, 0), (None, 4), (13, 1)])
def test_impossible_parts_are_refused(month: int | None, day: int | None) -> None:
    """A date built from parts is held to the same as one that was read."""
    with pytest.raises(InvalidValue):
        PartialDate(2026, month, day)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2026", "2026-12-31"),
        ("2028-02", "2028-02-29"),
        ("2026-04/end", "2026-04-30"),
        ("1405-05-06", "1405-05-06"),
    ],
)
def test_what_is_due_in_a_month_is_due_at_its_end(text: str, last: str) -> None:
    """The last day is the last that can be meant."""
    assert last == PartialDate.parse(text).last_day.isoformat()
    assert PartialDate.of(date(1405, 5, 6)) == PartialDate(1405, 5, 6)


@given(zoned_times)
def test_wall_times_are_read_as_written(value: ZonedTime) -> None:
    """Wall and zone are kept, and UTC can always be derived."""
    assert value == ZonedTime.parse(str(value))
    assert value.utc.tzinfo is UTC


def test_wall_times_follow_the_rules_of_their_zone() -> None:
    """Nine in Tirana is eight in winter and seven in summer."""
    wall = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - wall time
    assert 8 == ZonedTime(wall, "Europe/Tirane").utc.hour
    assert 7 == ZonedTime(wall.replace(month=7), "Europe/Tirane").utc.hour


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-23T09:00:00", "x[Europe/Tirane]", "2026-11-23T09:00:00[Nowhere/Land]",
        "2026-11-23T09:00:00+01:00[Europe/Tirane]", "0001-01-01T00:00:00[Asia/Tokyo]",
        "9999-12-31T23:00:00[America/Lima]",
    ],
)  # fmt: skip
def test_times_that_no_wall_shows_are_refused(text: str) -> None:
    """Neither a zone that does not exist nor a time whose UTC no calendar has."""
    with pytest.raises(InvalidValue):
        ZonedTime.parse(text)


@pytest.mark.parametrize("name", ["", "../etc/passwd", "Europe/Nowhere", "/absolute"])
def test_unknown_zones_are_refused(name: str) -> None:
    """A zone is looked up by its name and never as a path."""
    with pytest.raises(InvalidValue):
        find_zone(name)


@given(instants, instants)
def test_instants_sort_as_time_does(one: datetime, two: datetime) -> None:
    """Fixed-width text in UTC, whatever the zone it came in."""
    first, second = instant_text(one), instant_text(two)
    assert one == instant_from_text(first)
    assert (one < two) == (first < second)
    assert 27 == len(first)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 1), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))],  # noqa: DTZ001 - the point
)
def test_moments_outside_time_are_refused(moment: datetime) -> None:
    """A moment without a zone is no moment."""
    with pytest.raises(InvalidValue):
        instant_text(moment)


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_hybrid_time_only_grows(steps: list[int]) -> None:
    """However the clock jumps, each time is after the one before."""
    now, last = NINE, ""
    for step in steps:
        now += timedelta(microseconds=step)
        following = next_hybrid_time(now, last)
        assert following > last
        assert instant_from_text(following.rpartition("-")[0]) >= now or following[:27] == last[:27]
        last = following


def test_hybrid_time_goes_on_when_its_counter_is_full() -> None:
    """After 65 536 batches under a clock that stands still, time moves on by a microsecond."""
    full = f"{instant_text(NINE)}-ffff"
    assert f"{instant_text(NINE + timedelta(microseconds=1))}-0000" == next_hybrid_time(NINE, full)


def test_ids_grow_also_when_the_clock_does_not() -> None:
    """UUIDs of version 7 that sort by their making, under a clock that stands, steps back or moves."""
    clock = SteppedClock(NINE)
    make = make_id_factory(clock)
    made = [make() for _ in range(5000)]
    clock.moment -= timedelta(hours=1)
    made.append(make())
    clock.moment += timedelta(hours=2)
    made.append(make())
    assert sorted(made) == made
    assert len(made) == len(set(made))
    assert {("7", 36)} == {(one[14], len(one)) for one in made}
    assert {one[19] for one in made} <= set("89ab")


@given(clean_text, unclean_text)
def test_clean_text_is_told_from_unclean(clean: str, unclean: str) -> None:
    """NUL and lone surrogates, nothing else, are refused or shown as replaced."""
    assert is_clean(clean)
    assert clean == replace_unclean(clean)
    assert not is_clean(unclean)
    assert is_clean(replace_unclean(unclean))
    with pytest.raises(InvalidValue) as refused:
        refuse_unclean("name", unclean)
    assert {"field": "name", "reason": "forbidden_character"} == refused.value.facts
