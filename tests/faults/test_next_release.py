"""Migration by a program of tomorrow: this one, with one revision more, made for the test and run for real.

While there is only one revision, nothing older exists that this program could bring up. So the next release
is made here: a copy of the package in which one real revision follows, run in processes of its own.
"""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.clocks import SystemClock
from liaison_desk.domain.errors import VaultTooNew
from liaison_desk.services.unlocking import open_desk
from liaison_desk.storage.migrating import HEAD_REVISION
from liaison_desk.vault.ballast import BALLAST_NAME
from liaison_desk.vault.passphrases import Passphrase
from tests.faults.command_line import PROJECT, WORDS, do, run_desk, start_desk, wait_until
from tests.faults.disks import MIB, make_disk

NEXT = "9998"
REVISION = f'''"""Add what tomorrow needs."""

from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD_REVISION}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and fill it from what is there."""
    op.execute("CREATE TABLE later (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL)")
    op.execute("INSERT INTO later SELECT id, name FROM contact")
'''  # noqa: S608 - the text of a program, no query
BROKEN = '    op.execute("INSERT INTO nowhere SELECT id FROM contact")\n'
MAKING = ("vault", "create")


def make_release(folder: Path, *, broken: bool = False) -> Path:
    """Copy the program and give it one revision more; return the folder of its package."""
    package = folder / "liaison_desk"
    shutil.copytree(PROJECT / "liaison_desk", package, ignore=shutil.ignore_patterns("__pycache__"))
    storage = package / "storage"
    (storage / "migrations" / "versions" / f"revision_{NEXT}_later.py").write_text(
        REVISION + (BROKEN if broken else ""), encoding="utf-8"
    )
    known, order = f'("{HEAD_REVISION}",)', f'("{HEAD_REVISION}", "{NEXT}")'
    for path, changes in (
        (
            storage / "migrating.py",
            ((f'HEAD_REVISION = "{HEAD_REVISION}"', f'HEAD_REVISION = "{NEXT}"'), (known, order)),
        ),
        (
            storage / "upcasters.py",
            (
                (known, order),
                ("Upcaster] = {}", f'Upcaster] = {{"{HEAD_REVISION}": lambda _type, content: content}}'),
            ),
        ),
    ):
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert 1 == text.count(old), old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(name="vault")
def _vault(tmp_path: Path) -> Path:
    vault = tmp_path / "vault"
    do(*MAKING, vault, "--kdf", "floor")
    do("add", vault, "contact", "name=Agim Hoxha")
    return vault


def backups_of(vault: Path) -> list[Path]:
    """Return the backups beside a vault."""
    return sorted((vault / "backups").glob("before-*"))


def test_older_vault_is_backed_up_then_brought_up(vault: Path, tmp_path: Path) -> None:
    """The next release makes a backup, then migrates; this one refuses the vault and restores the backup."""
    tomorrow = make_release(tmp_path / "tomorrow")
    assert "Agim Hoxha" in do("search", vault, "hoxha", program=tomorrow)
    (backup,) = backups_of(vault)
    do("edit", vault, "C-1", "rank=Major", program=tomorrow)
    do("undo", vault, program=tomorrow)
    do("vault", "verify", vault, program=tomorrow)
    assert [backup] == backups_of(vault), "an open vault of the right revision needs no backup"
    assert VaultTooNew.code == run_desk("search", vault, "hoxha").refusal
    with pytest.raises(VaultTooNew) as refused:
        open_desk(vault, Passphrase(WORDS), clock=SystemClock())
    assert {"found": NEXT, "known": HEAD_REVISION} == refused.value.facts
    do("vault", "verify", vault, program=tomorrow)
    do("vault", "restore", backup, tmp_path / "restored")
    assert "Agim Hoxha" in do("search", tmp_path / "restored", "hoxha")
    do("vault", "verify", tmp_path / "restored")


def test_failed_migration_leaves_the_vault_as_it_was(vault: Path, tmp_path: Path) -> None:
    """A migration that breaks off in its middle is rolled back whole, and the backup was made before it."""
    broken = make_release(tmp_path / "broken", broken=True)
    answer = run_desk("search", vault, "hoxha", program=broken)
    assert (1, "") == (answer.code, answer.out)
    assert "Hoxha" not in answer.err
    assert 1 == len(backups_of(vault))
    assert "Agim Hoxha" in do("search", vault, "hoxha")
    do("vault", "verify", vault)


def test_killed_migration_leaves_the_vault_before_or_after(vault: Path, tmp_path: Path) -> None:
    """Killed as soon as its backup is there, the vault is of the old revision or of the new, and whole."""
    tomorrow = make_release(tmp_path / "tomorrow")
    child = start_desk("search", vault, "hoxha", program=tomorrow)
    wait_until(lambda: bool(backups_of(vault)), child)
    child.kill()
    child.communicate(timeout=60)
    assert run_desk("search", vault, "hoxha").refusal in {"0: ", VaultTooNew.code}
    assert "Agim Hoxha" in do("search", vault, "hoxha", program=tomorrow)
    do("vault", "verify", vault, program=tomorrow)


def test_no_migration_without_room_for_its_backup(tmp_path: Path) -> None:
    """On a full disk the migration is refused before anything is touched; later it goes through."""
    tomorrow = make_release(tmp_path / "tomorrow")
    with closing(make_disk(tmp_path / "disk", 48 * MIB)) as disk:
        vault = disk.folder / "vault"
        do(*MAKING, vault, "--kdf", "floor")
        (vault / BALLAST_NAME).unlink()
        disk.fill(leave=200_000)
        assert disk.run("search", vault, "hoxha", program=tomorrow).refusal in disk.refusals
        disk.empty()
        do("vault", "verify", vault)
        do("vault", "verify", vault, program=tomorrow)
        assert 1 == len(backups_of(vault))
