"""The outbox's state machine: what an outcome makes of a delivery, and when the next attempt is due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_desk.domain.errors import (
    BlobDamaged,
    DeliveryDiffers,
    DiskFull,
    LiaisonError,
    ReadOnly,
    TargetOccupied,
    TargetRefused,
    TargetUnreachable,
    VaultLocked,
)
from liaison_desk.sync.delivery import (
    DIFFERING_LIMIT,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Delivery,
    DeliveryState,
    begin,
    is_due,
    pause_after,
    resume,
    retry,
    settle,
)
from liaison_desk.sync.targets import Delivered

NOW = datetime(2026, 11, 24, 9, 36, tzinfo=UTC)
NEW = Delivery("item-1", "supervisor", "LD.xlsx", 3, "ab" * 32)
DONE = Delivered("LD.xlsx", 3, "ab" * 32, already_there=False)
TEMPORARY = [TargetUnreachable(), DiskFull(), ReadOnly(), VaultLocked(), DeliveryDiffers()]
FINAL = [TargetOccupied(), TargetRefused(), BlobDamaged()]


def test_new_delivery_is_due_and_succeeds() -> None:
    """A new item is due at once; after a success it is delivered, dated, and never due again."""
    assert is_due(NEW, NOW)
    sending = begin(NEW, NOW)
    assert (DeliveryState.SENDING, 1) == (sending.state, sending.attempts)
    assert not is_due(sending, NOW)
    done = settle(sending, DONE, NOW)
    assert (DeliveryState.DELIVERED, NOW, "") == (done.state, done.delivered_at, done.reason)
    assert not is_due(done, NOW + timedelta(days=400))


@pytest.mark.parametrize("error", TEMPORARY, ids=lambda error: error.code)
def test_error_that_may_pass_waits(error: LiaisonError) -> None:
    """What may pass by itself waits for its pause and keeps the reason."""
    waiting = settle(begin(NEW, NOW), error, NOW)
    assert (DeliveryState.WAITING, error.code) == (waiting.state, waiting.reason)
    assert not is_due(waiting, NOW + FIRST_PAUSE - timedelta(seconds=1))
    assert is_due(waiting, NOW + FIRST_PAUSE)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: error.code)
def test_error_that_stays_refuses(error: LiaisonError) -> None:
    """What will not pass by itself is refused until the officer says otherwise."""
    refused = settle(begin(NEW, NOW), error, NOW)
    assert (DeliveryState.REFUSED, error.code) == (refused.state, refused.reason)
    assert not is_due(refused, NOW + timedelta(days=400))
    assert is_due(retry(refused), NOW)


def test_target_that_alters_files_is_given_up() -> None:
    """A target that keeps giving back something else is refused after a few attempts."""
    delivery = NEW
    for _ in range(DIFFERING_LIMIT):
        assert DeliveryState.WAITING is delivery.state
        delivery = settle(begin(delivery, NOW), DeliveryDiffers(), NOW)
    assert DeliveryState.REFUSED is delivery.state


def test_killed_attempt_is_taken_up() -> None:
    """An attempt that a kill interrupted is due at once and counts as made."""
    resumed = resume(begin(NEW, NOW))
    assert (True, 1) == (is_due(resumed, NOW - timedelta(days=800)), resumed.attempts)
    for untouched in (NEW, settle(begin(NEW, NOW), DONE, NOW)):
        assert untouched == resume(untouched)


def test_delivered_stays_delivered() -> None:
    """No late outcome, retry or resumption sends a delivered file again."""
    done = settle(begin(NEW, NOW), DONE, NOW)
    assert done == settle(done, TargetUnreachable(), NOW)
    assert done == retry(done)
    with pytest.raises(ValueError, match="DELIVERED"):
        begin(done, NOW)
    with pytest.raises(ValueError, match="SENDING"):
        begin(begin(NEW, NOW), NOW)


def test_clock_set_back_does_not_delay() -> None:
    """A clock that goes back two years makes the file due, not late."""
    waiting = settle(begin(NEW, NOW), TargetUnreachable(), NOW)
    assert is_due(waiting, NOW - timedelta(days=730))
    assert is_due(waiting, NOW + timedelta(days=730))


@given(st.integers(0, 10_000))
def test_pauses_never_shrink(attempts: int) -> None:
    """Pauses grow with the attempts and stay within half a minute and an hour."""
    assert FIRST_PAUSE <= pause_after(attempts) <= pause_after(attempts + 1) <= LONGEST_PAUSE


OUTCOMES = st.sampled_from([DONE, *TEMPORARY, *FINAL, None])
"""None is a kill."""


@given(st.lists(st.tuples(OUTCOMES, st.timedeltas(timedelta(days=-900), timedelta(days=900)))))
def test_any_history_ends_delivered(history: list[tuple[Delivered | LiaisonError | None, timedelta]]) -> None:
    """Whatever happened and whatever the clock did, a next success is possible and final."""
    delivery, now = NEW, NOW
    for outcome, jump in history:
        now += jump if -400_000 < (now + jump - NOW).days < 400_000 else timedelta(0)
        if delivery.state is DeliveryState.WAITING:
            delivery = begin(delivery, now)
        delivery = resume(delivery) if outcome is None else settle(delivery, outcome, now)
        assert delivery.state is not DeliveryState.SENDING
        assert delivery.state is not DeliveryState.WAITING or is_due(delivery, now + LONGEST_PAUSE)
        assert (delivery.delivered_at is None) is (delivery.state is not DeliveryState.DELIVERED)
    if delivery.state is not DeliveryState.DELIVERED:
        delivery = settle(begin(retry(delivery), now), DONE, now)
    assert DeliveryState.DELIVERED is delivery.state
