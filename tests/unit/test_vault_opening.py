"""Creating, opening and closing a vault, and every state in which that is refused."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    DatabaseMissing,
    HeaderMissing,
    PassphraseTooWeak,
    StorageFailed,
    VaultExists,
    VaultInUse,
    VaultLocked,
    VaultMissing,
    WrongSecret,
)
from liaison_desk.vault.ballast import BALLAST_NAME
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.header import HEADER_NAME, SPARE_NAME, Anchor
from liaison_desk.vault.opening import create_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode
from liaison_desk.vault.slots import SlotType
from tests.vault_material import ANCHOR, BALLAST, CLOCK, WORDS, count_people, make_vault, reopen

_OPEN_AND_WAIT = """
import sys
from pathlib import Path
from tests.vault_material import WORDS, reopen
from liaison_desk.vault.passphrases import Passphrase
vault = reopen(Path(sys.argv[1]), Passphrase(WORDS))
print("open", flush=True)
sys.stdin.read()
"""

_FORBIDDEN_IMPORTS = """
import sys
import liaison_desk.vault.opening, liaison_desk.keychain
print(sorted({name.split(".")[0] for name in sys.modules} & {"sqlalchemy", "alembic", "keyring", "PySide6"}))
"""


def test_vault_opens_with_each_secret(tmp_path: Path) -> None:
    """What was saved is there again with passphrase and recovery code, in a path of any letters."""
    folder = tmp_path / "Úřad #1 % ? žluťoučký"
    made = make_vault(folder)
    made.vault.close()
    for secret, kind in (
        (Passphrase(WORDS), SlotType.PASSPHRASE),
        (RecoveryCode.parse(made.recovery_code.text()), SlotType.RECOVERY),
    ):
        vault = reopen(folder, secret)
        assert (100, kind, made.vault.vault_id) == (count_people(vault), vault.unlocked_by, vault.vault_id)
        vault.check()
        vault.close()


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600 whatever the umask, those of the database driver too."""
    before = os.umask(0)
    try:
        vault = make_vault(tmp_path / "vault").vault
        with closing(vault.connect()) as connection:
            connection.execute("INSERT INTO person VALUES ('new', 'new')")
            modes = {path.name: path.stat().st_mode & 0o777 for path in vault.folder.rglob("*")}
        vault.close()
    finally:
        os.umask(before)
    assert 0o700 == vault.folder.stat().st_mode & 0o777
    folders = {"blobs", "drafts", "backups"}
    assert {name: 0o700 if name in folders else 0o600 for name in modes} == modes
    assert {"vault-000001.db-wal", "vault-000001.db-shm", "lock", HEADER_NAME, BALLAST_NAME} <= set(modes)


def test_nothing_readable_lies_in_the_folder(tmp_path: Path) -> None:
    """Neither names nor table names stand in any file, while open with a log and after closing."""
    vault = make_vault(tmp_path / "vault").vault
    connection = vault.connect()
    connection.execute("INSERT INTO person VALUES ('late', 'Canary Person late')")
    for when in ("open", "closed"):
        for path in vault.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert not any(word in content for word in (b"Canary", b"person", b"SQLite format 3")), (
                when,
                path,
            )
        connection.close()
        vault.close()


def test_closing_records_journal_heads_once(tmp_path: Path) -> None:
    """Heads go into header and spare copy when they changed, sorted; otherwise nothing is written."""
    made = make_vault(tmp_path / "vault")
    other = Anchor("a-device", 1, "cd" * 32)
    made.vault.close([ANCHOR, other])
    raw = (made.vault.folder / HEADER_NAME).read_bytes()
    assert raw == (made.vault.folder / SPARE_NAME).read_bytes()
    vault = reopen(made.vault.folder, made.recovery_code)
    assert (2, (other, ANCHOR)) == (vault.generation, vault.anchors)
    vault.close([other, ANCHOR])
    reopen(made.vault.folder, made.recovery_code).close()
    assert raw == (made.vault.folder / HEADER_NAME).read_bytes()
    assert not (made.vault.folder / "vault-000001.db-wal").exists()


def test_closed_vault_gives_nothing(tmp_path: Path) -> None:
    """After closing there is no key: connecting is refused, closing again is harmless."""
    vault = make_vault(tmp_path / "vault").vault
    vault.close()
    vault.close()
    assert not vault.is_open
    with pytest.raises(VaultLocked):
        vault.connect()


def test_second_opening_is_refused(tmp_path: Path) -> None:
    """A vault that is open here refuses to open or be created once more, naming the process."""
    made = make_vault(tmp_path / "vault")
    for attempt in (
        lambda: reopen(made.vault.folder, made.recovery_code),
        lambda: create_vault(made.vault.folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK),
    ):
        with pytest.raises(VaultInUse) as refused:
            attempt()
        assert {"pid": os.getpid()} == refused.value.facts
    made.vault.close()
    reopen(made.vault.folder, made.recovery_code).close()


def test_other_process_is_refused_until_it_is_killed(tmp_path: Path) -> None:
    """A vault open in another process is refused by its number, and free once that process is killed."""
    made = make_vault(tmp_path / "vault")
    made.vault.close()
    command = [sys.executable, "-c", _OPEN_AND_WAIT, str(made.vault.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert "open\n" == other.stdout.readline()
        with pytest.raises(VaultInUse) as refused:
            reopen(made.vault.folder, made.recovery_code)
        assert {"pid": other.pid} == refused.value.facts
        other.kill()
        other.wait()
    reopen(made.vault.folder, made.recovery_code).close()


def test_missing_parts_are_told_apart(tmp_path: Path) -> None:
    """No vault, a header without its database and a database without its header are three things."""
    with pytest.raises(VaultMissing):
        reopen(tmp_path / "nothing", Passphrase(WORDS))
    (tmp_path / "empty").mkdir()
    with pytest.raises(VaultMissing):
        reopen(tmp_path / "empty", Passphrase(WORDS))
    assert [] == list((tmp_path / "empty").iterdir())
    made = make_vault(tmp_path / "vault")
    made.vault.close()
    database = made.vault.database
    kept = database.read_bytes()
    database.unlink()
    with pytest.raises(DatabaseMissing) as refused:
        reopen(made.vault.folder, made.recovery_code)
    assert {"file": "vault-000001.db"} == refused.value.facts
    database.write_bytes(kept)
    (made.vault.folder / HEADER_NAME).unlink()
    (made.vault.folder / SPARE_NAME).unlink()
    with pytest.raises(HeaderMissing):
        reopen(made.vault.folder, made.recovery_code)
    with pytest.raises(VaultExists):
        create_vault(made.vault.folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    assert kept == database.read_bytes()


def test_creation_never_touches_a_vault(tmp_path: Path) -> None:
    """A folder with a vault refuses creation, and a weak passphrase leaves no folder."""
    made = make_vault(tmp_path / "vault")
    made.vault.close()
    before = {path.name: path.read_bytes() for path in made.vault.folder.iterdir() if path.is_file()}
    with pytest.raises(VaultExists):
        create_vault(made.vault.folder, Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    assert before == {path.name: path.read_bytes() for path in made.vault.folder.iterdir() if path.is_file()}
    with pytest.raises(PassphraseTooWeak):
        create_vault(tmp_path / "weak", Passphrase("short"), kdf=FAST, clock=CLOCK)
    assert not (tmp_path / "weak").exists()


def test_interrupted_creation_can_be_repeated(tmp_path: Path) -> None:
    """What a kill during creation left is no vault, and the next creation clears it away."""
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "creating").touch()
    (folder / "vault-000001.db").write_bytes(b"half")
    (folder / ".new-0011").write_bytes(b"half")
    with pytest.raises(VaultMissing):
        reopen(folder, Passphrase(WORDS))
    made = make_vault(folder)
    assert 100 == count_people(made.vault)
    made.vault.close()
    assert not {"creating", ".new-0011"} & {path.name for path in folder.iterdir()}


def test_opening_sweeps_leftovers_only(tmp_path: Path) -> None:
    """Opening removes temporary files and databases the header does not name, and nothing else."""
    made = make_vault(tmp_path / "vault")
    made.vault.close()
    folder = made.vault.folder
    for name in ("vault-000009.db", "vault-000009.db-wal", ".new-77", "notes.txt", "vault-1.db", "creating"):
        (folder / name).write_bytes(b"left")
    with pytest.raises(WrongSecret):
        reopen(folder, Passphrase("not the passphrase"))
    assert (folder / "vault-000009.db").exists()
    reopen(folder, made.recovery_code).close()
    left = {path.name for path in folder.iterdir() if path.is_file()}
    assert {
        "notes.txt",
        "vault-1.db",
        "vault-000001.db",
        HEADER_NAME,
        SPARE_NAME,
        "lock",
        BALLAST_NAME,
    } == left


def test_spare_header_keeps_every_database(tmp_path: Path) -> None:
    """While only the spare copy is readable no database file is removed: it could be the newer one."""
    made = make_vault(tmp_path / "vault")
    made.vault.close()
    (made.vault.folder / HEADER_NAME).write_bytes(b"damaged")
    (made.vault.folder / "vault-000002.db").write_bytes(b"maybe newer")
    reopen(made.vault.folder, made.recovery_code).close()
    assert (made.vault.folder / "vault-000002.db").exists()


def test_ballast_is_there_is_freed_and_comes_back(tmp_path: Path) -> None:
    """The ballast takes its room from creation, gives it back once, and is refilled at opening."""
    made = make_vault(tmp_path / "vault")
    ballast = made.vault.folder / BALLAST_NAME
    assert BALLAST == ballast.stat().st_size
    assert [True, False] == [made.vault.free_ballast(), made.vault.free_ballast()]
    made.vault.close()
    reopen(made.vault.folder, made.recovery_code).close()
    assert BALLAST == ballast.stat().st_size


def test_unlocking_loads_nothing_heavy() -> None:
    """The unlock screen's imports hold no SQLAlchemy, no keyring library, no Qt."""
    done = subprocess.run(
        [sys.executable, "-c", _FORBIDDEN_IMPORTS], capture_output=True, text=True, check=True
    )
    assert "[]\n" == done.stdout


def test_place_that_can_hold_no_folder_is_named(tmp_path: Path) -> None:
    """A file where a folder should be made is a refusal of the disk, with its reason."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed) as refused:
        create_vault(tmp_path / "file" / "vault", Passphrase(WORDS), kdf=FAST, clock=CLOCK)
    assert "ENOTDIR" == refused.value.facts["reason"]
