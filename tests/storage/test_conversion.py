"""Every field of every record goes into its row and comes back the same; what cannot be stored is refused."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison_desk.domain.contact import Contact
from liaison_desk.domain.errors import InvalidValue
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.record import Record
from liaison_desk.domain.records import RECORD_TYPES
from liaison_desk.domain.request import Request
from liaison_desk.domain.values import PartialDate
from liaison_desk.storage.conversion import (
    canonical_json,
    plain_value,
    record_of,
    row_of,
    shape_of,
    value_of,
)
from liaison_desk.storage.rows import insert_rows, row_by_id
from tests.storage_samples import Bench, altered
from tests.strategies import field_strategies, records, unclean_text

TYPE_NAMES = [kind.type_name for kind in RECORD_TYPES]
BY_NAME = {kind.type_name: kind for kind in RECORD_TYPES}


def texts_of(record_type: type[Record]) -> list[str]:
    """Return the names of the fields that hold text or several texts."""
    sample = {
        item.name: item.type
        for item in dataclasses.fields(record_type)
        if item.name not in {"id", "owner_id"}
    }
    return [name for name, kind in sample.items() if "str" in str(kind) and "RefusalGround" not in str(kind)]


@pytest.mark.parametrize("name", TYPE_NAMES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_record_survives_its_row(name: str, data: st.DataObject) -> None:
    """A record made a row and read back is the same record, and its values are plain."""
    record = data.draw(records(BY_NAME[name]))
    row = row_of(record)
    assert record == record_of(type(record), row)
    assert {type(value) for value in row} <= {str, int, type(None)}


@pytest.mark.parametrize("name", TYPE_NAMES)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_single_values_convert_as_the_whole_row_does(name: str, data: st.DataObject) -> None:
    """History and imports convert one field at a time and get the same."""
    record = data.draw(records(BY_NAME[name]))
    row = row_of(record)
    for place, column in enumerate(shape_of(type(record)).columns):
        value = getattr(record, column)
        assert row[place] == plain_value(type(record), column, value)
        assert value == value_of(type(record), column, row[place])


def test_records_survive_the_database(bench: Bench) -> None:
    """What hypothesis thinks of lies in the encrypted file as it was given."""

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.sampled_from(RECORD_TYPES).flatmap(records))
    def survive(record: Record) -> None:
        with bench.store.change_housekeeping() as connection:
            insert_rows(connection, type(record), [row_of(record)])
            row = row_by_id(connection, type(record), record.id)
            assert row is not None
            assert record == record_of(type(record), row)
            connection.exec_driver_sql(f'DELETE FROM "{record.type_name}"')  # noqa: S608 - a fixed name

    survive()


@pytest.mark.parametrize(
    ("name", "column"),
    [(kind.type_name, column) for kind in RECORD_TYPES for column in texts_of(kind)],
)
@settings(max_examples=3)
@given(data=st.data())
def test_nul_and_surrogates_are_refused_by_name(name: str, column: str, data: st.DataObject) -> None:
    """The refusal names the field, whether the text stands alone or among several."""
    record_type = BY_NAME[name]
    text = data.draw(unclean_text)
    strategies = field_strategies(record_type)
    record = data.draw(st.fixed_dictionaries(strategies).map(lambda values: record_type(**values)))
    several = isinstance(getattr(record, column), tuple)
    dirty = altered(record, **{column: ("fine", text) if several else text})
    with pytest.raises(InvalidValue) as refused:
        row_of(dirty)
    assert {"field": column, "reason": "forbidden_character"} == refused.value.facts


def test_times_without_a_zone_are_refused_by_name() -> None:
    """A moment without a zone would mean something else on every computer."""
    request = Request(id=RecordId("r"), matter="m", received_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point
    with pytest.raises(InvalidValue) as refused:
        row_of(request)
    assert {"field": "received_at", "reason": "no_zone"} == refused.value.facts


def test_numbers_too_large_are_refused_by_name() -> None:
    """No database holds more than 64 bits."""
    contact = Contact(id=RecordId("c"), name="n", keep_in_touch_days=2**63)
    with pytest.raises(InvalidValue) as refused:
        row_of(contact)
    assert {"field": "keep_in_touch_days", "reason": "out_of_range"} == refused.value.facts


def test_old_dates_and_no_date_are_values() -> None:
    """A date before the Gregorian calendar, and none at all, are kept as given."""
    old = Contact(id=RecordId("c"), name="Gjergj Kastrioti", birthday=PartialDate(1405))
    assert old == record_of(Contact, row_of(old))
    none = Meeting(id=RecordId("m"), title="t", starts=None)
    assert none == record_of(Meeting, row_of(none))
    request = Request(id=RecordId("r"), matter="m", received_at=datetime(1700, 1, 1, tzinfo=UTC))
    assert request == record_of(Request, row_of(request))


@given(st.dictionaries(st.text(max_size=5), st.lists(st.none() | st.integers() | st.text(max_size=5))))
def test_equal_content_gives_equal_text(content: dict[str, list[object]]) -> None:
    """Canonical JSON does not depend on the order in which the content was put together."""
    turned = dict(reversed(content.items()))
    assert canonical_json(content) == canonical_json(turned)
