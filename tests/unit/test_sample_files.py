"""Sample files: ordinary files that the ordinary import reads whole, and that reach nobody."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.codes import Outcome, RequestStatus
from liaison_desk.domain.contact import Email, Phone
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.phones import to_e164
from liaison_desk.domain.request import Request
from liaison_desk.exports.workbook_register import write_register
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.readers import read_proposals
from liaison_desk.services.sample_files import write_sample_files
from liaison_desk.services.sample_numbers import RANGES, is_reserved, make_number, write_number
from liaison_desk.services.sample_tables import find_samples, load_organisations, load_people, working_day

AS_OF = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SATURDAY = date(2026, 11, 21)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return the sample files by name."""
    return {path.name: path for path in write_sample_files(tmp_path / "samples", AS_OF)}


def read(path: Path) -> list[Proposal]:
    """Return what the ordinary import proposes for a file."""
    context = ReadingContext(make_id_factory(SteppedClock(AS_OF)), "AL", "Europe/Tirane", AS_OF)
    source = Source(path.name, path.stat().st_size, lambda: path.open("rb"))
    return list(read_proposals(source, context))


def read_all(files: dict[str, Path]) -> dict[str, list[Proposal]]:
    """Return the proposals of every file."""
    return {name: read(path) for name, path in files.items()}


def requests_of(proposals: list[Proposal]) -> list[Request]:
    """Return the requests among the proposals."""
    roots = [proposal.dossier.root for proposal in proposals if proposal.dossier]
    return [root for root in roots if isinstance(root, Request)]


def test_same_day_gives_same_bytes(tmp_path: Path) -> None:
    """The files depend on the day alone, not on the hour, the folder or the machine's clock."""
    first = write_sample_files(tmp_path / "a", AS_OF)
    second = write_sample_files(tmp_path / "b", AS_OF + timedelta(hours=5))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_another_day_gives_other_dates(tmp_path: Path) -> None:
    """The samples move with the day they are made for."""
    first = write_sample_files(tmp_path / "a", AS_OF)
    second = write_sample_files(tmp_path / "b", AS_OF + timedelta(days=30))
    changed = {
        one.name for one, other in zip(first, second, strict=True) if one.read_bytes() != other.read_bytes()
    }
    assert {"calendar.ics", "rejstrik-zadosti.xlsx", "partner-requests.csv", "phone-contacts.vcf"} == changed


def test_import_reads_every_row(files: dict[str, Path]) -> None:
    """About two hundred roots come out of the ordinary import, no row refused."""
    found = read_all(files)
    assert {
        "institutions.vcf": 48,
        "phone-contacts.vcf": 36,
        "outlook-contacts.vcf": 22,
        "calendar.ics": 35,
        "rejstrik-zadosti.xlsx": 44,
        "partner-requests.csv": 18,
    } == {name: sum(one.dossier is not None for one in proposals) for name, proposals in found.items()}
    everything = [one for proposals in found.values() for one in proposals]
    assert [] == [(one.label, one.refusal) for one in everything if one.refusal]
    # The moment of an export says nothing of a meeting; the import leaves it out by name.
    assert {"DTSTAMP"} == {name for one in everything for name, _ in one.refused_parts}


def test_everything_leads_to_nobody(files: dict[str, Path]) -> None:
    """Every telephone number lies in a range that reaches nobody, every address at example.invalid."""
    children = [
        child
        for proposals in read_all(files).values()
        for proposal in proposals
        if proposal.dossier
        for child in proposal.dossier.children
    ]
    numbers = [child.e164 for child in children if isinstance(child, Phone)]
    addresses = [child.address for child in children if isinstance(child, Email)]
    addresses += [child.email for child in children if isinstance(child, Participant) and child.email]
    assert len(numbers) > 100
    assert [] == [number for number in numbers if not is_reserved(number)]
    assert len(addresses) > 150
    assert [] == [address for address in addresses if not address.endswith("@example.invalid")]
    text = b"".join(path.read_bytes() for path in files.values()).decode("utf-8", "replace")
    assert {"example.invalid"} == set(re.findall(r"@([a-z][a-z.]+[a-z])", text.replace("\r\n ", "")))


def test_people_work_at_organisations_of_the_directory() -> None:
    """Positions name organisations by keys that exist, so that the import can tie them."""
    keys = {organisation.key for organisation in load_organisations()} | {""}
    assert set() == {person.organisation for person in load_people()} - keys
    assert set() == {organisation.parent for organisation in load_organisations()} - keys


def test_requests_are_in_every_state(files: dict[str, Path]) -> None:
    """Open, overdue, answered, partly answered, refused and closed requests are all there."""
    requests = requests_of(read(files["rejstrik-zadosti.xlsx"])) + requests_of(
        read(files["partner-requests.csv"])
    )
    status = Counter(request.status for request in requests)
    wanted = {
        RequestStatus.REGISTERED, RequestStatus.WITH_PARTNER, RequestStatus.ANSWERED,
        RequestStatus.PARTLY_ANSWERED, RequestStatus.REFUSED, RequestStatus.NOT_HELD, RequestStatus.CLOSED,
    }  # fmt: skip
    assert set() == wanted - set(status)
    late = [
        request
        for request in requests
        if request.status is RequestStatus.WITH_PARTNER
        and request.deadline_asked
        and request.deadline_asked.last_day < AS_OF.date()
    ]
    assert len(late) >= 8
    assert {Outcome.FULL, Outcome.PARTIAL, Outcome.NONE_HELD, Outcome.REFUSED} == {
        request.outcome for request in requests if request.outcome
    }


def test_requests_happen_in_order(files: dict[str, Path]) -> None:
    """Nothing is sent before it came, answered before it was sent, or closed before it was answered."""
    requests = requests_of(read(files["rejstrik-zadosti.xlsx"])) + requests_of(
        read(files["partner-requests.csv"])
    )
    for request in requests:
        told = [request.received_at, request.sent_at, request.answered_at, request.closed_at]
        known = [moment for moment in told if moment]
        assert known == sorted(known), request.matter
        assert request.received_at is not None, request.matter
        assert known[-1] < AS_OF + timedelta(days=1), request.matter


def test_what_tries_the_import_is_there(files: dict[str, Path]) -> None:
    """A duplicate by number, other alphabets, odd letters, a photo, and text that looks like a formula."""
    people = [one for name in ("phone-contacts.vcf", "outlook-contacts.vcf") for one in read(files[name])]
    names = {one.label for one in people}
    assert {"Ilir Çela", "Cela Ilir", "Владимир Јанковић", "Đorđe Stanković", "Michał Wróblewski"} <= names
    numbers = Counter(
        child.e164
        for one in people
        if one.dossier
        for child in one.dossier.children
        if isinstance(child, Phone)
    )
    assert 1 == sum(count > 1 for count in numbers.values())
    assert 2 == sum(len(one.files) for one in people)
    assert any(
        request.matter.startswith("=") for request in requests_of(read(files["rejstrik-zadosti.xlsx"]))
    )


def test_calendar_has_exceptions_and_days(files: dict[str, Path]) -> None:
    """A weekly meeting leaves weeks out and moves others; a visit takes whole days."""
    roots = [one.dossier.root for one in read(files["calendar.ics"]) if one.dossier]
    meetings = [root for root in roots if isinstance(root, Meeting)]
    weekly = [meeting for meeting in meetings if "EXDATE" in meeting.recurrence]
    assert 2 == len(weekly)
    assert 2 == sum(meeting.recurrence_of_id is not None for meeting in meetings)
    assert 3 == sum(meeting.all_day for meeting in meetings)
    assert 1 == sum(meeting.cancelled for meeting in meetings)
    assert {"Europe/Tirane", "Europe/Prague"} <= {
        meeting.starts.zone for meeting in meetings if meeting.starts
    }


def test_register_holds_real_dates_and_typed_ones(files: dict[str, Path]) -> None:
    """The Czech register opens as a workbook with dates; a formula stays text; some dates were typed."""
    sheet = openpyxl.load_workbook(files["rejstrik-zadosti.xlsx"])["Žádosti"]
    headings, *rows = sheet.iter_rows(values_only=True)
    received = [row[headings.index("Došlo")] for row in rows]
    assert ("Poř. č.", "Došlo", "Od koho") == headings[:3]
    assert {datetime: 40, str: 4} == Counter(map(type, received))
    assert all(re.fullmatch(r"\d+\. \d+\. \d{4}", text) for text in received if isinstance(text, str))
    assert {"s", "n", "d"} >= {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "A2" == sheet.freeze_panes


def test_register_has_no_clock_of_its_own() -> None:
    """A register written twice is the same file."""
    rows = [(1, date(2026, 5, 4), "=A1"), (2, datetime(2026, 5, 4, 8, 15), None)]  # noqa: DTZ001 - cells have no zone
    written = [
        write_register(("No.", "Received", "Matter"), rows, "Requests", AS_OF.replace(tzinfo=None))
        for _ in range(2)
    ]
    assert written[0] == written[1]


@pytest.mark.parametrize("country", RANGES)
def test_reserved_numbers_are_told(country: str) -> None:
    """A number as people write it is found in E.164, and known to reach nobody."""
    assert make_number(country, 123) == to_e164(write_number(country, 123), "AL")
    assert is_reserved(make_number(country, 123))


def test_other_numbers_are_not_reserved() -> None:
    """Numbers that may be somebody's are not taken for reserved ones."""
    assert [] == [
        number for number in ("+355691234567", "+420601234567", "+3556000001234") if is_reserved(number)
    ]


@pytest.mark.parametrize(("offset", "expected"), [(0, 20), (-1, 20), (1, 23), (2, 23), (3, 24)])
def test_weekends_are_left_free(offset: int, expected: int) -> None:
    """Days of a weekend move to Friday when past and to Monday when ahead."""
    assert date(2026, 11, expected) == working_day(SATURDAY, offset)


def test_tables_are_found() -> None:
    """The tables lie where a checkout or an installation keeps them."""
    assert {"organisations.csv", "people.csv", "requests.csv", "meetings.json", "words.json"} == {
        path.name for path in find_samples().iterdir()
    }
