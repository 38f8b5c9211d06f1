"""Closed lists: codes fixed by law or by the desk's own logic.

They are plain ``Enum``s with the official value, never ``StrEnum``, which comes back from a database as bare
text without anybody noticing. Markings, regimes, crime areas and channels are not here: they are rows of code
lists (``code_lists.py``) that IT and the officer extend.
"""

from enum import Enum


class Handling(Enum):
    """How far a record may travel in exports."""

    SHAREABLE = "shareable"
    SERVICE_ONLY = "service only"
    POST_ONLY = "post only"


class OrganisationKind(Enum):
    """What an organisation is to the desk."""

    HOST_POLICE = "host police"
    PROSECUTION = "prosecution"
    MINISTRY = "ministry"
    HOME_SERVICE = "home service"
    LIAISON_OFFICE = "liaison office"
    INTERNATIONAL_BODY = "international body"
    BANK = "bank"
    CARRIER = "carrier"
    CHAMBER = "chamber"
    OTHER = "other"


class ContactStatus(Enum):
    """Whether a contact can be turned to."""

    ACTIVE = "active"
    MOVED = "moved"
    RETIRED = "retired"
    DISMISSED = "dismissed"
    DECEASED = "deceased"
    DO_NOT_CONTACT = "do not contact"


class AddressUse(Enum):
    """Where a number or an address reaches."""

    WORK = "work"
    MOBILE = "mobile"
    HOME = "home"
    FAX = "fax"
    DUTY = "duty desk"
    OTHER = "other"


class MeetingKind(Enum):
    """What kind of meeting it is."""

    BILATERAL = "bilateral"
    NETWORK = "liaison network"
    DELEGATION = "delegation visit"
    INTRODUCTION = "introduction"
    TRAINING = "training"
    CEREMONY = "ceremony"
    CALL = "phone or video"
    BORDER = "airport or border visit"
    OTHER = "other"


class Side(Enum):
    """On whose side somebody sits."""

    HOME = "home"
    HOST = "host"
    THIRD = "third"


class RequestKind(Enum):
    """Which way a request or an own-initiative provision goes."""

    REQUEST_IN = "request in"
    REQUEST_OUT = "request out"
    OWN_INITIATIVE_IN = "own initiative in"
    OWN_INITIATIVE_OUT = "own initiative out"
    FOR_THIRD_STATE = "on behalf of third state"


class RequestStatus(Enum):
    """Where a request is; overdue, due soon and dormant are computed, never stored."""

    DRAFT = "draft"
    REGISTERED = "registered"
    UNDER_ASSESSMENT = "under assessment"
    CLARIFICATION_WANTED = "clarification wanted"
    WITH_PARTNER = "with partner"
    AUTHORISATION_PENDING = "authorisation pending"
    PARTLY_ANSWERED = "partly answered"
    ANSWERED = "answered"
    CLOSED = "closed"
    REFUSED = "refused"
    PARTLY_REFUSED = "partly refused"
    NOT_HELD = "not held"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    LAPSED = "lapsed"
    REOPENED = "reopened"


ENDED_STATUSES = frozenset(
    {
        RequestStatus.ANSWERED,
        RequestStatus.CLOSED,
        RequestStatus.REFUSED,
        RequestStatus.PARTLY_REFUSED,
        RequestStatus.NOT_HELD,
        RequestStatus.WITHDRAWN,
        RequestStatus.TRANSFERRED,
        RequestStatus.LAPSED,
    }
)


class Outcome(Enum):
    """What a request brought."""

    FULL = "full"
    PARTIAL = "partial"
    NONE_HELD = "none held"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class WaitingOn(Enum):
    """Who must move next."""

    US = "us"
    HOME_UNIT = "home unit"
    PARTNER = "partner"
    TRANSLATOR = "translator"
    COURT = "court"
    THIRD_STATE = "third state"


class Urgency(Enum):
    """Whether a request is urgent (Directive (EU) 2023/977 Art. 4(4))."""

    NORMAL = "normal"
    URGENT = "urgent"


class UrgencyGround(Enum):
    """Why a request is urgent (Directive (EU) 2023/977 Art. 4(4), the four cases)."""

    PUBLIC_SECURITY = "threat to public security"
    LIFE = "threat to life or physical integrity"
    LIBERTY = "decision on deprivation of liberty"
    RELEVANCE = "risk of losing relevance"


class Availability(Enum):
    """Whether the point of contact can reach the information itself (Directive (EU) 2023/977 Art. 5)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    UNKNOWN = "unknown"


class RefusalGround(Enum):
    """Grounds of refusal: Directive (EU) 2023/977 Art. 6(1) by letter; OTHER for bilateral requests only."""

    NOT_AVAILABLE = "a"
    REQUIREMENTS = "b"
    AUTHORISATION_REFUSED = "c"
    DATA_CATEGORIES = "d"
    INACCURATE = "e"
    NATIONAL_SECURITY = "f-i"
    INVESTIGATION_OR_SAFETY = "f-ii"
    LEGAL_PERSON = "f-iii"
    MINOR_OFFENCE = "g-i"
    NO_OFFENCE = "g-ii"
    THIRD_PARTY_CONSENT = "h"
    OTHER = "other"


class StepKind(Enum):
    """What happened to a request."""

    RECEIVED = "received"
    REGISTERED = "registered"
    ASSESSED = "assessed"
    CLARIFICATION_ASKED = "clarification asked"
    CLARIFICATION_GIVEN = "clarification given"
    FORWARDED = "forwarded"
    ACKNOWLEDGED = "acknowledged"
    REMINDED = "reminded"
    AUTHORISATION_REQUESTED = "authorisation requested"
    AUTHORISATION_GRANTED = "authorisation granted"
    AUTHORISATION_REFUSED = "authorisation refused"
    INTERIM_REPLY = "interim reply"
    FINAL_REPLY = "final reply"
    REFUSED = "refused"
    CORRECTION = "correction"
    ESCALATED = "escalated"
    REOPENED = "reopened"
    CLOSED = "closed"


class ClockEffect(Enum):
    """What a step does to the clock of its request."""

    NONE = "none"
    START = "start"
    SUSPEND = "suspend"
    RESUME = "resume"
    STOP = "stop"


class SubjectKind(Enum):
    """What is asked about."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VEHICLE = "vehicle"
    VESSEL_OR_AIRCRAFT = "vessel or aircraft"
    PHONE = "phone"
    ONLINE_HANDLE = "e-mail or handle"
    DOCUMENT = "document"
    ACCOUNT = "account"
    FIREARM = "firearm"
    ADDRESS = "address"
    OTHER = "other"


class DataSubjectCategory(Enum):
    """Categories of data subjects (Directive (EU) 2016/680 Art. 6)."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    INFORMANT = "person who can provide information"
    ASSOCIATE = "contact or associate"
    COUNTERPART = "official counterpart"


class Assertion(Enum):
    """Whether a statement is a fact or a personal assessment (Directive (EU) 2016/680 Art. 7(1))."""

    FACT = "fact"
    ASSESSMENT = "assessment"


class EvaluationScheme(Enum):
    """The scheme in which a provider evaluated; codes are stored as given and never converted."""

    NONE = "none"
    FOUR_BY_FOUR = "4x4"
    THREE_FIVE_TWO = "3x5x2"
    ADMIRALTY = "admiralty"


class NoteKind(Enum):
    """What a note records."""

    NOTE = "note"
    CALL = "call"
    DEVELOPMENT = "development"


class ReferenceHolder(Enum):
    """Whose number a reference is."""

    OURS = "ours"
    THEIRS = "theirs"
    CHANNEL = "channel"
    OTHER = "other"
