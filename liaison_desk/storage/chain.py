"""Verifying the journal: edits, removals and reorders by the chain, a cut tail by an anchor."""

import hmac
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from liaison_desk.domain.errors import AnchorMissing, JournalBroken
from liaison_desk.domain.operations import LineKind, Operation
from liaison_desk.storage.housekeeping_tables import BATCH, LINE
from liaison_desk.storage.journal import (
    GENESIS,
    Head,
    StoredBatch,
    StoredLine,
    batch_of,
    commit_to,
    line_of,
    seal_of,
)

CONSULTATIONS = "consultations"
"""Record type of the line that tells which consultations were retired; its record id is the time."""

JOURNAL = "journal"
"""Record type of the line that tells which single line was emptied; its record id is that line's address."""

_KINDS = frozenset(kind.value for kind in LineKind)
_COVERING = frozenset({Operation.ERASURE.value, Operation.RETENTION.value})
_PROOFS = frozenset({LineKind.ERASE, LineKind.DISCLOSE})
"""Kinds that are never emptied one by one: what was erased, and who was handed what (LED Art. 25)."""


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a verification went through."""

    batches: int
    lines: int
    erased_lines: int
    heads: tuple[Head, ...]


def verify_chain(
    connection: Connection,
    audit_key: bytes,
    anchors: Iterable[Head] = (),
    report: Callable[[int], None] = lambda _lines: None,
) -> ChainReport:
    """Go through the whole journal. Raises JournalBroken at the first fault, AnchorMissing for an anchor.

    Against somebody who holds the vault and its keys the chain proves nothing by itself: he can write a new
    one. An anchor that left the laptop (in a workbook, a package, a backup) is what he cannot change.
    """
    batches = [batch_of(row) for row in connection.execute(select(BATCH).order_by(BATCH.c.number))]
    covers = _read_covers(connection)
    expected: dict[str, tuple[int, bytes]] = defaultdict(lambda: (1, GENESIS))
    lines = _Lines(connection)
    seen_lines = erased_lines = 0
    for batch in batches:
        header = batch.header
        sequence, previous = expected[header.device]
        if header.sequence != sequence:
            _break(batch, "missing batch")
        if batch.previous != previous:
            _break(batch, "order")
        state = hmac.new(audit_key, previous + header.canonical(), "sha256")
        for place, line in enumerate(lines.of(batch.number)):
            if line.number != place:
                _break(batch, "missing line")
            if line.content is None or line.salt is None:
                _check_emptied(batch, line, covers)
                erased_lines += 1
            elif not _keeps_commitment(line):
                _break(batch, "edited line")
            state.update(seal_of(line.kind, line.record_type, line.record_id, line.root_id, line.commitment))
            seen_lines += 1
        if state.digest() != batch.digest:
            _break(batch, "edited batch")
        expected[header.device] = (sequence + 1, batch.digest)
        report(seen_lines)
    if lines.left_over():
        raise JournalBroken(device="", sequence=0, reason="line without batch")
    _check_anchors(batches, anchors)
    ends = {
        batch.header.device: Head(batch.header.device, batch.header.sequence, batch.digest.hex())
        for batch in batches
    }
    return ChainReport(len(batches), seen_lines, erased_lines, tuple(ends[device] for device in sorted(ends)))


def address_of(batch_key: str, number: int) -> str:
    """Return ``device:sequence:number``, the name of a line wherever it travels."""
    return f"{batch_key}:{number}"


def check_anchor(connection: Connection, anchor: Head) -> None:
    """Raise AnchorMissing unless the journal holds the batch that the anchor names, with its digest."""
    query = select(BATCH.c.digest).where(BATCH.c.device == anchor.device, BATCH.c.sequence == anchor.sequence)
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise AnchorMissing(device=anchor.device, sequence=anchor.sequence, reason="not there")
    if found.hex() != anchor.digest:
        raise AnchorMissing(device=anchor.device, sequence=anchor.sequence, reason="differs")


class _Lines:
    """Walks the lines of all batches once, in order, without holding them."""

    def __init__(self, connection: Connection) -> None:
        query = select(LINE).order_by(LINE.c.batch_number, LINE.c.number)
        rows = connection.execute(query, execution_options={"yield_per": 2000})
        self._rows = (_read_line(row) for row in rows)
        self._next = next(self._rows, None)

    def of(self, batch_number: int) -> Iterator[StoredLine]:
        while self._next is not None and self._next.batch_number == batch_number:
            yield self._next
            self._next = next(self._rows, None)

    def left_over(self) -> bool:
        return self._next is not None


def _read_line(row: Any) -> StoredLine:
    if row.kind not in _KINDS or not isinstance(row.commitment, bytes):
        raise JournalBroken(device="", sequence=0, reason="edited line")
    return line_of(row)


def _keeps_commitment(line: StoredLine) -> bool:
    # Whoever edits the file may also have changed the type of a value.
    if not isinstance(line.content, str) or not isinstance(line.salt, bytes):
        return False
    return commit_to(line.salt, line.content) == line.commitment


@dataclass(frozen=True, slots=True)
class _Covers:
    """What allows a line to be empty: lines of erasure and of retention, both protected by the chain."""

    erased: dict[str, int]
    """The newest batch that erased a record, by record id."""
    lines: dict[str, tuple[int, int]]
    """Batch and number of the newest line that tells of one emptied line, by the address of that line."""
    retired: tuple[tuple[int, str], ...]
    """Batches of retention, each with the instant before which consultations went."""


def _read_covers(connection: Connection) -> _Covers:
    query = (
        select(LINE.c.record_type, LINE.c.record_id, LINE.c.batch_number, LINE.c.number)
        .join(BATCH, BATCH.c.number == LINE.c.batch_number)
        .where(LINE.c.kind == LineKind.ERASE.value, BATCH.c.operation.in_(_COVERING))
        .order_by(LINE.c.batch_number, LINE.c.number)
    )
    erased: dict[str, int] = {}
    lines: dict[str, tuple[int, int]] = {}
    retired: list[tuple[int, str]] = []
    for record_type, record_id, batch_number, number in connection.execute(query):
        if record_type == CONSULTATIONS:
            retired.append((batch_number, record_id))
        elif record_type == JOURNAL:
            lines[record_id] = (batch_number, number)
        else:
            erased[record_id] = batch_number
    return _Covers(erased, lines, tuple(retired))


def _check_emptied(batch: StoredBatch, line: StoredLine, covers: _Covers) -> None:
    if line.content is not None or line.salt is not None:
        _break(batch, "edited line")
    erased = line.kind is not LineKind.ERASE and batch.number <= covers.erased.get(line.record_id, 0)
    retired = line.kind is LineKind.OPEN and any(
        batch.number < number and batch.header.at < before for number, before in covers.retired
    )
    cover = covers.lines.get(address_of(batch.key, line.number), (0, 0))
    named = line.kind not in _PROOFS and (batch.number, line.number) < cover
    if not erased and not retired and not named:
        _break(batch, "emptied line")


def _check_anchors(batches: list[StoredBatch], anchors: Iterable[Head]) -> None:
    known = {(batch.header.device, batch.header.sequence): batch.digest.hex() for batch in batches}
    for anchor in anchors:
        digest = known.get((anchor.device, anchor.sequence))
        if digest is None:
            raise AnchorMissing(device=anchor.device, sequence=anchor.sequence, reason="not there")
        if digest != anchor.digest:
            raise AnchorMissing(device=anchor.device, sequence=anchor.sequence, reason="differs")


def _break(batch: StoredBatch, reason: str) -> None:
    raise JournalBroken(device=batch.header.device, sequence=batch.header.sequence, reason=reason)
