"""One acknowledged save, against the very statements it issues in plain SQLite with the same pragmas."""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from liaison_desk.domain.attached import Note
from liaison_desk.domain.contact import Contact
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.desk import Desk
from liaison_desk.services.finding import load
from liaison_desk.services.records import add_record, save_dossier
from liaison_desk.services.unlocking import lock_desk
from tests.benchmarks.measure import Figure, compare, p95
from tests.benchmarks.vaults import Bench, copy_plain, open_plain

_SAVES = 200
_CHILDREN = (
    ("position", "Head of unit"), ("phone", "+355 4 000 0001"), ("phone", "+355 4 000 0002"),
    ("email", "bench@example.invalid"), ("note", "Met in Tirana."), ("tag", "bench"),
)  # fmt: skip

Statement = tuple[str, Any, bool]


def measure(bench: Bench) -> Iterator[Figure]:
    """Yield median against median, and p95 against its limit, on the reference vault."""
    desk = bench.open("reference")
    try:
        saved = add_record(desk, "contact", [("name", "Save Bench"), *_CHILDREN])
        ref = saved.root.ref
        for number in range(10):
            _save(desk, ref, number)
        plain_file = bench.folder / "plain.db"
        copy_plain(desk, plain_file)
        recorded: list[list[Statement]] = []
        times = []
        for number in range(_SAVES):
            statements: list[Statement] = []
            dossier = load(desk, ref)
            changed = _changed(dossier, number)
            with _recording(desk, statements):
                begin = time.perf_counter()
                save_dossier(desk, changed, dossier)
                times.append(time.perf_counter() - begin)
            recorded.append(statements)
        floors = _replay(plain_file, recorded)
    finally:
        lock_desk(desk)
    value, floor = statistics.median(times) * 1000, statistics.median(floors) * 1000
    yield compare("acknowledged save, median", value, "ms", floor, bound=6)
    yield Figure("acknowledged save, p95", p95(times) * 1000, "ms", limit=15.0)


def _save(desk: Desk, ref: str, number: int) -> None:
    dossier = load(desk, ref)
    save_dossier(desk, _changed(dossier, number), dossier)


def _changed(dossier: Dossier, number: int) -> Dossier:
    root = dossier.root
    assert isinstance(root, Contact)
    children = tuple(
        replace(child, text=f"Met {number} times.") if isinstance(child, Note) else child
        for child in dossier.children
    )
    return Dossier(replace(root, rank=f"rank {number}", birthday=PartialDate(1970 + number % 50)), children)


class _recording:  # noqa: N801 - used as a context manager
    """Notes every statement of a save with its parameters."""

    def __init__(self, desk: Desk, statements: list[Statement]) -> None:
        self._engine = desk.store._engine  # noqa: SLF001 - only here are statements looked at
        self._statements = statements

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._note)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy calls it so
        self._statements.append((sql, parameters, many))


def _replay(path: Any, recorded: list[list[Statement]]) -> list[float]:
    times = []
    with closing(open_plain(path)) as plain:
        for statements in recorded:
            begin = time.perf_counter()
            for sql, parameters, many in statements:
                if many:
                    plain.executemany(sql, parameters)
                else:
                    plain.execute(sql, parameters).fetchall()
            plain.execute("COMMIT")
            times.append(time.perf_counter() - begin)
    return times
