"""Sealed files of the vault: on the disk before their row, swept where no row came to be."""

from pathlib import Path

from liaison_desk.domain.errors import BlobDamaged
from liaison_desk.services.desk import Desk
from liaison_desk.storage.blob_rows import blob_ids, find_blob
from liaison_desk.vault.blobs import SealedBlob, Source, destroy_blob, open_blob, seal, sweep_orphans
from liaison_desk.vault.folder import BLOBS
from liaison_desk.vault.streams import PieceStream

ATTACHMENT = "attachment"
OUTBOX = "outbox"
BACKUP_COPY = "backup copy"
"""Purpose of the sealed files that are themselves packed backups."""


def blobs_folder(desk: Desk) -> Path:
    """Return the folder of the sealed files."""
    return desk.vault.folder / BLOBS


def seal_stream(desk: Desk, stream: Source) -> SealedBlob:
    """Seal a stream into the vault; the caller adds the row in the transaction that needs it."""
    return seal(stream, blobs_folder(desk), desk.new_id())


def open_sealed(desk: Desk, blob_id: str) -> PieceStream:
    """Return the clear bytes of a sealed file as a stream. Raises BlobDamaged."""
    with desk.store.read() as connection:
        blob = find_blob(connection, blob_id)
    if blob is None:
        raise BlobDamaged(blob=blob_id, reason="no key")
    return open_blob(blobs_folder(desk), blob)


def drop_sealed(desk: Desk, blob: SealedBlob) -> None:
    """Remove a sealed file whose row did not come to be."""
    destroy_blob(blobs_folder(desk), blob.blob_id)


def sweep_sealed_files(desk: Desk) -> int:
    """Remove sealed files without a row: left by a kill, or erased. Return how many."""
    folder = blobs_folder(desk)
    if not folder.exists():
        return 0
    with desk.store.read() as connection:
        known = blob_ids(connection)
    return sweep_orphans(folder, known)
