"""Whatever bytes come in: rows that account for themselves, or an error of the desk, and no text lost."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from liaison_desk.domain.attached import Note
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.dates import parse_date
from liaison_desk.domain.errors import ExchangeError
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.values import is_clean
from liaison_desk.exports.workbook_register import RegisterCell, write_register
from tests.import_samples import (
    calendar,
    card,
    children_of,
    package,
    package_parts,
    read,
    read_card,
    read_event,
    root_of,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)
NAMES = st.sampled_from(
    [
        "N", "FN", "TEL", "EMAIL", "ADR", "ORG", "TITLE", "BDAY", "NOTE", "URL", "X-A", "PHOTO", "KIND",
        "UID", "AGENT", "BEGIN", "END", "RRULE", "DTSTART", "SUMMARY", "ATTENDEE", "EXDATE", "RECURRENCE-ID",
        "ATTACH", "CATEGORIES",
    ]
)  # fmt: skip
PARAMETERS = st.sampled_from(
    [
        "",
        ";TYPE=work",
        ";CELL",
        ";ENCODING=QUOTED-PRINTABLE",
        ";ENCODING=b",
        ";CHARSET=cp1250",
        ';A="',
        ";TZID=x",
        ";=",
        ";X=,,",
    ]
)
VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from(["VCARD", "VEVENT", "20261123T090000Z", "a;b,c", "=41=", "\\"])
)
LINES = st.lists(
    st.tuples(NAMES, PARAMETERS, VALUES).map(lambda parts: f"{parts[0]}{parts[1]}:{parts[2]}"), max_size=8
)
HEADS = st.sampled_from(
    [b"", b"BEGIN:VCARD\n", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"Matter;Our ref.\n", b"PK\x03\x04"]
)


def small_workbook() -> bytes:
    """Return a register of a few rows as a workbook."""
    head = ["Matter", "Our ref.", "Received", "Deadline", "Note"]
    rows: list[list[RegisterCell]] = [
        [f"matter {n}", n, date(2026, 11, n), date(2026, 12, n), "=1+1"] for n in range(1, 6)
    ]
    return write_register(head, rows, "Requests", datetime(2026, 11, 23))  # noqa: DTZ001 - a workbook has no zone


WORKBOOK = small_workbook()
FLIPS = st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 7)), min_size=1, max_size=5)
PARTS = package_parts(WORKBOOK)


def escaped(text: str) -> str:
    """Return a text as vCard and iCalendar write it."""
    for letter in "\\,;":
        text = text.replace(letter, "\\" + letter)
    return text


@given(HEADS, st.binary(max_size=300))
def test_any_bytes_end_clearly(head: bytes, tail: bytes) -> None:
    """Bytes behind the start of any format give rows that balance or an error of the desk."""
    with suppress(ExchangeError):
        read(head + tail)


@given(LINES)
@example(["PHOTO;ENCODING=b:=", "AGENT:BEGIN:VCARD", "END:VCARD"])
def test_any_lines_of_cards_balance(lines: list[str]) -> None:
    """Cards of odd lines account for each property, and every text in them can be stored."""
    data = card(*(line.encode("utf-8", "replace").decode() for line in lines))
    for row in read(data):
        assert all(is_clean(note.text) for note in (children_of(row, Note) if row.dossier else ()))


@given(LINES)
def test_any_lines_of_events_balance(lines: list[str]) -> None:
    """Events of odd lines account for each property."""
    odd = (line.encode("utf-8", "replace").decode() for line in lines)
    read(calendar("BEGIN:VEVENT", *odd, "END:VEVENT"))


@given(st.lists(st.lists(st.text(max_size=10), min_size=3, max_size=5), max_size=5))
def test_any_rows_of_registers_balance(rows: list[list[str]]) -> None:
    """Rows of odd cells account for each cell."""
    with suppress(ExchangeError):
        text = "\n".join(";".join(row) for row in [["Matter", "Our ref.", "Received", "Note"], *rows])
        read(text.encode("utf-8", "replace"))


@given(FLIPS)
def test_workbooks_with_flipped_bits_end_clearly(flips: list[tuple[int, int]]) -> None:
    """A workbook with any bits flipped gives rows or an error of the desk."""
    data = bytearray(WORKBOOK)
    for place, bit in flips:
        data[place] ^= 1 << bit
    with suppress(ExchangeError):
        read(bytes(data))


@given(st.integers(0, len(PARTS) - 1), st.integers(0, 2000), st.binary(max_size=5))
def test_workbooks_with_broken_parts_end_clearly(part: int, place: int, spoilt: bytes) -> None:
    """A sound zip with a spoilt part gives rows or an error of the desk."""
    name, content = PARTS[part]
    place %= len(content)
    broken = content[:place] + spoilt + content[place + 5 :]
    with suppress(ExchangeError):
        read(package([(other, broken if other == name else kept) for other, kept in PARTS]))


@given(TEXTS)
def test_texts_come_through_cards_unchanged(text: str) -> None:
    """A name and a note of any letters are read as they were written."""
    row = read_card(f"FN:{escaped(text)}", f"NOTE:{escaped(text)}")
    assert " ".join(text.split()) == root_of(row, Contact).name
    assert text == children_of(row, Note)[0].text


@given(TEXTS)
def test_texts_come_through_events_unchanged(text: str) -> None:
    """A description of any letters is read as it was written."""
    assert text == root_of(read_event(f"DESCRIPTION:{escaped(text)}"), Meeting).agenda


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["%d. %m. %Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y"]),
)
def test_dates_written_in_full_are_read_back(day: date, form: str) -> None:
    """A date in any usual form gives that day."""
    found = parse_date(day.strftime(form.replace("%Y", f"{day.year:04d}")))
    assert found is not None
    assert day == found.last_day


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(-150, 150))
def test_dates_without_a_year_are_near(near: date, distance: int) -> None:
    """A day and month within five months are found in the right year."""
    day = near + timedelta(days=distance)
    found = parse_date(f"{day.day}. {day.month}.", near=near)
    assert found is not None
    assert day == found.last_day
