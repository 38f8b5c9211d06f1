"""The open store of a vault: reading in one transaction, writing in one batch."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, insert, select, update

from liaison_desk.domain.clocks import Clock
from liaison_desk.domain.errors import LiaisonError, VaultMismatch
from liaison_desk.domain.ids import IdFactory
from liaison_desk.domain.operations import Intent
from liaison_desk.domain.post import Post
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.derived import DERIVED_REVISION, DerivedTables
from liaison_desk.storage.engine import WRITES, make_engine, storage_errors
from liaison_desk.storage.housekeeping_tables import BLOB, META, OUTBOX
from liaison_desk.storage.journal import Head, heads, next_link
from liaison_desk.storage.migrating import HEAD_REVISION, create_schema, migrate, require_revision
from liaison_desk.storage.numbering import Numbering

if TYPE_CHECKING:
    import sqlite3

_DERIVED = "derived"
"""Fact of the vault: the revision by which its derived tables were made."""

Connect = Callable[[], "sqlite3.Connection"]


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What the store knows of itself, read once at opening."""

    vault_id: str
    device: str
    audit_key: bytes = field(repr=False)
    post: Post


class Store:
    """Hands out transactions. Nothing it returns keeps a connection."""

    def __init__(
        self, engine: Engine, facts: StoreFacts, clock: Clock, new_id: IdFactory, path: Path
    ) -> None:
        """Take what ``open_store`` prepared; ``path`` names the vault in errors."""
        self._engine = engine
        self.facts = facts
        self.clock = clock
        self.new_id = new_id
        self.path = path

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        with storage_errors(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, intent: Intent) -> Iterator[Batch]:
        """Open a batch; everything in it is written at the end, or nothing is."""
        with storage_errors(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                batch = self._begin(connection, intent)
                yield batch
                batch.finish()
                if batch.link.length:
                    batch.link.close()

    @contextmanager
    def change_housekeeping(self) -> Iterator[Connection]:
        """Open a transaction for what is not journaled: outbox state, remembered columns, targets."""
        with storage_errors(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    def rebuild_derived(self, *, only_outdated: bool = False) -> bool:
        """Make the derived tables anew from the records; tell whether it was done."""
        with self.change_housekeeping() as connection:
            if only_outdated and read_meta(connection, _DERIVED) == DERIVED_REVISION:
                return False
            DerivedTables(connection, self.facts.post.sort_language).rebuild()
            change_meta(connection, _DERIVED, DERIVED_REVISION)
        return True

    def heads(self) -> list[Head]:
        """Return the head of each device's chain."""
        with self.read() as connection:
            return heads(connection)

    def close(self) -> None:
        """Close every pooled connection; none may be checked out."""
        self._engine.dispose()

    def _begin(self, connection: Connection, intent: Intent) -> Batch:
        now = self.clock.now()
        link = next_link(
            connection,
            intent,
            device=self.facts.device,
            actor=self.facts.post.officer,
            now=now,
            revision=HEAD_REVISION,
            audit_key=self.facts.audit_key,
        )
        return Batch(
            connection=connection,
            link=link,
            derived=DerivedTables(connection, self.facts.post.sort_language),
            numbering=Numbering(connection, year=now.year, request_prefix=self.facts.post.request_prefix),
        )


def lay_store(connect: Connect, vault_id: str, path: Path, *, post: Post, new_id: IdFactory) -> None:
    """Lay the tables and the first facts into an empty database, and let go of it."""
    engine = make_engine(connect)
    try:
        with storage_errors(path), engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                create_schema(connection)
                facts = {
                    "vault_id": vault_id,
                    "device": new_id(),
                    "audit_key": secrets.token_hex(32),
                    _DERIVED: DERIVED_REVISION,
                    "post": json.dumps(asdict(post), sort_keys=True),
                }
                connection.execute(insert(META), [{"name": n, "value": v} for n, v in facts.items()])
    finally:
        engine.dispose()


def create_store(
    connect: Connect, *, vault_id: str, post: Post, clock: Clock, new_id: IdFactory, path: Path
) -> Store:
    """Lay the tables into an empty database and return the store."""
    lay_store(connect, vault_id, path, post=post, new_id=new_id)
    return open_store(connect, vault_id=vault_id, clock=clock, new_id=new_id, path=path)


def read_blob_ids(connect: Connect, path: Path) -> list[str]:
    """Return the ids of the sealed files without opening the store: the schema may still be an old one."""
    engine = make_engine(connect)
    try:
        with storage_errors(path), engine.connect() as connection, connection.begin():
            return list(connection.execute(select(BLOB.c.id).order_by(BLOB.c.id)).scalars())
    finally:
        engine.dispose()


def renew_device(connect: Connect, path: Path, device: str, dropped_purpose: str) -> None:
    """Let the journal of a restored database go on under a new device.

    Sealed files of ``dropped_purpose`` were no part of the backup: their keys and errands go.
    """
    engine = make_engine(connect)
    try:
        with storage_errors(path), engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                change_meta(connection, "device", device)
                gone = select(BLOB.c.id).where(BLOB.c.purpose == dropped_purpose)
                connection.execute(delete(OUTBOX).where(OUTBOX.c.blob_id.in_(gone)))
                connection.execute(delete(BLOB).where(BLOB.c.purpose == dropped_purpose))
    finally:
        engine.dispose()


def migrate_store(connect: Connect, path: Path) -> None:
    """Bring the database up to the present revision, in one transaction. The caller has made a backup."""
    engine = make_engine(connect)
    try:
        with storage_errors(path), engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                migrate(connection)
    finally:
        engine.dispose()


def open_store(
    connect: Connect,
    *,
    vault_id: str,
    clock: Clock,
    new_id: IdFactory,
    path: Path,
) -> Store:
    """Return the store of an existing database.

    Raises VaultTooNew, MigrationNeeded, and VaultMismatch when the header belongs to another database.
    """
    engine = make_engine(connect)
    try:
        with storage_errors(path), engine.connect() as connection, connection.begin():
            require_revision(connection)
            kept = dict(connection.execute(select(META.c.name, META.c.value)).all())
        if kept.get("vault_id") != vault_id:
            raise VaultMismatch
    except LiaisonError:
        engine.dispose()
        raise
    facts = StoreFacts(
        vault_id=vault_id,
        device=kept["device"],
        audit_key=bytes.fromhex(kept["audit_key"]),
        post=Post(**json.loads(kept["post"])),
    )
    return Store(engine, facts, clock, new_id, path)


def change_meta(connection: Connection, name: str, value: str) -> None:
    """Set one fact of the vault."""
    changed = connection.execute(update(META).where(META.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(META), {"name": name, "value": value})


def read_meta(connection: Connection, name: str, default: str = "") -> str:
    """Return one fact of the vault."""
    found = connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one_or_none()
    return default if found is None else found
