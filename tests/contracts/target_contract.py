"""What holds for every delivery target. A test class for a target inherits this and gives a ``place``."""

import hashlib
import io
from typing import Protocol

import pytest

from liaison_desk.domain.errors import (
    DeliveryDiffers,
    TargetOccupied,
    TargetRefused,
    TargetUnreachable,
    VaultLocked,
)
from liaison_desk.sync.targets import Delivered, Target

NAME = "LD_AL-Tirana_2026-11-24_W48_0007.xlsx"
CONTENT = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Place(Protocol):
    """A target together with the view of somebody who looks at the place itself."""

    target: Target

    def files(self) -> dict[str, bytes]:
        """Return everything that lies at the target."""
        ...

    def plant(self, name: str, content: bytes) -> None:
        """Put a file there as another program would."""
        ...

    def vanish(self) -> None:
        """Make the place unreachable."""
        ...

    def come_back(self) -> None:
        """Make the place reachable again."""
        ...


class CutSource:
    """A source that breaks off after some bytes, as when the vault is locked meanwhile."""

    def __init__(self, good: int) -> None:
        """Give ``good`` bytes, then raise."""
        self._stream = io.BytesIO(CONTENT[:good])

    def read(self, size: int, /) -> bytes:
        """Return the next bytes or raise ``VaultLocked``."""
        piece = self._stream.read(min(size, 4096))
        if not piece:
            raise VaultLocked
        return piece


def put(target: Target, content: bytes = CONTENT, name: str = NAME) -> Delivered:
    """Deliver this content."""
    return target.put(name, io.BytesIO(content), len(content), hashlib.sha256(content).hexdigest())


class TargetContract:
    """The contract. ``place`` is a fixture of the inheriting class."""

    def test_file_arrives_whole(self, place: Place) -> None:
        """A delivered file lies at the target under its name, byte for byte, and nothing else does."""
        delivered = put(place.target)
        assert Delivered(NAME, len(CONTENT), DIGEST, already_there=False) == delivered
        assert {NAME: CONTENT} == place.files()

    def test_empty_file_arrives(self, place: Place) -> None:
        """A file of no bytes is delivered like any other."""
        put(place.target, b"")
        assert {NAME: b""} == place.files()

    def test_same_file_again_is_no_second_file(self, place: Place) -> None:
        """Putting the same file twice reports the one that is there."""
        put(place.target)
        assert put(place.target).already_there
        assert {NAME: CONTENT} == place.files()

    @pytest.mark.parametrize("other", [b"", b"another file", CONTENT[:-1] + b"?", CONTENT + b"?"])
    def test_other_file_is_never_overwritten(self, place: Place, other: bytes) -> None:
        """A name that another content has is refused, and that content stays."""
        place.plant(NAME, other)
        with pytest.raises(TargetOccupied):
            put(place.target)
        assert {NAME: other} == place.files()

    @pytest.mark.parametrize("good", [0, 1, 1 << 20, len(CONTENT) - 1])
    def test_cut_source_leaves_nothing(self, place: Place, good: int) -> None:
        """A source that breaks off leaves nothing behind, and the next attempt succeeds."""
        with pytest.raises(VaultLocked):
            place.target.put(NAME, CutSource(good), len(CONTENT), DIGEST)
        assert {} == place.files()
        put(place.target)
        assert {NAME: CONTENT} == place.files()

    @pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"?", b"?" + CONTENT[1:]])
    def test_source_that_is_not_what_was_promised(self, place: Place, content: bytes) -> None:
        """A source that is shorter, longer or other than its digest is not delivered."""
        with pytest.raises(DeliveryDiffers):
            place.target.put(NAME, io.BytesIO(content), len(CONTENT), DIGEST)
        assert {} == place.files()

    def test_place_that_is_gone(self, place: Place) -> None:
        """An unreachable place is told as such, nothing is created, and it goes on afterwards."""
        place.vanish()
        assert not place.target.reachable()
        with pytest.raises(TargetUnreachable):
            put(place.target)
        with pytest.raises(TargetUnreachable):
            place.target.probe()
        place.come_back()
        assert place.target.reachable()
        assert {} == place.files()
        put(place.target)
        assert {NAME: CONTENT} == place.files()

    def test_probe_leaves_nothing(self, place: Place) -> None:
        """A probe of a working target succeeds and leaves nothing."""
        place.target.probe()
        place.target.probe()
        assert {} == place.files()

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../up", "a\\b", "c:d", "nul\0", "x.", " x"])
    def test_name_that_leads_elsewhere(self, place: Place, name: str) -> None:
        """A name that is a path, or that some system would change, is refused."""
        with pytest.raises(TargetRefused):
            put(place.target, name=name)
        assert {} == place.files()

    def test_two_files_side_by_side(self, place: Place) -> None:
        """Different names do not disturb each other."""
        put(place.target)
        put(place.target, b"second", "second.xlsx")
        assert {NAME: CONTENT, "second.xlsx": b"second"} == place.files()
