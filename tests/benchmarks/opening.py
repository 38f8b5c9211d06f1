"""Opening a vault and showing the first page of requests must not depend on its size."""

import statistics
from collections.abc import Iterator

from liaison_desk.domain.request import Request
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.storage.lists import read_page
from tests.benchmarks.measure import Figure, compare, seconds
from tests.benchmarks.vaults import PASSPHRASE, Bench
from liaison_desk.vault.derivation import FAST

_ROUNDS = 9


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield the figure: large vault over small vault, key derivation taken off both."""
    derivation = statistics.median(
        seconds(lambda: FAST.stretch(PASSPHRASE.encode(), bytes(32))) for _ in range(5)
    )
    small = _open_and_page(bench, "small") - derivation
    large = _open_and_page(bench, "large") - derivation
    yield compare("open and first page, large / small", large * 1000, "ms", small * 1000, bound=1.5)


def _open_and_page(bench: Bench, size: str) -> float:
    bench.vault(size)
    found = []
    for _ in range(_ROUNDS):
        found.append(seconds(lambda: _once(bench, size)))
        lock_desk(_DESKS.pop())
    return statistics.median(found)


_DESKS = []


def _once(bench: Bench, size: str) -> None:
    desk = bench.open(size)
    _DESKS.append(desk)
    with desk.store.read() as connection:
        page = read_page(connection, Request, ["ref", "matter", "status", "deadline_asked"])
    if not page.rows:
        raise AssertionError("no requests")
