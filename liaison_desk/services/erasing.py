"""Erasing a person, and retiring old consultations."""

from collections.abc import Collection
from dataclasses import dataclass

from liaison_desk.domain.clocks import instant_text
from liaison_desk.domain.naming import blank_names, name_patterns
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.records import Dossier
from liaison_desk.services.desk import Desk
from liaison_desk.services.sealing import blobs_folder
from liaison_desk.storage.erasure import (
    Erased,
    Place,
    erase_root,
    find_places,
    lay_tombstones,
    read_tombstones,
    retire_consultations,
    roots_among,
)
from liaison_desk.storage.places import ERASED_TEXT
from liaison_desk.storage.rows import load_dossiers
from liaison_desk.vault.blobs import destroy_blob
from liaison_desk.vault.folder import BACKUPS
from liaison_desk.vault.tombstones import read_tombstones as read_tombstone_file
from liaison_desk.vault.tombstones import write_tombstones


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure would destroy, and the places in other records that the officer must decide."""

    dossier: Dossier
    places: tuple[Place, ...]


def plan_erasure(desk: Desk, dossier: Dossier) -> ErasurePlan:
    """Return what erasing this root means, changing nothing."""
    with desk.store.read() as connection:
        return ErasurePlan(dossier, tuple(find_places(connection, dossier)))


def erase(desk: Desk, plan: ErasurePlan, redact: Collection[str], justification: str) -> Erased:
    """Erase a root; ``redact`` names by key the places to blank, the others stay as they are.

    An erasure that fails erases nothing, now or later. The list beside the backups is written after it; where
    the machine dies in between, the next opening writes it. The files go last, when their keys are gone.
    """
    ids = [record.id for record in plan.dossier.records()]
    chosen = [place for place in plan.places if place.key in redact]
    now = instant_text(desk.clock.now())
    with desk.store.write(Intent("erase", Operation.ERASURE)) as batch:
        erased = erase_root(batch, plan.dossier, chosen, now)
        said = blank_names(name_patterns(plan.dossier.root), justification, ERASED_TEXT)
        facts = {"justification": said, "records": len(ids), "places": erased.places}
        batch.tell(LineKind.EVENT, "erasure", plan.dossier.root.id, "", facts)
    write_tombstones(desk.vault, ids)
    for blob_id in erased.blob_ids:
        destroy_blob(blobs_folder(desk), blob_id)
    return erased


def erase_again(desk: Desk) -> int:
    """Erase what a restored backup brought back although it had been erased since; return how many roots.

    The other way round, what the list beside the backups does not know yet is added to it.
    """
    listed = set(read_tombstone_file(desk.vault.folder / BACKUPS, desk.vault))
    with desk.store.read() as connection:
        known = set(read_tombstones(connection))
    if known - listed:
        write_tombstones(desk.vault, known)
    listed -= known
    if not listed:
        return 0
    with desk.store.read() as connection:
        back = roots_among(connection, listed)
        dossiers = [d for root_type, root_id in back for d in load_dossiers(connection, root_type, [root_id])]
    now = instant_text(desk.clock.now())
    with desk.store.write(Intent("erase_again", Operation.ERASURE)) as batch:
        for dossier in dossiers:
            erase_root(batch, dossier, (), now)
        lay_tombstones(batch.connection, listed, now)
        batch.tell(LineKind.EVENT, "erasure", "", "", {"records": len(listed), "roots": len(dossiers)})
    return len(dossiers)


def retire_old_consultations(desk: Desk, before: str) -> int:
    """Empty the log of consultations made before an instant (Directive (EU) 2016/680 Art. 25)."""
    with desk.store.write(Intent("retire_consultations", Operation.RETENTION)) as batch:
        return retire_consultations(batch, before)
