"""A disk without room, folders that may not be written: refused in one plain line, and nothing is lost."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desk.domain.errors import DiskFull, ReadOnly
from liaison_desk.vault.ballast import BALLAST_NAME
from tests.faults.command_line import do, run_desk
from tests.faults.disks import MIB, LimitedDisk, SmallDisk, make_disk
from tests.import_samples import card

SIZE = 96 * MIB
"""Room for the vault with its ballast, and for its copies."""
ROOM_TO_OPEN = 400_000
"""Bytes in which the desk can be opened and locked, but no long work be done."""
_DROP = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
UNPRIVILEGED = _DROP if os.geteuid() == 0 else []
"""Runs a program so that permissions hold for it even where root runs it."""


@pytest.fixture(name="disk")
def _disk(tmp_path: Path) -> Iterator[SmallDisk | LimitedDisk]:
    made = make_disk(tmp_path / "disk", SIZE)
    yield made
    made.close()


@pytest.fixture(name="vault")
def _vault(disk: SmallDisk | LimitedDisk) -> Path:
    """Make a vault with a person on the disk."""
    vault = disk.folder / "vault"
    do("vault", "create", vault, "--kdf", "floor")
    do("add", vault, "contact", "name=Agim Hoxha", "rank=Komisar")
    return vault


def write_cards(folder: Path, count: int) -> Path:
    """Write cards into a file and return it."""
    path = folder / "cards.vcf"
    path.write_bytes(b"".join(card(f"UID:{n}", f"FN:Person {n}", "NOTE:" + "x" * 900) for n in range(count)))
    return path


def assert_sound(vault: Path, contacts: int = 1) -> None:
    """Demand that the vault verifies, and how many people it holds."""
    do("vault", "verify", vault)
    found = do("search", vault, "type:contact", "--limit", 10_000)
    assert contacts + 1 == len(found.splitlines())


def test_full_disk_still_opens_and_saves_once_by_the_ballast(
    disk: SmallDisk | LimitedDisk, vault: Path
) -> None:
    """With no byte left the desk opens, finds and saves in the room of the ballast; then it is refused."""
    disk.fill()
    if disk.is_real:
        assert "Agim Hoxha" in disk.run("search", vault, "hoxha").out
        assert 0 == disk.run("edit", vault, "C-1", "rank=Major").code
        assert not (vault / BALLAST_NAME).exists()
        disk.fill()
    assert disk.run("edit", vault, "C-1", "rank=Plukovnik").refusal in disk.refusals
    assert disk.run("search", vault, "hoxha").refusal in disk.refusals
    disk.empty()
    assert ("Major" if disk.is_real else "Komisar") in do("show", vault, "C-1")
    assert_sound(vault)


def test_work_that_finds_no_room_leaves_nothing_half(
    disk: SmallDisk | LimitedDisk, vault: Path, tmp_path: Path
) -> None:
    """Long work that runs out of room is refused; nothing half-done stays, and with room it goes through."""
    big = tmp_path / "big.bin"
    big.write_bytes(os.urandom(MIB))
    works: tuple[tuple[object, ...], ...] = (
        ("edit", vault, "C-1", *(["note=" + "y" * 100_000] * 9)),
        ("import", vault, write_cards(tmp_path, 1500)),
        ("attach", vault, "C-1", big),
        ("vault", "backup", vault),
        ("vault", "rotate", vault),
    )
    (vault / BALLAST_NAME).unlink()
    disk.fill(leave=ROOM_TO_OPEN)
    for work in works:
        assert disk.run(*work).refusal in disk.refusals, work[:2]
    disk.empty()
    assert_sound(vault)
    assert "y" * 9 not in do("show", vault, "C-1")
    assert [] == [path for name in ("blobs", "backups") for path in (vault / name).iterdir()]
    for work in works:
        do(*work)
    assert_sound(vault, 1501)


def test_vault_cannot_be_made_without_room_and_can_be_made_later(disk: SmallDisk | LimitedDisk) -> None:
    """A creation that finds no room says so, and the same folder takes the vault once there is room."""
    disk.fill(leave=100_000)
    assert disk.run("vault", "create", disk.folder / "vault", "--kdf", "floor").refusal in disk.refusals
    disk.empty()
    do("vault", "create", disk.folder / "vault", "--kdf", "floor")
    assert_sound(disk.folder / "vault", 0)


def test_export_to_a_full_target_waits_and_goes_later(disk: SmallDisk | LimitedDisk, tmp_path: Path) -> None:
    """Where the target has no room the file waits in the outbox, the reason told; later it goes, once."""
    vault, target = tmp_path / "vault", disk.folder / "target"
    do("vault", "create", vault, "--kdf", "floor")
    do("import", vault, write_cards(tmp_path, 300))
    target.mkdir()
    do("target", vault, "--add", "supervisor", target)
    disk.fill(leave=4096 if disk.is_real else 10 * MIB)
    answer = disk.run("export", vault)
    if disk.is_real:
        assert DiskFull.code in answer.out + answer.err
        assert [] == list(target.glob("*.xlsx"))
        assert 1 == disk.run("sync", vault, "--retry").code
    disk.empty()
    do("sync", vault, "--retry")
    assert 1 == len(list(target.iterdir()))
    assert_sound(vault, 300)


def test_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """A vault, or its sealed files, without permission to write: refused in one line, and well afterwards."""
    vault = tmp_path / "vault"
    do("vault", "create", vault, "--kdf", "floor")
    do("add", vault, "contact", "name=Agim Hoxha")
    file = write_cards(tmp_path, 1)
    exporting = ("export", vault, "--out", tmp_path)
    works: dict[Path, tuple[tuple[object, ...], ...]] = {
        vault: (("edit", vault, "C-1", "rank=Major"), ("import", vault, file), ("vault", "backup", vault)),
        vault / "blobs": (("attach", vault, "C-1", file), exporting),
    }
    for folder, commands in works.items():
        locked = [folder, *(path for path in folder.iterdir() if path.is_file())]
        for path in locked:
            path.chmod(path.stat().st_mode & ~0o222)
        for command in commands:
            assert ReadOnly.code == run_desk(*command, before=UNPRIVILEGED).refusal, command
        for path in locked:
            path.chmod(path.stat().st_mode | 0o200)
    assert_sound(vault)
    for command in (*works[vault], *works[vault / "blobs"]):
        do(*command)
    assert_sound(vault, 2)


def test_target_that_may_not_be_written_is_told_and_the_file_waits(tmp_path: Path) -> None:
    """A read-only target leaves the file in the outbox; it goes once the target may be written."""
    vault, target = tmp_path / "vault", tmp_path / "target"
    do("vault", "create", vault, "--kdf", "floor")
    target.mkdir()
    do("target", vault, "--add", "supervisor", target)
    target.chmod(0o500)
    answer = run_desk("export", vault, before=UNPRIVILEGED)
    assert ReadOnly.code in answer.out + answer.err
    target.chmod(0o700)
    do("sync", vault, "--retry")
    assert 1 == len(list(target.iterdir()))
