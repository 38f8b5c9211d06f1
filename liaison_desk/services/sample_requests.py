"""Requests for large samples: each with two references, four steps and one subject."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from liaison_desk.domain.codes import (
    Availability,
    ClockEffect,
    DataSubjectCategory,
    Handling,
    ReferenceHolder,
    RequestKind,
    StepKind,
    SubjectKind,
    Urgency,
    UrgencyGround,
)
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.request import Request
from liaison_desk.domain.request_parts import Reference, Step, Subject
from liaison_desk.domain.values import PartialDate
from liaison_desk.services.sample_chance import Chance, Day, weigh
from liaison_desk.services.sample_lives import Life, live
from liaison_desk.services.sample_people import Crowd
from liaison_desk.services.sample_tables import load_words

_URGENT_TIME = timedelta(days=3)
_ORDINARY_TIME = timedelta(days=14)
_REVIEW_TIME = timedelta(days=180)
"""Within the six months of Directive (EU) 2023/977 Art. 16(4)."""
_OLDEST, _BIRTH_YEARS = 1955, 48
_MONTHS, _SAFE_DAYS = 12, 28

_KINDS = weigh({
    RequestKind.REQUEST_OUT: 56, RequestKind.REQUEST_IN: 30, RequestKind.FOR_THIRD_STATE: 6,
    RequestKind.OWN_INITIATIVE_OUT: 5, RequestKind.OWN_INITIATIVE_IN: 3,
})  # fmt: skip
_FROM_HOST = {RequestKind.REQUEST_IN, RequestKind.OWN_INITIATIVE_IN}
_REGIMES = weigh({"bilateral": 6, "interpol": 2, "mla": 1})
_CHANNELS = weigh({"spoc": 4, "gov-email": 3, "i-24/7": 2, "in-person": 1, "siena": 2})
_MARKINGS = weigh({"INTERNAL": 70, "UNCLASSIFIED": 12, "LIMITED": 18})
_HANDLINGS = weigh({Handling.SERVICE_ONLY: 60, Handling.SHAREABLE: 25, Handling.POST_ONLY: 15})
_HANDLING_CODES: tuple[tuple[str, ...], ...] = (("H0",), ("H0",), ("H1",), ("H2",), ("H1", "H2"), ())
_CATEGORIES = weigh({
    DataSubjectCategory.SUSPECT: 6, DataSubjectCategory.ASSOCIATE: 2, DataSubjectCategory.WITNESS: 1,
    DataSubjectCategory.VICTIM: 1, DataSubjectCategory.CONVICTED: 1,
})  # fmt: skip
_THINGS = weigh({
    SubjectKind.PERSON: 70, SubjectKind.VEHICLE: 12, SubjectKind.PHONE: 8, SubjectKind.ORGANISATION: 6,
    SubjectKind.DOCUMENT: 4,
})  # fmt: skip
_THIRD_STATES = ("DE", "GB", "AT", "SK", "PL", "IT")


_URGENCY_GROUNDS = tuple(UrgencyGround)
_THING_NAMES = {
    SubjectKind.VEHICLE: "VZOR",
    SubjectKind.ORGANISATION: "Shembull sh.p.k.",
    SubjectKind.DOCUMENT: "SPECIMEN",
}
_URGENT_SHARE = 0.12
_LONG_SHARE = 0.4
_READMISSION = "readmission"
"""A crime area and a regime."""
_FILED_SHARE = 0.85
_FEEDBACK_SHARE = 0.3
_DESK = "Styčný důstojník Tirana"
_LAST_RANK = 3
_FIRST_SERIAL = 500_000
"""Numbers of subjects begin after those of contacts."""


class Authority(NamedTuple):
    """An organisation that a request comes from or goes to."""

    id: RecordId
    name: str


class Authorities(NamedTuple):
    """The authorities of both sides."""

    host: Sequence[Authority]
    home: Sequence[Authority]


class _Case(NamedTuple):
    """What the parts of one request have in common."""

    id: RecordId
    number: int
    own_number: str
    day: PartialDate
    life: Life
    kind: RequestKind
    asking: Authority
    asked: Authority
    area: str
    matter: str
    subject: Subject
    urgent: bool


class RequestMaker:
    """Makes requests, one dossier of eight records at a time."""

    def __init__(
        self, chance: Chance, new_id: IdFactory, authorities: Authorities, contacts: Sequence[RecordId]
    ) -> None:
        self._chance = chance
        self._new_id = new_id
        self._authorities = authorities
        self._contacts = contacts
        self._crowd = Crowd(chance, _FIRST_SERIAL)
        words = load_words()
        self._matters = [(area, text) for area, texts in words["matters"].items() for text in texts]
        towns = f"{words['towns']['AL']} {words['towns']['CZ']}".split()
        self._towns = [town.replace("_", " ") for town in towns]
        self._empact: dict[str, str] = words["empact"]
        self._facts: list[str] = words["facts"]
        self._purposes: list[str] = words["purposes"]
        self._wanted: list[str] = words["wanted"]
        self._replies: list[str] = words["replies"]

    def make_request(self, number: int, day: Day) -> Dossier:
        """Return a request that was received on ``day``; ``number`` goes into its references."""
        case = self._open_case(number, day)
        return Dossier(
            self._write_request(case),
            (*self._make_references(case), *self._make_steps(case), case.subject),
        )

    def _open_case(self, number: int, day: Day) -> _Case:
        chance = self._chance
        request_id = self._new_id()
        life = live(chance, day)
        kind = chance.pick(_KINDS)
        host, home = self._authorities
        asking, asked = (host, home) if kind in _FROM_HOST else (home, host)
        area, matter = chance.pick(self._matters)
        return _Case(
            id=request_id,
            number=number,
            own_number=f"PPR-{number}-1/ČJ-{life.received.year}-990443",
            day=day.partial,
            life=life,
            kind=kind,
            asking=chance.pick(asking),
            asked=chance.pick(asked),
            area=area,
            matter=matter.format(chance.pick(self._towns)),
            subject=self._make_subject(request_id, number),
            urgent=chance.happens(_URGENT_SHARE),
        )

    def _write_request(self, case: _Case) -> Request:
        chance, life = self._chance, case.life
        filed = chance.happens(_FILED_SHARE)
        deadline = life.received + (_URGENT_TIME if case.urgent else _ORDINARY_TIME)
        return Request(
            id=case.id,
            marking=chance.pick(_MARKINGS),
            handling=chance.pick(_HANDLINGS),
            matter=f"{case.matter} – {case.subject.surname or case.subject.name}",
            kind=case.kind,
            regime=case.area if case.area == _READMISSION else chance.pick(_REGIMES),
            status=life.status,
            status_since=life.last,
            waiting_on=life.waiting_on,
            received_at=life.received,
            sent_at=life.forwarded,
            received_via=chance.pick(_CHANNELS),
            requesting_authority_id=case.asking.id,
            handling_person_id=chance.pick(self._contacts),
            requested_authority_id=case.asked.id,
            state_requesting=self._find_requester(case.kind),
            state_requested="CZ" if case.kind in _FROM_HOST else "AL",
            language="en",
            crime_areas=(case.area,),
            empact_priority=self._empact.get(case.area, ""),
            facts=self._tell_facts(),
            purpose=chance.pick(self._purposes),
            information_requested=chance.pick(self._wanted),
            urgency=Urgency.URGENT if case.urgent else Urgency.NORMAL,
            urgency_ground=chance.pick(_URGENCY_GROUNDS) if case.urgent else None,
            availability=Availability.INDIRECT,
            deadline_asked=chance.date_of(deadline.date()),
            handling_codes=chance.pick(_HANDLING_CODES),
            feedback_requested=chance.happens(_FEEDBACK_SHARE),
            outcome=life.outcome,
            refusal_grounds=life.refusal_grounds,
            answered_at=life.answered_at,
            closed_at=life.closed_at,
            filed_as=case.own_number if filed else "",
            filed_on=case.day if filed else None,
            review_due=self._find_review(life),
        )

    def _tell_facts(self) -> str:
        chance = self._chance
        mentioned = f"Mentioned: {self._crowd.make_person().full_name}, {chance.pick(self._towns)}."
        if chance.happens(_LONG_SHARE):
            return f"{chance.pick(self._facts)} {chance.pick(self._facts)} {mentioned}"
        return f"{chance.pick(self._facts)} {mentioned}"

    def _find_requester(self, kind: RequestKind) -> str:
        if kind is RequestKind.FOR_THIRD_STATE:
            return self._chance.pick(_THIRD_STATES)
        return "AL" if kind in _FROM_HOST else "CZ"

    def _find_review(self, life: Life) -> PartialDate | None:
        if life.closed_at is None:
            return None
        return self._chance.date_of((life.closed_at + _REVIEW_TIME).date())

    def _make_references(self, case: _Case) -> Iterator[Reference]:
        yield Reference(
            id=self._new_id(),
            owner_id=case.id,
            rank=0,
            number=case.own_number,
            system="ETŘ",
            holder=ReferenceHolder.OURS,
            dated=case.day,
        )
        by_channel = case.number % 2 == 0
        yield Reference(
            id=self._new_id(),
            owner_id=case.id,
            rank=1,
            number=f"SIENA {1_000_000 + case.number}-1" if by_channel else f"Nr. {case.number}/1 Prot.",
            system="SIENA" if by_channel else "Protokoll",
            holder=ReferenceHolder.CHANNEL if by_channel else ReferenceHolder.THEIRS,
            dated=case.day,
        )

    def _make_steps(self, case: _Case) -> Iterator[Step]:
        life, asking, asked = case.life, case.asking.name, case.asked.name
        third, third_at = StepKind.FORWARDED, life.forwarded
        if third_at is None:
            third, third_at = StepKind.ASSESSED, life.registered
        happened = (
            (life.received, StepKind.RECEIVED, ClockEffect.START, asking, _DESK),
            (life.registered, StepKind.REGISTERED, ClockEffect.NONE, _DESK, ""),
            (third_at, third, ClockEffect.NONE, _DESK, asked),
            (life.last, life.last_step, life.clock_effect, asked, _DESK),
        )
        replied = life.answered_at is not None and not life.refusal_grounds
        for rank, (at, kind, effect, sender, recipient) in enumerate(happened):
            yield Step(
                id=self._new_id(),
                owner_id=case.id,
                rank=rank,
                at=at,
                kind=kind,
                sender=sender,
                recipient=recipient,
                channel=self._chance.pick(_CHANNELS),
                text=self._chance.pick(self._replies) if replied and rank == _LAST_RANK else "",
                clock_effect=effect,
            )

    def _make_subject(self, owner: RecordId, number: int) -> Subject:
        chance = self._chance
        kind = chance.pick(_THINGS)
        person = self._crowd.make_person()
        if kind is SubjectKind.PERSON:
            born = date(
                _OLDEST + chance.number(_BIRTH_YEARS),
                1 + chance.number(_MONTHS),
                1 + chance.number(_SAFE_DAYS),
            )
            return Subject(
                id=self._new_id(),
                owner_id=owner,
                name=person.full_name,
                surname=person.family,
                given_name=person.given,
                born=PartialDate.of(born),
                sex="F" if person.is_woman else "M",
                nationalities=(person.country,),
                category=chance.pick(_CATEGORIES),
            )
        # No plate, document or company of this shape exists.
        name = person.number if kind is SubjectKind.PHONE else f"{_THING_NAMES[kind]} {number:06d}"
        return Subject(id=self._new_id(), owner_id=owner, kind=kind, name=name)
