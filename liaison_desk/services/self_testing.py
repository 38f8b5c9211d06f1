"""A walk through the main job on a temporary vault: what ``self-test`` runs. Prints and keeps no data."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from liaison_desk.domain.clocks import SystemClock
from liaison_desk.domain.errors import WrongSecret
from liaison_desk.domain.post import Post
from liaison_desk.exports.office_encryption import decrypt
from liaison_desk.services.attaching import attach_stream, read_attachment
from liaison_desk.services.backing_up import back_up
from liaison_desk.services.delivering import deliver
from liaison_desk.services.desk import Desk
from liaison_desk.services.exporting import export, plan_export
from liaison_desk.services.finding import search
from liaison_desk.services.records import add_record
from liaison_desk.services.undoing import redo, undo
from liaison_desk.services.unlocking import create_desk, lock_desk, open_desk
from liaison_desk.services.verifying import verify
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.passphrases import Passphrase

_PASSPHRASE = "only for the self-test of today"  # noqa: S105 - of a vault that is deleted at once
_WRONG = "certainly not the right one here"
_NO_BALLAST = 0

Check = tuple[str, Callable[[], bool]]


def checks(folder: Path) -> Iterator[Check]:
    """Yield the checks in order; each builds on the one before, in a folder that the caller removes."""
    vault = folder / "vault"
    desks: list[Desk] = []

    def make() -> bool:
        made = create_desk(
            vault, Passphrase(_PASSPHRASE), post=Post(), kdf=FAST, clock=SystemClock(), ballast=_NO_BALLAST
        )
        lock_desk(made.desk)
        return True

    def refuse() -> bool:
        try:
            open_desk(vault, Passphrase(_WRONG), clock=SystemClock(), ballast=_NO_BALLAST)
        except WrongSecret:
            return True
        return False

    def unlock() -> bool:
        desks.append(open_desk(vault, Passphrase(_PASSPHRASE), clock=SystemClock(), ballast=_NO_BALLAST))
        return True

    def keep() -> bool:
        add_record(desks[0], "contact", [("name", "Čeliku Žaneta"), ("phone", "+355 4 000 0000")])
        return [hit.title for hit in search(desks[0], "zaneta celi")] == ["Čeliku Žaneta"]

    def take_back() -> bool:
        undo(desks[0])
        gone = not search(desks[0], "zaneta")
        redo(desks[0])
        return gone and bool(search(desks[0], "zaneta"))

    def attach() -> bool:
        attach_stream(desks[0], "C-0001", io.BytesIO(b"sealed"), name="a.txt", media_type="text/plain")
        return b"".join(read_attachment(desks[0], "C-0001", "a.txt")) == b"sealed"

    yield "make a vault", make
    yield "refuse a wrong passphrase", refuse
    yield "unlock", unlock
    yield "add and find a contact", keep
    yield "undo and redo", take_back
    yield "attach a sealed file", attach
    yield "export an encrypted workbook and read it back", lambda: _export(desks[0], folder)
    yield "back up", lambda: back_up(desks[0]).files > 0
    yield "verify everything", lambda: not verify(desks[0]).faults
    yield "lock", lambda: _lock(desks)


def _export(desk: Desk, folder: Path) -> bool:
    made = export(desk, plan_export(desk), recipient="self-test", purpose="self-test", out=folder)
    deliver(desk)
    return decrypt((folder / made.file_name).read_bytes(), made.password)[:2] == b"PK"


def _lock(desks: list[Desk]) -> bool:
    lock_desk(desks.pop())
    return True
