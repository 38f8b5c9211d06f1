"""The folder as a delivery target: the contract, and what only folders do."""

import errno
import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import pytest

from liaison_desk.domain.errors import DiskFull, ReadOnly, TargetOccupied, TargetUnreachable
from liaison_desk.sync.folder import MARKER, FolderTarget
from liaison_desk.sync.publishing import (
    Way,
    link_and_unlink,
    look_and_rename,
    ordinary_ways,
    rename_unless_taken,
)
from tests.contracts.deliver_child import content_of
from tests.contracts.target_contract import CONTENT, DIGEST, NAME, TargetContract, put

CHILD = Path(__file__).with_name("deliver_child.py")
KILLS = 50
SIZE = 4 << 20
NOBODY = 65534


class FolderPlace:
    """A marked folder, looked at from outside; vanishing is what an unmounted share does."""

    def __init__(self, folder: Path, ways: tuple[Way, ...]) -> None:
        """Make the folder and its target."""
        folder.mkdir()
        self._folder = folder
        self.target = FolderTarget("folder", folder, marked=True, ways=ways)
        self.target.place_marker()

    def files(self) -> dict[str, bytes]:
        """Return the folder's files but the marker."""
        return {path.name: path.read_bytes() for path in self._folder.iterdir() if path.name != MARKER}

    def plant(self, name: str, content: bytes) -> None:
        """Write a file."""
        (self._folder / name).write_bytes(content)

    def vanish(self) -> None:
        """Leave the empty mount point only."""
        self._folder.rename(self._folder.with_name("away"))
        self._folder.mkdir()

    def come_back(self) -> None:
        """Mount it again; the mount point must have stayed empty."""
        self._folder.rmdir()
        self._folder.with_name("away").rename(self._folder)


WAYS = [ordinary_ways(), (rename_unless_taken,), (link_and_unlink,), (look_and_rename,)]


class TestFolderTarget(TargetContract):
    """The contract, kept by every way of giving a file its name."""

    @pytest.fixture(params=WAYS, ids=["ordinary", "renameat2", "link", "look"])
    def place(self, request: pytest.FixtureRequest, tmp_path: Path) -> FolderPlace:
        """A fresh folder for one way."""
        return FolderPlace(tmp_path / "supervisor", request.param)


def names(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_missing_folder_is_not_created(tmp_path: Path) -> None:
    """A folder that is not there is unreachable and stays away."""
    target = FolderTarget("stick", tmp_path / "stick")
    with pytest.raises(TargetUnreachable):
        put(target)
    with pytest.raises(TargetUnreachable):
        target.place_marker()
    assert [] == list(tmp_path.iterdir())


def test_leftover_of_a_killed_attempt_is_replaced(tmp_path: Path) -> None:
    """The unfinished file of an earlier attempt goes away with the next one."""
    (tmp_path / f"{NAME}.{DIGEST[:16]}.part").write_bytes(CONTENT[:1000])
    put(FolderTarget("folder", tmp_path))
    assert [NAME] == names(tmp_path)


def test_leftover_beside_the_finished_file_is_removed(tmp_path: Path) -> None:
    """A kill between the second name and the loss of the first leaves both; the next attempt tidies up."""
    part = tmp_path / f"{NAME}.{DIGEST[:16]}.part"
    part.write_bytes(CONTENT)
    (tmp_path / NAME).hardlink_to(part)
    assert put(FolderTarget("folder", tmp_path)).already_there
    assert [NAME] == names(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "link", "dangling"])
def test_name_taken_by_something_that_is_no_file(tmp_path: Path, kind: str) -> None:
    """A folder or a symbolic link with the file's name is never followed or replaced."""
    (tmp_path / "elsewhere").write_bytes(CONTENT)
    taken = tmp_path / "target" / NAME
    taken.parent.mkdir()
    if kind == "folder":
        taken.mkdir()
    else:
        taken.symlink_to(tmp_path / ("elsewhere" if kind == "link" else "nowhere"))
    with pytest.raises(TargetOccupied):
        put(FolderTarget("folder", taken.parent))
    assert [NAME] == names(taken.parent)
    assert CONTENT == (tmp_path / "elsewhere").read_bytes()


def test_unfinished_name_taken_by_a_link_is_not_followed(tmp_path: Path) -> None:
    """A planted link in place of the unfinished file does not lead the bytes elsewhere."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / f"{NAME}.{DIGEST[:16]}.part").symlink_to(victim)
    put(FolderTarget("folder", folder))
    assert b"precious" == victim.read_bytes()
    assert [NAME] == names(folder)


@pytest.mark.parametrize("way", [rename_unless_taken, link_and_unlink, look_and_rename])
def test_every_way_refuses_a_taken_name(tmp_path: Path, way: Way) -> None:
    """No way of giving a file its name replaces another file."""
    part, final = tmp_path / "part", tmp_path / "final"
    part.write_bytes(b"new")
    final.write_bytes(b"old")
    with pytest.raises(FileExistsError):
        way(part, final)
    assert (b"new", b"old") == (part.read_bytes(), final.read_bytes())


def start_child(folder: Path, seed: int, size: int, limit: int = 0) -> subprocess.Popen[str]:
    """Start a delivery in another process and return when it is about to begin."""
    arguments = [sys.executable, str(CHILD), str(folder), str(seed), str(size), str(limit)]
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, encoding="ascii")
    assert child.stdout is not None
    assert "ready\n" == child.stdout.readline()
    return child


def finish(child: subprocess.Popen[str]) -> str:
    """Wait for the end and return what the child said."""
    with child:
        return child.communicate(timeout=60)[0].strip()


def test_fifty_kills_leave_one_whole_file_or_none(tmp_path: Path) -> None:
    """After SIGKILL at any moment the name has the whole file or none, and a retry ends with exactly one."""
    moments = random.Random(2)
    whole = start_child(tmp_path, 0, SIZE)
    started = perf_counter()
    assert "delivered" == finish(whole)
    longest = perf_counter() - started
    (tmp_path / "file.xlsx").unlink()
    unfinished = 0
    for seed in range(1, KILLS + 1):
        content = content_of(seed, SIZE)
        child = start_child(tmp_path, seed, SIZE)
        with suppress(subprocess.TimeoutExpired):
            child.wait(longest * moments.random())
        child.send_signal(signal.SIGKILL)
        said = finish(child)
        left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        unfinished += bool(left) and "file.xlsx" not in left
        assert content == left.get("file.xlsx", content)
        assert said != "delivered" or "file.xlsx" in left
        target = FolderTarget("folder", tmp_path)
        again = target.put("file.xlsx", io.BytesIO(content), SIZE, hashlib.sha256(content).hexdigest())
        assert ("file.xlsx" in left) == again.already_there
        assert ["file.xlsx"] == names(tmp_path)
        (tmp_path / "file.xlsx").unlink()
    assert unfinished > 0, "no kill hit a delivery under way"


def test_limit_of_a_file_size_leaves_nothing(tmp_path: Path) -> None:
    """When the system lets no file grow further, it is told as a full disk and nothing half is left."""
    assert f"{DiskFull.code} EFBIG" == finish(start_child(tmp_path, 1, SIZE, SIZE - 1))
    assert [] == names(tmp_path)


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of 2 MiB on the folder; give False where this user may not."""
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_leaves_nothing_and_goes_on(tmp_path: Path) -> None:
    """A disk that fills up half-way is told as full, keeps nothing half, and takes the next file."""
    with small_disk(tmp_path) as mounted:
        answer = finish(start_child(tmp_path, 1, SIZE, 0 if mounted else 2 << 20))
        assert f"{DiskFull.code} {'ENOSPC' if mounted else 'EFBIG'}" == answer
        assert [] == names(tmp_path)
        put(FolderTarget("folder", tmp_path), CONTENT[:1000])
        assert [NAME] == names(tmp_path)


@contextmanager
def without_privilege() -> Iterator[None]:
    """Act as nobody when the tests run as root, whom file modes do not bind."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder outside the private one of the tests, which everybody may read and nobody write."""
    folder = Path("/tmp") / f"liaison-desk-read-only-{os.getpid()}"  # noqa: S108 - reached as nobody
    folder.mkdir()
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_read_only_folder(read_only_folder: Path) -> None:
    """A folder that may not be written is told as read-only."""
    target = FolderTarget("folder", read_only_folder)
    with without_privilege():
        assert target.reachable()
        for attempt in (lambda: put(target), target.probe, target.place_marker):
            with pytest.raises(ReadOnly) as caught:
                attempt()
            assert errno.errorcode[errno.EACCES] == caught.value.facts["reason"]
    assert [] == names(read_only_folder)
