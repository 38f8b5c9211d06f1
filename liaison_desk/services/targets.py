"""Where finished files go: adding, listing, testing and removing targets."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from liaison_desk.domain.errors import ExportRefused, InvalidValue, TargetUnknown
from liaison_desk.services.desk import Desk
from liaison_desk.storage.outbox import TargetRow, delete_target, drop_from_outbox, put_target, read_targets
from liaison_desk.sync.delivery import DeliveryState
from liaison_desk.sync.folder import FolderTarget
from liaison_desk.sync.targets import Target

FOLDER = "folder"
_ONE_OFF = "folder:"
"""What the name of a folder begins with that serves one file and is no target of the desk."""
_NAME_LIMIT = 60
_UNDELIVERED = tuple(state.value for state in DeliveryState if state is not DeliveryState.DELIVERED)


class Goods(Enum):
    """What a target may take."""

    EXPORTS = "exports"
    BACKUPS = "backups"

    @property
    def source(self) -> str:
        """What the outbox calls one of them."""
        return self.value.removesuffix("s")


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """A folder as a target of the desk."""

    name: str
    folder: Path
    takes: tuple[Goods, ...]
    marked: bool
    """True where the folder carries a marker file, so that an unmounted share is not taken for it."""


def list_targets(desk: Desk) -> list[FolderEntry]:
    """Return the targets by name."""
    with desk.store.read() as connection:
        return [_entry(row) for row in read_targets(connection)]


def add_folder_target(
    desk: Desk, name: str, folder: Path, *, takes: Collection[Goods] = (Goods.EXPORTS,), marked: bool = True
) -> FolderEntry:
    """Make a folder a target, after a file could be written there and read back.

    Raises InvalidValue (name taken or unfit, nothing to take, a folder of the vault itself) and what
    ``Target.probe`` raises.
    """
    entry = FolderEntry(name, folder.resolve(), tuple(kind for kind in Goods if kind in takes), marked)
    if not name.strip() or len(name) > _NAME_LIMIT or name.startswith(_ONE_OFF):
        raise InvalidValue(field="target", reason="name_unfit")
    if not entry.takes:
        raise InvalidValue(field="takes", reason="nothing_to_take")
    if entry.folder.is_relative_to(desk.vault.folder.resolve()):
        raise InvalidValue(field="folder", reason="inside_the_vault")
    if any(known.name == name for known in list_targets(desk)):
        raise InvalidValue(field="target", reason="name_taken")
    FolderTarget(name, entry.folder).probe()
    if marked:
        FolderTarget(name, entry.folder).place_marker()
    settings = json.dumps({"path": str(entry.folder), "marked": marked}, sort_keys=True)
    takes_text = ",".join(kind.value for kind in entry.takes)
    with desk.store.change_housekeeping() as connection:
        put_target(connection, TargetRow(name, FOLDER, settings, takes_text))
    return entry


def probe_target(desk: Desk, name: str) -> None:
    """Write, read back and remove a small file there. Raises TargetUnknown and what ``probe`` raises."""
    open_target(list_targets(desk), name).probe()


def remove_target(desk: Desk, name: str) -> int:
    """Remove a target; return how many files that waited for it will not go there any more.

    Raises TargetUnknown. What lies at the target stays there.
    """
    open_target(list_targets(desk), name)
    with desk.store.change_housekeeping() as connection:
        delete_target(connection, name)
        return drop_from_outbox(connection, name, states=_UNDELIVERED)


def choose_targets(desk: Desk, wanted: Collection[str] | None, goods: Goods) -> tuple[str, ...]:
    """Return the names of the wanted targets, of all that take such goods when None.

    Raises TargetUnknown, and ExportRefused when there is none to go to.
    """
    entries = list_targets(desk)
    if wanted is None:
        chosen = tuple(entry.name for entry in entries if goods in entry.takes)
    else:
        chosen = tuple(dict.fromkeys(wanted))
        for name in chosen:
            open_target(entries, name)
    if not chosen:
        raise ExportRefused(reason="no target")
    return chosen


def one_off_target(folder: Path) -> str:
    """Return the name under which the outbox knows a folder that serves one file."""
    return f"{_ONE_OFF}{folder.resolve()}"


def open_target(entries: Collection[FolderEntry], name: str) -> Target:
    """Return the target of this name. Raises TargetUnknown."""
    if name.startswith(_ONE_OFF):
        return FolderTarget(name, Path(name.removeprefix(_ONE_OFF)))
    for entry in entries:
        if entry.name == name:
            return FolderTarget(name, entry.folder, marked=entry.marked)
    raise TargetUnknown(name=name, known=", ".join(entry.name for entry in entries))


def _entry(row: TargetRow) -> FolderEntry:
    settings = json.loads(row.settings)
    takes = tuple(Goods(kind) for kind in row.takes.split(","))
    return FolderEntry(row.name, Path(settings["path"]), takes, settings["marked"])
