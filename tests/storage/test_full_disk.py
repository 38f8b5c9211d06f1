"""A save that meets a full disk: told as such, nothing half-written, and room to go on."""

from pathlib import Path

import pytest

from liaison_desk.domain.attached import Note
from liaison_desk.domain.errors import DiskFull
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.vault.ballast import BALLAST_NAME
from tests.desk_samples import add_contact, new_desk, reopen, state_of


def save_without_room(desk: Desk, dossier: Dossier) -> None:
    """Save while the database may not grow by one page."""
    with desk.store.write(Intent("edit_contact", Operation.ALTERATION)) as batch:
        pages = batch.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        batch.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        batch.save(dossier, dossier.root.revision)


def test_full_disk_is_named_and_frees_the_ballast(tmp_path: Path) -> None:
    """A save that finds no room is told so; what was saved before is there, and locking works."""
    folder = tmp_path / "vault"
    with new_desk(folder) as desk:
        add_contact(desk, "Agim Hoxha")
        seen = load(desk, "C-1")
        note = Note(
            id=desk.new_id(), owner_id=seen.root.id, rank=0, at=desk.clock.now(), text="x" * 3_000_000
        )
        before = state_of(desk)
        assert (folder / BALLAST_NAME).exists()
        with pytest.raises(DiskFull):
            save_without_room(desk, Dossier(seen.root, (note,)))
        assert not (folder / BALLAST_NAME).exists()
        assert before == state_of(desk)
    again = reopen(folder)
    assert (folder / BALLAST_NAME).exists()
    assert ["C-0001"] == [hit.ref for hit in search(again, "hoxha")]
    lock_desk(again)
