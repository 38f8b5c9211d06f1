"""What an import would do, row by row, before anything is done.

A plan is small: of each row it keeps a verdict and a label. The proposals themselves are kept only up to a
bound; beyond it the source is read again when the plan is applied.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from liaison_desk.domain.errors import FileUnreadable, PlanOutdated
from liaison_desk.domain.organisation import Organisation
from liaison_desk.importers.proposal import Proposal, Source
from liaison_desk.services.matching import Reason

Progress = Callable[[int, int], None]
"""Called with rows done and rows in all (0 while nobody knows); raising from it ends the work."""

MOST_BYTES_KEPT = 64 * 2**20
"""Size of a source whose proposals may be kept in memory."""
MOST_RECORDS_KEPT = 200_000
LONGEST_LABEL = 120
_CHUNK = 2**20


class Verdict(Enum):
    """What a row is to the desk."""

    NEW = "new"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    POSSIBLE_DUPLICATE = "possible duplicate"
    REFUSED = "refused"


class ChoiceKind(Enum):
    """What is done with a row."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is done with one row; ``into`` is an id or a reference, ``row`` the place of an earlier row."""

    kind: ChoiceKind
    into: str = ""
    row: int = 0

    @classmethod
    def merge(cls, into: str) -> "Choice":
        """Take the row up into a record, named by its reference or its id."""
        return cls(ChoiceKind.MERGE, into)


CREATE = Choice(ChoiceKind.CREATE)
SKIP = Choice(ChoiceKind.SKIP)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record, or an earlier row of the same file, that may be the same as a row."""

    root_id: str
    """Empty where the candidate is a row."""
    ref: str
    title: str
    row: int
    """Place of the row; 0 where the candidate is a record of the desk."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the file: what it is, what would be done, and what of it has no field."""

    place: int
    """Counts the rows of the file from 1; choices name rows by it."""
    number: int
    """As the person sees it in the program that wrote the file: card 3, line 12 of a sheet."""
    label: str
    type_name: str
    verdict: Verdict
    default: Choice
    reason: str = ""
    """Why the row is refused, from a closed list."""
    candidates: tuple[Candidate, ...] = ()
    kept_in_note: tuple[str, ...] = ()
    refused_parts: tuple[tuple[str, str], ...] = ()


class ProposalShelf:
    """Keeps the proposals of a small source; of a large one only its organisations, which come first."""

    def __init__(self, source: Source) -> None:
        self._room = MOST_RECORDS_KEPT if source.size <= MOST_BYTES_KEPT else 0
        self._room_for_organisations = MOST_RECORDS_KEPT
        self._kept: dict[int, Proposal] = {}

    def put(self, place: int, proposal: Proposal) -> None:
        """Keep a proposal by its place in the file, as long as there is room."""
        if proposal.dossier is None:
            return
        weight = len(proposal.dossier.children) + 1
        if isinstance(proposal.dossier.root, Organisation):
            self._room_for_organisations -= weight
            if self._room_for_organisations > 0:
                self._kept[place] = proposal
        elif self._room > 0:
            self._room -= weight
            self._kept[place] = proposal
            if self._room <= 0:
                self._kept = {
                    at: one
                    for at, one in self._kept.items()
                    if one.dossier is not None and isinstance(one.dossier.root, Organisation)
                }

    def get(self, place: int) -> Proposal | None:
        """Return the proposal of a place, or None where it was not kept."""
        return self._kept.get(place)

    @property
    def is_whole(self) -> bool:
        """Tell whether everything was kept, so that nothing is read again."""
        return self._room > 0 and self._room_for_organisations > 0


@dataclass(slots=True)
class ImportPlan:
    """What an import of one file would do."""

    source: Source
    format: str
    sha256: str
    """Of the whole file, hexadecimal."""
    rows: list[PlannedRow]
    columns: dict[str, str]
    """Folded heading to target, as the register was read."""
    shelf: ProposalShelf
    seen_revisions: dict[str, tuple[str, int]]
    """Of every record that a row may change: its type and the revision that the plan saw."""
    seen_import: int
    """Number of the newest import at the time of the plan."""

    def counts(self) -> dict[Verdict, int]:
        """Return how many rows have each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in Verdict}

    def proposals(
        self, wanted: Callable[[PlannedRow], bool], read: Callable[[], Iterator[Proposal]]
    ) -> Iterator[tuple[PlannedRow, Proposal]]:
        """Yield the wanted rows with their proposals, from the shelf, or by reading the source again.

        Raises PlanOutdated where the source has other rows now.
        """
        places = [place for place, row in enumerate(self.rows) if wanted(row)]
        if all(self.shelf.get(place) is not None for place in places):
            for place in places:
                kept = self.shelf.get(place)
                if kept is not None:
                    yield self.rows[place], kept
            return
        place = -1
        for place, proposal in enumerate(read()):
            if place >= len(self.rows) or proposal.label[:LONGEST_LABEL] != self.rows[place].label:
                raise PlanOutdated(name=self.source.name)
            if wanted(self.rows[place]):
                yield self.rows[place], self.shelf.get(place) or proposal
        if place + 1 != len(self.rows):
            raise PlanOutdated(name=self.source.name)


def hash_source(source: Source) -> str:
    """Return the SHA-256 of a source, hexadecimal. Raises FileUnreadable."""
    digest = hashlib.sha256()
    try:
        with source.open() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise FileUnreadable(name=source.name, reason=error.strerror or type(error).__name__) from error
    return digest.hexdigest()
