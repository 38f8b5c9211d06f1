"""The journal: one chain of batches for each device, each with its lines.

A line commits to its content by HMAC(salt, canonical JSON); the batch's digest is HMAC(audit key, previous
digest ‖ header ‖ for each line its address and its commitment). So content and salt can be nulled by an
erasure and the chain still verifies, while an edit, a removal or a reordering is found; and whose line it is
and what kind stays proven even after the erasure.
"""

import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from liaison_desk.domain.clocks import next_hybrid_time
from liaison_desk.domain.once import once
from liaison_desk.domain.operations import Intent, LineKind
from liaison_desk.domain.values import refuse_unclean
from liaison_desk.storage.conversion import canonical_json
from liaison_desk.storage.housekeeping_tables import BATCH, LINE
from liaison_desk.storage.rows import insert_text

GENESIS = bytes(32)
"""What the first batch of a device follows."""
SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What the chain protects of a batch beside its lines. No free text stands here."""

    device: str
    sequence: int
    at: str
    actor: str
    use_case: str
    operation: str
    schema_revision: str
    inverse_of: str

    def canonical(self) -> bytes:
        """Return the bytes that enter the digest."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return canonical_json(facts).encode()


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A batch as it lies in the journal."""

    number: int
    header: BatchHeader
    previous: bytes
    digest: bytes

    @property
    def key(self) -> str:
        """``device:sequence``, the name of the batch wherever it travels."""
        return f"{self.header.device}:{self.header.sequence}"


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it lies in the journal; content and salt are None after an erasure."""

    batch_number: int
    number: int
    record_type: str
    record_id: str
    root_id: str
    kind: LineKind
    content: str | None
    salt: bytes | None
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a device's chain: the anchor that workbooks, packages, backups and the header carry."""

    device: str
    sequence: int
    digest: str
    """Hexadecimal."""


def commit_to(salt: bytes, content: str) -> bytes:
    """Return the commitment of a line: 32 bytes."""
    return hmac.digest(salt, content.encode(), "sha256")


def seal_of(kind: LineKind, record_type: str, record_id: str, root_id: str, commitment: bytes) -> bytes:
    """Return what a line adds to the digest of its batch: its address as one line of JSON, its commitment."""
    return canonical_json([kind.value, record_type, record_id, root_id]).encode() + b"\n" + commitment


@dataclass(slots=True)
class ChainLink:
    """A batch being written: takes lines in order, ends in a digest."""

    connection: Connection
    number: int
    header: BatchHeader
    previous: bytes
    audit_key: bytes = field(repr=False)
    _pending: list[tuple[object, ...]] = field(default_factory=list)
    """Rows of the line table, in the order of its columns."""
    _count: int = 0
    _state: hmac.HMAC = field(init=False)

    def __post_init__(self) -> None:
        """Begin the digest with the previous one and the header."""
        self._state = hmac.new(self.audit_key, self.previous + self.header.canonical(), "sha256")

    def add(self, kind: LineKind, record_type: str, record_id: str, root_id: str, content: object) -> None:
        """Append a line; ``content`` is what canonical JSON can hold."""
        text = canonical_json(content)
        refuse_unclean("content", text)
        salt = os.urandom(SALT_BYTES)
        commitment = commit_to(salt, text)
        self._state.update(seal_of(kind, record_type, record_id, root_id, commitment))
        place = (self.number, self._count, record_type, record_id, root_id, kind.value)
        self._pending.append((*place, text, salt, commitment))
        self._count += 1

    @property
    def length(self) -> int:
        """How many lines the batch has so far."""
        return self._count

    def flush(self) -> None:
        """Write the lines that wait."""
        if self._pending:
            self.connection.exec_driver_sql(_insert_line(), self._pending)
            self._pending = []

    def close(self) -> bytes:
        """Write what waits and the batch itself; return its digest."""
        self.flush()
        digest = self._state.digest()
        self.connection.execute(
            insert(BATCH),
            {
                "number": self.number,
                **{name: getattr(self.header, name) for name in BatchHeader.__slots__},
                "previous": self.previous,
                "digest": digest,
            },
        )
        return digest


@once
def _insert_line() -> str:
    return insert_text(LINE)


def last_batch(connection: Connection, device: str = "") -> StoredBatch | None:
    """Return the newest batch, of one device or of all."""
    query = select(BATCH).order_by(BATCH.c.number.desc()).limit(1)
    if device:
        query = select(BATCH).where(BATCH.c.device == device).order_by(BATCH.c.sequence.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else batch_of(row)


def batch_of(row: Any) -> StoredBatch:
    """Return a row of the batch table as a batch."""
    header = BatchHeader(*(getattr(row, name) for name in BatchHeader.__slots__))
    return StoredBatch(row.number, header, row.previous, row.digest)


def line_of(row: Any) -> StoredLine:
    """Return a row of the line table as a line."""
    return StoredLine(
        row.batch_number,
        row.number,
        row.record_type,
        row.record_id,
        row.root_id,
        LineKind(row.kind),
        row.content,
        row.salt,
        row.commitment,
    )


def heads(connection: Connection) -> list[Head]:
    """Return the head of each device's chain, by device."""
    devices = connection.execute(select(BATCH.c.device).distinct().order_by(BATCH.c.device)).scalars().all()
    found = []
    for device in devices:
        batch = last_batch(connection, device)
        if batch is not None:
            found.append(Head(device, batch.header.sequence, batch.digest.hex()))
    return found


def next_link(
    connection: Connection,
    intent: Intent,
    *,
    device: str,
    actor: str,
    now: datetime,
    revision: str,
    audit_key: bytes,
) -> ChainLink:
    """Return the next link of this device's chain, ready to take lines."""
    newest = last_batch(connection)
    is_own = newest is None or newest.header.device == device
    own = newest if is_own else last_batch(connection, device)
    header = BatchHeader(
        device=device,
        sequence=own.header.sequence + 1 if own else 1,
        at=next_hybrid_time(now, newest.header.at if newest else ""),
        actor=actor,
        use_case=intent.use_case,
        operation=intent.operation.value,
        schema_revision=revision,
        inverse_of=intent.inverse_of,
    )
    return ChainLink(
        connection=connection,
        number=newest.number + 1 if newest else 1,
        header=header,
        previous=own.digest if own else GENESIS,
        audit_key=audit_key,
    )
