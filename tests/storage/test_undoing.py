"""Undo and redo as the officer calls them."""

from pathlib import Path

import pytest

from liaison_desk.domain.errors import NothingToUndo
from liaison_desk.services.markings import marking_levels
from liaison_desk.services.undoing import redo, undo
from liaison_desk.services.unlocking import lock_desk
from tests.desk_samples import make_desk, reopen


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
