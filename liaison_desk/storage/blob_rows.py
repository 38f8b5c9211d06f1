"""Rows of the sealed files: id, key, size and hash. The journal never sees a key."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from liaison_desk.storage.housekeeping_tables import BLOB
from liaison_desk.storage.rows import in_chunks
from liaison_desk.vault.blobs import SealedBlob


def add_blob(connection: Connection, blob: SealedBlob, purpose: str, made_at: str) -> None:
    """Keep the key of a sealed file, after the file itself is on the disk."""
    connection.execute(
        insert(BLOB),
        {
            "id": blob.blob_id,
            "key": blob.key,
            "size": blob.size,
            "sha256": blob.sha256,
            "purpose": purpose,
            "made_at": made_at,
        },
    )


def find_blob(connection: Connection, blob_id: str) -> SealedBlob | None:
    """Return what opens a sealed file, or None."""
    row = connection.execute(select(BLOB).where(BLOB.c.id == blob_id)).one_or_none()
    return None if row is None else SealedBlob(row.id, row.key, row.size, row.sha256)


def blob_ids(connection: Connection, purpose: str = "") -> set[str]:
    """Return the ids of all sealed files, or of those of one purpose."""
    query = select(BLOB.c.id)
    if purpose:
        query = query.where(BLOB.c.purpose == purpose)
    return set(connection.execute(query).scalars())


def forget_blobs(connection: Connection, ids: Iterable[str]) -> None:
    """Destroy the keys of sealed files; nothing can read them from then on."""
    for chunk in in_chunks(ids):
        connection.execute(delete(BLOB).where(BLOB.c.id.in_(chunk)))
