"""Delivery into a folder with the Nth system call failing or killing: whole or nothing, and it goes on."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest

from liaison_desk.domain.errors import DiskFull, TargetUnreachable
from liaison_desk.sync.folder import FolderTarget
from tests.contracts.deliver_child import content_of

CHILD = Path(__file__).parents[1] / "contracts" / "deliver_child.py"
SIZE = 3 << 20
CALLS = [("write", 2), ("write", 3), ("fsync", 1), ("fsync", 2), ("renameat2", 1)]
"""Calls of a delivery: chunks of the file, the file's sync, its new name, the folder's sync."""


def deliver_under(fault: str, call: str, folder: Path) -> str:
    """Deliver in a child whose system call meets this fault; return what it said last."""
    inject = f"inject={call}:{fault}"
    command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject]
    child = [sys.executable, str(CHILD), str(folder), "7", str(SIZE), "0"]
    done = subprocess.run(
        [*command, *child], check=False, capture_output=True, text=True, encoding="ascii", timeout=120
    )
    return done.stdout.split("\n")[-2]


def goes_on(folder: Path) -> None:
    """Demand that the name has the whole file or none, and that a retry ends with exactly one."""
    content = content_of(7, SIZE)
    final = folder / "file.xlsx"
    assert not final.exists() or content == final.read_bytes()
    FolderTarget("folder", folder).put(
        final.name, io.BytesIO(content), SIZE, hashlib.sha256(content).hexdigest()
    )
    assert ["file.xlsx"] == [path.name for path in folder.iterdir()]
    assert content == final.read_bytes()


@pytest.mark.strace
@pytest.mark.parametrize(("call", "when"), CALLS)
def test_kill_at_a_system_call(tmp_path: Path, call: str, when: int) -> None:
    """SIGKILL in any system call leaves one whole file or none, and the next attempt ends with one."""
    assert "ready" == deliver_under(f"signal=KILL:when={when}", call, tmp_path)
    goes_on(tmp_path)


@pytest.mark.strace
@pytest.mark.parametrize(
    ("fault", "code"), [("ENOSPC", DiskFull.code), ("EDQUOT", DiskFull.code), ("EIO", TargetUnreachable.code)]
)
@pytest.mark.parametrize(("call", "when"), CALLS)
def test_error_of_a_system_call(tmp_path: Path, call: str, when: int, fault: str, code: str) -> None:
    """An error of any system call is told, leaves nothing half, and the next attempt ends with one file."""
    assert f"{code} {fault}" == deliver_under(f"error={fault}:when={when}", call, tmp_path)
    assert [] == [path.name for path in tmp_path.iterdir() if path.name != "file.xlsx"]
    goes_on(tmp_path)


@pytest.mark.strace
@pytest.mark.parametrize("fault", ["EINVAL", "ENOSYS"])
def test_file_system_without_exclusive_rename(tmp_path: Path, fault: str) -> None:
    """Where renameat2 is unknown, a hard link gives the name."""
    assert "delivered" == deliver_under(f"error={fault}", "renameat2", tmp_path)
    goes_on(tmp_path)


@pytest.mark.strace
def test_file_system_without_links_and_exclusive_rename(tmp_path: Path) -> None:
    """Where neither exists, as on a stick or some shares, a look and a plain rename do."""
    assert "delivered" == deliver_under("error=EPERM", "renameat2,link,linkat", tmp_path)
    goes_on(tmp_path)
