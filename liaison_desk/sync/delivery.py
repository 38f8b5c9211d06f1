"""The outbox as a pure state machine: one ``Delivery`` per finished file and target.

Storage keeps the value, a service carries it out; here is decided what follows from what. Time is
compared as "how long since the last attempt", so that a clock that was set back never makes a file
wait longer than its pause, and one that was set forward at most tries early.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from liaison_desk.domain.errors import (
    DeliveryDiffers,
    DiskFull,
    LiaisonError,
    ReadOnly,
    TargetUnreachable,
    VaultLocked,
)
from liaison_desk.sync.targets import Delivered

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
DIFFERING_LIMIT = 3
"""Attempts after which a target that alters what it is given is no longer trusted."""

_TEMPORARY = (TargetUnreachable, DiskFull, ReadOnly, VaultLocked)


class DeliveryState(Enum):
    """Where a file is on its way to one target."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file on its way to one target."""

    item: str
    """Id of the outbox item."""
    target: str
    """Name of the target."""
    name: str
    """The file's name at the target."""
    size: int
    sha256: str
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    last_attempt: datetime | None = None
    """Aware; None means due at once."""
    pause: timedelta = timedelta(0)
    """How long after the last attempt the next is due."""
    reason: str = ""
    """Code of the last error, such as E2202."""
    delivered_at: datetime | None = None


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Return whether the next attempt should begin."""
    if delivery.state is not DeliveryState.WAITING:
        return False
    if delivery.last_attempt is None or now < delivery.last_attempt:
        return True
    return now - delivery.last_attempt >= delivery.pause


def begin(delivery: Delivery, now: datetime) -> Delivery:
    """Return the delivery as being sent. Save it before the target is touched.

    Raises ValueError unless it waits: only one attempt runs at a time.
    """
    if delivery.state is not DeliveryState.WAITING:
        raise ValueError(delivery.state)
    return replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1, last_attempt=now)


def settle(delivery: Delivery, outcome: Delivered | LiaisonError, now: datetime) -> Delivery:
    """Return what the outcome of an attempt makes of the delivery.

    What is delivered stays delivered, whatever a late or repeated outcome says. Errors that may
    pass by themselves wait for another attempt, the others end in REFUSED until ``retry``.
    """
    if delivery.state is DeliveryState.DELIVERED:
        return delivery
    if isinstance(outcome, Delivered):
        return replace(
            delivery, state=DeliveryState.DELIVERED, pause=timedelta(0), reason="", delivered_at=now
        )
    waits = isinstance(outcome, _TEMPORARY) or (
        isinstance(outcome, DeliveryDiffers) and delivery.attempts < DIFFERING_LIMIT
    )
    state = DeliveryState.WAITING if waits else DeliveryState.REFUSED
    pause = pause_after(delivery.attempts) if waits else timedelta(0)
    return replace(delivery, state=state, pause=pause, reason=outcome.code)


def resume(delivery: Delivery) -> Delivery:
    """Return a delivery as it must be taken up after the desk was closed, locked or killed.

    An attempt that was under way counts as made, its outcome unknown; it is due at once, because
    putting the same file again is harmless.
    """
    if delivery.state is not DeliveryState.SENDING:
        return delivery
    return replace(delivery, state=DeliveryState.WAITING, last_attempt=None, pause=timedelta(0))


def retry(delivery: Delivery) -> Delivery:
    """Return a waiting or refused delivery as due at once, because the officer says so."""
    if delivery.state not in {DeliveryState.WAITING, DeliveryState.REFUSED}:
        return delivery
    return replace(delivery, state=DeliveryState.WAITING, attempts=0, last_attempt=None, pause=timedelta(0))


def hurry(delivery: Delivery) -> Delivery:
    """Return a waiting delivery as due at once; its attempts go on counting, and what was refused stays."""
    if delivery.state is not DeliveryState.WAITING:
        return delivery
    return replace(delivery, last_attempt=None)


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many attempts: doubling from half a minute, at most an hour."""
    doublings = max(0, attempts - 1)
    longest = int(LONGEST_PAUSE / FIRST_PAUSE).bit_length()
    return min(FIRST_PAUSE * (1 << min(doublings, longest)), LONGEST_PAUSE)
