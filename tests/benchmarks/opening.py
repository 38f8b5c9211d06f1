"""Opening a vault and showing the first page of requests must not depend on its size."""

import statistics
import time
from collections.abc import Iterator

from liaison_desk.domain.request import Request
from liaison_desk.services.sampling import SampleSize
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.storage.lists import read_page
from tests.benchmarks.measure import Figure, compare
from tests.benchmarks.vaults import Bench

_ROUNDS = 15


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the figure: large vault over small vault, both without key derivation."""
    small, large = _open_and_page(bench, "small"), _open_and_page(bench, "large")
    yield compare("open and first page, large / small", large * 1000, "ms", small * 1000, bound=1.5)


def _open_and_page(bench: Bench, size: SampleSize) -> float:
    bench.vault(size)
    found = []
    for _ in range(_ROUNDS):
        begin = time.perf_counter()
        desk = bench.open_without_derivation(size)
        with desk.store.read() as connection:
            page = read_page(connection, Request, ["ref", "matter", "status", "deadline_asked"])
        found.append(time.perf_counter() - begin)
        lock_desk(desk)
        assert page.rows
    return statistics.median(found)
