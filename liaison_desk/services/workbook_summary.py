"""The Summary sheet: key figures beside those of the previous export, and what needs a decision.

Everything is counted over the records that are in the file, so that figures and sheets agree.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from liaison_desk.exports.workbook_content import Cell, Column, ColumnKind, Figure, SmallTable, Summary
from liaison_desk.services.request_clock import ENDED_WORDS, ClockWord
from liaison_desk.services.workbook_ground import Ground, Withheld, plain
from liaison_desk.services.workbook_meetings import HELD, MeetingEntry
from liaison_desk.services.workbook_requests import RequestEntry

_MOST_DECISIONS = 8
_MOST_COUNTERPARTS = 8
_UNNAMED = "Not named"
_OTHERS = "Others"
_MONTH = timedelta(days=30)
_QUARTER = timedelta(days=90)
_WEEK = timedelta(days=7)
_BARS = ("#2F6BD0", "#E08A1E", "#B3261E", "#8A94A6")
_OPEN_WORDS = (ClockWord.ON_TIME, ClockWord.DUE_SOON, ClockWord.OVERDUE, ClockWord.NO_DEADLINE)
FIGURES = {
    "open": "Open requests",
    "overdue": "Overdue",
    "due_soon": "Due within 3 days",
    "no_deadline": "Open without a deadline",
    "answered_30": "Answered in the last 30 days",
    "on_time_90": "Answered on time, last 90 days, %",
    "median_90": "Median days to answer, last 90 days",
    "not_filed": "Ended and not yet filed",
    "meetings_7": "Meetings in the last 7 days",
}
"""Key figures by the name under which they are kept for the next export."""


def count_figures(
    requests: Sequence[RequestEntry], meetings: Sequence[MeetingEntry] | None, ground: Ground
) -> dict[str, int]:
    """Return the key figures that can be told; what nobody can tell yet is left out."""
    today = ground.today
    words = Counter(entry.clock.word for entry in requests)
    ended = sum(words[word] for word in ENDED_WORDS)
    figures = {
        "open": len(requests) - ended,
        "overdue": words[ClockWord.OVERDUE],
        "due_soon": words[ClockWord.DUE_SOON],
        "no_deadline": words[ClockWord.NO_DEADLINE],
        "answered_30": sum(1 for entry in requests if _since(entry.answered, today - _MONTH, today)),
    }
    recent = [entry for entry in requests if _since(entry.answered, today - _QUARTER, today)]
    timed = [entry.answered <= entry.clock.due for entry in recent if entry.answered and entry.clock.due]
    if timed:
        figures["on_time_90"] = round(100 * sum(timed) / len(timed))
    days = [(entry.answered - entry.received).days for entry in recent if entry.answered and entry.received]
    if days:
        figures["median_90"] = round(median(days))
    figures["not_filed"] = sum(1 for e in requests if e.clock.word in ENDED_WORDS and not e.line.filed_as)
    if meetings is not None:
        figures["meetings_7"] = sum(1 for entry in meetings if _held_since(entry, ground, today - _WEEK))
    return figures


def write_summary(
    ground: Ground,
    requests: Sequence[RequestEntry],
    figures: Mapping[str, int],
    previous: Mapping[str, int],
    withheld: Sequence[Withheld],
) -> Summary:
    """Return the page that answers "what needs me?"."""
    tables = [table for table in (_by_counterpart(requests), _to_decide(requests)) if table.rows]
    return Summary(
        title=f"Liaison report – {ground.post.name}",
        figures=tuple(
            Figure(label, figures.get(name), previous.get(name))
            for name, label in FIGURES.items()
            if name in figures or name in previous
        ),
        tables=tuple(tables),
        remarks=tuple(_remarks(requests, withheld)),
    )


def _since(day: date | None, first: date, last: date) -> bool:
    return day is not None and first < day <= last


def _held_since(entry: MeetingEntry, ground: Ground, first: date) -> bool:
    if entry.state != HELD or entry.starts is None:
        return False
    return entry.starts.utc.astimezone(ground.zone).date() > first


def _by_counterpart(requests: Sequence[RequestEntry]) -> SmallTable:
    counted: dict[str, Counter[ClockWord]] = {}
    for entry in requests:
        if entry.clock.word in _OPEN_WORDS:
            counted.setdefault(plain(entry.counterpart) or _UNNAMED, Counter())[entry.clock.word] += 1
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    shown = ordered[:_MOST_COUNTERPARTS]
    others: Counter[ClockWord] = sum((words for _, words in ordered[_MOST_COUNTERPARTS:]), Counter())
    if others:
        shown.append((_OTHERS, others))
    return SmallTable(
        "Open requests by counterpart",
        "tblByCounterpart",
        (
            Column("Counterpart", "counterpart", 0),
            *(Column(word.value, word.name.lower(), 0, ColumnKind.INTEGER) for word in _OPEN_WORDS),
        ),
        tuple((name, *(words[word] for word in _OPEN_WORDS)) for name, words in shown),
        bars=_BARS,
    )


def _to_decide(requests: Sequence[RequestEntry]) -> SmallTable:
    late = [entry for entry in requests if entry.clock.word is ClockWord.OVERDUE][:_MOST_DECISIONS]
    rows: list[tuple[Cell, ...]] = [
        (
            entry.matter,
            entry.line.ref,
            entry.clock.days_overdue,
            entry.clock.due,
            entry.reminded,
            entry.counterpart,
        )
        for entry in late
    ]
    return SmallTable(
        "Longest overdue: needs your decision",
        "tblDecide",
        (
            Column("Matter", "matter", 0),
            Column("Ref", "ref", 0, ColumnKind.REFERENCE),
            Column("Days overdue", "days_overdue", 0, ColumnKind.OVERDUE),
            Column("Due", "due", 0, ColumnKind.DATE),
            Column("Reminded", "reminded", 0, ColumnKind.INTEGER),
            Column("Counterpart", "counterpart", 0),
        ),
        tuple(rows),
    )


def _remarks(requests: Sequence[RequestEntry], withheld: Sequence[Withheld]) -> list[str]:
    remarks = []
    if requests and not any(entry.clock.word is ClockWord.OVERDUE for entry in requests):
        remarks.append("Nothing is overdue.")
    remarks += [describe_withheld(each) for each in withheld]
    if not withheld:
        remarks.append("Nothing was left out and nothing was withheld.")
    return remarks


def describe_withheld(withheld: Withheld) -> str:
    """Return one sentence on what is missing, and why."""
    rows = "1 row" if withheld.rows == 1 else f"{withheld.rows} rows"
    how = "left out" if withheld.left_out else "with a withheld value"
    return f"{withheld.sheet}: {rows} {how} ({withheld.reason.value})."
