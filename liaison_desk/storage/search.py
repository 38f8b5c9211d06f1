"""Finding roots: exact reference first, then title, then body, each with the newest change first.

Both word indexes give their rows in descending order of number without sorting, so a search reads no more
than it shows, however many rows a short word would match.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
)

from liaison_desk.domain.errors import FilterUnknown
from liaison_desk.domain.folding import fold, fold_words
from liaison_desk.domain.search_document import is_meant, typed_keys
from liaison_desk.domain.search_query import Filter, Query, due_bounds, loosened
from liaison_desk.storage.housekeeping_tables import MENTION, REFERENCE_KEY, ROOT_INDEX, SEARCH_DOCUMENT
from liaison_desk.storage.tables import CONTACT, MEETING, ORGANISATION, RECORD_TABLES, REQUEST, TAG

_MOST_EXACT = 50
_COLUMNS = (
    ROOT_INDEX.c.root_id,
    ROOT_INDEX.c.type,
    ROOT_INDEX.c.ref,
    ROOT_INDEX.c.title,
    ROOT_INDEX.c.marking,
    ROOT_INDEX.c.moment,
    ROOT_INDEX.c.next_due,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One root found: what a list of hits shows."""

    root_id: str
    type: str
    ref: str
    title: str
    marking: str
    moment: str
    next_due: str


def find(connection: Connection, query: Query, *, today: date, limit: int = 50) -> list[Hit]:
    """Return the roots that a query finds, best first.

    When nothing has all the words, words are tried without their last vowel (definite forms of Albanian).
    """
    conditions = [_condition(connection, item, today) for item in query.filters]
    if not any(_asks_for_bin(item) for item in query.filters):
        conditions.append(ROOT_INDEX.c.is_binned == 0)
    if not query.words:
        return _list_filtered(connection, conditions, limit) if query.filters else []
    hits = _find_words(connection, query.words, query, conditions, limit)
    if not hits:
        loose = tuple(loosened(word) for word in query.words)
        if loose != query.words:
            hits = _find_words(connection, loose, query, conditions, limit)
    return hits


def _find_words(
    connection: Connection,
    words: Sequence[str],
    query: Query,
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
) -> list[Hit]:
    found: dict[str, Hit] = {}
    for hit in _exact_references(connection, query, conditions):
        found.setdefault(hit.root_id, hit)
    if any(_asks_for_bin(item) and not item.negated for item in query.filters):
        for hit in _matches_in_bin(connection, words, conditions, limit):
            found.setdefault(hit.root_id, hit)
        return list(found.values())[:limit]
    matching = " AND ".join(f'"{word}"*' for word in words)
    for index in ("title_words", "all_words"):
        if len(found) >= limit:
            break
        for hit in _matches(connection, index, matching, conditions, limit):
            found.setdefault(hit.root_id, hit)
    return list(found.values())[:limit]


def _matches(
    connection: Connection, index: str, matching: str, conditions: Sequence[ColumnElement[bool]], limit: int
) -> Iterator[Hit]:
    words = table(index)
    number: Any = literal_column(f"{index}.rowid")
    # The unary plus keeps the planner on the word index; CROSS JOIN keeps its order.
    statement = (
        select(*_COLUMNS)
        .select_from(words)
        .join(SEARCH_DOCUMENT, SEARCH_DOCUMENT.c.number == number)
        .join(ROOT_INDEX, ROOT_INDEX.c.root_id == SEARCH_DOCUMENT.c.root_id)
        .where(text(f"{index} MATCH :matching"), *conditions)
        .order_by(number.desc())
        .limit(limit)
    )
    for row in connection.execute(statement, {"matching": matching}):
        yield Hit(*row)


def _matches_in_bin(
    connection: Connection, words: Sequence[str], conditions: Sequence[ColumnElement[bool]], limit: int
) -> Iterator[Hit]:
    # The word indexes leave the bin out, so that it costs daily search nothing; being small, it is scanned.
    padded = " " + SEARCH_DOCUMENT.c.words
    statement = (
        select(*_COLUMNS)
        .join(SEARCH_DOCUMENT, SEARCH_DOCUMENT.c.root_id == ROOT_INDEX.c.root_id)
        .where(*conditions, *(padded.contains(f" {word}") for word in words))
        .order_by(SEARCH_DOCUMENT.c.number.desc())
        .limit(limit)
    )
    for row in connection.execute(statement):
        yield Hit(*row)


def _asks_for_bin(item: Filter) -> bool:
    return item.name == "is" and item.value.lower() == "binned"


def _exact_references(
    connection: Connection, query: Query, conditions: Sequence[ColumnElement[bool]]
) -> Iterator[Hit]:
    typed = " ".join(query.words)
    keys = typed_keys(typed)
    if not keys:
        return
    statement = (
        select(*_COLUMNS, REFERENCE_KEY.c.key)
        .join(REFERENCE_KEY, REFERENCE_KEY.c.root_id == ROOT_INDEX.c.root_id)
        .where(REFERENCE_KEY.c.key.in_(sorted(keys)), *conditions)
        .order_by(ROOT_INDEX.c.moment.desc(), ROOT_INDEX.c.root_id.desc())
        .limit(_MOST_EXACT)
    )
    for row in connection.execute(statement):
        hit = Hit(*row[:-1])
        if is_meant(typed, row[-1], hit.ref):
            yield hit


def _list_filtered(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[Hit]:
    statement = (
        select(*_COLUMNS)
        .where(*conditions)
        .order_by(ROOT_INDEX.c.moment.desc(), ROOT_INDEX.c.root_id.desc())
        .limit(limit)
    )
    return [Hit(*row) for row in connection.execute(statement)]


def _condition(connection: Connection, item: Filter, today: date) -> ColumnElement[bool]:
    conditions: dict[str, Callable[[str], ColumnElement[bool]]] = {
        "is": lambda value: _state_condition(value.lower(), today),
        "type": lambda value: ROOT_INDEX.c.type == value.lower(),
        "org": lambda value: _names_root(ORGANISATION.name, value),
        "with": lambda value: _names_root(CONTACT.name, value),
        "tag": lambda value: _is_tagged(connection, value),
        "mark": lambda value: ROOT_INDEX.c.marking == value.upper(),
        "handling": lambda value: _any_root(lambda columns: columns.handling == value.lower()),
        "status": lambda value: _has_status(value.lower()),
        "due": lambda value: _is_due(*due_bounds(value, today)),
    }
    if item.name not in conditions:
        raise FilterUnknown(filter=item.name, known=", ".join(conditions))
    met = conditions[item.name](item.value)
    return not_(met) if item.negated else met


def _is_tagged(connection: Connection, value: str) -> ColumnElement[bool]:
    """Roots with this tag, however it is written: the few different tags are compared folded."""
    words = connection.execute(select(TAG.c.word).distinct()).scalars()
    same = [word for word in words if fold(word) == fold(value)]
    return exists(select(TAG.c.id).where(TAG.c.owner_id == ROOT_INDEX.c.root_id, TAG.c.word.in_(same)))


def _has_status(status: str) -> ColumnElement[bool]:
    return or_(_in_table(REQUEST, REQUEST.c.status == status), _in_table(CONTACT, CONTACT.c.status == status))


def _is_due(first: str, last: str) -> ColumnElement[bool]:
    return and_(ROOT_INDEX.c.next_due != "", ROOT_INDEX.c.next_due.between(first, last))


def _state_condition(state: str, today: date) -> ColumnElement[bool]:
    match state:
        case "open":
            return ROOT_INDEX.c.is_open == 1
        case "closed":
            return and_(ROOT_INDEX.c.type == REQUEST.name, ROOT_INDEX.c.is_open == 0)
        case "overdue":
            return and_(ROOT_INDEX.c.next_due != "", ROOT_INDEX.c.next_due < today.isoformat())
        case "unfiled":
            return or_(
                _in_table(REQUEST, REQUEST.c.filed_as == ""), _in_table(MEETING, MEETING.c.filed_as == "")
            )
        case _:
            return ROOT_INDEX.c.is_binned == 1


def _names_root(type_name: str, value: str) -> ColumnElement[bool]:
    """Roots that name another of this type, known by these words."""
    named = ROOT_INDEX.alias("named")
    padded = " " + SEARCH_DOCUMENT.c.title
    spelled = [padded.contains(f" {word}", autoescape=True) for word in fold_words(value)]
    return exists(
        select(MENTION.c.to_id)
        .join(named, named.c.root_id == MENTION.c.to_id)
        .join(SEARCH_DOCUMENT, SEARCH_DOCUMENT.c.root_id == MENTION.c.to_id)
        .where(MENTION.c.from_id == ROOT_INDEX.c.root_id, named.c.type == type_name, *spelled)
    )


def _in_table(record_table: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(record_table.c.id).where(record_table.c.id == ROOT_INDEX.c.root_id, condition))


def _any_root(condition: Any) -> ColumnElement[bool]:
    names = (ORGANISATION.name, CONTACT.name, MEETING.name, REQUEST.name)
    return or_(*(_in_table(RECORD_TABLES[name], condition(RECORD_TABLES[name].c)) for name in names))
