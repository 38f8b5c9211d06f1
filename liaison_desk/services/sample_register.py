"""The sample registers: requests as a Czech officer keeps them in Excel, and those of his partners as text.

Dates are real dates, except here and there, where somebody typed them; a register without such cells
would be no register.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date, datetime
from io import StringIO

from liaison_desk.exports.workbook_register import RegisterCell, write_register
from liaison_desk.services.sample_tables import RequestRow, working_day

_CZECH = (
    "Poř. č.", "Došlo", "Od koho", "Jejich č.j.", "Naše č.j.", "Věc", "Trestný čin", "Naléhavost",
    "Předáno komu", "Předáno dne", "Nr. Prot.", "Lhůta", "Urgence 1", "Urgence 2", "Odpovězeno", "Výsledek",
    "Uzavřeno", "Stav", "Poznámka",
)  # fmt: skip
_ENGLISH = (
    "No.", "Received", "From", "Their ref.", "Our ref.", "Matter", "Crime area", "Urgency", "Sent to",
    "Sent on", "Nr. Prot.", "Deadline", "Reminder 1", "Reminder 2", "Answered", "Result", "Closed", "Status",
    "Note",
)  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_STATUS_CZECH = {
    "registered": "zaevidováno",
    "with partner": "u partnera",
    "answered": "zodpovězeno",
    "partly answered": "částečně zodpovězeno",
    "not held": "nezjištěno",
    "refused": "zamítnuto",
    "closed": "uzavřeno",
}
_STATUS_OF_RESULT = {
    "zamítnuto": "refused", "refused": "refused",
    "nezjištěno": "not held", "none held": "not held",
}  # fmt: skip
_PARTIAL = {"částečná", "partial"}
_TYPED_EVERY = 9
"""One row in so many has its dates typed as text."""
_FIRST_NUMBER = 10_400
"""Of the officer's own references; the second register begins 500 later."""


def write_czech_register(requests: Iterable[RequestRow], as_of: datetime) -> bytes:
    """Return the officer's own register as .xlsx, with Czech headings."""
    rows = _lay_out(requests, as_of.date(), _type_czech, _FIRST_NUMBER)
    status = _CZECH.index("Stav")
    for row in rows:
        row[status] = _STATUS_CZECH[str(row[status])]
    return write_register(_CZECH, rows, "Žádosti", as_of.replace(tzinfo=None))


def write_english_register(requests: Iterable[RequestRow], as_of: datetime) -> bytes:
    """Return the register of partners' requests as .csv: UTF-8 with a mark, semicolons, as Excel saves it."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_ENGLISH)
    for row in _lay_out(requests, as_of.date(), _type_english, _FIRST_NUMBER + 500):
        writer.writerow([value.isoformat() if isinstance(value, date) else value for value in row])
    return text.getvalue().encode("utf-8-sig")


def _type_czech(day: date) -> str:
    return f"{day.day}. {day.month}. {day.year}"


def _type_english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _lay_out(
    requests: Iterable[RequestRow], as_of: date, type_day: Callable[[date], str], first_number: int
) -> list[list[RegisterCell]]:
    rows = []
    for number, request in enumerate(sorted(requests, key=lambda one: int(one.received)), 1):
        typed = number % _TYPED_EVERY == 0

        def told(offset: str, *, as_text: bool = typed) -> RegisterCell:
            if not offset:
                return None
            day = working_day(as_of, int(offset))
            return type_day(day) if as_text else day

        year = working_day(as_of, int(request.received)).year
        rows.append([
            number, told(request.received), request.sender, request.their_reference.replace("{y}", str(year)),
            f"PPR-{first_number + number}-1/ČJ-{year}-990443", request.matter, request.crime, request.urgency,
            request.sent_to, told(request.sent), request.protocol, told(request.deadline),
            told(request.reminder1), told(request.reminder2), told(request.answered), request.result,
            told(request.closed), _status_of(request), request.note,
        ])  # fmt: skip
    return rows


def _status_of(request: RequestRow) -> str:
    if request.result in _STATUS_OF_RESULT:
        return _STATUS_OF_RESULT[request.result]
    if request.closed:
        return "closed"
    if request.answered:
        return "partly answered" if request.result in _PARTIAL else "answered"
    return "with partner" if request.sent else "registered"
