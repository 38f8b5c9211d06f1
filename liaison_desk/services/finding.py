"""Finding records and opening them. A list is no consultation; opening a record is, and is logged."""

from datetime import date
from zoneinfo import ZoneInfo

from liaison_desk.domain.errors import RecordMissing, ReferenceAmbiguous
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.search_query import parse_query
from liaison_desk.services.desk import Desk
from liaison_desk.storage.history import HistoryEntry, history_of
from liaison_desk.storage.lists import find_by_reference, find_root
from liaison_desk.storage.rows import load_dossier
from liaison_desk.storage.search import Hit, find


def today_at_post(desk: Desk) -> date:
    """Return the date that the calendar on the officer's wall shows."""
    return desk.clock.now().astimezone(ZoneInfo(desk.post.zone)).date()


def search(desk: Desk, typed: str, *, limit: int = 50) -> list[Hit]:
    """Return what a line of words and filters finds, best first. Raises FilterUnknown, InvalidValue."""
    query = parse_query(typed)
    with desk.store.read() as connection:
        return find(connection, query, today=today_at_post(desk), limit=limit)


def locate(desk: Desk, ref: str) -> tuple[str, str]:
    """Return type name and id of the root that a reference names, however typed: ``C-31``, ``al 26 398``.

    Raises RecordMissing, and ReferenceAmbiguous where several records are known by it.
    """
    with desk.store.read() as connection:
        exact = find_root(connection, ref)
        if exact is not None:
            return exact
        hits = find_by_reference(connection, ref)
    if not hits:
        raise RecordMissing(ref=ref)
    if len(hits) > 1:
        raise ReferenceAmbiguous(ref=ref, matches=", ".join(hit_ref for _, _, hit_ref in hits))
    return hits[0][0], hits[0][1]


def load(desk: Desk, ref: str) -> Dossier:
    """Return the dossier of a reference, for a use case that changes it; reading alone is ``open_record``."""
    type_name, root_id = locate(desk, ref)
    with desk.store.read() as connection:
        dossier = load_dossier(connection, type_name, root_id)
    if dossier is None:
        raise RecordMissing(ref=ref)
    return dossier


def open_record(desk: Desk, ref: str, justification: str = "") -> Dossier:
    """Return a dossier to be read; the consultation is journaled once per record and unlock."""
    dossier = load(desk, ref)
    root = dossier.root
    if root.id not in desk.consulted:
        with desk.store.write(Intent("open_record", Operation.CONSULTATION)) as batch:
            facts = {"justification": justification} if justification else {}
            batch.tell(LineKind.OPEN, root.type_name, root.id, root.id, facts)
        desk.consulted.add(root.id)
    return dossier


def read_history(desk: Desk, ref: str) -> list[HistoryEntry]:
    """Return what the journal says of a root and its children, oldest first."""
    _, root_id = locate(desk, ref)
    with desk.store.read() as connection:
        return history_of(connection, root_id)
