"""What every delivery target can do. The contract tests in ``tests/contracts`` say the rest."""

from dataclasses import dataclass
from typing import Protocol


class Source(Protocol):
    """Bytes to be delivered, read once from the start."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file lies whole at the target, read back and compared."""

    name: str
    size: int
    """In bytes."""
    sha256: str
    """In lower-case hexadecimal digits."""
    already_there: bool
    """True when an earlier attempt had brought it and only its word was lost."""


class Target(Protocol):
    """A place that takes finished files. It never overwrites, and never shows half a file."""

    @property
    def name(self) -> str:
        """The name the officer knows it by."""
        ...

    def reachable(self) -> bool:
        """Return whether ``put`` has a chance now; quick, changes nothing."""
        ...

    def probe(self) -> None:
        """Write, read back and remove a small file; raise what ``put`` would raise."""
        ...

    def put(self, name: str, source: Source, size: int, sha256: str) -> Delivered:
        """Bring one file of ``size`` bytes and this digest to the target under this name.

        The same call again after any interruption ends with exactly one whole file. Raises
        ``TargetUnreachable``, ``ReadOnly`` and ``DiskFull`` (try later), ``TargetOccupied`` (another
        content has the name), ``TargetRefused``, and ``DeliveryDiffers`` when source or target
        does not hold what was promised. An expected error of ``source`` passes through.
        """
        ...
