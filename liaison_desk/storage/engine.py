"""The engine around the vault's keyed connections, and the one place where its errors get their names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from liaison_desk.domain.errors import DiskFull
from liaison_desk.vault.ballast import free_ballast
from liaison_desk.vault.database import (  # type: ignore[attr-defined]  # vault lends its driver to the engine
    classify_driver_error,
    driver,
)

if TYPE_CHECKING:
    import sqlite3

WRITES = "liaison_desk_writes"
"""Execution option that marks a connection whose transaction will write."""


def make_engine(connect: "Callable[[], sqlite3.Connection]") -> Engine:
    """Return an engine whose connections come keyed from the vault; errors never print parameters."""
    engine = create_engine(
        "sqlite://", module=driver, creator=connect, poolclass=QueuePool, pool_size=3, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # The driver is in autocommit mode, so that DDL and savepoints roll back; IMMEDIATE takes the write
    # lock before the first read, so that a save never fails half-way on a lock.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn trouble with disk or file into the desk's errors; mistakes of the program pass unchanged.

    Where ``path`` is the folder of a vault, a full disk makes it give up its ballast: another try and the
    locking find room.
    """
    try:
        yield
    except DBAPIError as error:
        named = classify_driver_error(error.orig, path) if error.orig is not None else None
        if named is None:
            raise
        if isinstance(named, DiskFull):
            free_ballast(path)
        raise named from error
