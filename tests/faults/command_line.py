"""The real command line in a process of its own: what it answers, and how it ends."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WORDS = "žlutý kůň pije ráno"
_ROOT = Path(__file__).parents[2]
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


def run_desk(
    *arguments: object, before: Sequence[str] = (), extra: Mapping[str, str] | None = None
) -> Answer:
    """Run the program with its passphrase on standard input; ``before`` is what runs it, such as setpriv."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "liaison_desk", *map(str, arguments), "--passphrase-stdin"],
        input=f"{WORDS}\n".encode(),
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", **(extra or {})},
    )
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def do(*arguments: object) -> str:
    """Run a command that must succeed; return what it answered."""
    answer = run_desk(*arguments)
    assert answer.code == 0, answer.err
    return answer.out
