"""Delivers into a folder: a local one, a stick, a mounted share, the folder of a cloud client.

A file is written under a name of its own, synced, read back, and only then given its final name. A
network share or a stick that is not mounted looks like an empty folder; a marker file, placed when
the target was set up, tells the difference. The folder itself is never created.
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from liaison_desk.domain.errors import (
    DeliveryDiffers,
    DiskFull,
    LiaisonError,
    ReadOnly,
    TargetOccupied,
    TargetRefused,
    TargetUnreachable,
)
from liaison_desk.sync.publishing import Way, ordinary_ways, publish
from liaison_desk.sync.targets import Delivered, Source

MARKER = "liaison-desk-target.txt"
"""Visible, with an ordinary ending, so that cloud clients carry it along."""

_MARKER_TEXT = b"Liaison Desk delivers into this folder. Please leave this file here.\n"
_PROBE_NAME = "liaison-desk-probe"
_PROBE = b"probe"
_CHUNK = 1 << 20
_NAME_LIMIT = 200
_DIGEST_PART = 16
_FORBIDDEN = frozenset('<>:"/\\|?*')
_SPACE = " "

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_REFUSED = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EISDIR, errno.ENOTSUP})
_NO_DIRECTORY_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF})
"""What systems answer that do not sync folders; their renames are as safe as they get."""


class FolderTarget:
    """A folder as a delivery target."""

    def __init__(
        self, name: str, folder: Path, *, marked: bool = False, ways: tuple[Way, ...] | None = None
    ) -> None:
        """Name a folder; ``marked`` demands the marker file, for folders that can be unmounted."""
        self.name = name
        self._folder = folder
        self._marked = marked
        self._ways = ways or ordinary_ways()

    def reachable(self) -> bool:
        """Return whether the folder, and the marker if one is demanded, are there."""
        try:
            with self._told(MARKER):
                self._reach()
        except LiaisonError:
            return False
        return True

    def probe(self) -> None:
        """Write, read back and remove a small file."""
        digest = hashlib.sha256(_PROBE).hexdigest()
        with self._told(_PROBE_NAME):
            self._reach()
            part = self._part(_PROBE_NAME, digest)
            part.unlink(missing_ok=True)
            with _removed_on_failure(part):
                self._write(part, BytesIO(_PROBE), len(_PROBE), digest)
                self._read_back(part, len(_PROBE), digest)
            part.unlink()

    def place_marker(self) -> None:
        """Put the marker file into the folder, once, when the target is set up."""
        with self._told(MARKER):
            if not self._folder.is_dir():
                raise TargetUnreachable(target=self.name, reason="folder missing")
            with suppress(FileExistsError), (self._folder / MARKER).open("xb") as file:
                file.write(_MARKER_TEXT)

    def put(self, name: str, source: Source, size: int, sha256: str) -> Delivered:
        """Deliver one file; see ``Target.put``."""
        self._check_name(name)
        final = self._folder / name
        part = self._part(name, sha256)
        with self._told(name):
            self._reach()
            if os.path.lexists(final):
                return self._settle_taken(part, final, size, sha256)
            part.unlink(missing_ok=True)
            with _removed_on_failure(part):
                self._write(part, source, size, sha256)
                self._read_back(part, size, sha256)
                try:
                    publish(part, final, self._ways)
                except FileExistsError:
                    return self._settle_taken(part, final, size, sha256)
            _sync_folder(self._folder)
        return Delivered(name, size, sha256, already_there=False)

    def _settle_taken(self, part: Path, final: Path, size: int, sha256: str) -> Delivered:
        """The name is taken: by this very file, which is the goal, or by another, which stays."""
        part.unlink(missing_ok=True)
        regular = final.is_file() and not final.is_symlink()
        if not regular or _measure(final) != (size, sha256):
            raise TargetOccupied(target=self.name, name=final.name)
        _sync_folder(self._folder)
        return Delivered(final.name, size, sha256, already_there=True)

    def _write(self, part: Path, source: Source, size: int, sha256: str) -> None:
        digest, written = hashlib.sha256(), 0
        with part.open("xb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                written += len(chunk)
                file.write(chunk)
            file.flush()
            _sync_file(file)
        if (written, digest.hexdigest()) != (size, sha256):
            raise DeliveryDiffers(target=self.name, name=part.name, side="source")

    def _read_back(self, part: Path, size: int, sha256: str) -> None:
        if _measure(part) != (size, sha256):
            raise DeliveryDiffers(target=self.name, name=part.name, side="target")

    def _part(self, name: str, sha256: str) -> Path:
        """Return the unfinished file's name: its own for every content, the same in every attempt."""
        return self._folder / f"{name}.{sha256[:_DIGEST_PART]}.part"

    def _reach(self) -> None:
        if not self._folder.is_dir():
            raise TargetUnreachable(target=self.name, reason="folder missing")
        if self._marked and not (self._folder / MARKER).is_file():
            raise TargetUnreachable(target=self.name, reason="marker missing")

    def _check_name(self, name: str) -> None:
        plain = all(letter >= _SPACE and letter not in _FORBIDDEN for letter in name)
        if not name or not plain or len(name) > _NAME_LIMIT or name != name.strip(". "):
            raise TargetRefused(target=self.name, reason="name not allowed")

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """Tell what the operating system answered in the words of the desk."""
        try:
            yield
        except OSError as error:
            code = error.errno or 0
            reason = errno.errorcode.get(code, "unknown")
            facts = {"target": self.name, "name": name, "reason": reason}
            if code in _FULL:
                raise DiskFull(**facts) from error
            if code in _READ_ONLY:
                raise ReadOnly(**facts) from error
            if code in _REFUSED:
                raise TargetRefused(**facts) from error
            raise TargetUnreachable(**facts) from error


@contextmanager
def _removed_on_failure(part: Path) -> Iterator[None]:
    """Leave nothing half behind, whatever interrupts, a refusing source or Ctrl+C included."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _measure(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file as the storage holds it, past the cache where possible."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        _forget_cached(file)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _forget_cached(file: BinaryIO) -> None:
    advise: Callable[[int, int, int, int], None] | None = getattr(os, "posix_fadvise", None)
    if advise is not None:
        with suppress(OSError):
            advise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_file(file: BinaryIO) -> None:
    """Force the bytes out; some network file systems know no sync and say EINVAL."""
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise


def _sync_folder(folder: Path) -> None:
    """Make the new name durable where folders can be synced."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_SYNC:
            raise
    finally:
        os.close(handle)
