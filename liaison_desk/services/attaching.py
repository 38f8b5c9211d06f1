"""Attachments: streamed into a sealed file, never whole in memory, never on the disk in clear."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from liaison_desk.domain.attached import Attachment
from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.errors import FileUnreadable, RecordMissing
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.values import replace_unclean
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load
from liaison_desk.services.sealing import ATTACHMENT, drop_sealed, open_sealed, seal_stream
from liaison_desk.storage.blob_rows import add_blob
from liaison_desk.vault.blobs import Source

_CHUNK = 1024 * 1024


def attach_file(desk: Desk, ref: str, path: Path) -> Attachment:
    """Attach a file to a root. The original stays where it is. Raises FileUnreadable, DiskFull."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with _open_file(path) as file:
        return attach_stream(desk, ref, file, name=path.name, media_type=media_type)


def attach_stream(desk: Desk, ref: str, stream: Source, *, name: str, media_type: str) -> Attachment:
    """Attach what a stream yields. The sealed file is there before its row; a failure leaves neither."""
    dossier = load(desk, ref)
    sealed = seal_stream(desk, stream)
    attachment = Attachment(
        id=desk.new_id(),
        owner_id=dossier.root.id,
        rank=len(dossier.of(Attachment)),
        name=replace_unclean(name),
        blob_id=sealed.blob_id,
        media_type=media_type,
        size=sealed.size,
        sha256=sealed.sha256,
    )
    extended = Dossier(dossier.root, (*dossier.children, attachment))
    try:
        with desk.store.write(Intent("attach_file", Operation.COLLECTION)) as batch:
            add_blob(batch.connection, sealed, ATTACHMENT, instant_text(desk.clock.now()))
            batch.save(extended, dossier.root.revision)
    except BaseException:
        drop_sealed(desk, sealed)
        raise
    return attachment


def read_attachment(desk: Desk, ref: str, name: str) -> Iterator[bytes]:
    """Yield the clear bytes of an attachment, each piece proven before it is handed out.

    Raises RecordMissing where the root has no attachment of this name or id, BlobDamaged.
    """
    dossier = load(desk, ref)
    found = [child for child in dossier.of(Attachment) if name in {child.name, child.id}]
    if not found:
        raise RecordMissing(ref=f"{ref} {name}")
    with open_sealed(desk, found[0].blob_id) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def detach(desk: Desk, ref: str, name: str) -> Attachment:
    """Take an attachment off a root; undo brings it back, because the sealed file stays until an erasure."""
    dossier = load(desk, ref)
    found = next((child for child in dossier.of(Attachment) if name in {child.name, child.id}), None)
    if found is None:
        raise RecordMissing(ref=f"{ref} {name}")
    rest = tuple(child for child in dossier.children if child.id != found.id)
    with desk.store.write(Intent("detach_file", Operation.ALTERATION)) as batch:
        batch.save(replace(dossier, children=rest), dossier.root.revision)
    return found


@contextmanager
def _open_file(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileUnreadable(name=path.name, reason=error.strerror or "unknown") from error
    with file:
        yield file
