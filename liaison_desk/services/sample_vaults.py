"""Large samples: dossiers for a vault of the size that is promised to work, made one at a time.

Everybody in them is fictional; the public institutions at the head of the organisations are real. Only ids
and names of organisations, and ids of contacts, are held in memory.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.records import Dossier
from liaison_desk.services.sample_chance import Chance
from liaison_desk.services.sample_contacts import ContactMaker
from liaison_desk.services.sample_meetings import MeetingMaker
from liaison_desk.services.sample_organisations import OrganisationMaker
from liaison_desk.services.sample_requests import RequestMaker

Size = Literal["reference", "large"]

_SEED = 20_270_416
_FIRST_NUMBER = 1000
_REFERENCE: Mapping[str, int] = MappingProxyType(
    {
        "organisation": 5_000,
        "contact": 20_000,
        "position": 20_000,
        "phone": 20_000,
        "email": 20_000,
        "request": 15_000,
        "reference": 30_000,
        "step": 60_000,
        "subject": 15_000,
        "meeting": 20_000,
        "participant": 40_000,
        "task": 10_000,
    }
)
_TIMES: Mapping[Size, int] = MappingProxyType({"reference": 1, "large": 5})
_PAST_MEETINGS = 0.97


def counts_of(size: Size) -> dict[str, int]:
    """Return how many records of each type (by type name) a vault of this size holds."""
    return {name: count * _TIMES[size] for name, count in _REFERENCE.items()}


def generate_dossiers(size: Size, as_of: datetime, new_id: IdFactory) -> Iterator[Dossier]:
    """Yield organisations, then contacts, requests and meetings: what is referred to comes first.

    ``as_of`` is aware; nothing happened after it, save for meetings that lie ahead. The same arguments
    and the same ids give the same dossiers.
    """
    counts = counts_of(size)
    chance = Chance(_SEED, as_of)
    organisations = OrganisationMaker(chance, new_id)
    for _ in range(counts["organisation"]):
        yield organisations.make_organisation()
    contacts = ContactMaker(chance, new_id, organisations)
    contact_ids: list[RecordId] = []
    for _ in range(counts["contact"]):
        dossier = contacts.make_contact()
        contact_ids.append(dossier.root.id)
        yield dossier
    requests = RequestMaker(chance, new_id, organisations.authorities(), contact_ids)
    days, count = chance.past, counts["request"]
    for place in range(count):
        yield requests.make_request(_FIRST_NUMBER + place, days[place * len(days) // count])
    meetings = MeetingMaker(chance, new_id, contact_ids)
    count = counts["meeting"]
    past = int(count * _PAST_MEETINGS)
    for place in range(past):
        yield meetings.make_meeting(days[place * len(days) // past], with_task=place % 2 == 0, over=True)
    ahead = chance.ahead
    for place in range(past, count):
        day = ahead[(place - past) * len(ahead) // (count - past)]
        yield meetings.make_meeting(day, with_task=place % 2 == 0, over=False)
