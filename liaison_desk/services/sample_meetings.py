"""Meetings for large samples: each with two participants, and where wanted a task."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from liaison_desk.domain.attached import Task
from liaison_desk.domain.codes import Handling, MeetingKind, Side
from liaison_desk.domain.ids import IdFactory, RecordId
from liaison_desk.domain.meeting import Meeting, Participant
from liaison_desk.domain.records import Dossier
from liaison_desk.domain.values import ZonedTime
from liaison_desk.services.sample_chance import Chance, Day, weigh
from liaison_desk.services.sample_tables import SAMPLE_ZONE, load_words

_KINDS = weigh({
    MeetingKind.BILATERAL: 50, MeetingKind.CALL: 18, MeetingKind.NETWORK: 8, MeetingKind.INTRODUCTION: 6,
    MeetingKind.BORDER: 6, MeetingKind.TRAINING: 4, MeetingKind.CEREMONY: 3, MeetingKind.DELEGATION: 3,
    MeetingKind.OTHER: 2,
})  # fmt: skip
_MARKINGS = weigh({"INTERNAL": 75, "UNCLASSIFIED": 15, "LIMITED": 10})
_HANDLINGS = weigh({Handling.SERVICE_ONLY: 65, Handling.SHAREABLE: 20, Handling.POST_ONLY: 15})
_ZONES = weigh({SAMPLE_ZONE: 92, "Europe/Prague": 6, "Europe/London": 2})
_STARTS = tuple(time(hour, minute) for hour in range(8, 17) for minute in (0, 30))
_LENGTHS = tuple(timedelta(minutes=minutes) for minutes in (30, 45, 60, 60, 90, 120))
_VISIT = timedelta(days=2)
_CANCELLED_SHARE = 0.03
_MINUTES_SHARE = 0.7
_DECISION_SHARE = 0.4
_DONE_SHARE = 0.9
_LONGEST_TASK_DAYS = 30


class MeetingMaker:
    """Makes meetings, one dossier of three or four records at a time."""

    def __init__(self, chance: Chance, new_id: IdFactory, contacts: Sequence[RecordId]) -> None:
        self._chance = chance
        self._new_id = new_id
        self._contacts = contacts
        words = load_words()
        self._titles: dict[str, list[str]] = words["meetings"]
        self._towns = [town.replace("_", " ") for town in words["towns"]["AL"].split()]
        self._agendas: list[str] = words["agendas"]
        self._minutes: list[str] = words["minutes"]
        self._decisions: list[str] = words["decisions"]
        self._tasks: list[str] = words["tasks"]

    def make_meeting(self, day: Day, *, with_task: bool, over: bool) -> Dossier:
        """Return a meeting on ``day``; only one that is over has minutes and decisions."""
        chance = self._chance
        kind = chance.pick(_KINDS)
        town = chance.pick(self._towns)
        all_day = kind is MeetingKind.DELEGATION
        cancelled = chance.happens(_CANCELLED_SHARE)
        held = over and not cancelled
        zone = chance.pick(_ZONES)
        starts = datetime.combine(day.day, time() if all_day else chance.pick(_STARTS))
        meeting = Meeting(
            id=self._new_id(),
            marking=chance.pick(_MARKINGS),
            handling=chance.pick(_HANDLINGS),
            title=chance.pick(self._titles[kind.value]).format(town),
            kind=kind,
            starts=ZonedTime(starts, zone),
            ends=ZonedTime(starts + (_VISIT if all_day else chance.pick(_LENGTHS)), zone),
            all_day=all_day,
            cancelled=cancelled,
            place=town,
            agenda=chance.pick(self._agendas),
            minutes_facts=self._minute() if held and chance.happens(_MINUTES_SHARE) else "",
            decisions=chance.pick(self._decisions) if held and chance.happens(_DECISION_SHARE) else "",
        )
        children = [self._make_participant(meeting.id, rank, attended=held or None) for rank in range(2)]
        if not with_task:
            return Dossier(meeting, tuple(children))
        return Dossier(meeting, (*children, self._make_task(meeting.id, day)))

    def _minute(self) -> str:
        return f"{self._chance.pick(self._minutes)} {self._chance.pick(self._minutes)}"

    def _make_participant(self, owner: RecordId, rank: int, *, attended: bool | None) -> Participant:
        return Participant(
            id=self._new_id(),
            owner_id=owner,
            rank=rank,
            contact_id=self._chance.pick(self._contacts),
            side=Side.HOME if rank else Side.HOST,
            attended=attended,
        )

    def _make_task(self, owner: RecordId, day: Day) -> Task:
        chance = self._chance
        due = day.start + timedelta(days=1 + chance.number(_LONGEST_TASK_DAYS))
        done = (day.start + (due - day.start) * chance.fraction()).replace(second=0, microsecond=0)
        return Task(
            id=self._new_id(),
            owner_id=owner,
            text=chance.pick(self._tasks),
            due=chance.date_of(due.date()),
            done_at=done if done < chance.as_of and chance.happens(_DONE_SHARE) else None,
        )
