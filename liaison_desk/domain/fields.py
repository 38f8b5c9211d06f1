"""What a field is: described once beside its type, read by form, table, search, import and export.

A record type is a frozen dataclass whose fields read ``Annotated[type, Field(...)]``.
``fields_of`` returns them as a tuple, cached.
"""

import dataclasses
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from liaison_desk.domain.once import once


class Text(NamedTuple):
    """A translatable literal: the context that names the screen or record, and the English text."""

    context: str
    source: str


def QT_TRANSLATE_NOOP(context: str, source: str) -> Text:  # noqa: N802 - the name that lupdate looks for
    """Mark a literal for translation and return it untranslated."""
    return Text(context, source)


class Searched(Enum):
    """Where a field's words go in the search document."""

    NO = 0
    REFERENCE = 1
    TITLE = 2
    BODY = 3


@dataclass(frozen=True, slots=True)
class Field:
    """How people meet a field. Its type, default and name stand in the record itself."""

    label: Text
    required: bool = False
    listed: bool = False
    searched: Searched = Searched.NO
    long: bool = False
    codes: str = ""
    """Name of the code list the value (or each value) is taken from."""
    refers: str = ""
    """Type name of the record that the value points to."""
    identifies: bool = False
    """True where the value tells who a person is: withheld when handling forbids."""
    headings: tuple[str, ...] = ()
    """Column headings of registers that mean this field, folded: Czech, English, Albanian."""


class FieldInfo(NamedTuple):
    """A field of a record type together with what the dataclass says of it."""

    name: str
    type: Any
    field: Field
    default: Any


@once
def fields_of(record_type: type) -> tuple[FieldInfo, ...]:
    """Return the described fields of a record type, in order; housekeeping columns are left out."""
    hints = get_type_hints(record_type, include_extras=True)
    found = []
    for item in dataclasses.fields(record_type):
        hint = hints[item.name]
        if get_origin(hint) is not Annotated:
            continue
        kind, *notes = get_args(hint)
        described = next((note for note in notes if isinstance(note, Field)), None)
        if described is not None:
            found.append(FieldInfo(item.name, kind, described, item.default))
    return tuple(found)


@once
def field_named(record_type: type, name: str) -> FieldInfo | None:
    """Return one described field by name, or None."""
    return next((info for info in fields_of(record_type) if info.name == name), None)
