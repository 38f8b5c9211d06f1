"""A search at each key pressed, against a bare FTS5 index of the same text ranked by bm25."""

import random
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from liaison_desk.domain.folding import fold_words
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import search
from liaison_desk.services.sampling import SampleSize
from liaison_desk.services.unlocking import lock_desk
from liaison_desk.storage.housekeeping_tables import ROOT_INDEX, SEARCH_DOCUMENT
from tests.benchmarks.measure import Figure, compare, p95
from tests.benchmarks.vaults import Bench, open_plain

_QUERIES = 40
_LIMITS: dict[SampleSize, float] = {"reference": 10.0, "large": 30.0}


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield p95 of one search call on both sizes."""
    for size, limit in _LIMITS.items():
        desk = bench.open(size)
        try:
            typed = _keystrokes(desk)
            product = _product(desk, typed)
            floor = _floor(desk, bench.folder / "floor.db", typed)
        finally:
            lock_desk(desk)
        yield compare(f"search per key p95, {size}", p95(product), "ms", p95(floor), bound=0.25, limit=limit)


def _keystrokes(desk: Desk) -> list[str]:
    """What stands in the box after each key, while two words of real titles are typed."""
    with desk.store.read() as connection:
        titles = list(connection.execute(select(ROOT_INDEX.c.title)).scalars())
    chosen = random.Random(4).sample(titles, _QUERIES)
    typed: list[str] = []
    for title in chosen:
        words = fold_words(title)[:2]
        whole = " ".join(words)
        typed.extend(whole[:length] for length in range(1, len(whole) + 1) if whole[length - 1] != " ")
    return typed


def _product(desk: Desk, typed: list[str]) -> list[float]:
    return [_time(lambda words=words: search(desk, words)) for words in typed]


def _floor(desk: Desk, path: Path, typed: list[str]) -> list[float]:
    path.unlink(missing_ok=True)
    with closing(open_plain(path)) as plain, desk.store.read() as connection:
        plain.execute("CREATE VIRTUAL TABLE bare USING fts5(words)")
        plain.execute("BEGIN")
        rows = connection.execute(select(SEARCH_DOCUMENT.c.number, SEARCH_DOCUMENT.c.words))
        plain.executemany("INSERT INTO bare(rowid, words) VALUES(?, ?)", (tuple(row) for row in rows))
        plain.execute("COMMIT")
        found = []
        for words in typed:
            matching = " ".join(f'"{word}"*' for word in words.split())
            query = "SELECT rowid, words FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT 50"
            found.append(_time(lambda query=query, m=matching: plain.execute(query, (m,)).fetchall()))
    return found


def _time(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]  # a call without arguments
    return (time.perf_counter() - begin) * 1000
