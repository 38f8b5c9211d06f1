"""A desk for tests of exporting and delivering: a real vault, a clock that stands still, fictional people."""

import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl

from liaison_desk.domain.clocks import SteppedClock
from liaison_desk.domain.codes import Handling
from liaison_desk.domain.contact import Contact, Email, Phone, Position
from liaison_desk.domain.errors import LiaisonError
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.operations import Intent, Operation
from liaison_desk.domain.organisation import Organisation
from liaison_desk.domain.post import Post
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.domain.values import ZonedTime
from liaison_desk.exports.office_encryption import decrypt
from liaison_desk.services.desk import Desk
from liaison_desk.services.exporting import Exported, ExportPlan, export, plan_export
from liaison_desk.services.unlocking import create_desk, lock_desk, open_desk
from liaison_desk.vault.derivation import FAST
from liaison_desk.vault.passphrases import Passphrase

NOW = datetime(2026, 11, 24, 9, 36, tzinfo=UTC)
WORDS = "žlutý kůň pije ráno"
BALLAST = 4096
FEW_ROUNDS = 1000
ADD = Intent("add", Operation.COLLECTION)


@dataclass(slots=True)
class ExportBench:
    """An open desk in a folder, and short ways to fill it."""

    folder: Path
    post: Post = field(default_factory=Post)
    clock: SteppedClock = field(default_factory=lambda: SteppedClock(NOW))
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        """Create the vault."""
        made = create_desk(
            self.folder, Passphrase(WORDS), post=self.post, kdf=FAST, clock=self.clock, ballast=BALLAST
        )
        self.desk = made.desk

    def reopen(self) -> None:
        """Lock the desk and open it again."""
        self.close()
        self.desk = open_desk(self.folder, Passphrase(WORDS), clock=self.clock, ballast=BALLAST)

    def close(self) -> None:
        """Lock the desk, whatever a test did to it."""
        with suppress(LiaisonError):
            lock_desk(self.desk)

    def add(self, root: Root, *children: Child) -> RecordId:
        """Add a root with its children; return its id."""
        with self.desk.store.write(ADD) as batch:
            batch.create(Dossier(root, children))
        return root.id

    def add_request(self, matter: str, *children: Child, **fields: Any) -> RecordId:
        """Add a request; ``children`` may leave their owner to this."""
        return self.add(Request(id=self.desk.new_id(), matter=matter, **fields), *children)

    def add_organisation(self, name: str, **fields: Any) -> RecordId:
        """Add an organisation."""
        return self.add(Organisation(id=self.desk.new_id(), name=name, **fields))

    def add_meeting(self, title: str, day: int, people: Iterable[str] = (), **fields: Any) -> RecordId:
        """Add a meeting on a day of November, at ten in Tirana."""
        wall = NOW.replace(day=day, hour=10, minute=0, tzinfo=None)
        meeting = Meeting(
            id=self.desk.new_id(), title=title, starts=ZonedTime(wall, "Europe/Tirane"), **fields
        )
        named = [Participant(id=self.desk.new_id(), owner_id=meeting.id, name=name) for name in people]
        return self.add(meeting, *named)

    def add_contact(
        self, name: str, *, handling: Handling = Handling.SERVICE_ONLY, number: str = "", email: str = "",
        function: str = "", organisation: str = "", organisation_id: RecordId | None = None, **fields: Any,
    ) -> RecordId:  # fmt: skip
        """Add a contact with one position, and a number and an address where given."""
        contact = Contact(id=self.desk.new_id(), name=name, handling=handling, **fields)
        new_id, owner = self.desk.new_id, contact.id
        children: list[Child] = [
            Position(
                id=new_id(), owner_id=owner, function=function, primary=True,
                organisation_id=organisation_id, organisation_name=organisation,
            )
        ]  # fmt: skip
        if number:
            children.append(Phone(id=new_id(), owner_id=owner, number=number))
        if email:
            children.append(Email(id=new_id(), owner_id=owner, address=email))
        return self.add(contact, *children)

    def export(self, out: Path | None = None, plan: ExportPlan | None = None, **facts: Any) -> Exported:
        """Export for the supervisor, into the outbox, by a password that is hashed in few rounds."""
        told = {"recipient": "Supervisor", "purpose": "Weekly report", "out": out} | facts
        return export(self.desk, plan or replace(plan_export(self.desk), rounds=FEW_ROUNDS), **told)

    def lines(self, sql: str = "SELECT kind, record_type, record_id, content FROM line") -> list[Any]:
        """Return rows of the vault's database."""
        with self.desk.store.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

    def sealed(self) -> list[str]:
        """Return the names of the sealed files."""
        return sorted(path.name for path in (self.folder / "blobs").iterdir())

    def wait(self, pause: timedelta) -> None:
        """Let time pass."""
        self.clock.moment += pause


def open_workbook(path: Path, password: str) -> Any:
    """Return an encrypted workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(decrypt(path.read_bytes(), password)))


def rows_of(book: Any, sheet: str) -> list[dict[str, Any]]:
    """Return the records of a register by their headers."""
    page = book[sheet]
    _, header, *rows = list(page.iter_rows(min_row=3, values_only=True))
    found = [dict(zip(header, row, strict=True)) for row in rows]
    return [row for row in found if row["Ref"]]


def text_of(path: Path, password: str) -> str:
    """Return everything that any part of an encrypted workbook says, with the parts' names."""
    with zipfile.ZipFile(io.BytesIO(decrypt(path.read_bytes(), password))) as package:
        parts = [f"{name}\n{package.read(name).decode('utf-8')}" for name in package.namelist()]
    return unescape("\n".join(parts))
