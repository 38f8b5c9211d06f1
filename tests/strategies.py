"""Strategies derived from the field descriptions: any record type, any value that its fields can hold."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from liaison_desk.domain.fields import Field
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.once import once
from liaison_desk.domain.record import Child, Record, Root
from liaison_desk.domain.records import CHILD_TYPES, Dossier
from liaison_desk.domain.values import PartialDate, ZonedTime

LONG = 10_000
FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001 - walls without a zone
ZONES = ("Europe/Tirane", "Europe/Prague", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC")
NAMES = (
    "Përparim Gjoka", "Штрбац", "Ђорђевић", "Řezníček", "Çağlar", "Åse Łoś", "ÐÞæøß", "محمد", "王小明",
    "Ελένη",
    "=1+1", "'; DROP TABLE contact; --", '"quoted"', "🙂 smile", "e\u0308", "\u202eltr", "a\tb\nc\r\n",
)  # fmt: skip

ids = st.uuids().map(lambda found: RecordId(str(found)))
clean_text = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
    st.sampled_from(NAMES),
)
long_text = st.one_of(clean_text, st.sampled_from(NAMES).map(lambda name: (name * LONG)[:LONG]))
unclean_text = st.tuples(
    clean_text, st.one_of(st.just("\x00"), st.characters(categories=["Cs"])), clean_text
).map("".join)
instants = st.datetimes(min_value=FIRST, max_value=LAST).flatmap(
    lambda wall: st.integers(-12, 14).map(
        lambda hours: (
            wall.replace(tzinfo=timezone(timedelta(hours=hours))) if hours else wall.replace(tzinfo=UTC)
        )
    )
)
zoned_times = st.builds(
    ZonedTime,
    st.datetimes(min_value=FIRST, max_value=LAST),
    st.sampled_from(ZONES),
)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    """Return a year, a month, a day or the end of one, from year 1 on."""
    day = draw(st.dates())
    kind = draw(st.sampled_from(("year", "month", "day", "end of year", "end of month")))
    return PartialDate(
        day.year,
        None if "year" in kind else day.month,
        day.day if kind == "day" else None,
        end=kind.startswith("end"),
    )


def _of_kind(kind: Any, *, long: bool) -> st.SearchStrategy[Any]:
    options = get_args(kind)
    if NoneType in options:
        return st.none() | _of_kind(next(one for one in options if one is not NoneType), long=long)
    if get_origin(kind) is tuple:
        return st.lists(_of_kind(options[0], long=False), max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: long_text if long else clean_text,
        RecordId: ids,
        int: st.integers(-(2**63) + 1, 2**63 - 1),
        bool: st.booleans(),
        datetime: instants,
        PartialDate: partial_dates(),
        ZonedTime: zoned_times,
    }
    return plain[kind]


@once
def field_strategies(record_type: type[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """Return a strategy for every field of a record type, by its type and description."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    hints = get_type_hints(record_type, include_extras=True)
    for item in dataclasses.fields(record_type):
        hint = hints[item.name]
        described: Field | None = None
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            described = next((note for note in notes if isinstance(note, Field)), None)
        found[item.name] = _of_kind(hint, long=described is not None and described.long)
    return found


def records(record_type: type[Record]) -> st.SearchStrategy[Record]:
    """Return records of one type with any values in their fields."""
    return st.fixed_dictionaries(field_strategies(record_type)).map(lambda values: record_type(**values))


@st.composite
def dossiers(draw: st.DrawFn, root_type: type[Root]) -> Dossier:
    """Return a new root with some children, not in the bin and without a reference yet."""
    root = draw(records(root_type))
    assert isinstance(root, Root)
    root = dataclasses.replace(root, ref="", revision=0, binned_at=None)
    kinds = CHILD_TYPES[root_type]
    children: list[Child] = []
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)) if kinds else []:
        child = draw(records(kind))
        assert isinstance(child, Child)
        children.append(dataclasses.replace(child, owner_id=root.id))
    return Dossier(root, tuple({child.id: child for child in children if child.id != root.id}.values()))
