"""Records to rows and back. A row is a tuple of text, integers and None, in the order of the table's columns.

The same plain values stand in the journal, so a line can be read without the record's class.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from liaison_desk.domain.clocks import instant_from_text, instant_text
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.record import Child, Record
from liaison_desk.domain.records import TYPES_BY_NAME
from liaison_desk.domain.values import PartialDate, ZonedTime, is_clean

Plain = str | int | None
Row = tuple[Plain, ...]
_Converter = Callable[[Any], Any]


class Shape(NamedTuple):
    """How one record type lies in its table."""

    type: type[Record]
    columns: tuple[str, ...]
    journaled: tuple[int, ...]
    """Places of the columns that the journal keeps: all but id and revision."""
    defaults: Row
    """The row of a record of which nothing is known; required columns hold None."""
    root_column: int
    """Place of the owner's id for children, of the own id for roots."""
    revision_column: int
    """Place of the revision, or -1."""


@cache
def shape_of(record_type: type[Record]) -> Shape:
    """Return the shape of a record type."""
    fields = dataclasses.fields(record_type)
    columns = tuple(field.name for field in fields)
    writers = _writers(record_type)
    defaults = tuple(
        None if field.default is dataclasses.MISSING else _write(writers.get(field.name), field.default)
        for field in fields
    )
    owner = "owner_id" if issubclass(record_type, Child) else "id"
    return Shape(
        type=record_type,
        columns=columns,
        journaled=tuple(place for place, name in enumerate(columns) if name not in {"id", "revision"}),
        defaults=defaults,
        root_column=columns.index(owner),
        revision_column=columns.index("revision") if "revision" in columns else -1,
    )


def shape_named(type_name: str) -> Shape:
    """Return the shape of the record type of this name."""
    return shape_of(TYPES_BY_NAME[type_name])


def row_of(record: Record) -> Row:
    """Return a record as a row; refuse NUL and lone surrogates by the field's name."""
    record_type = type(record)
    getter, converters = _plan_writing(record_type)
    values = list(getter(record))
    for place, convert in converters:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    for place, value in enumerate(values):
        if type(value) is str and not (value.isascii() and "\x00" not in value) and not is_clean(value):
            raise InvalidValue(field=shape_of(record_type).columns[place], reason="forbidden_character")
    return tuple(values)


def record_of(record_type: type[Record], row: Sequence[Plain]) -> Record:
    """Return the record that a row holds."""
    values: list[Any] = list(row)
    for place, convert in _plan_reading(record_type):
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return record_type(**dict(zip(shape_of(record_type).columns, values, strict=True)))


def plain_value(record_type: type[Record], column: str, value: object) -> Plain:
    """Return one field's value as it is stored."""
    plain: Plain = _write(_writers(record_type).get(column), value)
    return plain


def value_of(record_type: type[Record], column: str, plain: Plain) -> object:
    """Return one stored value as the record holds it."""
    if plain is None:
        return None
    place = shape_of(record_type).columns.index(column)
    convert = dict(_plan_reading(record_type)).get(place)
    return plain if convert is None else convert(plain)


@cache
def _plan_writing(record_type: type[Record]) -> tuple[_Converter, tuple[tuple[int, _Converter], ...]]:
    columns = shape_of(record_type).columns
    writers = _writers(record_type)
    plan = tuple((place, writers[name]) for place, name in enumerate(columns) if name in writers)
    return attrgetter(*columns), plan


@cache
def _plan_reading(record_type: type[Record]) -> tuple[tuple[int, _Converter], ...]:
    readers = {name: _reader_for(kind) for name, kind in _plain_types(record_type).items()}
    columns = shape_of(record_type).columns
    return tuple(
        (place, reader) for place, name in enumerate(columns) if (reader := readers[name]) is not None
    )


@cache
def _writers(record_type: type[Record]) -> dict[str, _Converter]:
    writers = {name: _writer_for(kind) for name, kind in _plain_types(record_type).items()}
    return {name: writer for name, writer in writers.items() if writer is not None}


@cache
def _plain_types(record_type: type[Record]) -> dict[str, Any]:
    hints = get_type_hints(record_type, include_extras=True)
    return {field.name: _bare(hints[field.name]) for field in dataclasses.fields(record_type)}


def _bare(hint: Any) -> Any:  # noqa: ANN401 - a type hint has no common type
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    options = [option for option in get_args(hint) if option is not NoneType]
    if NoneType in get_args(hint) and len(options) == 1:
        return options[0]
    return hint


def _writer_for(kind: Any) -> _Converter | None:  # noqa: ANN401 - a type hint has no common type
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if isinstance(item, type) and issubclass(item, Enum):
            return lambda values: _dump([value.value for value in values])
        return lambda values: _dump(list(values)) if values else "[]"
    if kind is bool:
        return int
    if kind is datetime:
        return instant_text
    if kind in {PartialDate, ZonedTime}:
        return str
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value")
    return None


def _reader_for(kind: Any) -> _Converter | None:  # noqa: ANN401 - a type hint has no common type
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if isinstance(item, type) and issubclass(item, Enum):
            return lambda text: tuple(item(value) for value in json.loads(text))
        return lambda text: tuple(json.loads(text))
    if kind is bool:
        return bool
    if kind is datetime:
        return instant_from_text
    if kind in {PartialDate, ZonedTime}:
        return kind.parse  # type: ignore[no-any-return]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return None


def _write(writer: _Converter | None, value: object) -> Any:  # noqa: ANN401 - text, integer or None
    return value if value is None or writer is None else writer(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _dump(values: list[Any]) -> str:
    text = _ENCODER.encode(values)
    if not is_clean("".join(str(value) for value in values)):
        raise InvalidValue(field="", reason="forbidden_character")
    return text


def canonical_json(content: object) -> str:
    """Return JSON with sorted keys and no spare spaces: equal content gives equal text."""
    return _ENCODER.encode(content)
