"""The composition root: builds clock and keychain, and hands them to the use cases."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, SteppedClock, SystemClock
from liaison_desk.keychain import Keychain

if TYPE_CHECKING:
    from liaison_desk.services.desk import Desk
    from liaison_desk.vault.unlocking import Secret


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the outside world lends to the desk."""

    clock: Clock
    keychain: Keychain


def make_surroundings(as_of: datetime | None = None) -> Surroundings:
    """Return clock and keychain of this computer; ``as_of`` stops the clock, for demonstrations."""
    clock: Clock = SystemClock() if as_of is None else SteppedClock(as_of)
    return Surroundings(clock=clock, keychain=Keychain())


def unlock(
    folder: Path, secret: "Secret", surroundings: Surroundings, *, accept_rollback: bool = False
) -> "Desk":
    """Open the desk of a vault with the keychain of this computer where a slot needs it."""
    from liaison_desk.services.unlocking import open_desk  # noqa: PLC0415 - keeps the start without SQL

    return open_desk(
        folder,
        secret,
        clock=surroundings.clock,
        keychain=surroundings.keychain,
        accept_rollback=accept_rollback,
    )
