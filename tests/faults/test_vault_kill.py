"""Killing the process at random moments of the long operations on a vault."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import WrongSecret
from liaison_desk.vault.folder import FolderState, look_into
from liaison_desk.vault.opening import CreatedVault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.unlocking import Secret
from tests.vault_material import OTHER_WORDS, WORDS, count_people, make_vault, reopen

_ROWS = 3000
_KILLS = 200 if os.environ.get("LIAISON_DESK_SWEEP") == "1" else 8
_FRAME = """
import sys
from contextlib import closing
from pathlib import Path
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.opening import create_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.rewrapping import change_passphrase
from liaison_desk.vault.rotation import rotate_keys
from tests.vault_material import CLOCK, OTHER_WORDS, WORDS, reopen
folder = Path(sys.argv[1])
print("START", flush=True)
{body}
print("ACK", flush=True)
"""
_CREATE = "create_vault(folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK)"
_CHANGE = """
vault = reopen(folder, Passphrase(WORDS))
change_passphrase(vault, Passphrase(WORDS), Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK)
"""
_ROTATE = """
vault = reopen(folder, Passphrase(WORDS))
rotate_keys(vault, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
"""
_SAVE = """
vault = reopen(folder, Passphrase(WORDS))
connection = vault.connect()
number = 0
while True:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO person VALUES (?, ?)", (f"saved-{number}", "x" * 2000))
    connection.execute("INSERT INTO person VALUES (?, ?)", (f"with-{number}", "x"))
    connection.execute("COMMIT")
    print(number, flush=True)
    number += 1
"""


def _kill_during(body: str, prepare: Callable[[], Path], longest: float | None = None) -> Iterator[str]:
    """Run a program again and again, killed each time at another moment; yield what it had said.

    ``longest`` is the latest moment in seconds after its start; by default what a whole run takes.
    """
    chance = random.Random(20261124)
    if longest is None:
        started = time.monotonic()
        assert "ACK" in _run(body, prepare(), 120.0)
        longest = time.monotonic() - started
    for _ in range(_KILLS):
        yield _run(body, prepare(), chance.uniform(0.0, longest))


def _run(body: str, folder: Path, moment: float) -> str:
    command = [sys.executable, "-c", _FRAME.format(body=body), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "START\n" == child.stdout.readline()
        try:
            said, _ = child.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            child.kill()
            said, _ = child.communicate()
        return said


class _Place:
    def __init__(self, folder: Path) -> None:
        self.vault = folder / "vault"
        self._kept = folder / "kept"
        self.made: CreatedVault = make_vault(self._kept, rows=_ROWS)
        self.made.vault.close()

    def put_back(self) -> Path:
        shutil.rmtree(self.vault, ignore_errors=True)
        return shutil.copytree(self._kept, self.vault)

    def clear(self) -> Path:
        shutil.rmtree(self.vault, ignore_errors=True)
        return self.vault

    def opens(self, secret: Secret) -> bool:
        """Open, check, count, close; False for a secret that does not fit."""
        try:
            vault = reopen(self.vault, secret)
        except WrongSecret:
            return False
        vault.check()
        assert _ROWS == count_people(vault)
        vault.close()
        assert 1 == len(list(self.vault.glob("vault-*.db")))
        return True


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> _Place:
    return _Place(tmp_path)


def test_killed_creation_leaves_a_vault_or_room_for_one(place: _Place) -> None:
    """After a kill during creation the vault opens, or a new one can be created in its place."""
    for said in _kill_during(_CREATE, place.clear):
        if place.vault.exists() and look_into(place.vault) is FolderState.VAULT:
            reopen(place.vault, Passphrase(WORDS)).close()
        else:
            assert "ACK" not in said
            make_vault(place.vault).vault.close()


def test_killed_passphrase_change_leaves_one_passphrase(place: _Place) -> None:
    """After a kill exactly one passphrase opens, the new one if it was acknowledged, and the code always."""
    for said in _kill_during(_CHANGE, place.put_back):
        opened = [place.opens(Passphrase(words)) for words in (WORDS, OTHER_WORDS)]
        assert [False, True] == sorted(opened)
        assert opened[1] or "ACK" not in said
        assert place.opens(place.made.recovery_code)


def test_killed_rotation_leaves_a_whole_vault(place: _Place) -> None:
    """After a kill the passphrase opens every row, under the old keys or the new."""
    for said in _kill_during(_ROTATE, place.put_back):
        assert place.opens(Passphrase(WORDS))
        assert not ("ACK" in said and place.opens(place.made.recovery_code))


def test_acknowledged_saves_survive_a_kill(place: _Place) -> None:
    """Every commit that was reported before a kill is there, and no half of one."""
    for said in _kill_during(_SAVE, place.put_back, longest=1.5):
        vault = reopen(place.vault, Passphrase(WORDS))
        vault.check()
        with closing(vault.connect()) as connection:
            found = {row[0] for row in connection.execute("SELECT id FROM person WHERE id NOT LIKE 'id-%'")}
        vault.close()
        acknowledged = {int(line) for line in said.split("\n")[:-1] if line.isdigit()}
        assert {f"saved-{number}" for number in acknowledged} <= found
        assert {name.split("-")[1] for name in found if name.startswith("with-")} == {
            name.split("-")[1] for name in found if name.startswith("saved-")
        }
