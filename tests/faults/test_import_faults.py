"""An import whose Nth system call fails or kills: all of the file is there or nothing, and no stray file."""

import base64
import shutil
from pathlib import Path

import pytest

from liaison_desk.services.desk import Desk
from liaison_desk.services.importing import apply_import, plan_import
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.services.verifying import verify
from tests.desk_samples import add_contact, make_desk, reopen, sealed_files, state_of
from tests.faults.syscalls import FAULTS, sweep
from tests.import_samples import card, source_of

pytestmark = pytest.mark.strace

_PHOTO = "PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(b"\xff\xd8\xff" + bytes(3000)).decode()
CARDS = b"".join(card(f"UID:{n}", f"FN:Person {n}", "TEL:+35569123456", _PHOTO) for n in range(3)) + card(
    "UID:k", "FN:Agim Kola", "EMAIL:agim@example.invalid", "ADR:;;New street;;;;"
)
_PROGRAM = """
import os
import sys
from pathlib import Path
from liaison_desk.domain.errors import LiaisonError
from liaison_desk.services.importing import apply_import, plan_import
from liaison_desk.services.unlocking import lock_desk
from tests.desk_samples import reopen
from tests.faults.test_import_faults import CARDS
from tests.import_samples import source_of
try:
    desk = reopen(Path(sys.argv[1]))
    apply_import(desk, plan_import(desk, source_of(CARDS)))
    os.writev(1, [b"ACK"])  # a call of its own kind, so that no fault hits the report itself
    lock_desk(desk)
except LiaisonError as error:
    os.writev(1, [error.code.encode()])
"""


def import_cards(desk: Desk) -> None:
    """Import the cards."""
    apply_import(desk, plan_import(desk, source_of(CARDS)))


@pytest.mark.parametrize(
    ("call", "faults"),
    [("pwrite64", ("signal=KILL", "error=ENOSPC")), ("fsync", FAULTS), ("write", FAULTS), ("rename", FAULTS)],
)
def test_import_is_whole_or_not_there(tmp_path: Path, call: str, faults: tuple[str, ...]) -> None:
    """After any fault the vault is sound, holds all rows or none, and the import can be repeated."""
    kept, folder = tmp_path / "kept", tmp_path / "vault"
    desk = make_desk(kept)
    add_contact(desk, "Agim Kola", ("email", "agim@example.invalid"))
    before = state_of(desk)
    lock_desk(desk)

    def put_back() -> list[str]:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
        return [str(folder)]

    seen = 0
    for outcome in sweep(put_back, _PROGRAM, (call,), faults):
        assert "Traceback" not in outcome.errors, outcome
        desk = reopen(folder)
        come_in = state_of(desk) != before
        assert come_in or not outcome.acknowledged, outcome
        assert (3 if come_in else 0) == sealed_files(desk), outcome
        import_cards(desk)
        assert 4 == sum(key[0] == "contact" for key in state_of(desk)), outcome
        assert 3 == sealed_files(desk), outcome
        assert () == verify(desk).faults, outcome
        lock_desk(desk)
        seen += 1
    assert seen >= 2
