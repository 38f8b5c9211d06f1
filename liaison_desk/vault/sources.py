"""Where a backup is read from: its folder, or the one file it was packed into."""

import tarfile
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from liaison_desk.domain.errors import BackupUnusable
from liaison_desk.vault.archive import open_archive
from liaison_desk.vault.durable import disk_errors
from liaison_desk.vault.manifest import LATEST_TOMBSTONES, MANIFEST_NAME, is_content_name
from liaison_desk.vault.tombstones import TOMBSTONES_NAME


class BackupSource(Protocol):
    """Files of a backup by name. Opening one raises BackupUnusable (missing) or StorageFailed."""

    def __enter__(self) -> Self:
        """Return itself."""
        ...  # pragma: no cover

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Let go of what is open."""
        ...  # pragma: no cover

    def has(self, name: str) -> bool:
        """Tell whether a file of this name is there."""
        ...  # pragma: no cover

    def open(self, name: str) -> IO[bytes]:
        """Return a file for reading; the caller closes it."""
        ...  # pragma: no cover


def open_source(path: Path) -> BackupSource:
    """Return the backup at ``path``, a folder or a packed file. Raises BackupUnusable, StorageFailed."""
    return _FolderSource(path) if path.is_dir() else _ArchiveSource(path)


class _FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return None

    def has(self, name: str) -> bool:
        return self._path(name).is_file()

    def open(self, name: str) -> IO[bytes]:
        path = self._path(name)
        if path.is_symlink() or not path.is_file():
            raise BackupUnusable(path=str(self._folder), reason="missing", file=name)
        with disk_errors(path):
            return path.open("rb")

    def _path(self, name: str) -> Path:
        # The newest list of tombstones lies beside the backups, where the vault keeps it up to date.
        if name == LATEST_TOMBSTONES:
            return self._folder.parent / TOMBSTONES_NAME
        if name != MANIFEST_NAME and not is_content_name(name):
            raise BackupUnusable(path=str(self._folder), reason="foreign member")
        return self._folder / name


class _ArchiveSource:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive, self._members = open_archive(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._archive.close()

    def has(self, name: str) -> bool:
        return name in self._members

    def open(self, name: str) -> IO[bytes]:
        member = self._members.get(name)
        try:
            file = self._archive.extractfile(member) if member is not None else None
        except tarfile.TarError as error:
            raise BackupUnusable(path=str(self._path), reason="archive") from error
        if file is None:
            raise BackupUnusable(path=str(self._path), reason="missing", file=name)
        return file
