"""The one list of readers of foreign files, and the choice among them by content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liaison_desk.domain.errors import FileOverLimit, FileUnreadable
from liaison_desk.importers.delimited import SIZE_LIMIT as TABLE_LIMIT
from liaison_desk.importers.detection import Format, detect_format
from liaison_desk.importers.icalendar import SIZE_LIMIT as CALENDAR_LIMIT
from liaison_desk.importers.icalendar import read_calendar
from liaison_desk.importers.proposal import Proposal, ReadingContext, Source
from liaison_desk.importers.register import ColumnMatch, read_csv, read_workbook
from liaison_desk.importers.register import describe_columns as describe_sheet_columns
from liaison_desk.importers.spreadsheet import SIZE_LIMIT as WORKBOOK_LIMIT
from liaison_desk.importers.vcard import SIZE_LIMIT as VCARD_LIMIT
from liaison_desk.importers.vcard import read_vcards


@dataclass(frozen=True, slots=True)
class Reader:
    """How one format is read."""

    format: Format
    limit_name: str
    limit: int
    """Bytes."""
    rows_of: Callable[[Source, ReadingContext], Iterator[Proposal]]

    def read(self, source: Source, context: ReadingContext) -> Iterator[Proposal]:
        """Yield what each row of a file would become. Raise an ``ExchangeError`` where it cannot be read."""
        try:
            yield from self.rows_of(source, context)
        except OSError as error:
            raise FileUnreadable(name=source.name, reason=error.strerror or type(error).__name__) from error


READERS: tuple[Reader, ...] = (
    Reader(Format.VCARD, "vcard_bytes", VCARD_LIMIT, read_vcards),
    Reader(Format.ICALENDAR, "calendar_bytes", CALENDAR_LIMIT, read_calendar),
    Reader(Format.WORKBOOK, "workbook_bytes", WORKBOOK_LIMIT, read_workbook),
    Reader(Format.TABLE, "table_bytes", TABLE_LIMIT, read_csv),
)


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


def describe_columns(source: Source, context: ReadingContext) -> list[ColumnMatch]:
    """Return what each column of a register would fill; a file that is no register has none.

    The heading of a correction is remembered folded (``register_columns.fold_heading``) in
    ``ReadingContext.columns``, with one of ``register_columns.known_targets``, or empty text for the note.
    """
    reader = find_reader(source)
    if reader.format not in {Format.WORKBOOK, Format.TABLE}:
        return []
    return describe_sheet_columns(source, context, workbook=reader.format is Format.WORKBOOK)
