"""Disks of which tests can take the room: a small one of its own, or a limit on what a process may write."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from liaison_desk.domain.errors import DiskFull, StorageFailed
from tests.faults.command_line import PROJECT, Answer, run_desk

MIB = 1024 * 1024


class SmallDisk:
    """A file system of its own in memory; mounting it takes root."""

    is_real = True
    refusals = frozenset({DiskFull.code})

    def __init__(self, folder: Path, size: int) -> None:
        """Mount it. Raises OSError where this is not allowed."""
        self.folder = folder
        self._filler = folder / "filler"
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
        if subprocess.run(mounting, check=False, capture_output=True).returncode:
            raise OSError

    def fill(self, leave: int = 0) -> None:
        """Fill it up until nothing goes on it, then give back so many bytes."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (MIB, 4096, 1):
                piece = b"x" * size
                while _takes(file.fileno(), piece):
                    pass
            file.truncate(file.tell() - leave)

    def empty(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)

    def run(self, *arguments: object, program: Path = PROJECT) -> Answer:
        """Run the desk."""
        return run_desk(*arguments, program=program)

    def close(self) -> None:
        """Take it away."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True, capture_output=True)


class LimitedDisk:
    """Stands in where nothing can be mounted: the program may make no file longer than some bytes.

    The system then says that a file is too large, which is told as any trouble of a disk.
    """

    is_real = False
    refusals = frozenset({DiskFull.code, StorageFailed.code})

    def __init__(self, folder: Path) -> None:
        """Take a folder of the ordinary disk."""
        self.folder = folder
        self._before: Sequence[str] = ()

    def fill(self, leave: int = 0) -> None:
        """Let the program make no file longer than ``leave`` bytes."""
        self._before = ["prlimit", f"--fsize={leave}"]

    def empty(self) -> None:
        """Make room again."""
        self._before = ()

    def run(self, *arguments: object, program: Path = PROJECT) -> Answer:
        """Run the desk under the limit."""
        return run_desk(*arguments, before=self._before, program=program)

    def close(self) -> None:
        """Leave the folder as it is."""


def make_disk(folder: Path, size: int) -> SmallDisk | LimitedDisk:
    """Return a small disk, or what stands in for it."""
    folder.mkdir()
    try:
        return SmallDisk(folder, size)
    except OSError:
        return LimitedDisk(folder)


def _takes(descriptor: int, piece: bytes) -> bool:
    try:
        return os.write(descriptor, piece) == len(piece)
    except OSError:
        return False
