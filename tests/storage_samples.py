"""A real store for the tests below the window: SQLCipher under its own key, a clock that stands still."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection as DriverConnection
from typing import Any, TypeVar, cast

import pytest
from sqlalchemy import Connection

from liaison_desk.domain.clocks import SteppedClock, instant_text
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.ids import IdFactory, RecordId, make_id_factory
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.post import Post
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.storage.agreement import compare_derived, compare_journal, find_orphans
from liaison_desk.storage.batches import Batch
from liaison_desk.storage.chain import verify_chain
from liaison_desk.storage.engine import make_engine
from liaison_desk.storage.inversion import Inversion, find_batch, invert, next_to_redo, next_to_undo
from liaison_desk.storage.journal import StoredBatch, last_batch
from liaison_desk.storage.rows import load_dossier
from liaison_desk.storage.store import Store, create_store, open_store
from liaison_desk.vault.database import create_database, open_database

Altered = TypeVar("Altered", bound=Record)

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VAULT_ID = "0" * 32
KEY = bytes(range(48))

ADD = Intent("add", Operation.COLLECTION)
EDIT = Intent("edit", Operation.ALTERATION)
IMPORT = Intent("import", Operation.IMPORT)
ERASE = Intent("erase", Operation.ERASURE)


class DossierMaker:
    """Makes new dossiers with ids of its own."""

    new_id: IdFactory

    def contact(self, name: str, *children: Child, **fields: Any) -> Dossier:
        """Return a new contact; children get it as their owner."""
        return self._dossier(Contact(id=self.new_id(), name=name, **fields), children)

    def organisation(self, name: str, *children: Child, **fields: Any) -> Dossier:
        """Return a new organisation."""
        return self._dossier(Organisation(id=self.new_id(), name=name, **fields), children)

    def meeting(self, title: str, *children: Child, **fields: Any) -> Dossier:
        """Return a new meeting."""
        return self._dossier(Meeting(id=self.new_id(), title=title, **fields), children)

    def request(self, matter: str, *children: Child, **fields: Any) -> Dossier:
        """Return a new request."""
        return self._dossier(Request(id=self.new_id(), matter=matter, **fields), children)

    def child(self, record_type: type[Child], /, **fields: Any) -> Any:
        """Return a child of any type that has no owner yet."""
        return record_type(id=self.new_id(), owner_id=RecordId(""), **fields)

    def _dossier(self, root: Root, children: tuple[Child, ...]) -> Dossier:
        return own(Dossier(root, children))


@dataclass
class Bench(DossierMaker):
    """A store with what the tests need around it."""

    path: Path
    clock: SteppedClock = field(default_factory=lambda: SteppedClock(START))
    store: Store = field(init=False)
    new_id: IdFactory = field(init=False)

    def __post_init__(self) -> None:
        """Make the database file and lay the store into it."""
        create_database(self.path, bytearray(KEY))
        self.new_id = make_id_factory(self.clock)
        self.store = create_store(
            self.connect, vault_id=VAULT_ID, post=Post(), clock=self.clock, new_id=self.new_id, path=self.path
        )

    def connect(self) -> DriverConnection:
        """Return a keyed connection of the driver."""
        return open_database(self.path, bytearray(KEY))

    @classmethod
    def over(cls, path: Path) -> "Bench":
        """Return a bench over a database in which no store has been laid."""
        made = cls.__new__(cls)
        made.path = path
        made.clock = SteppedClock(START)
        return made

    def take(self, make: Callable[[IdFactory], Store]) -> None:
        """Use a store that the caller makes over this database."""
        self.new_id = make_id_factory(self.clock)
        self.store = make(self.new_id)

    @contextmanager
    def raw(self) -> Iterator[Connection]:
        """Open a connection of the engine without asking what the database holds."""
        engine = make_engine(self.connect)
        try:
            with engine.connect() as connection, connection.begin():
                yield connection
        finally:
            engine.dispose()

    def reopen(self) -> None:
        """Close the store and open it anew, as after a restart of the program."""
        self.store.close()
        self.store = open_store(
            self.connect, vault_id=VAULT_ID, clock=self.clock, new_id=self.new_id, path=self.path
        )

    def tick(self) -> None:
        """Let a minute pass."""
        self.clock.moment += timedelta(minutes=1)

    def execute(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement behind the store's back, as somebody with the key and a database tool would."""
        with closing(self.connect()) as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def write(self, intent: Intent = EDIT) -> Iterator[Batch]:
        """Open a batch a minute later."""
        self.tick()
        with self.store.write(intent) as batch:
            yield batch

    def create(self, *dossiers: Dossier, intent: Intent = ADD) -> list[Dossier]:
        """Add dossiers in one batch."""
        with self.write(intent) as batch:
            return [batch.create(dossier) for dossier in dossiers]

    def save(self, dossier: Dossier) -> Dossier:
        """Save a dossier as it was read."""
        with self.write() as batch:
            return batch.save(dossier, dossier.root.revision)

    def change(self, root: Root, change: Callable[[Dossier], Dossier]) -> Dossier:
        """Read a root anew, change it, save it."""
        return self.save(change(self.load(root)))

    def load(self, root: Root) -> Dossier:
        """Read a root that is there."""
        found = self.find(root)
        assert found is not None
        return found

    def root(self, root: Root) -> Any:
        """Read a root that is there, for a look at fields of its own type."""
        return self.load(root).root

    def find(self, root: Root) -> Dossier | None:
        """Read a root, or None."""
        with self.store.read() as connection:
            return load_dossier(connection, root.type_name, root.id)

    def newest(self) -> StoredBatch:
        """Return the newest batch."""
        with self.store.read() as connection:
            batch = last_batch(connection)
        assert batch is not None
        return batch

    def undo(self, key: str = "") -> Inversion:
        """Undo the newest batch that stands, or the one named."""
        device = self.store.facts.device
        return self._invert(lambda c: find_batch(c, key) if key else next_to_undo(c, device))

    def redo(self) -> Inversion:
        """Redo the newest undo that stands."""
        return self._invert(lambda c: next_to_redo(c, self.store.facts.device))

    def _invert(self, choose: Callable[[Connection], StoredBatch | None]) -> Inversion:
        with self.store.read() as connection:
            target = choose(connection)
        assert target is not None
        with self.write(Intent("undo", Operation.ALTERATION, inverse_of=target.key)) as batch:
            return invert(batch, target, instant_text(self.clock.now()))


def altered(record: Altered, **values: Any) -> Altered:
    """Return a record with other values in some fields of its own type."""
    made: Altered = replace(cast("Any", record), **values)
    return made


def own(dossier: Dossier) -> Dossier:
    """Return the dossier with its root as owner of all its children."""
    return Dossier(
        dossier.root, tuple(replace(child, owner_id=dossier.root.id) for child in dossier.children)
    )


def assert_sound(bench: Bench) -> None:
    """Assert what must hold at any time: chain, journal and records, derived tables, owners."""
    with bench.store.read() as connection:
        verify_chain(connection, bench.store.facts.audit_key)
        _, faults = compare_journal(connection)
        faults += compare_derived(connection, bench.store.facts.post.sort_language)
        faults += find_orphans(connection)
    if faults:
        pytest.fail(f"not sound: {faults[:5]}")
