"""Sealed blobs: what goes in comes out, whatever was changed is noticed, nothing large is held."""

import hashlib
import io
import random
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from liaison_desk.domain.errors import BlobDamaged, StorageFailed
from liaison_desk.vault.blobs import CHUNK_BYTES, destroy_blob, open_blob, seal, sweep_orphans

_ID = "0192f000-0000-7000-8000-000000000001"
_OTHER = "0192f000-0000-7000-8000-000000000002"
_TAG = 16
_START = 16


class _Endless(io.RawIOBase):
    """A stream of so many bytes that are never all there, handed out in odd pieces."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left = size
        self._piece = random.Random(1).randbytes(70_001)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        taken = self._piece[: min(size, self._left)]
        self._left -= len(taken)
        return taken


@pytest.mark.parametrize(
    "size", [0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
)
def test_blob_comes_back(tmp_path: Path, size: int) -> None:
    """Every size around the chunk borders comes back with its size and hash, and lies sealed."""
    content = random.Random(size).randbytes(size)
    blob = seal(io.BytesIO(content), tmp_path, _ID)
    assert (size, hashlib.sha256(content).hexdigest()) == (blob.size, blob.sha256)
    with open_blob(tmp_path, blob) as stream:
        assert (size, content) == (stream.size, stream.read())
        assert b"" == stream.read(10)
    sealed = (tmp_path / _ID).read_bytes()
    assert size < 1000 or content[:100] not in sealed
    assert 0o600 == (tmp_path / _ID).stat().st_mode & 0o777
    assert [_ID] == [path.name for path in tmp_path.iterdir()]


def test_same_content_is_sealed_differently(tmp_path: Path) -> None:
    """Two blobs of one content share neither key nor bytes."""
    one, two = (seal(io.BytesIO(b"same" * 99), tmp_path, name) for name in (_ID, _OTHER))
    assert one.key != two.key
    assert (tmp_path / _ID).read_bytes()[_START:] != (tmp_path / _OTHER).read_bytes()[_START:]
    assert one.key.hex() not in repr(one)


def test_every_change_is_noticed(tmp_path: Path) -> None:
    """A flipped byte anywhere, chunks swapped, doubled or cut, another id or key: all are damage."""
    blob = seal(io.BytesIO(random.Random(2).randbytes(2 * CHUNK_BYTES + 50)), tmp_path, _ID)
    path = tmp_path / _ID
    whole = path.read_bytes()
    step = CHUNK_BYTES + _TAG
    start, one, two, last = (
        whole[:_START],
        whole[_START:][:step],
        whole[_START + step :][:step],
        whole[_START + 2 * step :],
    )
    chance = random.Random(3)
    places = [*range(_START), *(chance.randrange(len(whole)) for _ in range(30)), len(whole) - 1]
    damaged = [
        whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        for place in places
    ]
    damaged += [
        start + two + one + last,
        start + one + one + last,
        start + one + last,
        start + one + two,
        whole[:-1],
        whole + b"\0",
        start,
        b"",
    ]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(BlobDamaged):
            open_blob(tmp_path, blob).read()
    path.write_bytes(whole)
    for wrong in (
        replace(blob, key=bytes(32)),
        replace(blob, size=blob.size - 1),
        replace(blob, size=blob.size + 1),
    ):
        with pytest.raises(BlobDamaged):
            open_blob(tmp_path, wrong).read()
    path.rename(tmp_path / _OTHER)
    with pytest.raises(BlobDamaged):
        open_blob(tmp_path, replace(blob, blob_id=_OTHER)).read()
    with pytest.raises(BlobDamaged) as refused:
        open_blob(tmp_path, blob)
    assert {"blob": _ID, "reason": "missing"} == refused.value.facts


def test_cut_at_a_chunk_border_is_noticed_with_a_forged_size(tmp_path: Path) -> None:
    """Dropping whole chunks at the end is found although size and file agree."""
    blob = seal(io.BytesIO(bytes(3 * CHUNK_BYTES)), tmp_path, _ID)
    path = tmp_path / _ID
    path.write_bytes(path.read_bytes()[: _START + 2 * (CHUNK_BYTES + _TAG)])
    stream = open_blob(tmp_path, replace(blob, size=2 * CHUNK_BYTES))
    with pytest.raises(BlobDamaged):
        stream.read()


def test_large_file_is_never_held(tmp_path: Path) -> None:
    """40 MB go in and out within 4 MB of memory."""
    size = 40 * 1024 * 1024
    tracemalloc.start()
    blob = seal(_Endless(size), tmp_path, _ID)
    with open_blob(tmp_path, blob) as stream:
        digest = hashlib.sha256()
        while piece := stream.read(100_000):
            digest.update(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (size, blob.sha256) == (blob.size, digest.hexdigest())
    assert peak < 4 * 1024 * 1024


class _BreakingError(Exception):
    pass


class _Breaking(_Endless):
    def read(self, size: int = -1, /) -> bytes:
        piece = super().read(size)
        if not piece:
            raise _BreakingError
        return piece


def test_broken_source_leaves_nothing(tmp_path: Path) -> None:
    """A source that fails halfway passes its own error on and leaves no file."""
    with pytest.raises(_BreakingError):
        seal(_Breaking(CHUNK_BYTES * 2), tmp_path, _ID)
    assert [] == list(tmp_path.iterdir())


def test_blob_is_sealed_once(tmp_path: Path) -> None:
    """A second blob of the same id is refused and the first stays."""
    blob = seal(io.BytesIO(b"first"), tmp_path, _ID)
    with pytest.raises(StorageFailed):
        seal(io.BytesIO(b"second"), tmp_path, _ID)
    assert b"first" == open_blob(tmp_path, blob).read()
    assert [_ID] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["", "../outside", "a/b", "A", "a\0", "-a", ".new-1", "a" * 65])
def test_id_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    """Only plain ids name a file."""
    with pytest.raises(BlobDamaged):
        seal(io.BytesIO(b""), tmp_path, name)


def test_orphans_are_swept(tmp_path: Path) -> None:
    """What no row knows goes, known blobs and foreign files stay, and destroying twice is harmless."""
    for name in (_ID, _OTHER):
        seal(io.BytesIO(b"x"), tmp_path, name)
    (tmp_path / ".new-0011").write_bytes(b"half")
    (tmp_path / "README.TXT").write_bytes(b"foreign")
    assert 2 == sweep_orphans(tmp_path, {_ID})
    assert {_ID, "README.TXT"} == {path.name for path in tmp_path.iterdir()}
    destroy_blob(tmp_path, _ID)
    destroy_blob(tmp_path, _ID)
    assert {"README.TXT"} == {path.name for path in tmp_path.iterdir()}
