"""Unlocking, locking and reading are acts of the journal; so is every change of keys."""

import shutil
from pathlib import Path

import pytest

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.errors import InvalidValue, RolledBack, WrongSecret
from liaison_desk.domain.operations import Operation
from liaison_desk.services.backing_up import back_up, restore
from liaison_desk.services.desk import Desk
from liaison_desk.services.erasing import erase, plan_erasure, retire_old_consultations
from liaison_desk.services.finding import load, open_record, read_history, search
from liaison_desk.services.rekeying import rotate, set_passphrase
from liaison_desk.services.unlocking import lock_desk, open_desk
from liaison_desk.services.verifying import verify
from liaison_desk.storage.history import read_log
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.tombstones import read_tombstones
from tests.desk_samples import NOW, WORDS, add_contact, make_desk, new_desk, reopen

OTHER_WORDS = "jiná věta o sedmi mostech"


def operations(desk: Desk) -> list[str]:
    """Return what the journal's batches did, oldest first."""
    with desk.store.read() as connection:
        return [batch.header.operation for batch, _ in reversed(read_log(connection, newest=1000))]


def test_opening_a_record_is_logged_once_an_unlock_and_lists_are_not(tmp_path: Path) -> None:
    """A consultation needs a line; finding something in a list is none."""
    desk = make_desk(tmp_path / "vault")
    add_contact(desk, "Agim Hoxha")
    assert search(desk, "hoxha")
    assert Operation.CONSULTATION.value not in operations(desk)
    open_record(desk, "C-1", "case 12")
    open_record(desk, "C-1")
    assert 1 == operations(desk).count(Operation.CONSULTATION.value)
    assert {"justification": "case 12"} == read_history(desk, "C-1")[-1].facts
    lock_desk(desk)
    again = reopen(tmp_path / "vault")
    open_record(again, "C-1")
    assert 2 == operations(again).count(Operation.CONSULTATION.value)
    lock_desk(again)


def test_old_consultations_are_retired_and_the_chain_still_holds(tmp_path: Path) -> None:
    """Their content goes after the time of retention; that they were there stays."""
    with new_desk(tmp_path / "vault") as desk:
        add_contact(desk, "Agim Hoxha")
        open_record(desk, "C-1", "case 12")
        assert isinstance(desk.store.clock, SteppedClock)
        assert 1 == retire_old_consultations(desk, "2026-11-24T00:00:00.000000Z")
        assert read_history(desk, "C-1")[-1].erased
        assert 1 == verify(desk).chain.erased_lines


def test_a_failed_unlock_is_told_at_the_next_one(tmp_path: Path) -> None:
    """Only when and that it failed; the attempt itself cannot write into a locked vault."""
    folder = tmp_path / "vault"
    lock_desk(make_desk(folder))
    for _ in range(2):
        with pytest.raises(WrongSecret):
            open_desk(folder, Passphrase("wrong words altogether"), clock=SteppedClock(NOW), ballast=1000)
    desk = reopen(folder)
    assert ["failed unlock", "failed unlock", "unlock"] == operations(desk)[-3:]
    lock_desk(desk)
    desk = reopen(folder)
    assert 2 == operations(desk).count("failed unlock")
    lock_desk(desk)


def test_an_older_database_under_a_newer_header_is_noticed(tmp_path: Path) -> None:
    """The header keeps the journal's head of the last lock; it opens only where that is accepted."""
    folder = tmp_path / "vault"
    desk = make_desk(folder)
    database = desk.vault.database
    lock_desk(desk)
    older = tmp_path / "older"
    shutil.copy(database, older)
    desk = reopen(folder)
    add_contact(desk, "Agim Hoxha")
    lock_desk(desk)
    shutil.copy(older, database)
    with pytest.raises(RolledBack):
        reopen(folder)
    accepted = open_desk(
        folder, Passphrase(WORDS), clock=SteppedClock(NOW), accept_rollback=True, ballast=1000
    )
    assert [] == search(accepted, "hoxha")
    lock_desk(accepted)


def test_changes_of_keys_are_logged_and_lose_nothing(tmp_path: Path) -> None:
    """A new passphrase opens, the old one does not; new keys leave every record and every search."""
    folder = tmp_path / "vault"
    desk = make_desk(folder)
    add_contact(desk, "Agim Hoxha", ("phone", "+355 4 000 0001"))
    set_passphrase(desk, Passphrase(WORDS), Passphrase(OTHER_WORDS), kdf=FAST)
    before = desk.vault.database
    rotate(desk, Passphrase(OTHER_WORDS), kdf=FAST)
    assert before != desk.vault.database
    assert not before.exists()
    assert 4 == operations(desk).count(Operation.KEY_CHANGE.value)  # Each begun and done.
    assert search(desk, "hoxha")
    assert () == verify(desk).faults
    lock_desk(desk)
    with pytest.raises(WrongSecret):
        reopen(folder)
    lock_desk(open_desk(folder, Passphrase(OTHER_WORDS), clock=SteppedClock(NOW), ballast=1000))


def test_a_restored_vault_erases_again_and_goes_on_as_another_device(tmp_path: Path) -> None:
    """What was erased after the backup does not come back, and the old chain is not forked."""
    folder, target = tmp_path / "vault", tmp_path / "restored"
    desk = make_desk(folder)
    add_contact(desk, "Kreshnik Zogolli")
    add_contact(desk, "Agim Hoxha")
    backup = back_up(desk).path
    device = desk.store.facts.device
    erase(desk, plan_erasure(desk, load(desk, "C-1")), (), "asked")
    lock_desk(desk)
    restore(backup, target, Passphrase(WORDS), clock=SteppedClock(NOW))
    restored = reopen(target)
    assert 1 == restored.erased_again
    assert [] == search(restored, "zogolli")
    assert search(restored, "hoxha")
    assert device != restored.store.facts.device
    assert {device, restored.store.facts.device} == {head.device for head in restored.store.heads()}
    assert () == verify(restored).faults
    lock_desk(restored)


def test_an_erasure_that_fails_erases_nothing_later(tmp_path: Path) -> None:
    """Where the batch cannot be written, nothing is erased then, and nothing at the next unlock."""
    folder = tmp_path / "vault"
    desk = make_desk(folder)
    add_contact(desk, "Kreshnik Zogolli")
    plan = plan_erasure(desk, load(desk, "C-1"))
    with pytest.raises(InvalidValue):
        erase(desk, plan, (), "asked \ud800")
    assert search(desk, "zogolli")
    lock_desk(desk)
    again = reopen(folder)
    assert 0 == again.erased_again
    assert search(again, "zogolli")
    lock_desk(again)


def test_a_list_of_the_erased_that_was_lost_is_written_again(tmp_path: Path) -> None:
    """A kill between the erasure and the list beside the backups is made good at the next opening."""
    folder = tmp_path / "vault"
    desk = make_desk(folder)
    add_contact(desk, "Kreshnik Zogolli")
    erase(desk, plan_erasure(desk, load(desk, "C-1")), (), "asked")
    lock_desk(desk)
    listed = folder / "backups" / "tombstones"
    listed.unlink()
    desk = reopen(folder)
    assert read_tombstones(folder / "backups", desk.vault)
    lock_desk(desk)
