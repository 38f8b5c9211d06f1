"""Meetings and who takes part in them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import MeetingKind, Side
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child, Root
from liaison_desk.domain.values import ZonedTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Root):
    """A meeting: wall time and zone are kept, UTC is derived. Facts and assessments stand apart."""

    type_name: ClassVar[str] = "meeting"
    ref_prefix: ClassVar[str] = "M"
    ref_dated: ClassVar[bool] = True

    title: Annotated[
        str,
        Field(QT_TRANSLATE_NOOP("Meeting", "Title"), required=True, listed=True, searched=Searched.TITLE),
    ]
    kind: Annotated[MeetingKind, Field(QT_TRANSLATE_NOOP("Meeting", "Kind"), listed=True)] = (
        MeetingKind.BILATERAL
    )
    starts: Annotated[ZonedTime | None, Field(QT_TRANSLATE_NOOP("Meeting", "Starts"), listed=True)] = None
    ends: Annotated[ZonedTime | None, Field(QT_TRANSLATE_NOOP("Meeting", "Ends"))] = None
    all_day: Annotated[bool, Field(QT_TRANSLATE_NOOP("Meeting", "All day"))] = False
    cancelled: Annotated[bool, Field(QT_TRANSLATE_NOOP("Meeting", "Cancelled"))] = False
    recurrence: Annotated[str, Field(QT_TRANSLATE_NOOP("Meeting", "Repeats"))] = ""
    """RRULE, RDATE and EXDATE lines (RFC 5545, 3.8.5); empty for a single meeting."""
    recurrence_of_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Meeting", "Exception of"), refers="meeting")
    ] = None
    recurrence_instant: Annotated[
        ZonedTime | None, Field(QT_TRANSLATE_NOOP("Meeting", "Replaces the occurrence of"))
    ] = None
    place: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Place"), listed=True, searched=Searched.BODY)
    ] = ""
    agenda: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Agenda"), long=True, searched=Searched.BODY)
    ] = ""
    minutes_facts: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Minutes: facts"), long=True, searched=Searched.BODY)
    ] = ""
    minutes_assessments: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Minutes: assessments"), long=True, searched=Searched.BODY)
    ] = ""
    decisions: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Decisions"), long=True, searched=Searched.BODY)
    ] = ""
    gifts: Annotated[str, Field(QT_TRANSLATE_NOOP("Meeting", "Gifts and hospitality"), long=True)] = ""
    cost: Annotated[str, Field(QT_TRANSLATE_NOOP("Meeting", "Cost"))] = ""
    interpreter: Annotated[str, Field(QT_TRANSLATE_NOOP("Meeting", "Interpreter"))] = ""
    reported_in: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Meeting", "Reported in"), searched=Searched.REFERENCE)
    ] = ""
    filed_as: Annotated[str, Field(QT_TRANSLATE_NOOP("Meeting", "Filed as"), searched=Searched.REFERENCE)] = (
        ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant(Child):
    """Somebody at a meeting: a contact, or a name as written."""

    type_name: ClassVar[str] = "participant"

    contact_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Participant", "Contact"), refers="contact")
    ] = None
    name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Participant", "Name"), searched=Searched.BODY, identifies=True)
    ] = ""
    email: Annotated[str, Field(QT_TRANSLATE_NOOP("Participant", "E-mail"), identifies=True)] = ""
    side: Annotated[Side, Field(QT_TRANSLATE_NOOP("Participant", "Side"))] = Side.HOST
    role: Annotated[str, Field(QT_TRANSLATE_NOOP("Participant", "Role"))] = ""
    attended: Annotated[bool | None, Field(QT_TRANSLATE_NOOP("Participant", "Attended"))] = None
