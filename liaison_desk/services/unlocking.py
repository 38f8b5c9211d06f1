"""Creating, unlocking and locking a desk; each is a batch of the journal."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.clocks import Clock, instant_text
from liaison_desk.domain.code_lists import SHIPPED, CodeEntry
from liaison_desk.domain.errors import AnchorMissing, LiaisonError, MigrationNeeded, RolledBack, WrongSecret
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.domain.operations import Intent, LineKind, Operation
from liaison_desk.domain.post import Post
from liaison_desk.domain.records import Dossier
from liaison_desk.services.backing_up import back_up_before_migration
from liaison_desk.services.desk import Desk
from liaison_desk.services.erasing import erase_again
from liaison_desk.services.sealing import sweep_sealed_files
from liaison_desk.storage.chain import check_anchor
from liaison_desk.storage.journal import Head
from liaison_desk.storage.lists import count_records
from liaison_desk.storage.store import Store, lay_store, migrate_store, open_store
from liaison_desk.vault.ballast import BALLAST_BYTES
from liaison_desk.vault.derivation import Argon2Cost
from liaison_desk.vault.failures import forget_failures, note_failure, read_failures
from liaison_desk.vault.header import Anchor
from liaison_desk.vault.opening import create_vault, open_vault
from liaison_desk.vault.passphrases import Passphrase
from liaison_desk.vault.unlocking import Secret
from liaison_desk.vault.vault import Vault

if TYPE_CHECKING:
    from liaison_desk.keychain import Keychain


@dataclass(frozen=True, slots=True)
class CreatedDesk:
    """A new desk, open, and the recovery code that is shown this once."""

    desk: Desk
    recovery_code: str


def create_desk(
    folder: Path,
    passphrase: Passphrase,
    *,
    post: Post,
    kdf: Argon2Cost,
    clock: Clock,
    keychain: "Keychain | None" = None,
    ballast: int = BALLAST_BYTES,
) -> CreatedDesk:
    """Make a vault with its tables and code lists. Raises what ``create_vault`` raises."""
    new_id = make_id_factory(clock)
    made = create_vault(
        folder,
        passphrase,
        kdf=kdf,
        clock=clock,
        keychain=keychain,
        prepare=partial(lay_store, post=post, new_id=new_id),
        ballast=ballast,
    )
    desk = _take_over(made.vault, clock)
    _log_event(desk, Operation.UNLOCK, "create_vault", {"slot": made.vault.unlocked_by.value})
    return CreatedDesk(desk, made.recovery_code.text())


def open_desk(
    folder: Path,
    secret: Secret,
    *,
    clock: Clock,
    keychain: "Keychain | None" = None,
    accept_rollback: bool = False,
    ballast: int = BALLAST_BYTES,
) -> Desk:
    """Unlock a vault. A failed attempt is remembered and journaled at the next unlock.

    Raises what ``open_vault`` and ``open_store`` raise; RolledBack, unless accepted, where the journal lacks
    the state that the header recorded at the last lock.
    """
    try:
        vault = open_vault(
            folder, secret, keychain=keychain, accept_rollback=accept_rollback, ballast=ballast
        )
    except WrongSecret:
        note_failure(folder, instant_text(clock.now()))
        raise
    desk = _take_over(vault, clock)
    try:
        _note_unlock(desk, accept_rollback=accept_rollback)
        desk.erased_again = erase_again(desk)
        sweep_sealed_files(desk)
    except BaseException:
        desk.store.close()
        vault.close()
        raise
    return desk


def _note_unlock(desk: Desk, *, accept_rollback: bool) -> None:
    behind = _find_rollback(desk)
    if behind is not None and not accept_rollback:
        raise RolledBack(found=_own_sequence(desk), expected=behind.facts["sequence"])
    folder = desk.vault.folder
    for at in read_failures(folder):
        _log_event(desk, Operation.FAILED_UNLOCK, "unlock", {"at": at})
    facts: dict[str, object] = {"slot": desk.vault.unlocked_by.value}
    if behind is not None:
        facts["rolled_back"] = True
    _log_event(desk, Operation.UNLOCK, "unlock", facts)
    forget_failures(folder)


def lock_desk(desk: Desk) -> None:
    """Journal the lock, record the journal's heads in the header, close everything, forget the keys."""
    try:
        _log_event(desk, Operation.LOCK, "lock", {})
        heads = [Anchor(head.device, head.sequence, head.digest) for head in desk.store.heads()]
    except LiaisonError:
        desk.store.close()
        desk.vault.close()
        raise
    desk.store.close()
    desk.vault.close(heads)


def _take_over(vault: Vault, clock: Clock) -> Desk:
    new_id = make_id_factory(clock)
    try:
        store = _open_store(vault, clock)
        store.rebuild_derived(only_outdated=True)
        desk = Desk(vault, store, clock, new_id)
        _lay_code_lists(desk)
    except BaseException:
        vault.close()
        raise
    return desk


def _open_store(vault: Vault, clock: Clock) -> Store:
    open_here = partial(
        open_store,
        vault.connect,
        vault_id=vault.vault_id,
        clock=clock,
        new_id=make_id_factory(clock),
        path=vault.folder,
    )
    try:
        return open_here()
    except MigrationNeeded:
        back_up_before_migration(vault, instant_text(clock.now()))
        migrate_store(vault.connect, vault.folder)
        return open_here()


def _lay_code_lists(desk: Desk) -> None:
    with desk.store.read() as connection:
        if count_records(connection, CodeEntry):
            return
    # Part of unlocking and nothing the officer did: undo must not take the lists away from a new desk.
    with desk.store.write(Intent("lay_code_lists", Operation.UNLOCK)) as batch:
        for list_name, codes in SHIPPED.items():
            for code in codes:
                entry = CodeEntry(
                    id=desk.new_id(),
                    list_name=list_name,
                    value=code.value,
                    label=code.label,
                    level=code.level,
                    colour=code.colour,
                )
                batch.create(Dossier(entry))


def _find_rollback(desk: Desk) -> AnchorMissing | None:
    with desk.store.read() as connection:
        for anchor in desk.vault.anchors:
            try:
                check_anchor(connection, Head(anchor.device, anchor.sequence, anchor.digest))
            except AnchorMissing as missing:
                return missing
    return None


def _own_sequence(desk: Desk) -> int:
    return max((head.sequence for head in desk.store.heads()), default=0)


def _log_event(desk: Desk, operation: Operation, use_case: str, facts: dict[str, object]) -> None:
    with desk.store.write(Intent(use_case, operation)) as batch:
        batch.tell(LineKind.EVENT, "vault", desk.vault.vault_id, "", facts)
