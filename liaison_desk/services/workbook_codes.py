"""What Codes_Notes explains: words of state, codes and their meanings, rules of the clock, how to read it."""

from collections.abc import Iterator, Sequence

from liaison_desk.domain.codes import Handling, RequestStatus
from liaison_desk.exports.workbook_content import CodeRow
from liaison_desk.services.request_clock import ClockWord
from liaison_desk.services.workbook_contacts import SHEET as CONTACTS
from liaison_desk.services.workbook_ground import AT_POST, IN_SERVICE, Ground
from liaison_desk.services.workbook_meetings import SHEET as MEETINGS
from liaison_desk.services.workbook_requests import SHEET as REQUESTS
from liaison_desk.services.workbook_requests import say

_CLOCK = {
    ClockWord.OVERDUE: "Open, and the due day has passed. Days are calendar days.",
    ClockWord.DUE_SOON: "Open, and due today or within 3 calendar days.",
    ClockWord.ON_TIME: "Open, and due later.",
    ClockWord.NO_DEADLINE: "Open; no day was agreed or asked for.",
    ClockWord.ANSWERED: "An answer was given, also one that refused or found nothing.",
    ClockWord.CLOSED: "Ended without an answer: withdrawn, transferred, lapsed or closed.",
}
_STATUSES = {
    RequestStatus.DRAFT: "Being written; nothing has left the desk.",
    RequestStatus.REGISTERED: "Taken in; nothing has been done yet.",
    RequestStatus.UNDER_ASSESSMENT: "Being checked before it is passed on.",
    RequestStatus.CLARIFICATION_WANTED: "Somebody was asked to explain or to complete it.",
    RequestStatus.WITH_PARTNER: "Passed on; the partner works on it.",
    RequestStatus.AUTHORISATION_PENDING: "A court or another authority must allow it first.",
    RequestStatus.PARTLY_ANSWERED: "A part of the answer has come; the rest is awaited.",
    RequestStatus.ANSWERED: "The final answer was given.",
    RequestStatus.CLOSED: "Nothing more is to be done.",
    RequestStatus.REFUSED: "The answer was refused.",
    RequestStatus.PARTLY_REFUSED: "A part was answered, the rest refused.",
    RequestStatus.NOT_HELD: "The other side holds no such information.",
    RequestStatus.WITHDRAWN: "Whoever asked took it back.",
    RequestStatus.TRANSFERRED: "It went to another authority, which is competent.",
    RequestStatus.LAPSED: "Events have overtaken it.",
    RequestStatus.REOPENED: "It had ended and goes on.",
}
_HANDLING = {
    Handling.SHAREABLE: "Shown whole.",
    Handling.SERVICE_ONLY: "A contact shows name, role and organisation; a request shows no content.",
    Handling.POST_ONLY: "A contact shows role and organisation; a request or meeting is left out.",
}
_NOTES = (
    (
        "Due",
        "The day agreed, else the day asked for: a target, not a legal limit. A month means its last day.",
    ),
    ("Values", "Cells hold values, no formulas. They say what was true at the time on the Summary sheet."),
    ("Counterpart", "The other side of a request, named in English where such a name is known."),
    ("People", "Meetings count the people who took part; their names are not in this file."),
    ("Subjects", "The people that a request asks about are never named in this file."),
    (AT_POST, "Kept at the post; ask the officer by the reference."),
    (IN_SERVICE, "There is a value, and it is not for files. Ask the officer."),
    ("Rows", "Left out rows are counted on the Summary sheet, so that you see that something is missing."),
    ("Record", "The same for ever; references, matters and names may change."),
)
_LISTS = {"regime": "Regime", "crime_area": "Crime area"}


def explain_codes(ground: Ground, sheets: Sequence[str]) -> tuple[CodeRow, ...]:
    """Return the explanations for the sheets in the file."""
    return tuple(_explain(ground, sheets))


def _explain(ground: Ground, sheets: Sequence[str]) -> Iterator[CodeRow]:
    skipped = {"Due", "Counterpart", "Subjects"} if REQUESTS not in sheets else set()
    skipped |= {"People"} if MEETINGS not in sheets else set()
    yield from (CodeRow("How to read", word, text) for word, text in _NOTES if word not in skipped)
    if REQUESTS in sheets:
        yield from (CodeRow("Clock", word.value, text) for word, text in _CLOCK.items())
        yield from (CodeRow("Status", say(status.value), text) for status, text in _STATUSES.items())
    if REQUESTS in sheets or CONTACTS in sheets:
        yield from (CodeRow("Handling", say(code.value), text) for code, text in _HANDLING.items())
    for line in ground.markings.lines.values():
        yield CodeRow("Marking", line.value, line.label)
    if REQUESTS in sheets:
        for list_name, value, label in ground.reader.code_labels():
            if list_name in _LISTS:
                yield CodeRow(_LISTS[list_name], value, label)
