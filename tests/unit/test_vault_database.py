"""The encrypted database file: what it refuses, what its checks find, how its errors are named."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from liaison_desk.domain.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    DiskFull,
    DriverUnfit,
    StorageFailed,
    VaultError,
)
from liaison_desk.vault import database as database_module
from liaison_desk.vault.database import DriverError, check_pages, classify_driver_error, open_database
from liaison_desk.vault.recovery import RecoveryCode
from tests.vault_material import count_people, make_vault, reopen

_PAGE = 4096


@pytest.fixture(name="made")
def _made(tmp_path: Path) -> tuple[Path, RecoveryCode]:
    created = make_vault(tmp_path / "vault", rows=2000)
    created.vault.close()
    return created.vault.database, created.recovery_code


def _open_and_check(database: Path, code: RecoveryCode) -> int:
    vault = reopen(database.parent, code)
    try:
        vault.check()
        return count_people(vault)
    finally:
        vault.close()


def _plain_database(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE person (id TEXT)")
        connection.commit()
    return path.read_bytes()


@pytest.mark.parametrize("length", [0, 1, 100, 511, 512, 4095, 4096, 5000, 20 * _PAGE, -_PAGE, -1])
def test_truncated_file_is_damage(made: tuple[Path, RecoveryCode], length: int) -> None:
    """A file cut anywhere, within or between pages, down to nothing, is damage and is not repaired."""
    database, code = made
    cut = database.read_bytes()[:length]
    database.write_bytes(cut)
    with pytest.raises(DatabaseDamaged):
        _open_and_check(database, code)
    assert cut[:_PAGE] == database.read_bytes()[:_PAGE]


def test_plain_database_is_refused(made: tuple[Path, RecoveryCode], tmp_path: Path) -> None:
    """A database in clear under the vault's name is not opened."""
    database, code = made
    database.write_bytes(_plain_database(tmp_path / "plain.db"))
    with pytest.raises(DatabaseDamaged) as refused:
        reopen(database.parent, code)
    assert {"reason": "not encrypted"} == refused.value.facts


def test_foreign_database_is_refused(made: tuple[Path, RecoveryCode], tmp_path: Path) -> None:
    """The database of another vault, random bytes and a picture are damage under a right key."""
    database, code = made
    other = make_vault(tmp_path / "other").vault
    other.close()
    for content in (
        other.database.read_bytes(),
        random.Random(3).randbytes(9 * _PAGE),
        b"\x89PNG" + bytes(9000),
    ):
        database.write_bytes(content)
        with pytest.raises(DatabaseDamaged):
            reopen(database.parent, code)


def test_missing_database_is_never_made_anew(made: tuple[Path, RecoveryCode]) -> None:
    """Connecting does not create a file where none is."""
    database, code = made
    vault = reopen(database.parent, code)
    database.rename(database.with_name("elsewhere"))
    with pytest.raises(DatabaseMissing):
        vault.connect()
    assert not database.exists()
    database.with_name("elsewhere").rename(database)
    vault.close()


def test_every_kind_of_page_damage_is_found(made: tuple[Path, RecoveryCode]) -> None:
    """Flipped bytes, swapped, zeroed and foreign pages are found by the checks, all of them."""
    database, code = made
    whole = database.read_bytes()
    pages = len(whole) // _PAGE
    chance = random.Random(5)
    damages = []
    for _ in range(25):
        place = chance.randrange(len(whole))
        damages.append(whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :])
    for _ in range(5):
        first, second = sorted(chance.sample(range(1, pages), 2))
        one, two = whole[first * _PAGE :][:_PAGE], whole[second * _PAGE :][:_PAGE]
        swapped = whole[: first * _PAGE] + two + whole[(first + 1) * _PAGE : second * _PAGE] + one
        damages.append(swapped + whole[(second + 1) * _PAGE :])
        damages.append(whole[: first * _PAGE] + bytes(_PAGE) + whole[(first + 1) * _PAGE :])
        damages.append(whole[: first * _PAGE] + chance.randbytes(_PAGE) + whole[(first + 1) * _PAGE :])
    for damaged in damages:
        database.write_bytes(damaged)
        with pytest.raises(DatabaseDamaged):
            _open_and_check(database, code)
    database.write_bytes(whole)
    assert 2000 == _open_and_check(database, code)


def test_log_is_part_of_the_check(made: tuple[Path, RecoveryCode]) -> None:
    """What only the write-ahead log holds is read, and the check moves it into the file first."""
    database, code = made
    vault = reopen(database.parent, code)
    with closing(vault.connect()) as connection:
        connection.execute("INSERT INTO person VALUES ('late', 'late')")
        log = database.with_name(database.name + "-wal")
        assert log.stat().st_size > 0
        check_pages(connection, database)
        assert 0 == log.stat().st_size
    assert 2001 == count_people(vault)
    vault.close()


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '{elsewhere}' AS elsewhere KEY ''",
        "VACUUM INTO '{elsewhere}'",
        "PRAGMA rekey = 'other'",
        "PRAGMA hexrekey = '00'",
        "PRAGMA temp_store = FILE",
        "PRAGMA TEMP_STORE = 1",
        "PRAGMA cipher_profile = '{elsewhere}'",
        "PRAGMA cipher_log = '{elsewhere}'",
        "SELECT load_extension('{elsewhere}')",
    ],
)
def test_connection_cannot_write_in_clear(
    made: tuple[Path, RecoveryCode], tmp_path: Path, statement: str
) -> None:
    """Nothing that would leave clear text or another key behind is allowed on a connection."""
    database, code = made
    vault = reopen(database.parent, code)
    elsewhere = tmp_path / "elsewhere"
    with closing(vault.connect()) as connection:
        with pytest.raises(DriverError):
            connection.execute(statement.format(elsewhere=elsewhere))
        assert not elsewhere.exists()
    vault.close()


def test_connection_has_the_promised_settings(made: tuple[Path, RecoveryCode]) -> None:
    """Log, full sync, memory for temporary tables, secure deletion and foreign keys are on."""
    database, code = made
    vault = reopen(database.parent, code)
    names = ("journal_mode", "synchronous", "temp_store", "secure_delete", "foreign_keys", "busy_timeout")
    with closing(vault.connect()) as connection:
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        assert connection.isolation_level is None
    vault.close()
    assert ["wal", 2, 2, 1, 1, 10_000] == [int(value) if str(value).isdigit() else value for value in found]


def test_compacting_gives_room_back(made: tuple[Path, RecoveryCode]) -> None:
    """Compacting rewrites the file smaller; it is the one way to do so."""
    database, code = made
    vault = reopen(database.parent, code)
    before = database.stat().st_size
    with closing(vault.connect()) as connection:
        connection.execute("DELETE FROM person WHERE id > 'id-00100'")
    vault.compact()
    vault.check()
    assert database.stat().st_size < before / 2
    assert 101 == count_people(vault)
    vault.close()


def _provoke(connection: sqlite3.Connection, statement: str) -> BaseException:
    with pytest.raises(DriverError) as provoked:
        connection.execute(statement)
    error: BaseException = provoked.value
    return error


def test_full_disk_is_named(made: tuple[Path, RecoveryCode]) -> None:
    """A full disk becomes DiskFull, and the transaction is gone."""
    database, code = made
    vault = reopen(database.parent, code)
    with closing(vault.connect()) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute("BEGIN IMMEDIATE")
        error = _provoke(connection, "INSERT INTO person VALUES ('big', zeroblob(9000000))")
        assert not connection.in_transaction
    assert isinstance(classify_driver_error(error, database), DiskFull)
    assert 2000 == count_people(vault)
    vault.close()


def test_busy_database_is_named(made: tuple[Path, RecoveryCode]) -> None:
    """A database that somebody else holds is trouble of the storage, not a mistake of the program."""
    database, code = made
    vault = reopen(database.parent, code)
    with closing(vault.connect()) as one, closing(vault.connect()) as two:
        two.execute("PRAGMA busy_timeout = 0")
        one.execute("BEGIN IMMEDIATE")
        named = classify_driver_error(_provoke(two, "BEGIN IMMEDIATE"), database)
        one.rollback()
    assert isinstance(named, StorageFailed)
    assert "SQLITE_BUSY" == named.facts["reason"]
    vault.close()


def test_mistakes_of_the_program_are_not_excused(made: tuple[Path, RecoveryCode]) -> None:
    """Wrong statements, broken constraints and errors of others stay what they are."""
    database, code = made
    vault = reopen(database.parent, code)
    with closing(vault.connect()) as connection:
        wrong: list[Callable[[], BaseException]] = [
            lambda: _provoke(connection, "SELECT * FROM nowhere"),
            lambda: _provoke(connection, "INSERT INTO person SELECT * FROM person"),
            lambda: ValueError("no driver"),
        ]
        assert [None] * 3 == [classify_driver_error(provoke(), database) for provoke in wrong]
    vault.close()


def test_wrong_key_is_damage(made: tuple[Path, RecoveryCode]) -> None:
    """With a wrong key the file cannot be read; the error carries a reason and no path or key."""
    database, _ = made
    with pytest.raises(DatabaseDamaged) as refused:
        open_database(database, bytearray(32))
    assert {"reason": "SQLITE_NOTADB"} == refused.value.facts
    assert isinstance(refused.value, VaultError)
    assert isinstance(refused.value.__cause__, DriverError)
    assert isinstance(classify_driver_error(refused.value.__cause__, database), DatabaseDamaged)


def test_driver_that_does_not_encrypt_is_refused(
    made: tuple[Path, RecoveryCode], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Python's own driver in place of the encrypting one nothing is opened and nothing written."""
    database, _ = made
    before = database.read_bytes()
    monkeypatch.setattr(database_module, "driver", sqlite3)
    with pytest.raises(DriverUnfit):
        open_database(database, bytearray(32))
    assert before == database.read_bytes()
