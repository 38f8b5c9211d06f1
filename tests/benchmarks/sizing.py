"""Making the reference vault, and what it weighs."""

from collections.abc import Iterator

from liaison_desk.services.unlocking import lock_desk
from tests.benchmarks.measure import Figure, compare
from tests.benchmarks.vaults import Bench, copy_plain


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield records a second, and the file against plain copies."""
    path = bench.vault("reference")
    records, took = bench.rates["reference"]
    yield Figure("making the reference vault", records / took, "records/s", limit=8000, at_least=True)
    weight = sum(file.stat().st_size for file in path.glob("vault-*.db"))
    desk = bench.open("reference")
    try:
        for name, only_records, bound in (
            ("vault file / same tables in plain SQLite", False, 1.1),
            ("vault file / records alone", True, 4.0),
        ):
            plain = bench.folder / "plain.db"
            copy_plain(desk, plain, only_records=only_records)
            yield compare(name, weight / 2**20, "MiB", plain.stat().st_size / 2**20, bound=bound)
    finally:
        lock_desk(desk)
