"""The vault folder: what lies in it, what state it is in, and what a kill may have left behind."""

import os
import re
from contextlib import suppress
from enum import Enum
from pathlib import Path

from liaison_desk.domain.errors import HeaderMissing, StorageFailed, VaultMissing
from liaison_desk.vault.ballast import free_ballast
from liaison_desk.vault.database import delete_database
from liaison_desk.vault.durable import (
    TEMPORARY_PREFIX,
    create_private_file,
    disk_errors,
    make_private_folder,
    sync_folder,
)
from liaison_desk.vault.header import HEADER_NAME, SPARE_NAME

BLOBS = "blobs"
DRAFTS = "drafts"
BACKUPS = "backups"

_CREATING = "creating"
_DATABASE = re.compile(r"vault-[0-9]{6,16}\.db")
_DATABASE_OR_SIDE = re.compile(r"(vault-[0-9]{6,16}\.db)(-wal|-shm|-journal)?")


class FolderState(Enum):
    """What a folder holds."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    HEADERLESS = "headerless"
    VAULT = "vault"


def database_name(generation: int) -> str:
    """Return the name of the database file that a generation of keys begins with."""
    return f"vault-{generation:06d}.db"


def look_into(folder: Path) -> FolderState:
    """Tell what a folder holds, without opening anything."""
    if (folder / HEADER_NAME).exists() or (folder / SPARE_NAME).exists():
        return FolderState.VAULT
    if (folder / _CREATING).exists():
        return FolderState.UNFINISHED
    return FolderState.HEADERLESS if _databases(folder) else FolderState.EMPTY


def demand_vault(folder: Path) -> None:
    """Raise VaultMissing or HeaderMissing unless there is a header to read."""
    state = look_into(folder)
    if state is FolderState.HEADERLESS:
        raise HeaderMissing(path=str(folder))
    if state is not FolderState.VAULT:
        raise VaultMissing(path=str(folder))


def mark_creation(folder: Path) -> None:
    """Leave the mark that says: a database here without a header is an unfinished creation."""
    mark = folder / _CREATING
    with disk_errors(mark):
        mark.unlink(missing_ok=True)
        os.close(create_private_file(mark))
    sync_folder(folder)
    for name in (BLOBS, DRAFTS, BACKUPS):
        make_private_folder(folder / name)


def end_creation(folder: Path) -> None:
    """Take the mark away; where that fails, the next opening does it."""
    with suppress(OSError, StorageFailed):
        (folder / _CREATING).unlink(missing_ok=True)
        sync_folder(folder)


def clear_unfinished(folder: Path) -> None:
    """Remove what an interrupted creation left. Only for a folder without a header."""
    for path in _databases(folder):
        delete_database(path)
    free_ballast(folder)
    _sweep_temporary(folder)
    end_creation(folder)


def sweep_leftovers(folder: Path, keep: str | None) -> None:
    """Remove temporary files and, unless ``keep`` is None, every database file but the one it names.

    What cannot be removed stays for the next time.
    """
    with suppress(OSError, StorageFailed):
        end_creation(folder)
        _sweep_temporary(folder)
        for path in _files(folder):
            found = _DATABASE_OR_SIDE.fullmatch(path.name)
            if keep is not None and found and found[1] != keep:
                path.unlink()


def _sweep_temporary(folder: Path) -> None:
    for path in _files(folder):
        if path.name.startswith(TEMPORARY_PREFIX):
            with suppress(OSError):
                path.unlink()


def _databases(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if _DATABASE.fullmatch(path.name)]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []
