"""Each operation on a vault with the Nth system call failing or killing: before or after, never between."""

import shutil
from pathlib import Path

import pytest

from liaison_desk.domain.errors import WrongSecret
from liaison_desk.vault.backup import list_backups, make_backup
from liaison_desk.vault.folder import FolderState, look_into
from liaison_desk.vault.opening import CreatedVault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.restore import restore_backup
from liaison_desk.vault.unlocking import Secret
from tests.faults.syscalls import Outcome, sweep
from tests.vault_material import OTHER_WORDS, WORDS, count_people, make_vault, reopen

pytestmark = pytest.mark.strace

_ROWS = 40
_FRAME = """
import os
import sys
from pathlib import Path
from liaison_desk.domain.errors import LiaisonError
from liaison_desk.vault.backup import make_backup
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.opening import create_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.rewrapping import change_passphrase
from liaison_desk.vault.rotation import rotate_keys
from tests.vault_material import CLOCK, OTHER_WORDS, WORDS, reopen
folder = Path(sys.argv[1])
def say(word):
    os.writev(1, [word])  # a call of its own kind, so that no fault hits the report itself
try:
{body}
except LiaisonError as error:
    say(error.code.encode())
"""
_CREATE = (
    "    vault = create_vault(folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK, ballast=4096).vault; "
    "say(b'ACK'); vault.close()"
)
_CHANGE = (
    "    vault = reopen(folder, Passphrase(WORDS)); change_passphrase(vault, Passphrase(WORDS), "
    "Passphrase(OTHER_WORDS), kdf=FAST, clock=CLOCK); say(b'ACK'); vault.close()"
)
_ROTATE = (
    "    vault = reopen(folder, Passphrase(WORDS)); rotate_keys(vault, Passphrase(WORDS), kdf=FAST, "
    "clock=CLOCK); say(b'ACK'); vault.close()"
)
_BACK_UP = (
    "    vault = reopen(folder, Passphrase(WORDS)); make_backup(vault, folder / 'backups', 'second', "
    "['blob-1'], keep=1); say(b'ACK'); vault.close()"
)


class _Place:
    """A vault that is put back as it was before every run."""

    def __init__(self, folder: Path) -> None:
        self.vault = folder / "vault"
        self._kept = folder / "kept"
        self.made: CreatedVault = make_vault(self._kept, rows=_ROWS)
        (self._kept / "blobs" / "blob-1").write_bytes(b"sealed")
        make_backup(self.made.vault, self._kept / "backups", "first", ["blob-1"])
        self.made.vault.close()

    def put_back(self) -> list[str]:
        shutil.rmtree(self.vault, ignore_errors=True)
        shutil.copytree(self._kept, self.vault)
        return [str(self.vault)]

    def clear(self) -> list[str]:
        shutil.rmtree(self.vault, ignore_errors=True)
        return [str(self.vault)]

    def generation(self, secret: Secret) -> int:
        """Open, check, count, close; return the generation, 0 for a secret that does not fit."""
        try:
            vault = reopen(self.vault, secret)
        except WrongSecret:
            return 0
        vault.check()
        assert _ROWS == count_people(vault)
        vault.close()
        assert 1 == len(list(self.vault.glob("vault-*.db")))
        return vault.generation


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> _Place:
    return _Place(tmp_path)


def _demand_named(outcome: Outcome) -> None:
    assert "Traceback" not in outcome.errors, outcome


def test_passphrase_change_is_before_or_after(place: _Place) -> None:
    """Exactly one of both passphrases opens, the new one once it was acknowledged; the code always does."""
    seen = 0
    for outcome in sweep(place.put_back, _FRAME.format(body=_CHANGE)):
        _demand_named(outcome)
        old, new = place.generation(Passphrase(WORDS)), place.generation(Passphrase(OTHER_WORDS))
        assert [0, max(old, new)] == sorted((old, new)), outcome
        assert new or not outcome.acknowledged, outcome
        assert place.generation(place.made.recovery_code), outcome
        seen += 1
    assert seen >= 20


def test_rotation_is_before_or_after(place: _Place) -> None:
    """The vault opens whole with its passphrase, under new keys once that was acknowledged."""
    seen = 0
    for outcome in sweep(place.put_back, _FRAME.format(body=_ROTATE)):
        _demand_named(outcome)
        generation = place.generation(Passphrase(WORDS))
        assert generation in ({2} if outcome.acknowledged else {1, 2}), outcome
        assert (generation == 1) == bool(place.generation(place.made.recovery_code)), outcome
        seen += 1
    assert seen >= 20


def test_backup_is_whole_or_not_there(place: _Place, tmp_path: Path) -> None:
    """Every backup that is listed can be restored, at least one is, and the vault is untouched."""
    seen = 0
    for outcome in sweep(place.put_back, _FRAME.format(body=_BACK_UP)):
        _demand_named(outcome)
        backups = place.vault / "backups"
        stamps = [manifest.stamp for manifest in list_backups(backups)]
        assert stamps, outcome
        assert "second" in stamps or not outcome.acknowledged, outcome
        for stamp in stamps:
            target = tmp_path / "restored"
            restore_backup(backups / stamp, target, Passphrase(WORDS))
            shutil.rmtree(target)
        assert 1 == place.generation(Passphrase(WORDS)), outcome
        seen += 1
    assert seen >= 20


def test_creation_is_whole_or_can_be_repeated(place: _Place) -> None:
    """After any fault there is a vault that opens, or none and creation succeeds."""
    seen = 0
    for outcome in sweep(place.clear, _FRAME.format(body=_CREATE)):
        _demand_named(outcome)
        if place.vault.exists() and look_into(place.vault) is FolderState.VAULT:
            reopen(place.vault, Passphrase(WORDS)).close()
        else:
            assert not outcome.acknowledged, outcome
            make_vault(place.vault, rows=_ROWS).vault.close()
            assert 1 == place.generation(Passphrase(WORDS)), outcome
        seen += 1
    assert seen >= 20
