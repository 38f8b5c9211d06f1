"""What is typed to find something is taken apart into words and filters, whatever it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.errors import FilterUnknown, InvalidValue
from liaison_desk.domain.search_query import FILTERS, Filter, due_bounds, loosened, parse_query

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "words", "filters"),
    [
        ("hoxha asp", ("hoxha", "asp"), ()),
        ('is:open org:"ASP" tag:arms', (), (("is", "open"), ("org", "ASP"), ("tag", "arms"))),
        ('IS:Open "Arben  Hoxha', ("arben", "hoxha"), (("is", "Open"),)),
        ("tag: hoxha is:", ("hoxha",), ()),
        ("12:30 http://x.invalid", ("12", "30", "http", "x", "invalid"), ()),
        ("", (), ()),
    ],
)
def test_lines_are_taken_apart(
    typed: str, words: tuple[str, ...], filters: tuple[tuple[str, str], ...]
) -> None:
    """Quotes hold words together, may be left open, and a filter without a value waits for one."""
    query = parse_query(typed)
    assert words == query.words
    assert filters == tuple((item.name, item.value) for item in query.filters)


def test_a_filter_can_be_turned_round() -> None:
    """A minus before its name."""
    assert (Filter("mark", "limited", negated=True),) == parse_query("-mark:limited").filters


@pytest.mark.parametrize("typed", ["colour:red", "is:purple", "type:code"])
def test_unknown_filters_are_told(typed: str) -> None:
    """The message knows which there are."""
    with pytest.raises(FilterUnknown):
        parse_query(typed)


@given(st.text(max_size=30))
def test_any_line_is_understood_or_refused(typed: str) -> None:
    """Nothing that can be typed breaks the parser, and every word can go to the index."""
    try:
        query = parse_query(typed)
    except FilterUnknown:
        return
    assert all(word.isascii() and word.isalnum() for word in query.words)
    assert all(item.name in FILTERS and item.value for item in query.filters)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        ("7d", ("0001-01-01", "2026-11-30")),
        ("<7d", ("0001-01-01", "2026-11-30")),
        (">7d", ("2026-11-30", "9999-12-31")),
        ("2026-12-01", ("2026-12-01", "2026-12-01")),
        ("<2026-12-01", ("0001-01-01", "2026-12-01")),
    ],
)
def test_due_means_days_or_a_date(value: str, bounds: tuple[str, str]) -> None:
    """Bounds are whole days."""
    assert bounds == due_bounds(value, TODAY)


@pytest.mark.parametrize("value", ["soon", "2026-13-45", "99999999999d", "4000000d", ""])
def test_days_that_do_not_exist_are_refused(value: str) -> None:
    """A month 13 or a day beyond the calendar is a wrong value, not a crash."""
    with pytest.raises(InvalidValue):
        due_bounds(value, TODAY)


@pytest.mark.parametrize(
    ("word", "loose"),
    [("tirana", "tiran"), ("gjergji", "gjergj"), ("beni", "beni"), ("asp", "asp"), ("durres", "durres")],
)
def test_definite_forms_are_loosened(word: str, loose: str) -> None:
    """Long words lose a last vowel, short ones keep it."""
    assert loose == loosened(word)
