"""Sample vaults: the promised sizes, the same every time, consistent, and leading to nobody."""

import tracemalloc
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice

import pytest

from liaison_desk.domain.codes import ENDED_STATUSES, Outcome, RequestStatus, SubjectKind
from liaison_desk.domain.contact import Contact, Email, Phone
from liaison_desk.domain.fields import fields_of
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.meeting import Meeting
from liaison_desk.domain.phones import fold_email, to_e164
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Step, Subject
from liaison_desk.domain.values import is_clean
from liaison_desk.services.sample_numbers import is_reserved
from liaison_desk.services.sample_vaults import counts_of, generate_dossiers

AS_OF = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PART = 97
"""Dossiers between those that are looked at closely."""


def number_ids() -> IdFactory:
    """Return a factory of ids that are the same in every run."""
    numbers = count(1)
    return lambda: RecordId(f"id-{next(numbers):08d}")


@pytest.fixture(scope="module")
def dossiers() -> list[Dossier]:
    """Return a reference vault."""
    return list(generate_dossiers("reference", AS_OF, number_ids()))


def test_counts_are_as_promised(dossiers: list[Dossier]) -> None:
    """A reference vault holds exactly the records that the design names: 275 000."""
    found = Counter(record.type_name for dossier in dossiers for record in dossier.records())
    assert counts_of("reference") == found
    assert 275_000 == found.total()


def test_large_is_five_times_reference() -> None:
    """The large size is the reference size five times."""
    assert {name: 5 * size for name, size in counts_of("reference").items()} == counts_of("large")


def test_every_root_has_its_share(dossiers: list[Dossier]) -> None:
    """Contacts, requests and meetings each have the children that the design gives them."""
    shapes = Counter(
        (dossier.root.type_name, *sorted(Counter(child.type_name for child in dossier.children).items()))
        for dossier in dossiers
    )
    assert {
        ("organisation",): 5_000,
        ("contact", ("email", 1), ("phone", 1), ("position", 1)): 20_000,
        ("request", ("reference", 2), ("step", 4), ("subject", 1)): 15_000,
        ("meeting", ("participant", 2)): 10_000,
        ("meeting", ("participant", 2), ("task", 1)): 10_000,
    } == shapes


def test_same_arguments_give_the_same_vault(dossiers: list[Dossier]) -> None:
    """The second vault equals the first, record by record."""
    assert dossiers == list(generate_dossiers("reference", AS_OF, number_ids()))


def test_ids_are_unique_and_references_point_backwards(dossiers: list[Dossier]) -> None:
    """Whoever saves the dossiers in order never meets a record that is not there yet."""
    seen: set[str] = set()
    for dossier in dossiers:
        for record in dossier.records():
            assert record.id not in seen
            for info in fields_of(type(record)):
                pointed = getattr(record, info.name) if info.field.refers else None
                assert pointed is None or pointed in seen
        seen.update(record.id for record in dossier.records())
        assert all(child.owner_id == dossier.root.id for child in dossier.children)
    assert 275_000 == len(seen)


def test_every_text_is_clean(dossiers: list[Dossier]) -> None:
    """No text holds what the desk refuses."""
    for dossier in dossiers:
        for record in dossier.records():
            values = (getattr(record, field.name) for field in fields(record))
            assert all(is_clean(value) for value in values if isinstance(value, str))


def test_everything_leads_to_nobody(dossiers: list[Dossier]) -> None:
    """Numbers lie in reserved ranges, addresses at example.invalid, and both are folded as the desk folds."""
    for dossier in dossiers:
        for child in dossier.children:
            if isinstance(child, Phone):
                assert is_reserved(child.e164)
            elif isinstance(child, Email):
                assert child.address.endswith("@example.invalid")
            elif isinstance(child, Subject) and child.kind is SubjectKind.PHONE:
                assert is_reserved(to_e164(child.name, "AL"))
    for dossier in islice(dossiers, 5_000, 25_000, PART):
        (phone,), (email,) = dossier.of(Phone), dossier.of(Email)
        assert phone.e164 == to_e164(phone.number, "AL")
        assert email.folded == fold_email(email.address)


def test_requests_live_in_order(dossiers: list[Dossier]) -> None:
    """Steps follow one another within the five years, and statuses, outcomes and dates agree with them."""
    for dossier in dossiers:
        request = dossier.root
        if not isinstance(request, Request):
            continue
        moments = [step.at for step in dossier.of(Step)]
        assert moments == sorted(moments)
        assert AS_OF - timedelta(days=5 * 365 + 1) <= moments[0] == request.received_at
        assert moments[-1] == request.status_since
        assert moments[-1] <= AS_OF
        ended = request.status in ENDED_STATUSES
        assert ended is (request.waiting_on is None)
        assert (request.answered_at or request.closed_at or None) == (moments[-1] if ended else None)
        assert (request.status is RequestStatus.REFUSED) is (request.outcome is Outcome.REFUSED)
        refused = request.status in {RequestStatus.REFUSED, RequestStatus.PARTLY_REFUSED}
        assert refused is bool(request.refusal_grounds)
        assert ended or request.outcome is None


def test_requests_vary(dossiers: list[Dossier]) -> None:
    """Statuses, markings, handling and lengths are spread as in a real register."""
    requests = [dossier.root for dossier in dossiers if isinstance(dossier.root, Request)]
    assert 14 <= len({request.status for request in requests})
    assert {"UNCLASSIFIED", "INTERNAL", "LIMITED"} == {request.marking for request in requests}
    assert 3 == len({request.handling for request in requests})
    opened = sum(request.status not in ENDED_STATUSES for request in requests)
    assert 150 <= opened <= 900
    assert 40 <= sum(len(request.matter) for request in requests) / len(requests) <= 50
    assert all(100 <= len(request.facts) <= 350 for request in requests)


def test_names_vary(dossiers: list[Dossier]) -> None:
    """Names come from wide lists, in Latin and Cyrillic letters."""
    names = [dossier.root.name for dossier in dossiers if isinstance(dossier.root, Contact)]
    assert len(set(names)) > 8_000
    assert any("а" <= letter <= "ш" for name in names for letter in name.lower())


def test_meetings_lie_on_both_sides_of_the_day(dossiers: list[Dossier]) -> None:
    """Some meetings are ahead; only those that are over have minutes."""
    meetings = [dossier.root for dossier in dossiers if isinstance(dossier.root, Meeting)]
    ahead = [meeting for meeting in meetings if meeting.starts and meeting.starts.wall.date() >= AS_OF.date()]
    assert 600 == len(ahead)
    assert [] == [meeting.minutes_facts for meeting in ahead if meeting.minutes_facts or meeting.decisions]
    days = {meeting.starts.wall.date() for meeting in meetings if meeting.starts}
    assert min(days) < date(2021, 12, 10)
    assert max(days) > date(2027, 2, 10)


def test_generator_keeps_memory_flat() -> None:
    """Making a vault holds ids, not records: under 12 MiB however many dossiers went by."""
    made = generate_dossiers("large", AS_OF, number_ids())
    next(made)
    tracemalloc.start()
    try:
        for _ in islice(made, 60_000):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * 2**20
