"""Fifty kills at random moments of delivery leave one whole file or none, and the outbox goes on."""

import hashlib
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison_desk.services.delivering import list_outbox, outgoing_rows
from liaison_desk.services.sealing import OUTBOX, seal_stream
from liaison_desk.services.targets import Goods, add_folder_target
from liaison_desk.storage.blob_rows import add_blob
from liaison_desk.storage.outbox import add_to_outbox
from liaison_desk.sync.delivery import DeliveryState
from liaison_desk.sync.folder import MARKER
from liaison_desk.vault.streams import PieceStream
from tests.export_samples import ExportBench

SERVER = Path(__file__).with_name("deliver_on_request.py")
KILLS = 50
FILES = 60
PACE = 0.8
"""Files for each kill; kills come earlier when more are delivered, so that the last one still hits."""
SIZE = 1 << 20
FIRST_SPAN = 0.1
"""Seconds from the opening of the vault to the latest kill, until the pace of deliveries is known."""
MADE_AT = "2026-11-24T09:36:00.000000Z"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ExportBench]:
    """Return a desk with a target and files that wait for it."""
    made = ExportBench(tmp_path / "vault")
    folder = tmp_path / "target"
    folder.mkdir()
    add_folder_target(made.desk, "supervisor", folder)
    chance = random.Random(7)
    for number in range(FILES):
        content = chance.randbytes(SIZE)
        blob = seal_stream(made.desk, PieceStream(iter([content]), SIZE))
        rows = outgoing_rows(
            blob, made.desk.new_id(), Goods.EXPORTS, f"file-{number:02d}", MADE_AT, ["supervisor"]
        )
        with made.desk.store.change_housekeeping() as connection:
            add_blob(connection, blob, OUTBOX, MADE_AT)
            add_to_outbox(connection, rows)
    yield made
    made.close()


class Server:
    """The process that delivers on request."""

    def __init__(self, vault: Path) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), str(vault)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def begin(self) -> int:
        """Start a delivery; return its process id as soon as the vault is open."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        said = {self.hear(), self.hear()}
        assert "ready" in said
        return int((said - {"ready"}).pop())

    def hear(self) -> str:
        """Return the next word."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode("ascii").strip()

    def ends_within(self, seconds: float) -> bool:
        """Wait for the end of a delivery, at most so long; tell whether it came."""
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def close(self) -> None:
        """Stop it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


@pytest.fixture
def server(bench: ExportBench) -> Iterator[Server]:
    """Return a server for the vault, which must be locked before it is asked."""
    started = Server(bench.folder)
    yield started
    started.close()


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file that has its final name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != MARKER and path.suffix != ".part"
    }


def test_fifty_kills(bench: ExportBench, server: Server) -> None:
    """Whatever is killed when, each file is whole or not there, and in the end each is there exactly once."""
    folder = bench.folder.parent / "target"
    expected = dict(bench.lines("SELECT name, sha256 FROM outbox"))
    bench.close()
    chance = random.Random(20261124)
    span, delivered, unfinished = FIRST_SPAN, [0], 0
    for kills in range(1, KILLS + 1):
        child = server.begin()
        assert not server.ends_within(span * chance.random()), "the outbox was empty before the last kill"
        os.kill(child, signal.SIGKILL)
        assert "ended" == server.hear()
        found = digests(folder)
        assert found.items() <= expected.items()
        delivered.append(len(found))
        unfinished += any(path.suffix == ".part" for path in folder.iterdir())
        span *= 0.7 if delivered[-1] > PACE * kills else 1.3
    assert 0 < delivered[-1] < FILES
    assert unfinished > 0, "no kill hit a file half delivered"
    server.begin()
    assert "ended" == server.hear()
    assert expected == digests(folder)
    assert FILES + 1 == len(list(folder.iterdir())), "something unfinished lies beside the files"
    bench.reopen()
    assert {DeliveryState.DELIVERED} == {row.state for row in list_outbox(bench.desk)}
    assert [] == bench.sealed()
