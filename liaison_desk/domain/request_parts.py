"""What belongs to a request: references, steps, subjects and items of information."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import (
    Assertion,
    ClockEffect,
    DataSubjectCategory,
    EvaluationScheme,
    ReferenceHolder,
    StepKind,
    SubjectKind,
)
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Child
from liaison_desk.domain.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Child):
    """A number under which somebody else, or our registry, keeps the request."""

    type_name: ClassVar[str] = "reference"

    number: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Reference", "Number"), required=True, searched=Searched.REFERENCE)
    ]
    system: Annotated[str, Field(QT_TRANSLATE_NOOP("Reference", "System"))] = ""
    holder: Annotated[ReferenceHolder, Field(QT_TRANSLATE_NOOP("Reference", "Whose number"))] = (
        ReferenceHolder.OTHER
    )
    dated: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Reference", "Dated"))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Child):
    """Something that happened to a request. Steps are added, never rewritten."""

    type_name: ClassVar[str] = "step"

    at: Annotated[datetime, Field(QT_TRANSLATE_NOOP("Step", "When"), required=True)]
    kind: Annotated[StepKind, Field(QT_TRANSLATE_NOOP("Step", "What"))]
    sender: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "From"), searched=Searched.BODY)] = ""
    recipient: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "To"), searched=Searched.BODY)] = ""
    contact_id: Annotated[RecordId | None, Field(QT_TRANSLATE_NOOP("Step", "Contact"), refers="contact")] = (
        None
    )
    channel: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "Channel"), codes="channel")] = ""
    reference: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "Reference"), searched=Searched.REFERENCE)] = ""
    text: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "Text"), long=True, searched=Searched.BODY)] = ""
    clock_effect: Annotated[ClockEffect, Field(QT_TRANSLATE_NOOP("Step", "Effect on the clock"))] = (
        ClockEffect.NONE
    )
    attachment_hash: Annotated[str, Field(QT_TRANSLATE_NOOP("Step", "Hash of the attachment"))] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Child):
    """A person or thing asked about."""

    type_name: ClassVar[str] = "subject"

    kind: Annotated[SubjectKind, Field(QT_TRANSLATE_NOOP("Subject", "Kind"))] = SubjectKind.PERSON
    name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "Name or number"), searched=Searched.BODY, identifies=True)
    ] = ""
    surname: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "Surname"), searched=Searched.BODY, identifies=True)
    ] = ""
    given_name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "Given name"), searched=Searched.BODY, identifies=True)
    ] = ""
    aliases: Annotated[
        tuple[str, ...],
        Field(
            QT_TRANSLATE_NOOP("Subject", "Former names and aliases"),
            searched=Searched.BODY,
            identifies=True,
        ),
    ] = ()
    fathers_name: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "Father's name"), searched=Searched.BODY, identifies=True)
    ] = ""
    other_script: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("Subject", "Name in other script"), searched=Searched.BODY, identifies=True
        ),
    ] = ""  # fmt: skip
    born: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Subject", "Born"), identifies=True)] = None
    birthplace: Annotated[str, Field(QT_TRANSLATE_NOOP("Subject", "Place of birth"), identifies=True)] = ""
    sex: Annotated[str, Field(QT_TRANSLATE_NOOP("Subject", "Sex"))] = ""
    nationalities: Annotated[tuple[str, ...], Field(QT_TRANSLATE_NOOP("Subject", "Nationalities"))] = ()
    national_number: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "National number"), searched=Searched.BODY, identifies=True)
    ] = ""
    national_number_type: Annotated[str, Field(QT_TRANSLATE_NOOP("Subject", "Type of number"))] = ""
    documents: Annotated[
        tuple[str, ...],
        Field(QT_TRANSLATE_NOOP("Subject", "Documents"), searched=Searched.BODY, identifies=True),
    ] = ()
    category: Annotated[
        DataSubjectCategory | None, Field(QT_TRANSLATE_NOOP("Subject", "Category of data subject"))
    ] = None
    category_since: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Subject", "Category since"))] = (
        None
    )
    category_reason: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Subject", "Reason for the category"), long=True)
    ] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationItem(Child):
    """One statement that came with a request or an answer, with its evaluation and its owner's conditions."""

    type_name: ClassVar[str] = "information_item"

    text: Annotated[
        str,
        Field(
            QT_TRANSLATE_NOOP("InformationItem", "Text"), required=True, long=True, searched=Searched.BODY
        ),
    ]  # fmt: skip
    assertion: Annotated[Assertion, Field(QT_TRANSLATE_NOOP("InformationItem", "Fact or assessment"))] = (
        Assertion.FACT
    )
    assessed_by: Annotated[
        str, Field(QT_TRANSLATE_NOOP("InformationItem", "Assessed by, and who holds the file"))
    ] = ""
    source_reference: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Source (never a name)"))] = (
        ""
    )
    evaluation_scheme: Annotated[
        EvaluationScheme, Field(QT_TRANSLATE_NOOP("InformationItem", "Evaluation scheme"))
    ] = EvaluationScheme.NONE
    source_evaluation: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Source evaluated"))] = ""
    information_evaluation: Annotated[
        str, Field(QT_TRANSLATE_NOOP("InformationItem", "Information evaluated"))
    ] = ""
    evaluated_by: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Evaluated by"))] = ""
    own_evaluation: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Own evaluation"))] = ""
    handling_codes: Annotated[
        tuple[str, ...],
        Field(QT_TRANSLATE_NOOP("InformationItem", "Handling codes"), codes="handling_code"),
    ] = ()
    conditions: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Conditions"), long=True)] = ""
    originator: Annotated[
        str, Field(QT_TRANSLATE_NOOP("InformationItem", "Originator"), searched=Searched.BODY)
    ] = ""
    originator_reference: Annotated[
        str,
        Field(QT_TRANSLATE_NOOP("InformationItem", "Originator's reference"), searched=Searched.REFERENCE),
    ] = ""
    consent_needed: Annotated[
        bool, Field(QT_TRANSLATE_NOOP("InformationItem", "Originator's consent needed"))
    ] = False
    consent_asked_on: Annotated[
        PartialDate | None, Field(QT_TRANSLATE_NOOP("InformationItem", "Consent asked"))
    ] = None
    consent_given_on: Annotated[
        PartialDate | None, Field(QT_TRANSLATE_NOOP("InformationItem", "Consent given"))
    ] = None
    consent_given_by: Annotated[str, Field(QT_TRANSLATE_NOOP("InformationItem", "Consent given by"))] = ""
    valid_as_of: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("InformationItem", "True as of"))] = (
        None
    )
    special_category: Annotated[
        bool, Field(QT_TRANSLATE_NOOP("InformationItem", "Special category of data"))
    ] = False
    special_category_reason: Annotated[
        str, Field(QT_TRANSLATE_NOOP("InformationItem", "Why strictly necessary"), long=True)
    ] = ""
