"""The account of one row of a foreign file: what was read, kept, put into the note, refused."""

from collections.abc import Sequence

from liaison_desk.domain.attached import Note
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.values import is_clean, replace_unclean
from liaison_desk.importers.proposal import (
    CHARACTERS_REPLACED,
    NamedReference,
    Proposal,
    ProposedFile,
)


class Account:
    """Counts properties while a row is read, so that each ends as kept, noted or refused."""

    def __init__(self, number: int, read: int) -> None:
        """Open the account of one row: its number, from 1, and how many properties it has."""
        self.number = number
        self.read = read
        self.kept = 0
        self.noted: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self._losses: list[tuple[str, str]] = []
        self.written: list[str] = []
        self._lines: list[str] = []

    def keep(self) -> None:
        """Count a property that went into a field."""
        self.kept += 1

    def note(self, name: str, text: str, described: str = "") -> None:
        """Put a property that has no field into the note, as ``NAME: text`` or ``described: text``."""
        self.noted.append(name)
        self._lines.append(f"{described or name}: {text}")

    def write_down(self, text: str) -> None:
        """Take a property that is a note itself, word for word; it is counted by ``keep``."""
        self.written.append(text)

    def remark(self, text: str) -> None:
        """Add to the note what a kept property said beyond its field; it is not counted again."""
        self._lines.append(text)

    def refuse(self, name: str, reason: str) -> None:
        """Name a property that cannot be kept at all; the reason is from a closed list."""
        self.refused.append((name, reason))

    def name_loss(self, name: str, reason: str) -> None:
        """Name a property that is kept or noted, but lost something on the way."""
        self._losses.append((name, reason))

    def clean(self, name: str, text: str) -> str:
        """Return text without NUL and lone surrogates, and name the property where some were replaced."""
        if is_clean(text):
            return text
        self._losses.append((name, CHARACTERS_REPLACED))
        return replace_unclean(text)

    def write_notes(self, new_id: IdFactory, owner: RecordId) -> list[Note]:
        """Return what was written down, then one note with all that has no field."""
        texts = [*self.written, "\n".join(self._lines)] if self._lines else self.written
        return [
            Note(id=new_id(), owner_id=owner, rank=rank, text=replace_unclean(text))
            for rank, text in enumerate(texts)
        ]

    def propose(
        self,
        root: Root,
        children: Sequence[Child],
        label: str,
        *,
        files: Sequence[ProposedFile] = (),
        named: Sequence[NamedReference] = (),
    ) -> Proposal:
        """Close the account with a proposed record."""
        return Proposal(
            number=self.number,
            dossier=Dossier(root, tuple(children)),
            label=label,
            files=tuple(files),
            named=tuple(named),
            kept_in_note=tuple(self.noted),
            refused_parts=(*self.refused, *self._losses),
            properties_kept=self.kept,
            properties_read=self.read,
        )


def refuse_row(number: int, label: str, refusal: str, properties: int = 0) -> Proposal:
    """Return a row that becomes nothing, with the reason (from a closed list)."""
    return Proposal(
        number=number,
        dossier=None,
        label=replace_unclean(label)[:120],
        properties_read=properties,
        refusal=refusal,
    )
