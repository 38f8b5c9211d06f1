"""What a command shows only once is shown also where locking the vault fails afterwards."""

import io
import json
import sys
from pathlib import Path

import pytest

from liaison_desk.cli.console import Console
from liaison_desk.cli.parser import build_parser
from liaison_desk.domain.errors import StorageFailed
from liaison_desk.services.unlocking import lock_desk
from tests.desk_samples import WORDS, add_contact, make_desk


class PulledDisk(io.StringIO):
    """Takes what is printed; with the first words of it the database is gone, so that locking must fail."""

    def __init__(self, folder: Path) -> None:
        """Remember where the vault lies."""
        super().__init__()
        self._folder = folder

    def write(self, text: str) -> int:
        """Keep the text, remove the database."""
        for database in self._folder.glob("vault-*.db"):
            database.unlink()
        return super().write(text)


def run_until_locking_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> dict[str, object]:
    """Run a command whose locking fails; return the object that it printed."""
    options = build_parser().parse_args([*arguments, "--passphrase-stdin", "--json"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{WORDS}\n".encode())))
    printed = PulledDisk(folder)
    console = Console(as_json=True, from_stdin=True, out=printed, err=io.StringIO())
    with pytest.raises(StorageFailed):
        options.run(options, console)
    found: dict[str, object] = json.loads(printed.getvalue())
    return found


def test_recovery_code_of_a_new_vault_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a vault could be left that only its passphrase opens."""
    folder = tmp_path / "vault"
    arguments = ("vault", "create", str(folder), "--kdf", "floor")
    assert run_until_locking_fails(folder, monkeypatch, *arguments)["recovery_code"]


def test_recovery_code_of_a_rotation_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old code opens nothing any more."""
    folder = tmp_path / "vault"
    lock_desk(make_desk(folder))
    arguments = ("vault", "rotate", str(folder), "--kdf", "floor")
    assert run_until_locking_fails(folder, monkeypatch, *arguments)["recovery_code"]


def test_password_of_a_workbook_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workbook has been delivered, and nobody else knows the password."""
    folder, out = tmp_path / "vault", tmp_path / "out"
    out.mkdir()
    desk = make_desk(folder)
    add_contact(desk, "Agim Hoxha")
    lock_desk(desk)
    told = run_until_locking_fails(folder, monkeypatch, "export", str(folder), "--out", str(out))
    assert told["password"]
    assert (out / str(told["file"])).is_file()
