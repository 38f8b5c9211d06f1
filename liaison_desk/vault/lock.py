"""The lock file: one desk at a time has a vault open.

The operating system lets go of the lock when the process ends, however it ends. The file itself
stays and names the process that took it last.
"""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from liaison_desk.domain.errors import VaultInUse
from liaison_desk.vault.durable import disk_errors

LOCK_NAME = "lock"

_BUSY = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})
_LOCKED_BYTE = 4096  # beyond the process id, which others must be able to read on Windows


class VaultLock:
    """A held lock. ``release`` may be called more than once."""

    def __init__(self, folder: Path) -> None:
        """Take the lock of a vault folder. Raises VaultInUse (pid, or None), StorageFailed and its kinds."""
        path = folder / LOCK_NAME
        with disk_errors(path):
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
            self._descriptor = os.open(path, flags, 0o600)
            try:
                _take(self._descriptor)
                # The number only helps the message of a second desk; a full disk must not stop the first.
                with suppress(OSError):
                    os.ftruncate(self._descriptor, 0)
                    os.lseek(self._descriptor, 0, os.SEEK_SET)
                    os.write(self._descriptor, b"%d" % os.getpid())
            except BaseException:
                os.close(self._descriptor)
                raise

    def release(self) -> None:
        """Let others in."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1


def _take(descriptor: int) -> None:
    if not _try_lock(descriptor):
        raise VaultInUse(pid=_read_owner(descriptor))


def _read_owner(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    written = os.read(descriptor, 20)
    return int(written) if written.isdigit() else None


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            # flock belongs to this opening of the file, so a second opening in one process is refused too
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            raise
        return True
