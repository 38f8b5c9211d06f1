"""Writing that survives a kill or a full disk: temporary name, sync, check, rename, sync of the folder."""

import errno
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from liaison_desk.domain.errors import DiskFull, ReadOnly, StorageFailed

TEMPORARY_PREFIX = ".new-"
"""Every temporary file of the vault starts so; the sweep at opening removes what a kill left behind."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_WRITING = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def classify_os_error(error: OSError, path: Path) -> StorageFailed:
    """Return the desk's error for a refusal of the operating system."""
    if error.errno in _NO_ROOM:
        return DiskFull(path=str(path))
    if error.errno in _NO_WRITING:
        return ReadOnly(path=str(path))
    return StorageFailed(reason=errno.errorcode.get(error.errno or 0, "unknown"), path=str(path))


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn every ``OSError`` inside into DiskFull, ReadOnly or StorageFailed that names ``path``."""
    try:
        yield
    except OSError as error:
        raise classify_os_error(error, path) from error


def create_private_file(path: Path) -> int:
    """Return the descriptor of a new file, open for writing, that only its owner may read (0600)."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def temporary_beside(path: Path) -> Path:
    """Return a fresh temporary name in the same folder."""
    return path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")


def write_whole(descriptor: int, content: bytes) -> None:
    """Write all of ``content``, also where the system takes it in parts."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def place_file(path: Path, content: bytes, check: Callable[[bytes], object]) -> None:
    """Replace ``path`` in one step; ``check`` sees what was read back and raises when it is wrong.

    When this raises, ``path`` is what it was before. The rename itself becomes certain with
    ``sync_folder``, which the caller runs next.
    """
    temporary = temporary_beside(path)
    try:
        with disk_errors(path):
            descriptor = create_private_file(temporary)
            try:
                write_whole(descriptor, content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            check(temporary.read_bytes())
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with disk_errors(path):
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until renames and deletions in a folder are on the disk; Windows has no such call."""
    if sys.platform == "win32":
        return
    with disk_errors(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter (0700), with its parents, or tighten the one there is."""
    with disk_errors(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            folder.chmod(0o700)


def read_bounded(path: Path, limit: int) -> bytes:
    """Return a file's content, at most ``limit`` + 1 bytes of it: one more tells that it is too long."""
    with disk_errors(path), path.open("rb") as file:
        return file.read(limit + 1)
