"""Figures, their floors and bounds."""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ``ratio`` is held against ``bound``, ``value`` against ``limit``."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    bound: float | None = None
    limit: float | None = None
    at_least: bool = False
    """True where value or limit is a floor to stay above, such as records a second."""

    @property
    def ok(self) -> bool:
        """Whether bound and limit are kept."""
        kept = self.ratio is None or self.bound is None or self.ratio <= self.bound
        if self.limit is None:
            return kept
        return kept and (self.value >= self.limit if self.at_least else self.value <= self.limit)

    def as_dict(self) -> dict[str, object]:
        """Return the figure as JSON holds it."""
        facts = {name: _rounded(value) for name, value in asdict(self).items() if name != "at_least"}
        return {**facts, "ok": self.ok}


def compare(
    name: str, value: float, unit: str, floor: float, *, bound: float | None, limit: float | None = None
) -> Figure:
    """Return a figure beside its floor, in the same unit."""
    return Figure(name, value, unit, floor, value / floor, bound, limit)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value
