"""Organisations and units: the other side, the home services, and who else is met at the post."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from liaison_desk.domain.codes import OrganisationKind
from liaison_desk.domain.fields import QT_TRANSLATE_NOOP, Field, Searched
from liaison_desk.domain.ids import RecordId
from liaison_desk.domain.record import Root
from liaison_desk.domain.values import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Root):
    """An authority, a unit of one, or a private body that is dealt with."""

    type_name: ClassVar[str] = "organisation"
    ref_prefix: ClassVar[str] = "O"

    name: Annotated[
        str,
        Field(QT_TRANSLATE_NOOP("Organisation", "Name"), required=True, listed=True, searched=Searched.TITLE),
    ]
    kind: Annotated[OrganisationKind, Field(QT_TRANSLATE_NOOP("Organisation", "Kind"), listed=True)] = (
        OrganisationKind.OTHER
    )
    abbreviation: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "Abbreviation"), listed=True, searched=Searched.TITLE)
    ] = ""
    name_english: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "Name in English"), searched=Searched.TITLE)
    ] = ""
    name_czech: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "Name in Czech"), searched=Searched.TITLE)
    ] = ""
    former_names: Annotated[
        tuple[str, ...], Field(QT_TRANSLATE_NOOP("Organisation", "Former names"), searched=Searched.TITLE)
    ] = ()
    parent_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Organisation", "Belongs to"), refers="organisation")
    ] = None
    country: Annotated[str, Field(QT_TRANSLATE_NOOP("Organisation", "Country"), listed=True)] = ""
    """ISO 3166-1 alpha-2."""
    competence: Annotated[
        tuple[str, ...], Field(QT_TRANSLATE_NOOP("Organisation", "Competence"), codes="crime_area")
    ] = ()
    duty_contact: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "24/7 contact"), searched=Searched.BODY)
    ] = ""
    address: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "Address"), long=True, searched=Searched.BODY)
    ] = ""
    registry_contact: Annotated[
        str, Field(QT_TRANSLATE_NOOP("Organisation", "Registry contact"), searched=Searched.BODY)
    ] = ""
    valid_from: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Organisation", "Exists from"))] = None
    valid_to: Annotated[PartialDate | None, Field(QT_TRANSLATE_NOOP("Organisation", "Exists until"))] = None
    successor_id: Annotated[
        RecordId | None, Field(QT_TRANSLATE_NOOP("Organisation", "Successor"), refers="organisation")
    ] = None
