"""Run the benchmarks: ``python3 dev.py bench [NAME …] [--json]``; exit code 1 when a bound is missed."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import importing, opening, saving, searching, sizing
from tests.benchmarks.measure import Figure
from tests.benchmarks.vaults import Bench

PARTS = {
    "import": importing.measure,
    "size": sizing.measure,
    "save": saving.measure,
    "search": searching.measure,
    "open": opening.measure,
}


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in PARTS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(PARTS)}")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="liaison-desk-bench-") as folder:
        bench = Bench(Path(folder))
        for name, measure in PARTS.items():
            if options.names and name not in options.names:
                continue
            for figure in measure(bench):
                figures.append(figure)
                if not options.json:
                    print(_line(figure), flush=True)
    if options.json:
        print(json.dumps([figure.as_dict() for figure in figures], indent=2))
    return 0 if all(figure.ok for figure in figures) else 1


def _line(figure: Figure) -> str:
    parts = [f"{'ok  ' if figure.ok else 'MISS'} {figure.name}: {figure.value:.2f} {figure.unit}"]
    if figure.floor is not None:
        parts.append(f"floor {figure.floor:.2f}")
    if figure.ratio is not None:
        parts.append(f"ratio {figure.ratio:.2f}")
    if figure.bound is not None:
        parts.append(f"bound {figure.bound:g}")
    if figure.limit is not None:
        parts.append(f"limit {figure.limit:g}")
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main())
