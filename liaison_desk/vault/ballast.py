"""The ballast: a file that only takes room, so that a full disk can still save what is on the screen.

With a write-ahead log even deleting needs room. Giving up the ballast makes that room at once.
"""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from liaison_desk.domain.errors import StorageFailed
from liaison_desk.vault.durable import create_private_file, disk_errors, temporary_beside, write_whole

BALLAST_NAME = "ballast"
BALLAST_BYTES = 16 * 1024 * 1024

_PIECE_BYTES = 1024 * 1024


def fill_ballast(folder: Path, size: int = BALLAST_BYTES) -> bool:
    """Make the ballast unless it is there; False when the disk has no room for it, which is no error.

    It leaves as much room as it takes: room that was just given up must serve work and not the ballast.
    """
    path = folder / BALLAST_NAME
    with suppress(OSError):
        if path.stat().st_size == size:
            return True
    with suppress(OSError):
        if shutil.disk_usage(folder).free < 2 * size:
            return False
    temporary = temporary_beside(path)
    try:
        with disk_errors(path):
            _write(temporary, size)
            temporary.replace(path)
    except StorageFailed:
        with suppress(OSError):
            temporary.unlink()
        return False
    return True


def free_ballast(folder: Path) -> bool:
    """Give the room back; tell whether there was any to give."""
    with suppress(OSError):
        (folder / BALLAST_NAME).unlink()
        return True
    return False


def _write(path: Path, size: int) -> None:
    # random, because a file system that compresses would keep no room for zeros
    piece = secrets.token_bytes(min(size, _PIECE_BYTES))
    descriptor = create_private_file(path)
    try:
        written = 0
        while written < size:
            part = piece[: size - written]
            write_whole(descriptor, part)
            written += len(part)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
