"""The schema and its revisions. Migrations go up only; the way back is the backup made before them."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from liaison_desk.domain.errors import DatabaseDamaged, MigrationNeeded, VaultTooNew
from liaison_desk.storage.housekeeping_tables import FULL_TEXT_STATEMENTS
from liaison_desk.storage.tables import METADATA

if TYPE_CHECKING:
    from alembic.config import Config

HEAD_REVISION = "0001"
KNOWN_REVISIONS = ("0001",)
"""Every revision this program can open, oldest first; a test holds it against the migrations."""


def create_schema(connection: Connection) -> None:
    """Lay the present schema into an empty database and stamp it.

    A test proves that this equals running every migration, and the committed ``schema.sql``.
    """
    METADATA.create_all(connection, checkfirst=False)
    for statement in FULL_TEXT_STATEMENTS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.execute(
        text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD_REVISION}
    )


def present_revision(connection: Connection) -> str:
    """Return the revision the database is at; raise DatabaseDamaged where it holds no desk."""
    if not inspect(connection).has_table("alembic_version"):
        raise DatabaseDamaged(reason="no schema")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if found is None:
        raise DatabaseDamaged(reason="no schema")
    return str(found)


def require_revision(connection: Connection) -> None:
    """Pass only the present revision: raise VaultTooNew for a later one, MigrationNeeded for an earlier."""
    found = present_revision(connection)
    if found == HEAD_REVISION:
        return
    if found in KNOWN_REVISIONS:
        raise MigrationNeeded(found=found, known=HEAD_REVISION)
    raise VaultTooNew(found=found, known=HEAD_REVISION)


def migrate(connection: Connection) -> None:
    """Bring the database up to the present revision. The caller has made a backup."""
    from alembic import command  # noqa: PLC0415 - slow to import, needed once an update

    configuration = _configuration()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")


def _configuration() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - slow to import, needed once an update

    configuration = Config()
    configuration.set_main_option("script_location", "liaison_desk.storage:migrations")
    return configuration


def dump_schema(connection: Connection) -> str:
    """Return the schema as SQL, sorted by name: what ``schema.sql`` must equal."""
    rows = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'title\\_words\\_%' ESCAPE '\\' AND name NOT LIKE 'all\\_words\\_%' ESCAPE '\\'"
        " AND name <> 'alembic_version' ORDER BY type DESC, name"
    )
    statements = [_tidy(sql) for (sql,) in rows]
    statements += [text for text in FULL_TEXT_STATEMENTS if text.startswith("INSERT")]
    return "".join(f"{statement};\n\n" for statement in statements)


def _tidy(sql: str) -> str:
    return "\n".join(line.rstrip().replace("\t", "    ") for line in sql.strip().splitlines())
