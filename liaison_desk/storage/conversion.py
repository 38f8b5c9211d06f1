"""Records to rows and back. A row is a tuple of text, integers and None, in the order of the table's columns.

The same plain values stand in the journal, so a line can be read without the record's class.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from functools import partial
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, NamedTuple, cast, get_args, get_origin, get_type_hints

from liaison_desk.domain.clocks import instant_from_text, instant_text
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.once import once
from liaison_desk.domain.record import Child, Record
from liaison_desk.domain.records import TYPES_BY_NAME
from liaison_desk.domain.values import PartialDate, ZonedTime, is_clean, refuse_unclean

Plain = str | int | None
Row = tuple[Plain, ...]
_Converter = Callable[[Any], Any]

_LARGEST_WHOLE = 2**63 - 1


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


@once
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


def blank_row(shape: Shape, record_id: str, root_id: str) -> Row:
    """Return the row of a record of which nothing is known but whose it is: what a line leaves unsaid."""
    row = list(shape.defaults)
    row[0] = record_id
    row[shape.root_column] = root_id
    return tuple(row)


def state_content(shape: Shape, row: Row) -> dict[str, list[Plain]]:
    """Return a whole record as a line holds it: what differs from the blank row of the same owner."""
    blank = blank_row(shape, str(row[0]), str(row[shape.root_column]))
    columns = shape.columns
    return {columns[place]: [None, row[place]] for place in shape.journaled if row[place] != blank[place]}


def row_of(record: Record) -> Row:
    """Return a record as a row; refuse NUL and lone surrogates by the field's name."""
    record_type = type(record)
    getter, converters = _plan_writing(record_type)
    values = list(getter(record))
    for place, convert in converters:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    refuse_unclean_row(shape_of(record_type), values)
    return tuple(values)


def refuse_unclean_row(shape: Shape, values: Sequence[object]) -> None:
    """Raise InvalidValue, naming the field, where a stored text holds NUL or a lone surrogate."""
    for place, value in enumerate(values):
        if type(value) is str and not (value.isascii() and "\x00" not in value) and not is_clean(value):
            raise InvalidValue(field=shape.columns[place], reason="forbidden_character")


def record_of(record_type: type[Record], row: Sequence[Plain]) -> Record:
    """Return the record that a row holds."""
    values: list[Any] = list(row)
    for place, convert in _plan_reading(record_type):
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return record_type(**dict(zip(shape_of(record_type).columns, values, strict=True)))


def plain_value(record_type: type[Record], column: str, value: object) -> Plain:
    """Return one field's value as it is stored; refuse NUL and lone surrogates by the field's name."""
    plain: Plain = _write(_writers(record_type).get(column), value)
    if isinstance(plain, str):
        refuse_unclean(column, plain)
    return plain


def value_of(record_type: type[Record], column: str, plain: Plain) -> object:
    """Return one stored value as the record holds it."""
    if plain is None:
        return None
    place = shape_of(record_type).columns.index(column)
    convert = dict(_plan_reading(record_type)).get(place)
    return plain if convert is None else convert(plain)


@once
def _plan_writing(record_type: type[Record]) -> tuple[_Converter, tuple[tuple[int, _Converter], ...]]:
    columns = shape_of(record_type).columns
    writers = _writers(record_type)
    plan = tuple((place, writers[name]) for place, name in enumerate(columns) if name in writers)
    return attrgetter(*columns), plan


@once
def _plan_reading(record_type: type[Record]) -> tuple[tuple[int, _Converter], ...]:
    readers = {name: _reader_for(kind) for name, kind in _plain_types(record_type).items()}
    columns = shape_of(record_type).columns
    return tuple(
        (place, reader) for place, name in enumerate(columns) if (reader := readers[name]) is not None
    )


@once
def _writers(record_type: type[Record]) -> dict[str, _Converter]:
    writers = {name: _writer_for(name, kind) for name, kind in _plain_types(record_type).items()}
    return {name: writer for name, writer in writers.items() if writer is not None}


@once
def _plain_types(record_type: type[Record]) -> dict[str, Any]:
    hints = get_type_hints(record_type, include_extras=True)
    return {field.name: _bare(hints[field.name]) for field in dataclasses.fields(record_type)}


def _bare(hint: Any) -> Any:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    options = [option for option in get_args(hint) if option is not NoneType]
    if NoneType in get_args(hint) and len(options) == 1:
        return options[0]
    return hint


def _writer_for(name: str, kind: Any) -> _Converter | None:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return _write_codes if _is_code(item) else partial(_write_texts, name)
    if _is_code(kind):
        return attrgetter("value")
    if kind is int:
        return partial(_write_whole, name)
    if kind is datetime:
        return partial(_write_instant, name)
    return {bool: int, PartialDate: str, ZonedTime: str}.get(kind)


def _reader_for(kind: Any) -> _Converter | None:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if _is_code(item):
            return lambda text: tuple(item(value) for value in json.loads(text))
        return lambda text: tuple(json.loads(text))
    if _is_code(kind):
        return cast("_Converter", kind)
    readers: dict[Any, _Converter] = {
        bool: bool,
        datetime: instant_from_text,
        PartialDate: PartialDate.parse,
        ZonedTime: ZonedTime.parse,
    }
    return readers.get(kind)


def _is_code(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _write_codes(values: Sequence[Enum]) -> str:
    return canonical_json([value.value for value in values])


def _write_texts(field: str, values: Sequence[str]) -> str:
    for value in values:
        refuse_unclean(field, value)
    return canonical_json(list(values)) if values else "[]"


def _write_whole(field: str, value: int) -> int:
    # What SQLite and PostgreSQL both hold as a big integer.
    if not -_LARGEST_WHOLE <= value <= _LARGEST_WHOLE:
        raise InvalidValue(field=field, reason="out_of_range")
    return value


def _write_instant(field: str, value: datetime) -> str:
    try:
        return instant_text(value)
    except InvalidValue as error:
        raise InvalidValue(field=field, reason=error.facts["reason"]) from error


def _write(writer: _Converter | None, value: object) -> Any:
    return value if value is None or writer is None else writer(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical_json(content: object) -> str:
    """Return JSON with sorted keys and no spare spaces: equal content gives equal text."""
    return _ENCODER.encode(content)
