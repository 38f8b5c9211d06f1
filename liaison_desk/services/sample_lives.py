"""What becomes of a request in large samples: a status, an outcome and four steps that fit its dates."""

from datetime import datetime, timedelta
from math import log
from typing import NamedTuple

from liaison_desk.domain.codes import (
    ENDED_STATUSES,
    ClockEffect,
    Outcome,
    RefusalGround,
    RequestStatus,
    StepKind,
    WaitingOn,
)
from liaison_desk.services.sample_chance import Chance, Day, weigh

_OFFICE_MINUTES = 540
_OPENING = timedelta(hours=6)
"""Office hours begin at 7 or 8 o'clock in Tirana."""
_FRESH_DAYS = 3
_YOUNG_DAYS = 14
_OLD_DAYS = 60
_OPEN_SHARES = ((_YOUNG_DAYS, 0.75), (_OLD_DAYS, 0.3), (365, 0.04))
"""Which part of the requests up to so many days old is still open."""
_OPEN_OF_OLD = 0.004
_MEAN_DAYS = 16
_SLOWEST_DAYS = 120

_ENDED = weigh({
    RequestStatus.CLOSED: 62, RequestStatus.ANSWERED: 14, RequestStatus.NOT_HELD: 8, RequestStatus.REFUSED: 5,
    RequestStatus.PARTLY_REFUSED: 4, RequestStatus.WITHDRAWN: 3, RequestStatus.LAPSED: 2,
    RequestStatus.TRANSFERRED: 2,
})  # fmt: skip
_OPEN = weigh({
    RequestStatus.WITH_PARTNER: 55, RequestStatus.PARTLY_ANSWERED: 15, RequestStatus.CLARIFICATION_WANTED: 12,
    RequestStatus.AUTHORISATION_PENDING: 10, RequestStatus.REOPENED: 8,
})  # fmt: skip
_FRESH = weigh({RequestStatus.REGISTERED: 5, RequestStatus.UNDER_ASSESSMENT: 5})
_WAITING = {
    RequestStatus.REGISTERED: WaitingOn.US,
    RequestStatus.UNDER_ASSESSMENT: WaitingOn.US,
    RequestStatus.WITH_PARTNER: WaitingOn.PARTNER,
    RequestStatus.PARTLY_ANSWERED: WaitingOn.PARTNER,
    RequestStatus.CLARIFICATION_WANTED: WaitingOn.HOME_UNIT,
    RequestStatus.AUTHORISATION_PENDING: WaitingOn.COURT,
    RequestStatus.REOPENED: WaitingOn.PARTNER,
}
_OUTCOMES = {
    RequestStatus.CLOSED: weigh({Outcome.FULL: 7, Outcome.PARTIAL: 2, Outcome.NONE_HELD: 1}),
    RequestStatus.ANSWERED: weigh({Outcome.FULL: 3, Outcome.PARTIAL: 1}),
    RequestStatus.NOT_HELD: (Outcome.NONE_HELD,),
    RequestStatus.REFUSED: (Outcome.REFUSED,),
    RequestStatus.PARTLY_REFUSED: (Outcome.PARTIAL,),
    RequestStatus.WITHDRAWN: (Outcome.WITHDRAWN,),
    RequestStatus.LAPSED: (Outcome.LAPSED,),
}
_UNANSWERED = {RequestStatus.WITHDRAWN, RequestStatus.LAPSED, RequestStatus.TRANSFERRED}
_REFUSING = {RequestStatus.REFUSED, RequestStatus.PARTLY_REFUSED}
_LAST_STEPS = {
    RequestStatus.REGISTERED: (StepKind.ACKNOWLEDGED, ClockEffect.NONE),
    RequestStatus.UNDER_ASSESSMENT: (StepKind.ASSESSED, ClockEffect.NONE),
    RequestStatus.WITH_PARTNER: (StepKind.REMINDED, ClockEffect.NONE),
    RequestStatus.PARTLY_ANSWERED: (StepKind.INTERIM_REPLY, ClockEffect.NONE),
    RequestStatus.CLARIFICATION_WANTED: (StepKind.CLARIFICATION_ASKED, ClockEffect.SUSPEND),
    RequestStatus.AUTHORISATION_PENDING: (StepKind.AUTHORISATION_REQUESTED, ClockEffect.NONE),
    RequestStatus.REOPENED: (StepKind.REOPENED, ClockEffect.RESUME),
    RequestStatus.REFUSED: (StepKind.REFUSED, ClockEffect.STOP),
    RequestStatus.WITHDRAWN: (StepKind.CLOSED, ClockEffect.STOP),
    RequestStatus.LAPSED: (StepKind.CLOSED, ClockEffect.STOP),
    RequestStatus.TRANSFERRED: (StepKind.CLOSED, ClockEffect.STOP),
}
_ANSWERED_STEP = (StepKind.FINAL_REPLY, ClockEffect.STOP)
_GROUNDS = (
    RefusalGround.NOT_AVAILABLE, RefusalGround.REQUIREMENTS, RefusalGround.INVESTIGATION_OR_SAFETY,
    RefusalGround.THIRD_PARTY_CONSENT,
)  # fmt: skip


class Life(NamedTuple):
    """What became of a request, and when; times are aware, in UTC."""

    status: RequestStatus
    received: datetime
    registered: datetime
    forwarded: datetime | None
    """None where the third step was an assessment."""
    last: datetime
    """The time of the fourth step, which made the status."""
    last_step: StepKind
    clock_effect: ClockEffect
    waiting_on: WaitingOn | None
    outcome: Outcome | None
    refusal_grounds: tuple[RefusalGround, ...]
    answered_at: datetime | None
    closed_at: datetime | None


def live(chance: Chance, day: Day) -> Life:
    """Return the life of a request received on a working day before the day of the sample."""
    received = day.start + _OPENING + timedelta(minutes=chance.number(_OFFICE_MINUTES))
    age = chance.as_of - received
    status = _pick_status(chance, age.days)
    last = _to_minute(received + _time_to_last_step(chance, status, age))
    between = last - received
    fresh = status in _FRESH
    ended = status in ENDED_STATUSES
    answered = last if ended and status not in _UNANSWERED else None
    last_step, clock_effect = _LAST_STEPS.get(status, _ANSWERED_STEP)
    outcomes = _OUTCOMES.get(status)
    return Life(
        status=status,
        received=received,
        registered=_to_minute(received + between * 0.05),
        forwarded=None if fresh else _to_minute(received + between * (0.1 + 0.2 * chance.fraction())),
        last=last,
        last_step=last_step,
        clock_effect=clock_effect,
        waiting_on=_WAITING.get(status),
        outcome=chance.pick(outcomes) if outcomes else None,
        refusal_grounds=(chance.pick(_GROUNDS),) if status in _REFUSING else (),
        answered_at=answered,
        closed_at=last if ended and status is not RequestStatus.ANSWERED else None,
    )


def _to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _pick_status(chance: Chance, days: int) -> RequestStatus:
    if days < _FRESH_DAYS:
        return chance.pick(_FRESH)
    share = next((share for limit, share in _OPEN_SHARES if days < limit), _OPEN_OF_OLD)
    return chance.pick(_OPEN if chance.happens(share) else _ENDED)


def _time_to_last_step(chance: Chance, status: RequestStatus, age: timedelta) -> timedelta:
    """Return how long the last step took: never longer than the request is old."""
    if status in _FRESH:
        return age * (0.2 + 0.7 * chance.fraction())
    longest = min(age, timedelta(days=_SLOWEST_DAYS)) if status in ENDED_STATUSES else age
    drawn = timedelta(days=-_MEAN_DAYS * log(1 - chance.fraction()))
    return drawn if drawn < longest else longest * (0.5 + 0.5 * chance.fraction())
