"""Readable streams made of pieces, so that nothing large is ever held whole."""

import io
from collections.abc import Iterator


class PieceStream(io.RawIOBase):
    """A readable stream over an iterator of byte pieces; ``size`` is the sum of them, in bytes.

    Closing it closes the iterator.
    """

    def __init__(self, pieces: Iterator[bytes], size: int) -> None:
        super().__init__()
        self.size = size
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # RawIOBase wants a wider buffer than we are given
        """Fill the buffer with what comes next; 0 at the end. Raises what the pieces raise."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken

    def close(self) -> None:
        """Let go of what the pieces come from."""
        close = getattr(self._pieces, "close", None)
        if not self.closed and close is not None:
            close()
        super().close()
