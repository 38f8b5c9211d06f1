"""Tables beside the records: the journal, derived tables, and what is neither journaled nor derived."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from liaison_desk.storage.tables import METADATA

# --- The vault itself ---------------------------------------------------------------------------

META = Table("meta", METADATA, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""One row a fact: vault id, audit key, device, post, language, remembered register columns."""

COUNTER = Table(
    "counter", METADATA, Column("name", Text, primary_key=True), Column("last", Integer, nullable=False)
)
"""Last reference number given, by prefix and year."""

BLOB = Table(
    "blob",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)
"""Keys of the sealed files. Erasing a file destroys its row."""

# --- The journal --------------------------------------------------------------------------------

BATCH = Table(
    "batch",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("device", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("use_case", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("schema_revision", Text, nullable=False),
    Column("inverse_of", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
Index(None, BATCH.c.device, BATCH.c.sequence, unique=True)
Index(None, BATCH.c.inverse_of)

LINE = Table(
    "line",
    METADATA,
    Column("batch_number", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("root_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=True),
    Column("salt", LargeBinary, nullable=True),
    Column("commitment", LargeBinary, nullable=False),
)
"""With a row id: long lines would spill into pages of their own inside an index-organised table."""
Index(None, LINE.c.root_id)

TOMBSTONE = Table(
    "tombstone",
    METADATA,
    Column("record_id", Text, primary_key=True),
    Column("erased_at", Text, nullable=False),
)
"""Ids of what was erased, so that no older backup or package brings it back."""

# --- Derived: rebuildable from records and journal ----------------------------------------------

ROOT_INDEX = Table(
    "root_index",
    METADATA,
    Column("root_id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
    Column("moment", Text, nullable=False),
    Column("next_due", Text, nullable=False),
    Column("marking", Text, nullable=False),
    Column("is_open", Integer, nullable=False),
    Column("is_binned", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""One row a root: what lists sort and filter by."""
Index(None, ROOT_INDEX.c.ref)
Index(None, ROOT_INDEX.c.type, ROOT_INDEX.c.is_binned, ROOT_INDEX.c.sort_key, ROOT_INDEX.c.root_id)
Index(None, ROOT_INDEX.c.type, ROOT_INDEX.c.is_binned, ROOT_INDEX.c.moment, ROOT_INDEX.c.root_id)

SEARCH_DOCUMENT = Table(
    "search_document",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("root_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
)
"""Folded text of each root; the newest change has the highest number. Others find the root by its title."""
Index(None, SEARCH_DOCUMENT.c.root_id, unique=True)

REFERENCE_KEY = Table(
    "reference_key",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("root_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Every number under which a root is known, folded: an exact hit jumps first."""
Index(None, REFERENCE_KEY.c.root_id)

MENTION = Table(
    "mention",
    METADATA,
    Column("to_id", Text, primary_key=True),
    Column("from_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which root names which: renaming one reindexes the others."""
Index(None, MENTION.c.from_id)

LAST_CONTACT = Table(
    "last_contact",
    METADATA,
    Column("contact_id", Text, primary_key=True),
    Column("at", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""Every dated dealing with a contact; those ahead count only once their time has come."""
Index(None, LAST_CONTACT.c.source_id)

FULL_TEXT_STATEMENTS = (
    (
        "CREATE VIRTUAL TABLE title_words USING fts5(title, content='search_document',"
        " content_rowid='number', detail='none', prefix='1 2 3', tokenize='ascii')"
    ),
    (
        "CREATE VIRTUAL TABLE all_words USING fts5(words, content='search_document',"
        " content_rowid='number', detail='none', prefix='1 2 3', tokenize='ascii')"
    ),
    "INSERT INTO title_words(title_words, rank) VALUES('secure-delete', 1)",
    "INSERT INTO all_words(all_words, rank) VALUES('secure-delete', 1)",
)
"""Word indexes over the folded text. ``detail='none'`` because no phrase or column is ever asked for."""

# --- Delivery -----------------------------------------------------------------------------------

EXPORT_RUN = Table(
    "export_run",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("counts", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("marking", Text, nullable=False),
)
"""Finished exports by number: name, hash, counts and key figures, so that the next one can compare."""

TARGET = Table(
    "target",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("takes", Text, nullable=False),
)
"""Where finished files go: kind ``folder``; settings are JSON; takes ``exports``, ``backups``."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("item", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("blob_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt", Text, nullable=True),
    Column("pause_seconds", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("delivered_at", Text, nullable=True),
)
"""One row a finished file and target, as ``sync.delivery`` left it. ``source``: ``export`` or ``backup``."""
Index(None, OUTBOX.c.state)
