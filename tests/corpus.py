"""Runs foreign test files through the readers and accounts for every property.

    python -m tests.corpus FOLDER [FOLDER ...]

Every file that ends in .vcf, .vcard, .ics, .ical or .ifb is read. Each row must balance: properties read are
those kept, in the note and refused, counted apart from the reader by looking at the raw lines. The table
shows files, rows and properties; rows that do not balance, and errors that are not of the desk, are listed.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from liaison_desk.domain.clocks import SystemClock
from liaison_desk.domain.errors import ExchangeError
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.importers.proposal import LOSSES, Proposal, ReadingContext, Source
from liaison_desk.importers.readers import read_proposals

ENDINGS = {".vcf", ".vcard", ".ics", ".ical", ".ifb"}


def open_file(path: Path) -> Source:
    """Return a file of the disk as a source."""
    return Source(path.name, path.stat().st_size, lambda: path.open("rb"))


def make_context() -> ReadingContext:
    """Return the context of a post in Tirana."""
    return ReadingContext(
        make_id_factory(SystemClock()), "AL", "Europe/Tirane", datetime(2026, 11, 23, tzinfo=UTC)
    )


def refused_whole(proposal: Proposal) -> int:
    """Return how many properties were refused, those that lost single characters not counted."""
    return sum(1 for _, reason in proposal.refused_parts if reason not in LOSSES)


def is_balanced(proposal: Proposal) -> bool:
    """Tell whether each property read ended somewhere; a refused row gives the reason for all of them."""
    if proposal.dossier is None:
        return bool(proposal.refusal)
    ended = proposal.properties_kept + len(proposal.kept_in_note) + refused_whole(proposal)
    return proposal.properties_read == ended


def check_files(paths: Iterable[Path]) -> tuple[Counter[str], list[str]]:
    """Read files and return the counts and what is wrong."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for path in paths:
        counts["files"] += 1
        try:
            rows = list(read_proposals(open_file(path), make_context()))
        except ExchangeError as error:
            counts[f"file refused: {type(error).__name__}"] += 1
            continue
        for row in rows:
            counts["rows"] += 1
            counts["properties read"] += row.properties_read
            if row.dossier is None:
                counts[f"row refused: {row.refusal}"] += 1
                counts["properties of refused rows"] += row.properties_read
            counts["properties kept"] += row.properties_kept
            counts["properties in the note"] += len(row.kept_in_note)
            counts["properties refused"] += refused_whole(row)
            if not is_balanced(row):
                wrong.append(f"{path}: row {row.number} does not balance")
        expected = count_properties(path.read_bytes())
        read = sum(row.properties_read for row in rows)
        if expected is not None and read != expected:
            wrong.append(f"{path}: {expected} properties in the raw lines, {read} read")
    return counts, wrong


_CALENDAR_FRAME = (b"PRODID", b"VERSION", b"CALSCALE", b"METHOD", b"X-WR-TIMEZONE")


def count_properties(data: bytes) -> int | None:
    """Count the properties of a file by its raw lines, or None where lines alone do not tell.

    That is so for quoted-printable and unfolded binary text, nested cards, and blocks that are not closed.
    Lines of time zones and of the calendar's frame belong to no row.
    """
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removeprefix(b"\xef\xbb\xbf")
    unfolded = re.sub(rb"\n[ \t]", b"", re.sub(rb"\n+", b"\n", plain)).upper()
    if any(mark in unfolded for mark in (b"QUOTED-PRINTABLE", b"AGENT", b"BASE64", b"ENCODING=B", b"\0")):
        return None
    counted = 0
    blocks: list[bytes] = []
    for line in filter(None, map(bytes.strip, unfolded.split(b"\n"))):
        mark, _, name = line.partition(b":")
        if mark == b"BEGIN":
            blocks.append(name)
        elif mark == b"END":
            if not blocks or blocks.pop() != name:
                return None
        elif b"VTIMEZONE" not in blocks and not (
            set(blocks) == {b"VCALENDAR"} and line.startswith(_CALENDAR_FRAME)
        ):
            counted += 1
    return counted if not blocks else None


def main(folders: list[str]) -> int:
    """Check the files under folders, print the counts, return 1 where something is wrong."""
    paths = sorted(p for folder in folders for p in Path(folder).rglob("*") if p.suffix.lower() in ENDINGS)
    counts, wrong = check_files(paths)
    lines = [f"{name:45} {count:>8}" for name, count in sorted(counts.items())]
    sys.stdout.write("\n".join([*lines, *wrong, ""]))
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
