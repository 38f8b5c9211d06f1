"""Records, tables, the committed schema and the migrations say the same; other revisions are refused."""

import dataclasses
import importlib.util
import re
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy import Integer, Text, text
from sqlalchemy.exc import OperationalError

import liaison_desk.storage
from liaison_desk.domain.errors import DatabaseDamaged, MigrationNeeded, UpcasterMissing, VaultTooNew
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import CHILD_TYPES, RECORD_TYPES, TYPES_BY_NAME
from liaison_desk.domain.values import PartialDate, ZonedTime
from liaison_desk.storage import upcasters
from liaison_desk.storage.migrating import (
    HEAD_REVISION,
    KNOWN_REVISIONS,
    dump_schema,
    migrate,
    present_revision,
    require_revision,
)
from liaison_desk.storage.store import lay_store, migrate_store
from liaison_desk.storage.tables import RECORD_TABLES
from liaison_desk.storage.upcasters import upcast
from liaison_desk.vault.database import create_database
from tests.storage_samples import KEY, Bench

STORAGE = Path(str(liaison_desk.storage.__file__)).parent
VERSIONS = STORAGE / "migrations" / "versions"
COMMITTED = STORAGE / "schema.sql"


def kind_of(hint: Any) -> tuple[Any, bool]:
    """Return the bare type of a field and whether it may be None."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    options = get_args(hint)
    if NoneType in options:
        return next(one for one in options if one is not NoneType), True
    return hint, False


def column_type(kind: Any) -> type[Any]:
    """Return the type of column that a field's type is kept in."""
    whole = kind in {int, bool}
    plain = kind in {int, bool, str, datetime, PartialDate, ZonedTime, RecordId} or get_origin(kind) is tuple
    assert plain or (isinstance(kind, type) and issubclass(kind, Enum)), kind
    return Integer if whole else Text


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.type_name)
def test_table_and_record_agree(record_type: type[Record]) -> None:
    """The table has the record's fields: names, order, nullability and types."""
    hints = get_type_hints(record_type, include_extras=True)
    expected = []
    for item in dataclasses.fields(record_type):
        kind, optional = kind_of(hints[item.name])
        expected.append((item.name, column_type(kind), optional))
    table = RECORD_TABLES[record_type.type_name]
    assert expected == [(c.name, type(c.type), c.nullable) for c in table.columns]
    assert ["id"] == [c.name for c in table.primary_key]


def test_every_record_type_has_its_place() -> None:
    """Types, tables and owners are complete and named once."""
    assert set(TYPES_BY_NAME) == set(RECORD_TABLES)
    assert len(TYPES_BY_NAME) == len(RECORD_TYPES)
    owned = {kind for kinds in CHILD_TYPES.values() for kind in kinds}
    assert owned == {kind for kind in RECORD_TYPES if issubclass(kind, Child)}
    assert set(CHILD_TYPES) == {kind for kind in RECORD_TYPES if issubclass(kind, Root)}


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda kind: kind.type_name)
def test_every_field_is_described(record_type: type[Record]) -> None:
    """What is no housekeeping has a label; what points to a record names its type, and ends in ``_id``."""
    housekeeping = {
        "id", "ref", "revision", "binned_at", "origin_system", "origin_uid", "origin_hash", "owner_id",
        "blob_id",
    }  # fmt: skip
    described = {info.name: info.field for info in fields_of(record_type)}
    names = {item.name for item in dataclasses.fields(record_type)}
    if issubclass(record_type, Child):
        housekeeping.add("rank")
    assert names - housekeeping == set(described)
    assert all(field.label.source for field in described.values())
    pointing = {name for name, field in described.items() if field.refers}
    assert pointing == {name for name in described if name.endswith("_id")}
    assert {described[name].refers for name in pointing} <= {*TYPES_BY_NAME, "root"}


def test_committed_schema_is_what_the_tables_make(bench: Bench) -> None:
    """``schema.sql`` is the schema of a new vault, statement for statement."""
    with bench.store.read() as connection:
        assert COMMITTED.read_text(encoding="utf-8") == dump_schema(connection)


def test_migrations_lead_to_the_same_schema(tmp_path: Path, bench: Bench) -> None:
    """An empty database brought up by all migrations equals a new one."""
    path = tmp_path / "migrated.db"
    create_database(path, bytearray(KEY))
    other = Bench.over(path)
    migrate_store(other.connect, path)
    with bench.store.read() as connection:
        expected = dump_schema(connection)
    with other.raw() as connection:
        assert expected == dump_schema(connection)
        assert HEAD_REVISION == present_revision(connection)


def test_migrating_twice_changes_nothing(bench: Bench) -> None:
    """A vault at the present revision stays as it is."""
    with bench.store.read() as connection:
        before = dump_schema(connection)
    with bench.store.change_housekeeping() as connection:
        migrate(connection)
    with bench.store.read() as connection:
        assert before == dump_schema(connection)


def test_known_revisions_are_the_migration_files() -> None:
    """The list of revisions, the order of the upcasters and the files beside them agree."""
    found: dict[str | None, str] = {}
    for path in sorted(VERSIONS.glob("revision_*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert re.fullmatch(rf"revision_{module.revision}_\w+", path.stem)
        found[module.down_revision] = module.revision
    chain: list[str] = []
    step: str | None = None
    while step in found:
        step = found[step]
        chain.append(step)
    assert tuple(chain) == KNOWN_REVISIONS
    assert len(chain) == len(found)
    assert HEAD_REVISION == chain[-1]
    assert KNOWN_REVISIONS == upcasters.ORDER
    assert set(upcasters.UPCASTERS) == set(KNOWN_REVISIONS[:-1])


def test_a_newer_vault_is_refused(bench: Bench) -> None:
    """A revision this program has never heard of comes from a newer one."""
    bench.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(VaultTooNew) as refused:
        bench.reopen()
    assert {"found": "9999", "known": HEAD_REVISION} == refused.value.facts


def test_an_older_vault_asks_for_its_migration(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known earlier revision is not opened, only brought up."""
    monkeypatch.setattr("liaison_desk.storage.migrating.KNOWN_REVISIONS", ("0000", HEAD_REVISION))
    with bench.store.change_housekeeping() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        with pytest.raises(MigrationNeeded) as refused:
            require_revision(connection)
        assert {"found": "0000", "known": HEAD_REVISION} == refused.value.facts


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_database_without_a_revision_is_damaged(statement: str, bench: Bench) -> None:
    """A database of somebody else under our key is not taken for a desk."""
    bench.execute(statement)
    with pytest.raises(DatabaseDamaged):
        bench.reopen()


def test_laying_a_store_twice_is_refused(bench: Bench) -> None:
    """A second laying of tables never touches what is there."""
    before = bench.execute("SELECT name, value FROM meta ORDER BY name")
    with pytest.raises(OperationalError, match="already exists"):
        lay_store(bench.connect, "other", bench.path, post=bench.store.facts.post, new_id=bench.new_id)
    assert before == bench.execute("SELECT name, value FROM meta ORDER BY name")


def test_lines_of_unknown_revisions_are_not_guessed_at() -> None:
    """A journal line of a revision without an upcaster raises instead of being misread."""
    assert {"a": [1, 2]} == upcast(HEAD_REVISION, "contact", {"a": [1, 2]})
    with pytest.raises(UpcasterMissing):
        upcast("9999", "contact", {})
