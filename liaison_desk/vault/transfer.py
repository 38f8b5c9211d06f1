"""Copying a whole database under another key, page by page, and proving the copy."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.errors import DatabaseDamaged, StorageFailed
from liaison_desk.vault.database import (
    check_pages,
    checkpoint,
    count_rows,
    create_database,
    delete_database,
    driver_errors,
    open_unguarded,
)
from liaison_desk.vault.durable import sync_file, sync_folder

if TYPE_CHECKING:
    from sqlite3 import Connection

Progress = Callable[[int, int], None]
"""Called with pages done and pages in all; raising from it ends the work and leaves nothing."""

_PAGES_AT_ONCE = 1024


def copy_database(
    source: Path, source_key: bytearray, target: Path, target_key: bytearray, progress: Progress | None = None
) -> None:
    """Write a checked, synced copy of ``source`` under ``target_key``; on any error no ``target`` is left.

    Pages are copied as they are, decrypted and encrypted anew: row ids, sequences, triggers and search
    tables stay what they were. The source may be in use. Raises DatabaseDamaged when the copy differs.
    """
    try:
        create_database(target, target_key)
        with closing(open_unguarded(source, source_key)) as old, _snapshot(old, source):
            with closing(open_unguarded(target, target_key)) as new, driver_errors(target):
                _copy_pages(old, new, progress)
                checkpoint(new)
            sync_file(target)
            sync_folder(target.parent)
            with driver_errors(source):
                expected = count_rows(old)
            _prove(target, target_key, expected)
    except BaseException:
        with suppress(StorageFailed):
            delete_database(target)
        raise


@contextmanager
def _snapshot(connection: "Connection", path: Path) -> Iterator[None]:
    # One read transaction from copy to count: what others write meanwhile is not seen by either.
    with driver_errors(path):
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    try:
        yield
    finally:
        connection.rollback()


def _copy_pages(old: "Connection", new: "Connection", progress: Progress | None) -> None:
    def report(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    old.backup(new, pages=_PAGES_AT_ONCE, progress=report)


def _prove(target: Path, key: bytearray, expected: dict[str, int]) -> None:
    with closing(open_unguarded(target, key)) as copy:
        check_pages(copy, target)
        with driver_errors(target):
            found = count_rows(copy)
    if found != expected:
        raise DatabaseDamaged(reason="copy differs")
