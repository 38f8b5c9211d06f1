"""An open vault: the handle that storage builds on."""

from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from liaison_desk.domain.errors import DiskFull, KeychainError, StorageFailed, VaultLocked
from liaison_desk.vault.ballast import free_ballast
from liaison_desk.vault.database import (
    check_pages,
    checkpoint,
    driver_errors,
    open_database,
    open_unguarded,
)
from liaison_desk.vault.header import Anchor, Header, seal_header, write_header
from liaison_desk.vault.keys import DATABASE_KEY, MasterKey, wipe
from liaison_desk.vault.slots import SlotType

if TYPE_CHECKING:
    from sqlite3 import Connection

    from liaison_desk.keychain import Keychain
    from liaison_desk.vault.lock import VaultLock


class Vault:
    """A vault that is open. Made by ``create_vault`` and ``open_vault`` only; ``close`` ends it."""

    def __init__(
        self,
        folder: Path,
        header: Header,
        master: MasterKey,
        lock: "VaultLock",
        *,
        unlocked_by: SlotType,
        keychain: "Keychain | None",
    ) -> None:
        """Take over an authenticated header, its master key and the held lock.

        ``keychain`` is given only where the keyring took part in opening.
        """
        self.folder = folder
        self.unlocked_by = unlocked_by
        self.keychain = keychain
        self._header = header
        self._master: MasterKey | None = master
        self._lock = lock

    @property
    def header(self) -> Header:
        """The header as it is on the disk now."""
        return self._header

    @property
    def vault_id(self) -> str:
        """32 hexadecimal digits; storage keeps the same inside and compares (VaultMismatch)."""
        return self._header.vault_id

    @property
    def generation(self) -> int:
        """How often the header was written; it only grows."""
        return self._header.generation

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The journal heads that the last closing recorded."""
        return self._header.anchors

    @property
    def database(self) -> Path:
        """The database file that the header names."""
        return self.folder / self._header.database

    @property
    def is_open(self) -> bool:
        """True until ``close``."""
        return self._master is not None

    def master(self) -> MasterKey:
        """Return the master key. Raises VaultLocked after ``close``."""
        if self._master is None:
            raise VaultLocked
        return self._master

    def connect(self) -> "Connection":
        """Return a new keyed DB-API connection in autocommit mode; the caller closes it.

        Raises DatabaseMissing, DatabaseDamaged, DriverUnfit, StorageFailed and its kinds, VaultLocked.
        """
        key = self.master().subkey(DATABASE_KEY)
        try:
            return open_database(self.database, key)
        finally:
            wipe(key)

    def check(self) -> None:
        """Check every page and the structure of the database. Raises DatabaseDamaged."""
        with closing(self.connect()) as connection:
            check_pages(connection, self.database)

    def compact(self) -> None:
        """Rewrite the database without free room (VACUUM), which no ordinary connection may do.

        Every other connection must be closed.
        """
        key = self.master().subkey(DATABASE_KEY)
        try:
            with closing(open_unguarded(self.database, key)) as connection, driver_errors(self.database):
                connection.execute("VACUUM")
                checkpoint(connection)
        finally:
            wipe(key)

    def free_ballast(self) -> bool:
        """Give up the ballast; tell whether it was there. The next opening makes it again."""
        return free_ballast(self.folder)

    def replace_header(self, header: Header, master: MasterKey | None = None) -> bool:
        """Seal and write a changed header as the next generation, under a new master key if one is given.

        Raises StorageFailed and its kinds while the old header still holds. Returns False where the new one
        holds but is not yet certain or not yet in its spare copy: then nothing old may be deleted.
        """
        key = master or self.master()
        sealed = seal_header(replace(header, generation=self.generation + 1), key)
        try:
            settled = write_header(self.folder, sealed)
        except DiskFull:
            if not self.free_ballast():
                raise
            settled = write_header(self.folder, sealed)
        self._header = sealed
        if master is not None and self._master is not None:
            self._master.wipe()
            self._master = master
        self.remember_generation()
        return settled

    def remember_generation(self) -> None:
        """Tell the keyring that opened this vault how far it has come; it may fail to listen."""
        if self.keychain is not None:
            with suppress(KeychainError):
                self.keychain.remember_generation(self.vault_id, self.generation)

    def close(self, anchors: Iterable[Anchor] | None = None) -> None:
        """Checkpoint, record the journal heads if they changed, forget the keys, let others in.

        Storage closes its connections first. Keys and lock are gone also when this raises
        (StorageFailed and its kinds, DatabaseDamaged).
        """
        if self._master is None:
            return
        try:
            self._checkpoint()
            heads = tuple(sorted(anchors)) if anchors is not None else self.anchors
            if heads != self.anchors:
                self.replace_header(replace(self._header, anchors=heads))
        finally:
            self._master.wipe()
            self._master = None
            self._lock.release()

    def _checkpoint(self) -> None:
        if not self.database.exists():
            raise StorageFailed(reason="ENOENT", path=str(self.database))
        with closing(self.connect()) as connection, driver_errors(self.database):
            checkpoint(connection)
