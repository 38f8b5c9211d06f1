"""Undo and redo of any batch, also of imports and merges, also after the program was closed."""

from dataclasses import dataclass

from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.errors import NothingToUndo, NotUndoable, RecordMissing
from liaison_desk.domain.operations import UNDOABLE, Intent, LineKind, Operation
from liaison_desk.services.desk import Desk
from liaison_desk.storage.inversion import Left, find_batch, invert, next_to_redo, next_to_undo
from liaison_desk.storage.journal import StoredBatch


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo or redo did: the batch it inverted, and what it left because it had changed since."""

    batch: str
    use_case: str
    restored: int
    binned: int
    left: tuple[Left, ...]


def undo(desk: Desk, batch_key: str = "") -> Undone:
    """Undo the newest batch of this device that stands, or the batch named ``device:sequence``.

    Raises NothingToUndo, RecordMissing for an unknown key, NotUndoable for what has no inverse.
    """
    with desk.store.read() as connection:
        if batch_key:
            target = find_batch(connection, batch_key)
            if target is None:
                raise RecordMissing(ref=batch_key)
        else:
            target = next_to_undo(connection, desk.store.facts.device)
    if target is None:
        raise NothingToUndo(direction="undo")
    return _invert(desk, target, "undo")


def redo(desk: Desk) -> Undone:
    """Undo the newest undo, unless something new was done since. Raises NothingToUndo."""
    with desk.store.read() as connection:
        target = next_to_redo(connection, desk.store.facts.device)
    if target is None:
        raise NothingToUndo(direction="redo")
    return _invert(desk, target, "redo")


def _invert(desk: Desk, target: StoredBatch, use_case: str) -> Undone:
    operation = Operation(target.header.operation)
    if operation not in UNDOABLE:
        raise NotUndoable(operation=operation.value)
    now = instant_text(desk.clock.now())
    named = _first_cause(desk, target)
    with desk.store.write(Intent(use_case, Operation.ALTERATION, inverse_of=target.key)) as batch:
        outcome = invert(batch, target, now)
        if not (outcome.restored or outcome.binned):
            # Without a line there were no batch, and the next undo would come to this one again.
            batch.tell(LineKind.EVENT, use_case, "", "", {"left": len(outcome.left)})
    return Undone(
        batch=target.key,
        use_case=named.header.use_case,
        restored=outcome.restored,
        binned=outcome.binned,
        left=tuple(outcome.left),
    )


def _first_cause(desk: Desk, batch: StoredBatch) -> StoredBatch:
    """Follow undo and redo back to the change that a person made."""
    with desk.store.read() as connection:
        while batch.header.inverse_of:
            before = find_batch(connection, batch.header.inverse_of)
            if before is None:
                break
            batch = before
    return batch
