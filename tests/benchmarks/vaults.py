"""The vaults that are measured, made once a run, and plain copies of them as floors."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from liaison_desk.domain.clocks import SystemClock
from liaison_desk.domain.post import Post
from liaison_desk.services.desk import Desk
from liaison_desk.services.sampling import SampleSize, fill_vault
from liaison_desk.services.unlocking import create_desk, lock_desk, open_desk
from liaison_desk.storage.housekeeping_tables import FULL_TEXT_STATEMENTS
from liaison_desk.storage.tables import RECORD_TABLES
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.recovery import RecoveryCode

PASSPHRASE = "seven bridges over the measured river"
AS_OF = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY", "secure_delete = ON",
           "foreign_keys = ON", "cache_size = -65536")  # fmt: skip


@dataclass(slots=True)
class Bench:
    """Where the run's vaults lie; each size is made at its first use."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    rates: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Records and seconds of making each size."""

    def vault(self, size: SampleSize) -> Path:
        """Return the locked vault of a size."""
        if size not in self.made:
            path = self.folder / size
            made = create_desk(
                path, Passphrase(PASSPHRASE), post=Post(), kdf=FAST, clock=SystemClock(), ballast=0
            )
            desk, self.codes[size] = made.desk, made.recovery_code
            begin = time.perf_counter()
            records = fill_vault(desk, size, AS_OF)
            self.rates[size] = (records, time.perf_counter() - begin)
            lock_desk(desk)
            self.made[size] = path
        return self.made[size]

    def open(self, size: SampleSize) -> Desk:
        """Return the desk of a size, unlocked."""
        return open_desk(self.vault(size), Passphrase(PASSPHRASE), clock=SystemClock(), ballast=0)

    def open_without_derivation(self, size: SampleSize) -> Desk:
        """Return the desk of a size, unlocked by the recovery code, which needs no key derivation."""
        path = self.vault(size)
        return open_desk(path, RecoveryCode.parse(self.codes[size]), clock=SystemClock(), ballast=0)


def open_plain(path: Path) -> Any:
    """Return a plain SQLite connection with the vault's pragmas, by the very same library."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def copy_plain(desk: Desk, path: Path, *, only_records: bool = False) -> None:
    """Copy the vault's tables into a plain SQLite file: all of them, or the record tables alone."""
    path.unlink(missing_ok=True)
    with closing(desk.vault.connect()) as source, closing(open_plain(path)) as target:
        schema = list(_schema(source, only_records=only_records))
        target.execute("BEGIN")
        for kind, name, sql in schema:
            if kind == "table":
                target.execute(sql)
                if "VIRTUAL" not in sql:
                    _copy_rows(source, target, name)
        if not only_records:
            _fill_word_indexes(target)
        for kind, _, sql in schema:
            if kind == "index":
                target.execute(sql)
        target.execute("COMMIT")
        target.execute("VACUUM")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_word_indexes(target: Any) -> None:
    for name in ("title_words", "all_words"):
        target.execute(f"INSERT INTO {name}({name}) VALUES('rebuild')")
    for statement in FULL_TEXT_STATEMENTS:
        # The settings of the word indexes lie in tables of their own, which are not copied.
        if statement.startswith("INSERT"):
            target.execute(statement)


def _schema(source: Any, *, only_records: bool) -> Iterator[tuple[str, str, str]]:
    rows = source.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    ).fetchall()
    for kind, name, table, sql in rows:
        shadow = name.startswith(("title_words_", "all_words_"))
        if shadow or (only_records and table not in RECORD_TABLES):
            continue
        yield kind, name, sql


def _copy_rows(source: Any, target: Any, name: str) -> None:
    cursor = source.execute(f"SELECT * FROM {name}")  # noqa: S608 - a name out of the schema
    marks = ", ".join("?" for _ in cursor.description)
    while rows := cursor.fetchmany(5000):
        target.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - as above
