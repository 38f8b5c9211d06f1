"""A sample workbook for tests: fictional people at example.invalid, the real shape of the sheets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from liaison_desk.exports.workbook_content import (
    Cell,
    CodeRow,
    Column,
    ColumnKind,
    Figure,
    Redacted,
    Register,
    SheetCount,
    SmallTable,
    Summary,
    Tone,
    Workbook,
)

AS_OF = datetime(2026, 11, 24, 9, 36, tzinfo=UTC)
TODAY = date(2026, 11, 24)
TIRANE = ZoneInfo("Europe/Tirane")
CLOCK = {"Overdue": Tone.LATE, "Due soon": Tone.SOON, "Met": Tone.GOOD, "Paused": Tone.PAUSED}
MATTERS = (
    "Vehicle registration check, three plates",
    "Subscriber data for two numbers",
    "Identity confirmation of four persons before readmission, with photographs and fingerprints",
    "Company ownership, Durrës",
    "Border crossing records 1–14 November",
)
UNITS = ("ASP – International Relations", "Border & Migration Dept.", "NCB Tirana", "SPAK")
REQUEST_COLUMNS = (
    Column("Ref", "ref", 13, ColumnKind.REFERENCE),
    Column("Matter", "matter", 38, ColumnKind.WRAP),
    Column("Counterpart", "counterpart", 26, ColumnKind.WRAP),
    Column("Status", "status", 16),
    Column("Clock", "clock", 11, ColumnKind.WORD, CLOCK),
    Column("Days overdue", "days_overdue", 10, ColumnKind.OVERDUE),
    Column("Received", "received", 12, ColumnKind.DATE),
    Column("Due", "due", 12, ColumnKind.DATE),
    Column("Next step", "next_step", 24, ColumnKind.WRAP),
    Column("Marking", "marking", 13),
    Column("Filed as", "filed_as", 20, ColumnKind.WRAP),
    Column("Record", "id", 38, ColumnKind.REFERENCE),
)


def request_row(number: int) -> tuple[Cell, ...]:
    """Return a fictional request, the same for the same number."""
    clock = ("Overdue", "On time", "Due soon", "Met", "Paused")[number % 5]
    return (
        f"AL-26-{number + 340:04d}",
        MATTERS[number % 5],
        UNITS[number % 4],
        ("Sent", "Acknowledged", "Partly answered")[number % 3],
        clock,
        number % 47 + 1 if clock == "Overdue" else 0,
        TODAY - timedelta(days=number % 90),
        TODAY + timedelta(days=10 - number % 60),
        ("Remind on Thursday", None, "Await court order")[number % 3],
        ("LIMITED", "INTERNAL")[number % 2],
        f"PPR-{number}/ČJ-2026" if number % 3 else "not filed",
        f"01930000-0000-7000-8000-{number:012d}",
    )


def requests(count: int) -> Register:
    """Return the Requests register with so many rows."""
    rows = tuple(request_row(number) for number in range(count))
    return Register(
        "Requests", "Requests register", "tblRequests", "worst first", REQUEST_COLUMNS, rows,
        printed_columns=11,
    )  # fmt: skip


def meetings() -> Register:
    """Return a small Meetings register."""
    columns = (
        Column("Start", "start", 18, ColumnKind.DATETIME),
        Column("Title", "title", 40, ColumnKind.WRAP),
        Column("Place", "place", 28, ColumnKind.WRAP),
        Column("Outcome", "outcome", 60, ColumnKind.WRAP),
    )
    rows = tuple(
        (
            AS_OF - timedelta(days=day, hours=day),
            f"Bilateral meeting {day}",
            "Rr. e Elbasanit, Tiranë",
            "Agreed to exchange plates weekly. " * (day % 3 + 1),
        )
        for day in range(12)
    )
    return Register("Meetings", "Meetings", "tblMeetings", "outcomes only", columns, rows)


def contacts() -> Register:
    """Return a small Contacts register with withheld values."""
    columns = (
        Column("Name", "name", 28),
        Column("Role", "role", 30, ColumnKind.WRAP),
        Column("Organisation", "organisation", 34, ColumnKind.WRAP),
        Column("Phone", "phone", 20, ColumnKind.REFERENCE),
        Column("E-mail", "email", 34),
        Column("Last contact", "last_contact", 14, ColumnKind.DATE),
    )
    hidden = Redacted("[withheld at post]")
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Arben Hoxha", "Head of unit", UNITS[0], "+355 69 000 0001", "a.hoxha@example.invalid", TODAY),
        ("Žofie Šťastná", "Analyst", "Národní centrála", None, None, "April 2026"),
        (hidden, "Source handler", UNITS[3], hidden, hidden, None),
    )
    return Register("Contacts", "Contacts", "tblContacts", "by handling", columns, rows)


def summary() -> Summary:
    """Return a Summary with figures, a chart and a list of decisions."""
    whole = ColumnKind.INTEGER
    counterparts = SmallTable(
        "Open requests by counterpart",
        "tblByCounterpart",
        (
            Column("Counterpart", "counterpart", 0),
            Column("On time", "on_time", 0, whole),
            Column("Due soon", "due_soon", 0, whole),
            Column("Overdue", "overdue", 0, whole),
            Column("Paused", "paused", 0, whole),
        ),
        ((UNITS[0], 1, 0, 4, 5), (UNITS[1], 5, 0, 4, 1), (UNITS[2], 1, 1, 2, 2), (UNITS[3], 2, 0, 5, 3)),
        bars=("#2F6BD0", "#E08A1E", "#B3261E", "#8A94A6"),
    )
    decide = SmallTable(
        "Needs your decision",
        "tblDecide",
        (
            Column("Matter", "matter", 0),
            Column("Ref", "ref", 0, ColumnKind.REFERENCE),
            Column("Days overdue", "days_overdue", 0, ColumnKind.OVERDUE),
            Column("Due", "due", 0, ColumnKind.DATE),
            Column("Reminded", "reminded", 0, whole),
            Column("Counterpart", "counterpart", 0),
        ),
        tuple((MATTERS[n], f"AL-26-{n:04d}", 59 - n, TODAY, n % 3, UNITS[n % 4]) for n in (0, 1, 3, 4)),
    )
    figures = (
        Figure("Open requests", 47, 36),
        Figure("Overdue", 22, 5),
        Figure("Paused (waiting on us)", 14, 14),
        Figure("Answered on time, last 90 days, %", 69, 71),
        Figure("Meetings this week", 4, None),
    )
    return Summary("Liaison report – Tirana (AL)", figures, (counterparts, decide))


def sample_workbook(request_count: int = 60) -> Workbook:
    """Return a whole workbook with so many requests."""
    registers = (requests(request_count), meetings(), contacts())
    return Workbook(
        post="Tirana (AL)",
        marking="LIMITED",
        marking_colour="#5B2A86",
        handling="H1, H2: not in court and not passed on without the provider's permission",
        as_of=AS_OF,
        zone=TIRANE,
        export_number=7,
        program_version="1.0",
        summary=summary(),
        registers=registers,
        counts=(
            SheetCount("Requests", request_count, 0, 2),
            SheetCount("Meetings", 12, 0, 0),
            SheetCount("Contacts", 3, 1, 4),
        ),
        codes=(
            CodeRow("Clock", "Overdue", "The time limit has passed and nothing was answered."),
            CodeRow("Clock", "Paused", "The clock stands still while a clarification is awaited."),
        ),
        previous_number=6,
        previous_on=date(2026, 11, 17),
        properties={"LD_Device": "d1", "LD_Sequence": "42", "LD_Digest": "ab" * 32},
    )


def one_register(columns: tuple[Column, ...], *rows: tuple[Cell, ...]) -> Workbook:
    """Return the sample with a single register that has these columns and rows."""
    register = Register("Requests", "Requests", "tblRequests", "", columns, rows)
    return replace(sample_workbook(), registers=(register,))
