"""Undo and redo as the officer calls them."""

from pathlib import Path

import pytest

from liaison_desk.domain.errors import NothingToUndo
from liaison_desk.services.erasing import erase, plan_erasure
from liaison_desk.services.finding import load
from liaison_desk.services.markings import marking_levels
from liaison_desk.services.records import edit_record
from liaison_desk.services.undoing import redo, undo
from liaison_desk.services.unlocking import lock_desk
from tests.desk_samples import add_contact, contacts_of, make_desk, reopen, take_in
from tests.import_samples import card


def test_new_desk_has_nothing_to_undo(tmp_path: Path) -> None:
    """Before the officer did anything undo and redo have nothing to do, and the code lists stay."""
    lock_desk(make_desk(tmp_path / "vault"))
    desk = reopen(tmp_path / "vault")
    levels = marking_levels(desk)
    for take_back in (undo, redo):
        with pytest.raises(NothingToUndo):
            take_back(desk)
    assert levels
    assert levels == marking_levels(desk)
    lock_desk(desk)


def test_import_without_news_is_no_step(tmp_path: Path) -> None:
    """An import that brought nothing new neither stands in the way of undo nor of redo."""
    desk = make_desk(tmp_path / "vault")
    data = card("FN:Arben Hoxha", "UID:a1")
    take_in(desk, data)
    take_in(desk, data)
    undo(desk)
    assert [] == contacts_of(desk)
    redo(desk)
    assert ["Arben Hoxha"] == [contact.name for contact in contacts_of(desk)]
    undo(desk)
    with pytest.raises(NothingToUndo):
        undo(desk)
    lock_desk(desk)


def test_undo_that_changes_nothing_gives_way_to_the_next(tmp_path: Path) -> None:
    """A change whose record was erased since is listed once; the undo after it reaches the change before."""
    desk = make_desk(tmp_path / "vault")
    kept = add_contact(desk, "Arben Hoxha")
    gone = add_contact(desk, "Besnik Kola")
    edit_record(desk, kept.ref, [("rank", "Major")])
    edit_record(desk, gone.ref, [("rank", "Major")])
    erase(desk, plan_erasure(desk, load(desk, gone.ref)), (), "purpose ended")
    done = [undo(desk).restored for _ in range(4)]
    assert 2 == sum(1 for restored in done if restored)
    assert kept.id not in {contact.id for contact in contacts_of(desk)}
    with pytest.raises(NothingToUndo):
        undo(desk)
    lock_desk(desk)
