"""What may be stored here and how markings change: never above the ceiling, never down without a reason."""

from liaison_desk.domain.code_lists import CodeEntry
from liaison_desk.domain.errors import AboveCeiling, InvalidValue, MarkingLowered
from liaison_desk.services.desk import Desk
from liaison_desk.storage.codes import read_codes


def marking_levels(desk: Desk) -> dict[str, int]:
    """Return the markings in use and their levels; the higher, the more restricted."""
    return {entry.value: entry.level for entry in list_codes(desk, "marking")}


def list_codes(desk: Desk, list_name: str) -> list[CodeEntry]:
    """Return the entries of a code list in order."""
    with desk.store.read() as connection:
        return read_codes(connection, list_name)


def check_marking(desk: Desk, marking: str, before: str = "", reason: str = "") -> None:
    """Pass a marking that may be stored.

    Raises InvalidValue for one that is not in the list, AboveCeiling, and MarkingLowered where it is below
    ``before`` and no reason is given.
    """
    levels = marking_levels(desk)
    if marking not in levels:
        raise InvalidValue(field="marking", reason="not_in_list")
    ceiling = desk.post.ceiling
    if levels[marking] > levels.get(ceiling, 0):
        raise AboveCeiling(marking=marking, ceiling=ceiling)
    if before and levels[marking] < levels.get(before, 0) and not reason.strip():
        raise MarkingLowered(before=before, after=marking)
