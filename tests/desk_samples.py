"""What tests of use cases share: a desk at the cheapest allowed cost, and a look at everything it holds."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.post import Post
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.services.child_fields import Assignment
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load
from liaison_desk.services.import_plan import Choice
from liaison_desk.services.importing import ImportOutcome, apply_import, plan_import
from liaison_desk.services.records import add_record
from liaison_desk.services.unlocking import create_desk, lock_desk, open_desk
from liaison_desk.services.verifying import verify
from liaison_desk.storage.history import replay
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.folder import BLOBS
from liaison_desk.vault.passphrases import Passphrase
from tests.import_samples import source_of

WORDS = "žlutý kůň pije ráno"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

State = dict[tuple[str, str], dict[str, object]]


def make_desk(folder: Path, post: Post | None = None) -> Desk:
    """Return a new open desk whose clock stands still."""
    made = create_desk(
        folder, Passphrase(WORDS), post=post or Post(), kdf=FAST, clock=SteppedClock(NOW), ballast=1000
    )
    return made.desk


def reopen(folder: Path) -> Desk:
    """Return the desk in a folder, unlocked anew."""
    return open_desk(folder, Passphrase(WORDS), clock=SteppedClock(NOW), ballast=1000)


@contextmanager
def new_desk(folder: Path, post: Post | None = None) -> Iterator[Desk]:
    """Hand out a new desk, and demand at the end that all it holds agrees."""
    desk = make_desk(folder, post)
    yield desk
    faults = verify(desk).faults
    assert () == faults, faults
    lock_desk(desk)


def take_in(
    desk: Desk, data: bytes, choices: Mapping[int, Choice] | None = None, name: str = "file"
) -> ImportOutcome:
    """Plan and apply an import."""
    return apply_import(desk, plan_import(desk, source_of(data, name)), choices)


def state_of(desk: Desk) -> State:
    """Return every record by type and id, as the journal replays it."""
    with desk.store.read() as connection:
        return {key: dict(values) for key, values in replay(connection).items()}


def sealed_files(desk: Desk) -> int:
    """Return how many sealed files lie in the vault."""
    return len(list((desk.vault.folder / BLOBS).iterdir()))


def add_contact(desk: Desk, name: str, *more: Assignment) -> Contact:
    """Add a contact by hand."""
    root = add_record(desk, "contact", [("name", name), *more]).root
    assert isinstance(root, Contact)
    return root


def add_children(desk: Desk, ref: str, *children: Child) -> Dossier:
    """Add children to a root by hand; they are given the root as their owner."""
    dossier = load(desk, ref)
    owned = tuple(replace(child, owner_id=dossier.root.id) for child in children)
    return save(desk, dossier, (*dossier.children, *owned))


def save(desk: Desk, seen: Dossier, children: Iterable[Child]) -> Dossier:
    """Save a root by hand with other children than it was read with."""
    with desk.store.write(Intent("edit", Operation.ALTERATION)) as batch:
        return batch.save(Dossier(seen.root, tuple(children)), seen.root.revision)


NOBODY = RecordId("")


def contacts_of(desk: Desk) -> list[Contact]:
    """Return all contacts, oldest first, those in the bin left out."""
    ids = [
        key[1] for key, values in state_of(desk).items() if key[0] == "contact" and not values["binned_at"]
    ]
    roots: list[Root] = [load(desk, root_id).root for root_id in sorted(ids)]
    return [root for root in roots if isinstance(root, Contact)]
