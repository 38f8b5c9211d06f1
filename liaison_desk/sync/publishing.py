"""Gives a finished file its final name without ever replacing another: the ways of the file systems.

``link`` is atomic wherever hard links exist. FAT and most SMB shares have none: Linux renames there
with RENAME_NOREPLACE, Windows never renames over a file. Where nothing of this works, a look must do.
"""

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Way = Callable[[Path, Path], None]
"""Moves a file to a name; raises FileExistsError when taken, ``WayUnknown`` when it cannot be gone."""

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_UNSUPPORTED = frozenset({errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK})


class WayUnknown(Exception):
    """The system or file system does not know the way; another is tried."""


def publish(part: Path, final: Path, ways: tuple[Way, ...] | None = None) -> None:
    """Move ``part`` to ``final``, in the same folder, by the first way that works here.

    Raises FileExistsError when the name is taken; both files then stay as they are.
    """
    for way in ways or ordinary_ways():
        with suppress(WayUnknown):
            way(part, final)
            return
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(final))


def ordinary_ways() -> tuple[Way, ...]:
    """Return the ways of this operating system, the best first."""
    if os.name == "nt":
        return (rename_plainly,)
    return (rename_unless_taken, link_and_unlink, look_and_rename)


def rename_plainly(part: Path, final: Path) -> None:
    """Rename; right on Windows only, where a rename never replaces."""
    part.rename(final)


def rename_unless_taken(part: Path, final: Path) -> None:
    """Rename with RENAME_NOREPLACE (Linux renameat2)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError as error:
        raise WayUnknown from error
    done = rename(_AT_FDCWD, os.fsencode(part), _AT_FDCWD, os.fsencode(final), _RENAME_NOREPLACE)
    if done == 0:
        return
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        raise WayUnknown
    raise OSError(code, os.strerror(code), str(final))


def link_and_unlink(part: Path, final: Path) -> None:
    """Give the file its second name, then take the first away."""
    try:
        final.hardlink_to(part)
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            raise WayUnknown from error
        raise
    part.unlink()


def look_and_rename(part: Path, final: Path) -> None:
    """Rename after a look, for file systems that know neither of the other ways.

    Between look and rename a foreign program could take the name and lose its file; names of
    exports are numbered by one desk, so only chance or malice could meet there.
    """
    if os.path.lexists(final):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final))
    part.rename(final)
