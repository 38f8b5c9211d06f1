"""The encrypted database file: opening it under its key, checking it, and naming what goes wrong.

Only here is the SQLCipher driver imported. A connection is a plain DB-API connection in autocommit
mode; whoever takes it begins and ends transactions himself. It has the shape of ``sqlite3.Connection``,
which serves as its type because the driver has none.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from sqlcipher3 import dbapi2 as driver

from liaison_desk.domain.errors import (
    DatabaseDamaged,
    DatabaseMissing,
    DiskFull,
    DriverUnfit,
    ReadOnly,
    StorageFailed,
    VaultError,
)
from liaison_desk.vault.durable import create_private_file, disk_errors, read_bounded, sync_file
from liaison_desk.vault.keys import wipe

if TYPE_CHECKING:
    from sqlite3 import Connection

DriverError = driver.Error
"""The root of what the driver raises, for those who may not import it."""

SIDE_FILES = ("-wal", "-shm", "-journal")

_HEX = b"0123456789abcdef"
_PLAIN_START = b"SQLite format 3\0"
_LEAST_BYTES = 512
_PAGE_BYTES = 4096
_APPLICATION_ID = 0x4C444B31
_BUSY_MILLISECONDS = 10_000
_CACHE_KIBIBYTES = 64 * 1024
_ACTION_PRAGMA = 19
_ACTION_ATTACH = 24
_FORBIDDEN_PRAGMAS = frozenset(
    {
        "rekey",
        "hexrekey",
        "key",
        "hexkey",
        "temp_store",
        "temp_store_directory",
        "cipher_log",
        "cipher_profile",
        "cipher_migrate",
    }
)
_FULL = {driver.SQLITE_FULL}
_READ_ONLY = {driver.SQLITE_READONLY, driver.SQLITE_PERM}
_DAMAGED = {driver.SQLITE_CORRUPT, driver.SQLITE_NOTADB}
_REFUSED = {driver.SQLITE_IOERR, driver.SQLITE_CANTOPEN, driver.SQLITE_BUSY, driver.SQLITE_LOCKED}
# The driver's backup function reports SQLite's text without its code.
_CODES_BY_MESSAGE = {
    "database or disk is full": driver.SQLITE_FULL,
    "attempt to write a readonly database": driver.SQLITE_READONLY,
    "disk I/O error": driver.SQLITE_IOERR,
    "unable to open database file": driver.SQLITE_CANTOPEN,
    "database is locked": driver.SQLITE_BUSY,
    "database disk image is malformed": driver.SQLITE_CORRUPT,
    "file is not a database": driver.SQLITE_NOTADB,
}
_CORRUPT_FILE_SYSTEM = driver.SQLITE_IOERR | 33 << 8


def classify_driver_error(error: BaseException, path: Path) -> VaultError | None:
    """Return the desk's error for trouble with disk or file; None for a mistake of the program.

    The one place where the driver's result codes get their meaning.
    """
    if not isinstance(error, driver.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None) or _CODES_BY_MESSAGE.get(str(error), 0)
    primary = code & 0xFF
    # Where the index of the log finds no room, SQLite says only that the disk refused.
    if primary in _FULL or (primary == driver.SQLITE_IOERR and _is_full(path)):
        return DiskFull(path=str(path))
    if primary in _READ_ONLY:
        return ReadOnly(path=str(path))
    name = getattr(error, "sqlite_errorname", str(error))
    if primary in _DAMAGED or code == _CORRUPT_FILE_SYSTEM:
        return DatabaseDamaged(reason=name)
    if primary in _REFUSED:
        return StorageFailed(reason=name, path=str(path))
    return None


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path if path.is_dir() else path.parent).free < _PAGE_BYTES
    except OSError:
        return False


@contextmanager
def driver_errors(path: Path) -> Iterator[None]:
    """Turn the driver's errors inside into the desk's; mistakes of the program pass unchanged."""
    try:
        yield
    except driver.Error as error:
        named = classify_driver_error(error, path)
        if named is None:
            raise
        raise named from error


def create_database(path: Path, key: bytearray) -> None:
    """Make a new encrypted database with nothing in it but its first page, synced."""
    with disk_errors(path):
        path.unlink(missing_ok=True)
        os.close(create_private_file(path))
    with closing(_connect(path, key)) as connection, driver_errors(path):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        checkpoint(connection)
    sync_file(path)


def open_database(path: Path, key: bytearray) -> "Connection":
    """Return a connection for daily work: write-ahead log, full sync, nothing in clear, no ATTACH.

    Raises DatabaseMissing, DatabaseDamaged, DriverUnfit, StorageFailed and its kinds. The key is right
    when it comes from an opened header, so what cannot be read is damaged or foreign.
    """
    connection = open_unguarded(path, key)
    cast("Any", connection).set_authorizer(_authorise)
    return connection


def open_unguarded(path: Path, key: bytearray) -> "Connection":
    """Return a connection without the authorizer: only for rotation, backup and compacting."""
    refuse_unencrypted(path)
    connection = _connect(path, key)
    try:
        with driver_errors(path):
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "secure_delete = ON",
                "foreign_keys = ON",
                f"cache_size = -{_CACHE_KIBIBYTES}",
            ):
                connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def refuse_unencrypted(path: Path) -> None:
    """Raise for a file that is missing, empty, cut short, or a database in clear."""
    if not path.is_file():
        raise DatabaseMissing(file=path.name)
    start = read_bounded(path, _LEAST_BYTES - 1)
    if not start:
        # An empty file would open as a new, empty vault.
        raise DatabaseDamaged(reason="empty")
    if start.startswith(_PLAIN_START):
        raise DatabaseDamaged(reason="not encrypted")
    if len(start) < _LEAST_BYTES:
        raise DatabaseDamaged(reason="cut short")


def _connect(path: Path, key: bytearray) -> "Connection":
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    with driver_errors(path):
        connection = driver.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        with driver_errors(path):
            _set_key(connection, key)
            connection.execute("PRAGMA cipher_log_level = NONE")
            _demand_cipher(connection)
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
    except BaseException:
        connection.close()
        raise
    return cast("Connection", connection)


def _demand_cipher(connection: Any) -> None:
    # A driver that does not encrypt ignores the key and says nothing.
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise DriverUnfit(reason="no cipher")


def _set_key(connection: Any, key: bytearray) -> None:
    literal = bytearray(b"x'")
    for byte in key:
        literal.append(_HEX[byte >> 4])
        literal.append(_HEX[byte & 15])
    literal += b"'"
    try:
        setter = getattr(connection, "set_key", None)
        if setter is None:
            raise DriverUnfit(reason="no set_key")
        setter(literal)
    finally:
        wipe(literal)


def _authorise(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
    # ATTACH with an empty key would write the whole vault in clear; a rekey can lose it.
    if action == _ACTION_ATTACH:
        return int(driver.SQLITE_DENY)
    changes = second is not None
    if action == _ACTION_PRAGMA and changes and (first or "").lower() in _FORBIDDEN_PRAGMAS:
        return int(driver.SQLITE_DENY)
    return int(driver.SQLITE_OK)


def checkpoint(connection: "Connection") -> bool:
    """Move the write-ahead log into the file and cut it to nothing; False while another reader holds it."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def check_pages(connection: "Connection", path: Path) -> None:
    """Check every page against its HMAC and the whole structure. Raises DatabaseDamaged.

    The log goes first into the file, because the page check reads the file only. Both checks are
    needed: an older copy of a page has a right HMAC, and a file cut by whole pages has no wrong page.
    """
    with driver_errors(path):
        checkpoint(connection)
        if connection.execute("PRAGMA cipher_integrity_check").fetchone():
            raise DatabaseDamaged(reason="page check")
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise DatabaseDamaged(reason="structure check")


def count_rows(connection: "Connection") -> dict[str, int]:
    """Return how many rows every ordinary table has; those behind search indexes are among them."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name"
    ).fetchall()
    counts = {}
    for (name,) in names:
        quoted = name.replace('"', '""')
        counts[name] = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0]  # noqa: S608 - quoted
    return counts


def delete_database(path: Path) -> None:
    """Remove a database file and what lies beside it."""
    with disk_errors(path):
        for name in (path, *(path.with_name(path.name + end) for end in SIDE_FILES)):
            name.unlink(missing_ok=True)


def cipher_versions() -> dict[str, str]:
    """Return the versions of SQLite and SQLCipher. Raises DriverUnfit where the driver does not encrypt."""
    connection = driver.connect(":memory:")
    try:
        row = connection.execute("PRAGMA cipher_version").fetchone()
    finally:
        connection.close()
    if not row:
        raise DriverUnfit(reason="no cipher")
    return {"sqlite": str(driver.sqlite_version), "sqlcipher": str(row[0])}
