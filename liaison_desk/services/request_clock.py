"""What the clock of a request says today: a word, the day it is due, and how many days it is late.

The day is the one agreed with the other side, else the one asked for: a target, not a legal limit. It is
computed whenever it is shown and kept nowhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from liaison_desk.domain.codes import ENDED_STATUSES, RequestStatus
from liaison_desk.domain.values import PartialDate

SOON = timedelta(days=3)
"""Calendar days before the due day from which a request is due soon."""


class ClockWord(Enum):
    """Where a request stands against its due day; the worst first."""

    OVERDUE = "Overdue"
    DUE_SOON = "Due soon"
    ON_TIME = "On time"
    NO_DEADLINE = "No deadline"
    ANSWERED = "Answered"
    CLOSED = "Closed"


ENDED_WORDS = frozenset({ClockWord.ANSWERED, ClockWord.CLOSED})


@dataclass(frozen=True, slots=True)
class RequestClock:
    """The reading of a clock."""

    word: ClockWord
    due: date | None
    days_overdue: int
    """0 unless the word is OVERDUE."""


def read_clock(
    status: RequestStatus, due: PartialDate | None, today: date, *, answered: bool
) -> RequestClock:
    """Return what the clock says; a due date known in part means its last day."""
    day = due.last_day if due else None
    if status in ENDED_STATUSES:
        return RequestClock(ClockWord.ANSWERED if answered else ClockWord.CLOSED, day, 0)
    if day is None:
        return RequestClock(ClockWord.NO_DEADLINE, None, 0)
    if today > day:
        return RequestClock(ClockWord.OVERDUE, day, (today - day).days)
    return RequestClock(ClockWord.DUE_SOON if day - today <= SOON else ClockWord.ON_TIME, day, 0)
