"""Makes the Nth system call of a program fail, or kills the program there, with strace.

Source of the method: "Anomaly Testing" in "How SQLite Is Tested": fail the first call, then the second,
until the program runs through, and look at what is left each time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

WRITING_CALLS = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "link")
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC")
NAMING_CALLS = ("rename", "unlink", "link")
"""Calls that a folder without permission refuses; the others work on files that are open already."""

_SAMPLE = 20
_ACKNOWLEDGED = "ACK"
_ROOT = Path(__file__).parents[2]
_ALIASES = {
    "rename": ("rename", "renameat", "renameat2"),
    "unlink": ("unlink", "unlinkat"),
    "link": ("link", "linkat"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one run: where it was hit, and whether it said ``ACK`` before it ended."""

    call: str
    fault: str
    position: int
    acknowledged: bool
    errors: str


def sweep(
    prepare: Callable[[], list[str]],
    program: str,
    calls: Iterable[str] = WRITING_CALLS,
    faults: Iterable[str] = FAULTS,
) -> Iterator[Outcome]:
    """Run a Python program again and again, each time with one fault, and yield after every run.

    ``prepare`` puts everything back and returns the program's arguments; the program prints ``ACK`` when
    it is done. One position in twenty is hit, all of them with LIAISON_DESK_SWEEP=1. Faults come once,
    and full disks also for good.
    """
    if shutil.which("strace") is None:
        pytest.fail("strace is missing: apt-get install strace")
    whole = os.environ.get("LIAISON_DESK_SWEEP") == "1"
    for call in calls:
        trace = trace_calls([call], program, prepare())
        total = sum(f"{name}(" in line for line in trace.splitlines() for name in _names(call))
        for number, fault in enumerate((*faults, "error=EACCES") if call in NAMING_CALLS else faults):
            step = 1 if whole else _SAMPLE
            # Another start for every fault, so that a sample does not hit the same places again.
            for position in range(1 if whole else 1 + number * 7 % min(total or 1, _SAMPLE), total + 1, step):
                yield hit(call, fault, position, program, prepare())


def trace_calls(calls: Iterable[str], program: str, arguments: list[str]) -> str:
    """Run the program undisturbed, which must end well, and return the trace of these calls."""
    done, trace = _strace([], calls, program, arguments)
    assert _ACKNOWLEDGED in done.stdout, done.stderr
    return trace


def hit(call: str, fault: str, position: int, program: str, arguments: list[str]) -> Outcome:
    """Run the program with one fault; a full disk stays full."""
    lasting = "+" if fault == "error=ENOSPC" else ""
    inject = ["-e", f"inject={','.join(_names(call))}:{fault}:when={position}{lasting}"]
    done, _ = _strace(inject, [call], program, arguments)
    return Outcome(call, fault, position, _ACKNOWLEDGED in done.stdout, done.stderr)


def _strace(
    inject: list[str], calls: Iterable[str], program: str, arguments: list[str]
) -> "tuple[subprocess.CompletedProcess[str], str]":
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_ROOT)}
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "trace"
        names = ",".join(name for call in calls for name in _names(call))
        tracing = ["strace", "-f", "--seccomp-bpf", "-o", str(log), "-e", f"trace={names}"]
        done = subprocess.run(
            [*tracing, *inject, sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=120,
        )
        return done, log.read_text(encoding="utf-8", errors="replace")


def _names(call: str) -> tuple[str, ...]:
    return _ALIASES.get(call, (call,))
