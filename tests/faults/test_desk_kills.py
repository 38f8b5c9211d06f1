"""Killing the desk at random moments of saving: what it said was saved is there, whole, and all agrees."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from liaison_desk.domain.attached import Note, Tag
from liaison_desk.domain.contact import Phone
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load, search
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.services.verifying import verify
from tests.desk_samples import add_contact, make_desk, reopen

KILLS = 200 if os.environ.get("LIAISON_DESK_SWEEP") == "1" else 6
LONGEST = 1.0
"""Seconds from the opening of the desk to the latest kill."""
ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from itertools import count
from pathlib import Path
from liaison_desk.services.records import add_record, edit_record
from tests.desk_samples import reopen
desk = reopen(Path(sys.argv[1]))
first = int(sys.argv[2])
print("ready", flush=True)
for number in count(first):
    name = f"Person kk{number:06d}"
    made = add_record(desk, "contact", [("name", name), ("phone", "+355690000001"), ("tag", "saved")])
    print("added", number, made.root.id, flush=True)
    edit_record(desk, made.root.id, [("rank", f"rank{number}"), ("note", "Changed " + "x" * 3000)])
    print("changed", number, made.root.id, flush=True)
"""


def save_until_killed(folder: Path, first: int, moment: float) -> list[list[str]]:
    """Save in a process of its own until it is killed; return what it acknowledged, word by word."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="ascii",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout is not None
        assert "ready\n" == child.stdout.readline()
        try:
            said, _ = child.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            child.kill()
            said, _ = child.communicate()
    assert -9 == child.returncode
    # The last line may be cut; only a whole one is an acknowledgement.
    return [line.split() for line in said.split("\n")[:-1]]


def assert_kept(desk: Desk, told: list[list[str]]) -> None:
    """Demand that everything acknowledged is there and can be found."""
    for what, number, root_id in told:
        dossier = load(desk, root_id)
        assert (1, 1) == (len(dossier.of(Phone)), len(dossier.of(Tag)))
        (hit,) = search(desk, f"kk{int(number):06d}")
        assert root_id == hit.root_id
        if what == "changed":
            assert f"rank{number}" == getattr(dossier.root, "rank", "")
            assert 1 == len(dossier.of(Note))


def test_acknowledged_saves_are_there_after_kills(tmp_path: Path) -> None:
    """After each kill every acknowledged record and change is there, nothing is half, and work goes on."""
    folder = tmp_path / "vault"
    desk = make_desk(folder)
    add_contact(desk, "Agim Hoxha")
    lock_desk(desk)
    chance = random.Random(20261124)
    everything: list[list[str]] = []
    for kill in range(KILLS):
        told = save_until_killed(folder, kill * 10_000, chance.uniform(0.0, LONGEST))
        everything += told
        desk = reopen(folder)
        assert_kept(desk, told)
        assert () == verify(desk).faults
        lock_desk(desk)
    desk = reopen(folder)
    assert_kept(desk, everything)
    for hit in search(desk, "tag:saved", limit=100_000):
        dossier = load(desk, hit.root_id)
        # One save may have gone through without its acknowledgement, but none by half.
        assert (bool(dossier.of(Note)), len(dossier.of(Phone))) == (
            getattr(dossier.root, "rank", "") != "",
            1,
        )
    lock_desk(desk)
    if len(everything) < KILLS:
        pytest.fail(f"only {len(everything)} saves were acknowledged before {KILLS} kills")
