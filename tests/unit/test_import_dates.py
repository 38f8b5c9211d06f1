"""Dates as people write them in three languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from liaison_desk.domain.dates import parse_date, parse_moment

TIRANE = ZoneInfo("Europe/Tirane")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23. 11. 2026", "2026-11-23"),
        ("23.11.26", "2026-11-23"),
        ("1.2.70", "1970-02-01"),
        ("23/11/2026", "2026-11-23"),
        ("11/23/2026", "2026-11-23"),
        ("2026-11-23", "2026-11-23"),
        ("20261123", "2026-11-23"),
        ("23 Nov 2026", "2026-11-23"),
        ("23-Nov-26", "2026-11-23"),
        ("November 23, 2026", "2026-11-23"),
        ("the 23rd of November 2026", "2026-11-23"),
        ("Monday 23 November 2026", "2026-11-23"),
        ("23. listopadu 2026", "2026-11-23"),
        ("po 23. 11. 2026", "2026-11-23"),
        ("do 30. dubna 2026", "2026-04-30"),
        ("23. XI. 2026", "2026-11-23"),
        ("23 nëntor 2026", "2026-11-23"),
        ("më 5 qershor 2026", "2026-06-05"),
        ("23.11.2026 14:30", "2026-11-23"),
        ("konec dubna 2026", "2026-04/end"),
        ("do konce dubna 2026", "2026-04/end"),
        ("end of April 2026", "2026-04/end"),
        ("fund prilli 2026", "2026-04/end"),
        ("fundi i prillit 2026", "2026-04/end"),
        ("konec roku 2026", "2026/end"),
        ("Q2 2026", "2026-06/end"),
        ("2026 Q4", "2026-12/end"),
        ("2. čtvrtletí 2026", "2026-06/end"),
        ("III. čtvrtletí 2026", "2026-09/end"),
        ("tremujori i II 2026", "2026-06/end"),
        ("v dubnu 2026", "2026-04"),
        ("listopad 2026", "2026-11"),
        ("11/2026", "2026-11"),
        ("2026", "2026"),
        ("14. 7. 1683", "1683-07-14"),
        ("červenec 2026", "2026-07"),
        ("června 2026", "2026-06"),
    ],
)
def test_dates_are_understood(text: str, expected: str) -> None:
    """Days, months, years, ends and quarters are read as far as they are known."""
    assert expected == str(parse_date(text))


@pytest.mark.parametrize(
    "text",
    ["", "-", "?", "asi v dubnu", "31. 2. 2026", "23.11.2026?", "99999", "5", "0415", "--0415", "brzy",
     "23.11.", "no date", "1.1.0000", "duben květen 2026", "po", "2026-13-01", "x" * 5000, "1" * 5000],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_not_read(text: str) -> None:
    """A guess would be worse than a note."""
    assert None is parse_date(text)


def test_missing_year_is_the_nearest() -> None:
    """A date without a year gets the one that brings it nearest to the row's own time."""
    near = date(2026, 12, 20)
    assert ["2026-11-23", "2027-01-05", "2026-12-24"] == [
        str(parse_date(text, near=near)) for text in ("23.11.", "5. ledna", "24. 12.")
    ]


def test_month_first_when_asked() -> None:
    """American order is read where it is asked for, and a thirteenth month turns the order round."""
    assert "2026-03-04" == str(parse_date("3/4/2026", day_first=False))
    assert "2026-04-03" == str(parse_date("3/4/2026"))
    assert "2026-12-13" == str(parse_date("13/12/2026", day_first=False))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23. 11. 2026", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("23. 7. 2026", datetime(2026, 7, 22, 22, 0, tzinfo=UTC)),
        ("23. 11. 2026 14:30", datetime(2026, 11, 23, 13, 30, tzinfo=UTC)),
        ("23. 11. 2026 14.30", datetime(2026, 11, 23, 13, 30, tzinfo=UTC)),
        ("23. 11. 2026 v 9.30 hod.", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("Sept 5, 2026 3:15 pm", datetime(2026, 9, 5, 13, 15, tzinfo=UTC)),
        ("2026-11-23T14:30:00+02:00", datetime(2026, 11, 23, 12, 30, tzinfo=UTC)),
        ("2026-11-23 14:30", datetime(2026, 11, 23, 13, 30, tzinfo=UTC)),
        ("duben 2026", None),
        ("23. 11. 2026 25:00", None),
        ("0001-01-01", None),
    ],
)
def test_moments_are_wall_times_of_the_zone(text: str, expected: datetime | None) -> None:
    """A day is its midnight, a time of day is kept, and half-known dates are no moments."""
    assert expected == parse_moment(text, TIRANE)
