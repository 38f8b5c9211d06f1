"""Words that must not get out, the reading of a clock, and the order and figures that follow from it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.codes import ENDED_STATUSES, Handling, Outcome, RequestStatus
from liaison_desk.domain.contact import Contact, Position
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.values import PartialDate, ZonedTime
from liaison_desk.services.exporting import ExportPlan, plan_export
from liaison_desk.services.request_clock import ClockWord, read_clock
from liaison_desk.services.withheld_words import WithheldWords
from liaison_desk.services.workbook_codes import explain_codes
from liaison_desk.services.workbook_ground import lay_ground
from liaison_desk.services.workbook_sheets import SHEETS
from liaison_desk.storage.report import ReportReader
from tests.export_samples import NOW, ExportBench

TODAY = date(2026, 11, 24)
WITH_PARTNER = RequestStatus.WITH_PARTNER


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return an empty desk."""
    made = ExportBench(tmp_path / "vault")
    yield made
    made.close()


def cells(plan: ExportPlan, sheet: str, key: str) -> list[object]:
    """Return a column of a planned sheet."""
    register = next(each for each in plan.content.registers if each.name == sheet)
    place = [column.key for column in register.columns].index(key)
    return [row[place] for row in register.rows]


def gather(*texts: str) -> WithheldWords:
    """Return words that hide these texts behind a hash sign."""
    words = WithheldWords("#")
    for text in texts:
        words.add_text(text)
    return words


@pytest.mark.parametrize(
    ("hidden", "text", "shown"),
    [
        ("Zef Kanarinaj", "ZEF  kanarinaj's car", "#'s car"),
        ("Zef Kanarinaj", "Zef, Kanarinaj", "#"),
        ("Đorđe Stanković", "Djordje Stankovic called", "# called"),
        ("Zef Kanarinaj", "Зеф Канаринај", "#"),
        ("Zef Kanarinaj", "Zef Kanarinajt", "Zef Kanarinajt"),
        ("Beni", "Beni is a benign man, beni", "# is a benign man, beni"),
        ("Šťastná Žofie", "S\u030ct\u030castna\u0301 Žofie", "#"),
        ("a.b@example.invalid", "write to A.B@EXAMPLE.INVALID!", "write to #!"),
        ("A B", "A B A B A", "# # A"),
        ("Al", "Al came", "Al came"),
        ("", "nothing", "nothing"),
    ],
)
def test_texts_are_hidden_in_any_spelling(hidden: str, text: str, shown: str) -> None:
    """What folds alike is hidden, word by word; one word alone only where it stands as a name."""
    assert shown == gather(hidden).hide(text)


@pytest.mark.parametrize(
    "text", ["+355 69 000 7731", "0690007731", "(069) 000-77.31", "00355690007731", "069/0007731"]
)
def test_numbers_are_hidden_however_grouped(text: str) -> None:
    """A telephone number is hidden with and without the country's code."""
    words = WithheldWords("#")
    words.add_number("+355 69 000 7731")
    hidden = words.hide(f"call {text} now")
    assert "7731" not in hidden
    assert "call +355 69 000 7730 now" == words.hide("call +355 69 000 7730 now")


def test_short_numbers_are_hidden_whole_only() -> None:
    """A short number is found as itself and not inside another."""
    words = WithheldWords("#")
    words.add_number("112233")
    words.add_number("99")
    assert "#; 4112233; 99" == words.hide("112233; 4112233; 99")


def test_own_names_hide_in_their_own_text_only() -> None:
    """A name given for one text does not stay for the next."""
    words = gather()
    assert "# asked" == words.hide("Hoxha asked", frozenset({"hoxha"}))
    assert "Hoxha asked" == words.hide("Hoxha asked")


@given(st.text(), st.text(min_size=1))
def test_any_text_can_be_looked_through(text: str, hidden: str) -> None:
    """Nothing makes the search fail, and what has no hidden word comes back unchanged."""
    words = gather(hidden)
    words.add_number(hidden)
    shown = words.hide(text)
    assert shown == text or "#" in shown


@pytest.mark.parametrize(
    ("status", "due", "word", "days"),
    [
        (WITH_PARTNER, PartialDate(2026, 11, 23), ClockWord.OVERDUE, 1),
        (WITH_PARTNER, PartialDate(2026, 11, 24), ClockWord.DUE_SOON, 0),
        (WITH_PARTNER, PartialDate(2026, 11, 27), ClockWord.DUE_SOON, 0),
        (WITH_PARTNER, PartialDate(2026, 11, 28), ClockWord.ON_TIME, 0),
        (WITH_PARTNER, PartialDate(2026, 11), ClockWord.ON_TIME, 0),
        (WITH_PARTNER, PartialDate(2025), ClockWord.OVERDUE, 328),
        (RequestStatus.PARTLY_ANSWERED, None, ClockWord.NO_DEADLINE, 0),
        (RequestStatus.CLOSED, PartialDate(2025), ClockWord.ANSWERED, 0),
    ],
)
def test_clock_words(status: RequestStatus, due: PartialDate | None, word: ClockWord, days: int) -> None:
    """The word follows from status and due day; a due day known in part means its last day."""
    clock = read_clock(status, due, TODAY, answered=True)
    assert (word, days) == (clock.word, clock.days_overdue)


def test_ended_without_answer_is_closed() -> None:
    """Every status that ends a request reads as closed unless an answer was given."""
    for status in ENDED_STATUSES:
        assert ClockWord.CLOSED is read_clock(status, None, TODAY, answered=False).word


def test_worst_first(bench: ExportBench) -> None:
    """The longest overdue stands first, what has ended last and the newest of it before the others."""
    closed = RequestStatus.CLOSED
    bench.add_request("old answer", status=closed, answered_at=NOW - timedelta(days=90))
    bench.add_request("soon", deadline_agreed=PartialDate(2026, 11, 25), deadline_asked=PartialDate(2026))
    bench.add_request("no deadline", received_at=NOW)
    bench.add_request("late", deadline_asked=PartialDate(2026, 11, 20))
    bench.add_request("latest", deadline_asked=PartialDate(2026, 9, 1))
    bench.add_request("new answer", status=closed, outcome=Outcome.NONE_HELD, answered_at=NOW)
    bench.add_request("on time", deadline_asked=PartialDate(2027))
    bench.add_request("withdrawn", status=RequestStatus.WITHDRAWN, outcome=Outcome.WITHDRAWN)
    plan = plan_export(bench.desk)
    assert [
        "latest", "late", "soon", "on time", "no deadline", "new answer", "old answer", "withdrawn",
    ] == cells(plan, "Requests", "matter")  # fmt: skip
    assert ["Answered", "Answered", "Closed"] == cells(plan, "Requests", "clock")[-3:]
    decide = next(table for table in plan.content.summary.tables if table.table_name == "tblDecide")
    assert ["latest", "late"] == [row[0] for row in decide.rows]


def test_counterpart_is_the_side_abroad(bench: ExportBench) -> None:
    """The counterpart is the foreign side by its known country, else the other end of the request."""
    abroad = bench.add_organisation("Drejtoria", abbreviation="DR", name_english="Directorate", country="AL")
    home = bench.add_organisation("Národní centrála", country="CZ")
    bench.add_request("asks us", requesting_authority_id=abroad, requested_authority_id=home)
    bench.add_request("asked by us", requesting_authority_id=home, requested_authority_id=abroad)
    bench.add_request("as written", requesting_unit="NCOZ", requested_unit="DVP Vlorë")
    bench.add_request("by state", requesting_unit="Vlorë", requested_unit="Brno", state_requested="CZ")
    bench.add_request("nobody")
    plan = plan_export(bench.desk)
    both = "DR – Directorate"
    assert {
        "asks us": both,
        "asked by us": both,
        "as written": "DVP Vlorë",
        "by state": "Vlorë",
        "nobody": None,
    } == dict(zip(cells(plan, "Requests", "matter"), cells(plan, "Requests", "counterpart"), strict=True))


def test_figures_are_those_of_the_file(bench: ExportBench) -> None:
    """Key figures count what is included and say nothing where there is nothing to count from."""
    assert {
        "open": 0, "overdue": 0, "due_soon": 0, "no_deadline": 0, "answered_30": 0, "not_filed": 0,
        "meetings_7": 0,
    } == plan_export(bench.desk).figures  # fmt: skip
    closed = RequestStatus.CLOSED
    for due_before, filed in ((8, "PPR-1"), (13, "")):
        bench.add_request(
            "done", status=closed, received_at=NOW - timedelta(days=20), filed_as=filed,
            answered_at=NOW - timedelta(days=10),
            deadline_asked=PartialDate.of(TODAY - timedelta(days=due_before)),
        )  # fmt: skip
    bench.add_request("hidden", handling=Handling.POST_ONLY)
    bench.add_meeting("this week", 20)
    bench.add_meeting("cancelled", 20, cancelled=True)
    bench.add_meeting("ahead", 30)
    figures = plan_export(bench.desk).figures
    assert (0, 2, 50, 10, 1, 1) == tuple(
        figures[name]
        for name in ("open", "answered_30", "on_time_90", "median_90", "not_filed", "meetings_7")
    )


def test_position_of_today_counts(bench: ExportBench) -> None:
    """A contact is shown in the position held today; where all are over, in the last, as a former one."""
    new_id = bench.desk.new_id
    for name, spans in {
        "Moved": (("old", None, "2025"), ("new", "2025", None)),
        "Retired": (("first", None, "2019"), ("last", "2019", "2024-03")),
    }.items():
        contact = Contact(id=new_id(), name=name)
        positions = [
            Position(
                id=new_id(), owner_id=contact.id, rank=rank, function=function, primary=function == "old",
                since=PartialDate.parse(since) if since else None,
                until=PartialDate.parse(until) if until else None,
            )
            for rank, (function, since, until) in enumerate(spans)
        ]  # fmt: skip
        bench.add(contact, *positions)
    assert ["new", "formerly last"] == cells(plan_export(bench.desk), "Contacts", "role")


def test_meetings_keep_their_day(bench: ExportBench) -> None:
    """A meeting of a whole day shows its day wherever it is; others show the moment."""
    wall = NOW.replace(hour=0, minute=0, tzinfo=None)
    for zone, whole in (("Pacific/Auckland", True), ("Europe/London", False)):
        meeting = Meeting(id=bench.desk.new_id(), title=zone, starts=ZonedTime(wall, zone), all_day=whole)
        bench.add(meeting)
    starts = dict(
        zip(*(cells(plan_export(bench.desk), "Meetings", key) for key in ("title", "starts")), strict=True)
    )
    assert TODAY == starts["Pacific/Auckland"]
    assert NOW.replace(hour=0, minute=0) == starts["Europe/London"]


def test_every_word_of_state_is_explained(bench: ExportBench) -> None:
    """Codes_Notes explains every clock word, status and handling, and says that the due day is a target."""
    with bench.desk.store.read() as connection:
        ground = lay_ground(ReportReader(connection), bench.desk.post, NOW)
        rows = explain_codes(ground, SHEETS)
    explained = {(row.group, row.code.casefold()) for row in rows}
    for group, words in (("Clock", ClockWord), ("Status", RequestStatus), ("Handling", Handling)):
        for word in words:
            assert (group, word.value.casefold()) in explained
    assert any("a target, not a legal limit" in row.meaning for row in rows)
