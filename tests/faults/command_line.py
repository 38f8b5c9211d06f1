"""The real command line in a process of its own: what it answers, and how it ends."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

WORDS = "žlutý kůň pije ráno"
PROJECT = Path(__file__).parents[2]
_REFUSAL = re.compile(r"(E\d{4}) \S.*")
_PROGRESS = re.compile(r"^(\S.*: \d+( of \d+)?|checking \w+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one command ended."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The code of a refusal, which is exit code 1 and one line beside the progress; else everything."""
        line = _PROGRESS.sub("", self.err).strip()
        found = _REFUSAL.fullmatch(line)
        return found[1] if found and self.code == 1 and "\n" not in line else f"{self.code}: {self.err}"


def start_desk(
    *arguments: object, before: Sequence[str] = (), program: Path = PROJECT
) -> "subprocess.Popen[bytes]":
    """Start the program with its passphrase on standard input.

    ``before`` is what runs it, such as setpriv; ``program`` the folder in which its package lies. It works in
    the home folder of the test, where nothing lies that it could take for its own.
    """
    child = subprocess.Popen(
        [*before, sys.executable, "-m", "liaison_desk", *map(str, arguments), "--passphrase-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=os.environ["HOME"],
        env={**os.environ, "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert child.stdin is not None
    child.stdin.write(f"{WORDS}\n".encode())
    child.stdin.close()
    child.stdin = None
    return child


def run_desk(*arguments: object, before: Sequence[str] = (), program: Path = PROJECT) -> Answer:
    """Run the program to its end."""
    child = start_desk(*arguments, before=before, program=program)
    out, err = child.communicate(timeout=120)
    return Answer(child.returncode, out.decode("utf-8"), err.decode("utf-8"))


def wait_until(happened: Callable[[], bool], child: "subprocess.Popen[bytes]") -> None:
    """Return once something has happened; fail where the program ends before."""
    while not happened():
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended with {child.wait(timeout=0.001)} before it could be killed")


def do(*arguments: object, before: Sequence[str] = (), program: Path = PROJECT) -> str:
    """Run a command that must succeed; return what it answered."""
    answer = run_desk(*arguments, before=before, program=program)
    assert answer.code == 0, answer.err
    return answer.out
