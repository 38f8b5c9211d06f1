"""The outbox at work: finished files wait as sealed blobs and go to their targets, each exactly once.

One pump runs at a time. The state is saved before a target is touched and after; a file that a kill caught
between the two is put again, which is harmless, because a target recognises what it already has.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from liaison_desk.domain.clocks import instant_from_text, instant_text
from liaison_desk.domain.errors import LiaisonError, TargetUnreachable
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.services.desk import Desk
from liaison_desk.services.sealing import (
    BACKUP_COPY,
    OUTBOX,
    blobs_folder,
    drop_sealed,
    open_sealed,
    seal_stream,
)
from liaison_desk.services.targets import FolderEntry, Goods, choose_targets, list_targets, open_target
from liaison_desk.storage.blob_rows import add_blob, blob_ids, forget_blobs
from liaison_desk.storage.outbox import (
    OutboxRow,
    add_to_outbox,
    blobs_without_errand,
    drop_from_outbox,
    newest_delivery,
    read_outbox,
    save_in_outbox,
)
from liaison_desk.sync.delivery import Delivery, DeliveryState, begin, hurry, is_due, resume, retry, settle
from liaison_desk.sync.targets import Delivered
from liaison_desk.vault.archive import pack_backup
from liaison_desk.vault.blobs import SealedBlob, destroy_blob

_BACKUP_ENDING = ".ldbackup"
_REPLACED = (DeliveryState.WAITING.value, DeliveryState.REFUSED.value)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How a file fared on its way to one target."""

    item: str
    file_name: str
    target: str
    state: DeliveryState
    reason: str
    """Code of the last error, such as E2202; empty where none happened."""
    attempts: int
    made_at: datetime
    delivered_at: datetime | None


def deliver(
    desk: Desk,
    target: str | None = None,
    *,
    insist: bool = False,
    at_once: bool = False,
    report: Callable[[DeliveryReport], None] = lambda _report: None,
) -> list[DeliveryReport]:
    """Carry what is due to its targets, or to one of them; return how every file fared that was not there.

    With ``at_once`` pauses are not waited for; with ``insist`` refused files are tried again as well. An
    error of a target never ends the work: it stands in the report. Raises TargetUnknown, StorageFailed and
    its kinds for the vault.
    """
    entries = list_targets(desk)
    if target is not None:
        open_target(entries, target)
    pump = _Pump(desk, entries)
    fared = []
    try:
        for row in _waiting(desk):
            if target is None or row.target == target:
                fared.append(_report(pump.carry(row, insist=insist, at_once=at_once)))
                report(fared[-1])
    finally:
        destroy_delivered(desk)
    return fared


def list_outbox(desk: Desk) -> list[DeliveryReport]:
    """Return everything that was or is to be delivered, oldest first."""
    with desk.store.read() as connection:
        return [_report(row) for row in read_outbox(connection)]


def queue_backup(desk: Desk, backup: Path, targets: Collection[str] | None = None) -> tuple[str, ...]:
    """Let a backup wait for the targets that take backups; return their names.

    An older backup that still waits for the same target makes room. Raises BackupUnusable, TargetUnknown,
    ExportRefused when no target takes backups, StorageFailed and its kinds.
    """
    places = choose_targets(desk, targets, Goods.BACKUPS)
    name = f"LD_backup_{backup.name}{_BACKUP_ENDING}"
    with pack_backup(backup) as packed:
        blob = seal_stream(desk, packed)
    try:
        now = instant_text(desk.clock.now())
        with desk.store.write(Intent("queue_backup", Operation.BACKUP)) as batch:
            add_blob(batch.connection, blob, BACKUP_COPY, now)
            for place in places:
                drop_from_outbox(batch.connection, place, states=_REPLACED, source=Goods.BACKUPS.source)
            add_to_outbox(
                batch.connection, outgoing_rows(blob, desk.new_id(), Goods.BACKUPS, name, now, places)
            )
            facts = {"file": name, "sha256": blob.sha256, "size": blob.size, "targets": list(places)}
            batch.tell(LineKind.EVENT, "backup", backup.name, "", facts)
    except BaseException:
        drop_sealed(desk, blob)
        raise
    destroy_delivered(desk)
    return places


def age_of_last_copy(desk: Desk) -> timedelta | None:
    """Return how old the newest backup is that reached a target; None when none ever did."""
    with desk.store.read() as connection:
        made_at = newest_delivery(connection, Goods.BACKUPS.source)
    if made_at is None:
        return None
    return max(timedelta(0), desk.clock.now() - instant_from_text(made_at))


def destroy_delivered(desk: Desk) -> int:
    """Destroy the sealed files that no target waits for any more; return how many.

    Their keys go first; a file that a kill leaves behind is unreadable, and swept at the next opening.
    """
    with desk.store.change_housekeeping() as connection:
        kept = blob_ids(connection, OUTBOX) | blob_ids(connection, BACKUP_COPY)
        finished = blobs_without_errand(connection, kept, DeliveryState.DELIVERED.value)
        forget_blobs(connection, finished)
    for blob_id in finished:
        destroy_blob(blobs_folder(desk), blob_id)
    return len(finished)


def outgoing_rows(
    blob: SealedBlob, item: str, goods: Goods, name: str, now: str, places: Sequence[str]
) -> list[OutboxRow]:
    """Return the outbox rows of a new file, one for each target."""
    return [
        OutboxRow(
            item=item,
            target=place,
            blob_id=blob.blob_id,
            source=goods.source,
            name=name,
            size=blob.size,
            sha256=blob.sha256,
            made_at=now,
            state=DeliveryState.WAITING.value,
            attempts=0,
            last_attempt=None,
            pause_seconds=0,
            reason="",
            delivered_at=None,
        )
        for place in places
    ]


class _Pump:
    """Carries files one after the other; asks each target only once whether it can be reached."""

    def __init__(self, desk: Desk, entries: Sequence[FolderEntry]) -> None:
        self._desk = desk
        self._entries = entries
        self._reachable: dict[str, bool] = {}

    def carry(self, row: OutboxRow, *, insist: bool, at_once: bool) -> OutboxRow:
        """Try to deliver one file if it is due; return its row as it then stands."""
        delivery = resume(_delivery(row))
        if insist:
            delivery = retry(delivery)
        elif at_once:
            delivery = hurry(delivery)
        if not is_due(delivery, self._desk.clock.now()):
            return row
        sending = begin(delivery, self._desk.clock.now())
        self._save(row, sending)
        settled = settle(sending, self._attempt(row), self._desk.clock.now())
        return self._save(row, settled)

    def _attempt(self, row: OutboxRow) -> Delivered | LiaisonError:
        try:
            target = open_target(self._entries, row.target)
            if row.target not in self._reachable:
                self._reachable[row.target] = target.reachable()
            if not self._reachable[row.target]:
                return TargetUnreachable(target=row.target, reason="not there")
            with open_sealed(self._desk, row.blob_id) as source:
                return target.put(row.name, source, row.size, row.sha256)
        except LiaisonError as error:
            return error

    def _save(self, row: OutboxRow, delivery: Delivery) -> OutboxRow:
        saved = replace(
            row,
            state=delivery.state.value,
            attempts=delivery.attempts,
            last_attempt=instant_text(delivery.last_attempt) if delivery.last_attempt else None,
            pause_seconds=int(delivery.pause.total_seconds()),
            reason=delivery.reason,
            delivered_at=instant_text(delivery.delivered_at) if delivery.delivered_at else None,
        )
        with self._desk.store.change_housekeeping() as connection:
            save_in_outbox(connection, saved)
        return saved


def _waiting(desk: Desk) -> list[OutboxRow]:
    with desk.store.read() as connection:
        return read_outbox(connection, leaving_out=DeliveryState.DELIVERED.value)


def _delivery(row: OutboxRow) -> Delivery:
    return Delivery(
        item=row.item,
        target=row.target,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        last_attempt=instant_from_text(row.last_attempt) if row.last_attempt else None,
        pause=timedelta(seconds=row.pause_seconds),
        reason=row.reason,
        delivered_at=instant_from_text(row.delivered_at) if row.delivered_at else None,
    )


def _report(row: OutboxRow) -> DeliveryReport:
    return DeliveryReport(
        item=row.item,
        file_name=row.name,
        target=row.target,
        state=DeliveryState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        made_at=instant_from_text(row.made_at),
        delivered_at=instant_from_text(row.delivered_at) if row.delivered_at else None,
    )
