"""What import tests share: bytes as a source, a post in Tirana, and workbooks made in memory."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.ids import make_id_factory
from liaison_desk.domain.record import Child, Root
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.readers import read_proposals
from tests.corpus import is_balanced

DATA = Path(__file__).parent / "data" / "import"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

RootType = TypeVar("RootType", bound=Root)
ChildType = TypeVar("ChildType", bound=Child)


def source_of(data: bytes, name: str = "file") -> Source:
    """Return bytes as a source; its name gives nothing away, because content decides."""
    return Source(name, len(data), lambda: BytesIO(data))


def context(columns: dict[str, str] | None = None, zone: str = "Europe/Tirane") -> ReadingContext:
    """Return the context of a post in Tirana at a fixed moment."""
    return ReadingContext(make_id_factory(SteppedClock(NOW)), "AL", zone, NOW, columns or {})


def read(data: bytes, columns: dict[str, str] | None = None) -> list[Proposal]:
    """Read bytes whole, and demand that every row accounts for all its properties."""
    rows = list(read_proposals(source_of(data), context(columns)))
    assert [] == [row.number for row in rows if not is_balanced(row)]
    return rows


def root_of(row: Proposal, kind: type[RootType]) -> RootType:
    """Return the proposed root, which must be of this kind."""
    assert row.dossier is not None, row.refusal
    assert isinstance(row.dossier.root, kind)
    return row.dossier.root


def children_of(row: Proposal, kind: type[ChildType]) -> tuple[ChildType, ...]:
    """Return the proposed children of one kind, in order."""
    assert row.dossier is not None, row.refusal
    return row.dossier.of(kind)


def read_card(*lines: str, version: str = "3.0") -> Proposal:
    """Read one card from its lines."""
    (row,) = read(card(*lines, version=version))
    return row


def card(*lines: str, version: str = "3.0") -> bytes:
    """Return a card with these lines."""
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode("utf-8")


def calendar(*lines: str) -> bytes:
    """Return a calendar with these lines inside."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    return "\r\n".join([*head, *lines, "END:VCALENDAR", ""]).encode("utf-8")


def event(*lines: str) -> bytes:
    """Return a calendar with one event of these lines."""
    return calendar("BEGIN:VEVENT", *lines, "END:VEVENT")


def read_event(*lines: str) -> Proposal:
    """Read one event from its lines."""
    (row,) = read(event(*lines))
    return row


def package(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip with these parts, in this order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts:
            target.writestr(name, data)
    return buffer.getvalue()


def package_parts(data: bytes) -> list[tuple[str, bytes]]:
    """Return the parts of a zip, in order."""
    with zipfile.ZipFile(BytesIO(data)) as source:
        return [(name, source.read(name)) for name in source.namelist()]
