"""Saving, erasing, exporting with delivery, and backup with the Nth system call failing or killing.

After any fault the desk opens, what it holds is the state before or after, an acknowledged one is after, all
agrees, and the same work can be done again. Imports have a test of their own.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from liaison_desk.domain.errors import RecordMissing
from liaison_desk.services.backing_up import back_up
from liaison_desk.services.delivering import deliver, list_outbox
from liaison_desk.services.desk import Desk
from liaison_desk.services.erasing import erase, plan_erasure
from liaison_desk.services.exporting import export, plan_export
from liaison_desk.services.finding import load
from liaison_desk.services.records import add_record, edit_record
from liaison_desk.services.targets import add_folder_target
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.services.verifying import verify
from liaison_desk.sync.delivery import DeliveryState
from liaison_desk.vault import backup as vault_backup
from liaison_desk.vault.folder import BACKUPS
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.restore import restore_backup
from tests.desk_samples import WORDS, add_contact, make_desk, reopen
from tests.faults.sampling import sweep_few
from tests.faults.syscalls import Outcome
from tests.properties.desk_oracle import assert_gone

pytestmark = pytest.mark.strace

RUNS = 3
"""Places that each test hits in an ordinary run; in the sweep all of them."""
FIRST = "first"
MARK = "qxfaultxq"
PROGRAM = """
import os
import sys
from pathlib import Path
from liaison_desk.domain.errors import LiaisonError
from liaison_desk.services.unlocking import lock_desk
from tests.desk_samples import reopen
from tests.faults.test_save_faults import {work}
try:
    desk = reopen(Path(sys.argv[1]))
    try:
        {work}(desk)
        os.writev(1, [b"ACK"])  # a call of its own kind, so that no fault hits the report itself
    finally:
        lock_desk(desk)
except LiaisonError as error:
    os.writev(1, [error.code.encode()])
"""


def save(desk: Desk) -> None:
    """Change a contact with its children."""
    edit_record(desk, "C-1", [("rank", "Komisar"), ("note", "Said " + "x" * 5000), ("tag", "saved")])


def erase_person(desk: Desk) -> None:
    """Erase a person with all places that name him."""
    plan = plan_erasure(desk, load(desk, "C-1"))
    erase(desk, plan, [place.key for place in plan.places], "asked for")


def export_and_deliver(desk: Desk) -> None:
    """Make a workbook and carry it to the supervisor's folder."""
    made = export(desk, plan_export(desk), recipient="Supervisor", purpose="Report")
    if not all(row.state is DeliveryState.DELIVERED for row in deliver(desk, insist=True)):
        # What the target refused waits in the outbox; that is no fault of the export.
        assert made.item in {row.item for row in list_outbox(desk)}


def make_backup(desk: Desk) -> None:
    """Make a checked backup beside the vault."""
    back_up(desk)


@dataclass(slots=True)
class Place:
    """A vault and a target that are put back as they were before every run."""

    folder: Path

    def __post_init__(self) -> None:
        """Make the desk with a person whom others name, and a target."""
        self.target.mkdir(parents=True)
        desk = make_desk(self.kept)
        add_contact(desk, f"Agim {MARK}", ("phone", "+355690000001"), ("note", "Seen"))
        add_record(desk, "meeting", [("title", f"Lunch with {MARK}"), ("participant", f"Agim {MARK}")])
        add_record(desk, "request", [("matter", "Three plates"), ("note", f"Ask {MARK}")])
        add_folder_target(desk, "supervisor", self.target, marked=False)
        vault_backup.make_backup(desk.vault, self.kept / BACKUPS, FIRST, [])
        lock_desk(desk)

    @property
    def kept(self) -> Path:
        """The vault as it was made."""
        return self.folder / "kept"

    @property
    def vault(self) -> Path:
        """The vault that meets the faults."""
        return self.folder / "vault"

    @property
    def target(self) -> Path:
        """The supervisor's folder."""
        return self.folder / "target"

    def put_back(self) -> list[str]:
        """Return the program's arguments, with everything as it was."""
        for stale in (self.vault, self.target, self.folder / "restored"):
            shutil.rmtree(stale, ignore_errors=True)
        shutil.copytree(self.kept, self.vault)
        self.target.mkdir()
        return [str(self.vault)]


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Place:
    return Place(tmp_path / "places")


def run_under_faults(
    place: Place, work: Callable[[Desk], None], check: Callable[[Desk, Outcome], None]
) -> None:
    """Let the work meet faults; after each open the desk, check, demand agreement, do the work again."""
    hits = 0
    for outcome in sweep_few(place.put_back, PROGRAM.format(work=work.__name__), RUNS):
        assert "Traceback" not in outcome.errors, outcome
        desk = reopen(place.vault)
        check(desk, outcome)
        assert () == verify(desk).faults, outcome
        lock_desk(desk)
        hits += 1
    assert hits >= RUNS


def test_save_is_before_or_after(place: Place) -> None:
    """A save is there whole or not at all; an acknowledged one is there; it can be made again."""

    def check(desk: Desk, outcome: Outcome) -> None:
        dossier = load(desk, "C-1")
        saved = getattr(dossier.root, "rank", "") == "Komisar"
        assert saved or not outcome.acknowledged, outcome
        assert (4 if saved else 2) == len(dossier.children), outcome
        save(desk)
        assert (6 if saved else 4) == len(load(desk, "C-1").children), outcome

    run_under_faults(place, save, check)


def test_erasure_is_before_or_after(place: Place) -> None:
    """A person is there with every word, or gone with every word; an acknowledged erasure is done."""

    def check(desk: Desk, outcome: Outcome) -> None:
        try:
            dossier = load(desk, "C-1")
        except RecordMissing:
            pass
        else:
            assert not outcome.acknowledged, outcome
            assert 2 == len(dossier.children), outcome
            erase_person(desk)
        assert_gone(desk, ["any"], [MARK])

    run_under_faults(place, erase_person, check)


def test_export_and_delivery_are_whole_or_not_there(place: Place) -> None:
    """What is journaled gets to the target exactly once and whole; what is not journaled never leaves."""

    def check(desk: Desk, outcome: Outcome) -> None:
        exported = [row.file_name for row in list_outbox(desk)]
        assert len(exported) == 1 or not outcome.acknowledged, outcome
        final = [path.name for path in place.target.iterdir() if path.suffix == ".xlsx"]
        assert set(final) <= set(exported), outcome
        if not exported:
            export_and_deliver(desk)
        deliver(desk, insist=True)
        (row,) = list_outbox(desk)
        assert DeliveryState.DELIVERED is row.state, outcome
        assert [row.file_name] == [path.name for path in place.target.iterdir()], outcome

    run_under_faults(place, export_and_deliver, check)


def test_backup_is_whole_or_not_there(place: Place, tmp_path: Path) -> None:
    """Every backup that is listed can be restored, and an acknowledged one is listed."""

    def check(desk: Desk, outcome: Outcome) -> None:
        backups = place.vault / BACKUPS
        stamps = [manifest.stamp for manifest in vault_backup.list_backups(backups)]
        assert FIRST in stamps, outcome
        assert len(stamps) == 2 or not outcome.acknowledged, outcome
        for stamp in stamps:
            restore_backup(backups / stamp, tmp_path / "restored", Passphrase(WORDS))
            shutil.rmtree(tmp_path / "restored")
        del desk

    run_under_faults(place, make_backup, check)
