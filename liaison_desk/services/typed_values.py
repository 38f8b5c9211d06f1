"""What a person types for a field, as the value its record holds: for the command line and for forms."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from liaison_desk.domain.dates import parse_date
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.fields import FieldInfo
from liaison_desk.domain.folding import fold
from liaison_desk.domain.values import PartialDate, ZonedTime, refuse_unclean

Resolve = Callable[[str, str], str]
"""Takes a record type's name and what was typed; returns the id of the record meant."""

_CLOCK = re.compile(r"(.*?)[\sT]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?$")
_YES = frozenset({"yes", "true", "1", "y", "ano", "po"})
_NO = frozenset({"no", "false", "0", "n", "ne", "jo", ""})


def read_typed(info: FieldInfo, typed: str, *, zone: str, resolve: Resolve) -> object:
    """Return the value of a field from typed text. Raises InvalidValue(field, reason).

    Lists have semicolons between their items; records go by reference or name; empty text is "nothing".
    """
    refuse_unclean(info.name, typed)
    text = typed.strip()
    kind, optional = _bare(info.type)
    if not text and optional:
        return None
    if not text and info.field.required:
        raise InvalidValue(field=info.name, reason="required")
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        parts = [part.strip() for part in text.split(";") if part.strip()]
        return tuple(_read_one(info, item, part, zone, resolve) for part in parts)
    return _read_one(info, kind, typed if info.field.long else text, zone, resolve)


def read_moment(name: str, text: str, zone: str) -> datetime:
    """Return a wall time of a zone in UTC; a day without a time means its midnight. Raises InvalidValue."""
    return _read_wall(name, text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _bare(kind: Any) -> tuple[Any, bool]:
    options = [option for option in get_args(kind) if option is not NoneType]
    if NoneType in get_args(kind):
        return options[0], True
    return kind, False


def _read_one(info: FieldInfo, kind: Any, text: str, zone: str, resolve: Resolve) -> object:  # noqa: PLR0911 - one return a kind of value
    name = info.name
    if info.field.refers:
        return resolve(info.field.refers, text)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_code(name, kind, text)
    if kind is bool:
        return _read_flag(name, text)
    if kind is int:
        return _read_number(name, text)
    if kind is PartialDate:
        return _read_date(name, text)
    if kind is datetime:
        return read_moment(name, text, zone)
    if kind is ZonedTime:
        if "[" in text:
            return ZonedTime.parse(text)
        return ZonedTime(_read_wall(name, text), zone)
    return text


def _read_code(name: str, kind: type[Enum], text: str) -> Enum:
    folded = fold(text)
    for member in kind:
        if folded in {fold(str(member.value)), fold(member.name.replace("_", " "))}:
            return member
    raise InvalidValue(field=name, reason="not_in_list", known=", ".join(str(m.value) for m in kind))


def _read_flag(name: str, text: str) -> bool:
    folded = fold(text)
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise InvalidValue(field=name, reason="not_yes_or_no")


def _read_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidValue(field=name, reason="not_a_number") from error


def _read_date(name: str, text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except InvalidValue:
        found = parse_date(text)
    if found is None:
        raise InvalidValue(field=name, reason="no_such_date")
    return found


def _read_wall(name: str, text: str) -> datetime:
    clock = _CLOCK.fullmatch(text)
    day = _read_date(name, (clock[1] if clock else text).strip())
    if day.month is None or day.day is None:
        raise InvalidValue(field=name, reason="day_wanted")
    try:
        at = time(int(clock[2]), int(clock[3]), int(clock[4] or 0)) if clock else time()
    except ValueError as error:
        raise InvalidValue(field=name, reason="no_such_time") from error
    return datetime(day.year, day.month, day.day, at.hour, at.minute, at.second)  # noqa: DTZ001 - wall time
