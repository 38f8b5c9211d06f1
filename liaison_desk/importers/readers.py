"""The one list of readers of foreign files, and the choice among them by content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liaison_desk.domain.errors import FileOverLimit
from liaison_desk.importers.detection import Format, detect_format
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.vcard import SIZE_LIMIT as VCARD_LIMIT
from liaison_desk.importers.vcard import read_vcards


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read."""

    format: Format
    limit_name: str
    limit: int
    """Bytes."""
    read: Callable[[Source, ReadingContext], Iterator[Proposal]]


READERS: tuple[Reader, ...] = (Reader(Format.VCARD, "vcard_bytes", VCARD_LIMIT, read_vcards),)


def find_reader(source: Source) -> Reader:
    """Return the reader for a file by its content.

    Raise what ``detect_format`` raises, or ``FileOverLimit``.
    """
    found = detect_format(source)
    reader = next(one for one in READERS if one.format is found)
    if source.size > reader.limit:
        raise FileOverLimit(
            name=source.name, limit=reader.limit_name, allowed=reader.limit, found=source.size
        )
    return reader


def read_proposals(source: Source, context: ReadingContext) -> Iterator[Proposal]:
    """Yield what each row of a file would become, one at a time; a second call reads the file anew.

    The format is told by content. Raise an ``ExchangeError`` where the file as a whole cannot be read.
    """
    yield from find_reader(source).read(source, context)
