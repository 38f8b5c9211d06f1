"""Finished exports by number: name, hash, counts and key figures, so that the next one can compare."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from liaison_desk.storage.housekeeping_tables import EXPORT_RUN

Counts = Mapping[str, tuple[int, int, int]]
"""Rows included, of these redacted, and left out, by sheet."""


@dataclass(frozen=True, slots=True)
class ExportRun:
    """One finished export."""

    number: int
    profile: str
    made_at: str
    file_name: str
    sha256: str
    counts: Counts
    figures: Mapping[str, int]
    marking: str


def next_export_number(connection: Connection) -> int:
    """Return the number that the next export gets; they begin at 1 and are never given twice."""
    return (connection.execute(select(func.max(EXPORT_RUN.c.number))).scalar_one() or 0) + 1


def add_export(connection: Connection, run: ExportRun) -> None:
    """Keep a finished export."""
    connection.execute(
        insert(EXPORT_RUN),
        {
            "number": run.number,
            "profile": run.profile,
            "made_at": run.made_at,
            "file_name": run.file_name,
            "sha256": run.sha256,
            "counts": json.dumps({name: list(three) for name, three in run.counts.items()}, sort_keys=True),
            "figures": json.dumps(dict(run.figures), sort_keys=True),
            "marking": run.marking,
        },
    )


def last_export(connection: Connection, profile: str) -> ExportRun | None:
    """Return the newest export of a profile, or None."""
    found = list_exports(connection, profile, limit=1)
    return found[0] if found else None


def list_exports(connection: Connection, profile: str = "", *, limit: int = 50) -> list[ExportRun]:
    """Return the newest exports, of one profile or of all, the newest first."""
    query = select(EXPORT_RUN).order_by(EXPORT_RUN.c.number.desc()).limit(limit)
    if profile:
        query = query.where(EXPORT_RUN.c.profile == profile)
    return [
        ExportRun(
            number=row.number,
            profile=row.profile,
            made_at=row.made_at,
            file_name=row.file_name,
            sha256=row.sha256,
            counts={name: (int(i), int(r), int(w)) for name, (i, r, w) in json.loads(row.counts).items()},
            figures=json.loads(row.figures),
            marking=row.marking,
        )
        for row in connection.execute(query)
    ]
