"""Requests for information. The rules of a request's life are not here; this is its record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import (
    Availability,
    Outcome,
    RefusalGround,
    RequestKind,
    RequestStatus,
    Urgency,
    UrgencyGround,
    WaitingOn,
)
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Root
from liaison_desk.domain.values import PartialDate

_Title, _Body, _Reference = Searched.TITLE, Searched.BODY, Searched.REFERENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Root):
    """A request for information, or information given unasked. ``matter`` is the text that names it."""

    type_name: ClassVar[str] = "request"
    ref_prefix: ClassVar[str] = "AL"
    ref_dated: ClassVar[bool] = True

    matter: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Request", "Matter"), required=True, listed=True, searched=_Title,
            headings=("vec", "predmet", "matter", "subject", "subject person", "lenda", "objekti", "title"),
        ),
    ]  # fmt: skip
    kind: Annotated[RequestKind, Field(QT_TRANSLATE_NOOP("Request", "Kind"), listed=True)] = (
        RequestKind.REQUEST_IN
    )
    regime: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Regime"), codes="regime")] = "bilateral"
    status: Annotated[
        RequestStatus,
        Field(
            QT_TRANSLATE_NOOP("Request", "Status"), listed=True, headings=("stav", "status", "statusi")
        ),
    ] = RequestStatus.REGISTERED  # fmt: skip
    status_since: Annotated[datetime | None, Field(QT_TRANSLATE_NOOP("Request", "Status since"))] = None
    waiting_on: Annotated[WaitingOn | None, Field(QT_TRANSLATE_NOOP("Request", "Waiting on"))] = None
    received_at: Annotated[
        datetime | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Received"), listed=True,
            headings=("doslo", "doslo dne", "prijato", "prijato dne", "datum prijeti", "received",
                "received on", "marre", "data"),
        ),
    ] = None  # fmt: skip
    sent_at: Annotated[
        datetime | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Sent"),
            headings=("odeslano", "odeslano dne", "sent on", "sent", "derguar me", "predano dne"),
        ),
    ] = None  # fmt: skip
    received_via: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Received through"), codes="channel")] = (
        ""
    )
    channel_reason: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Reason for not using the usual channel"), long=True)
    ] = ""
    oral_confirmed_at: Annotated[
        datetime | None, Field(QT_TRANSLATE_NOOP("Request", "Oral request confirmed in writing"))
    ] = None
    requesting_authority_id: Annotated[
        RecordId | None,
        Field(QT_TRANSLATE_NOOP("Request", "Requesting authority"), refers="organisation", listed=True),
    ] = None
    requesting_unit: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Requesting unit"), searched=_Body)
    ] = ""
    handling_person_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Request", "Handled there by"), refers="contact")
    ] = None
    requested_authority_id: Annotated[
        RecordId | None,
        Field(QT_TRANSLATE_NOOP("Request", "Requested authority"), refers="organisation", listed=True),
    ] = None
    requested_unit: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Requested unit"), searched=_Body)] = ""
    state_requesting: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Requesting state"))] = ""
    state_requested: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Requested state"))] = ""
    previous_request_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Request", "Previous request"), refers="request")
    ] = None
    duplicate_of_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Request", "Duplicate of"), refers="request")
    ] = None
    also_sent_to: Annotated[tuple[str, ...], Field(QT_TRANSLATE_NOOP("Request", "Also sent to"))] = ()
    language: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Language"))] = ""
    translation_needed: Annotated[bool, Field(QT_TRANSLATE_NOOP("Request", "Translation needed"))] = False
    translation_by: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Translated by"))] = ""
    translation_done_on: Annotated[
        PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Translation done"))
    ] = None
    crime_areas: Annotated[
        tuple[str, ...],
        Field(
            QT_TRANSLATE_NOOP("Request", "Crime areas"), codes="crime_area",
            headings=("trestny cin", "kriminalita", "crime", "crime area", "krimi", "vepra penale"),
        ),
    ] = ()  # fmt: skip
    empact_priority: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "EMPACT priority"), codes="empact")
    ] = ""
    offence: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Offence"), searched=_Body)] = ""
    offence_article: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Article of law"))] = ""
    max_penalty: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Maximum penalty"))] = ""
    facts: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Facts"), long=True, searched=_Body)] = ""
    purpose: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Purpose"), long=True, searched=_Body)] = ""
    legal_basis: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Legal basis"))] = ""
    information_requested: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Information requested"), long=True, searched=_Body)
    ] = ""
    link_purpose_person: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Link between purpose and person"), long=True)
    ] = ""
    reasons_available: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Why the information should be there"), long=True)
    ] = ""
    urgency: Annotated[
        Urgency,
        Field(
            QT_TRANSLATE_NOOP("Request", "Urgency"), listed=True,
            headings=("nalehavost", "urgence", "urgency", "urgent", "urgjenca"),
        ),
    ] = Urgency.NORMAL  # fmt: skip
    urgency_ground: Annotated[
        UrgencyGround | None, Field(QT_TRANSLATE_NOOP("Request", "Ground of urgency"))
    ] = None
    urgency_reason: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Reason for urgency"), long=True)] = ""
    availability: Annotated[Availability, Field(QT_TRANSLATE_NOOP("Request", "Availability"))] = (
        Availability.UNKNOWN
    )
    deadline_asked: Annotated[
        PartialDate | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Deadline asked"), listed=True,
            headings=("lhuta", "termin", "deadline", "due", "afati"),
        ),
    ] = None  # fmt: skip
    deadline_agreed: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Deadline agreed"))] = (
        None
    )
    use_restrictions: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Restrictions on use"), long=True)
    ] = ""
    handling_codes: Annotated[
        tuple[str, ...], Field(QT_TRANSLATE_NOOP("Request", "Handling codes"), codes="handling_code")
    ] = ()
    necessity_checked_by: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Necessity and proportionality checked by"))
    ] = ""
    necessity_checked_at: Annotated[
        datetime | None, Field(QT_TRANSLATE_NOOP("Request", "Necessity and proportionality checked"))
    ] = None
    crosscheck_result: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Holdings checked: result"), long=True)
    ] = ""
    feedback_requested: Annotated[bool, Field(QT_TRANSLATE_NOOP("Request", "Feedback requested"))] = False
    outcome: Annotated[
        Outcome | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Outcome"), listed=True,
            headings=("vysledek", "result", "outcome", "rezultati"),
        ),
    ] = None  # fmt: skip
    refusal_grounds: Annotated[
        tuple[RefusalGround, ...], Field(QT_TRANSLATE_NOOP("Request", "Grounds of refusal"))
    ] = ()
    delay_reason: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Reason for delay"), long=True)] = ""
    expected_by: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Expected by"))] = None
    answered_at: Annotated[
        datetime | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Answered"), listed=True,
            headings=("odpovezeno", "odpovezeno dne", "vyrizeno", "vyrizeno dne", "odpoved", "answered",
                "answered on", "pergjigjur"),
        ),
    ] = None  # fmt: skip
    closed_at: Annotated[
        datetime | None,
        Field(
            QT_TRANSLATE_NOOP("Request", "Closed"),
            headings=("uzavreno", "uzavreno dne", "ukonceno", "closed", "closed on", "mbyllur"),
        ),
    ] = None  # fmt: skip
    result_feedback: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Request", "Feedback on the result"), long=True, searched=_Body)
    ] = ""
    next_step: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Request", "Next step"), searched=_Body,
            headings=("dalsi krok", "next step", "hapi tjeter"),
        ),
    ] = ""  # fmt: skip
    filed_as: Annotated[str, Field(QT_TRANSLATE_NOOP("Request", "Filed as"), searched=_Reference)] = ""
    filed_on: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Filed on"))] = None
    review_due: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Review due"))] = None
    erase_due: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Request", "Erasure due"))] = None
