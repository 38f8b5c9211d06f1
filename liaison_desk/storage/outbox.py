"""The outbox and its targets: finished files, one row for each file and target. None of it is journaled."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, and_, delete, func, insert, not_, select, update

from liaison_desk.storage.housekeeping_tables import OUTBOX, TARGET


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A file on its way to one target, as stored: times are instant texts."""

    item: str
    target: str
    blob_id: str
    source: str
    name: str
    size: int
    sha256: str
    made_at: str
    state: str
    attempts: int
    last_attempt: str | None
    pause_seconds: int
    reason: str
    delivered_at: str | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A place that takes finished files; ``settings`` is JSON of its kind, ``takes`` is parted by commas."""

    name: str
    kind: str
    settings: str
    takes: str


_COLUMNS = tuple(OUTBOX.c[field.name] for field in fields(OutboxRow))


def add_to_outbox(connection: Connection, rows: Iterable[OutboxRow]) -> None:
    """Let files wait for their targets."""
    connection.execute(insert(OUTBOX), [asdict(row) for row in rows])


def read_outbox(connection: Connection, *, leaving_out: str = "") -> list[OutboxRow]:
    """Return what stands in the outbox, oldest first; ``leaving_out`` names a state that is not wanted."""
    query = select(*_COLUMNS).order_by(OUTBOX.c.made_at, OUTBOX.c.item, OUTBOX.c.target)
    if leaving_out:
        query = query.where(OUTBOX.c.state != leaving_out)
    return [OutboxRow(*row) for row in connection.execute(query)]


def save_in_outbox(connection: Connection, row: OutboxRow) -> None:
    """Replace the state of one file and target."""
    place = and_(OUTBOX.c.item == row.item, OUTBOX.c.target == row.target)
    connection.execute(update(OUTBOX).where(place).values(asdict(row)))


def drop_from_outbox(
    connection: Connection, target: str, *, states: Collection[str], source: str = ""
) -> int:
    """Give up what is in one of these states on its way to a target; return how many files."""
    there = and_(OUTBOX.c.target == target, OUTBOX.c.state.in_(states))
    if source:
        there = and_(there, OUTBOX.c.source == source)
    return connection.execute(delete(OUTBOX).where(there)).rowcount


def blobs_without_errand(connection: Connection, blob_ids: Collection[str], delivered: str) -> set[str]:
    """Return those of these sealed files that no target waits for any more."""
    waiting = select(OUTBOX.c.blob_id).where(not_(OUTBOX.c.state == delivered)).distinct()
    return set(blob_ids) - set(connection.execute(waiting).scalars())


def newest_delivery(connection: Connection, source: str) -> str | None:
    """Return when the newest file of a source, by the time it was made, was made; None when none arrived."""
    query = select(func.max(OUTBOX.c.made_at)).where(
        OUTBOX.c.source == source, OUTBOX.c.delivered_at.is_not(None)
    )
    found: str | None = connection.execute(query).scalar_one()
    return found


def read_targets(connection: Connection) -> list[TargetRow]:
    """Return the targets by name."""
    query = select(TARGET.c.name, TARGET.c.kind, TARGET.c.settings, TARGET.c.takes).order_by(TARGET.c.name)
    return [TargetRow(*row) for row in connection.execute(query)]


def put_target(connection: Connection, row: TargetRow) -> None:
    """Add a target."""
    connection.execute(insert(TARGET), asdict(row))


def delete_target(connection: Connection, name: str) -> None:
    """Remove a target; what is on its way there is another matter."""
    connection.execute(delete(TARGET).where(TARGET.c.name == name))
