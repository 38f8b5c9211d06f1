"""Tables of the records: one column for each field, written by hand beside the record it holds.

Plain enough for PostgreSQL: text keys, text and integers, no types of one database. A test holds names and
types against the record descriptions. Text that sorts or is searched is stored in keys of our own, so no
database collation matters.
"""

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


def _flag(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=optional)


def _root_columns() -> list[Column[str] | Column[int]]:
    return [
        Column("id", Text, primary_key=True),
        _text("ref"),
        _number("revision"),
        _text("marking"),
        _text("handling"),
        _text("binned_at", optional=True),
        _text("origin_system"),
        _text("origin_uid"),
        _text("origin_hash"),
    ]


def _child_columns() -> list[Column[str] | Column[int]]:
    return [Column("id", Text, primary_key=True), _text("owner_id"), _number("rank")]


ORGANISATION = Table(
    "organisation",
    METADATA,
    *_root_columns(),
    _text("name"),
    _text("kind"),
    _text("abbreviation"),
    _text("name_english"),
    _text("name_czech"),
    _text("former_names"),
    _text("parent_id", optional=True),
    _text("country"),
    _text("competence"),
    _text("duty_contact"),
    _text("address"),
    _text("registry_contact"),
    _text("valid_from", optional=True),
    _text("valid_to", optional=True),
    _text("successor_id", optional=True),
)

CONTACT = Table(
    "contact",
    METADATA,
    *_root_columns(),
    _text("name"),
    _text("family_name"),
    _text("given_name"),
    _text("sort_as"),
    _text("aliases"),
    _text("title_before"),
    _text("title_after"),
    _text("rank"),
    _text("form_of_address"),
    _text("languages"),
    _text("messengers"),
    _text("assistant"),
    _text("address"),
    _text("how_met"),
    _text("introduced_by_id", optional=True),
    _text("reliability_note"),
    _text("reachable_hours"),
    _text("protocol_notes"),
    _text("birthday", optional=True),
    _text("name_day"),
    _text("clearance"),
    _text("clearance_until", optional=True),
    _text("notice_given", optional=True),
    _text("status"),
    _number("keep_in_touch_days", optional=True),
)

MEETING = Table(
    "meeting",
    METADATA,
    *_root_columns(),
    _text("title"),
    _text("kind"),
    _text("starts", optional=True),
    _text("ends", optional=True),
    _flag("all_day"),
    _flag("cancelled"),
    _text("recurrence"),
    _text("recurrence_of_id", optional=True),
    _text("recurrence_instant", optional=True),
    _text("place"),
    _text("agenda"),
    _text("minutes_facts"),
    _text("minutes_assessments"),
    _text("decisions"),
    _text("gifts"),
    _text("cost"),
    _text("interpreter"),
    _text("reported_in"),
    _text("filed_as"),
)

REQUEST = Table(
    "request",
    METADATA,
    *_root_columns(),
    _text("matter"),
    _text("kind"),
    _text("regime"),
    _text("status"),
    _text("status_since", optional=True),
    _text("waiting_on", optional=True),
    _text("received_at", optional=True),
    _text("sent_at", optional=True),
    _text("received_via"),
    _text("channel_reason"),
    _text("oral_confirmed_at", optional=True),
    _text("requesting_authority_id", optional=True),
    _text("requesting_unit"),
    _text("handling_person_id", optional=True),
    _text("requested_authority_id", optional=True),
    _text("requested_unit"),
    _text("state_requesting"),
    _text("state_requested"),
    _text("previous_request_id", optional=True),
    _text("duplicate_of_id", optional=True),
    _text("also_sent_to"),
    _text("language"),
    _flag("translation_needed"),
    _text("translation_by"),
    _text("translation_done_on", optional=True),
    _text("crime_areas"),
    _text("empact_priority"),
    _text("offence"),
    _text("offence_article"),
    _text("max_penalty"),
    _text("facts"),
    _text("purpose"),
    _text("legal_basis"),
    _text("information_requested"),
    _text("link_purpose_person"),
    _text("reasons_available"),
    _text("urgency"),
    _text("urgency_ground", optional=True),
    _text("urgency_reason"),
    _text("availability"),
    _text("deadline_asked", optional=True),
    _text("deadline_agreed", optional=True),
    _text("use_restrictions"),
    _text("handling_codes"),
    _text("necessity_checked_by"),
    _text("necessity_checked_at", optional=True),
    _text("crosscheck_result"),
    _flag("feedback_requested"),
    _text("outcome", optional=True),
    _text("refusal_grounds"),
    _text("delay_reason"),
    _text("expected_by", optional=True),
    _text("answered_at", optional=True),
    _text("closed_at", optional=True),
    _text("result_feedback"),
    _text("next_step"),
    _text("filed_as"),
    _text("filed_on", optional=True),
    _text("review_due", optional=True),
    _text("erase_due", optional=True),
)

CODE = Table(
    "code",
    METADATA,
    *_root_columns(),
    _text("list_name"),
    _text("value"),
    _text("label"),
    _number("level"),
    _text("colour"),
    _flag("ended"),
)

POSITION = Table(
    "position",
    METADATA,
    *_child_columns(),
    _text("organisation_id", optional=True),
    _text("organisation_name"),
    _text("function"),
    _text("since", optional=True),
    _text("until", optional=True),
    _flag("primary"),
    _text("decides_on"),
)

PHONE = Table(
    "phone",
    METADATA,
    *_child_columns(),
    _text("number"),
    _text("e164"),
    _text("use"),
    _text("verified_on", optional=True),
)

EMAIL = Table(
    "email",
    METADATA,
    *_child_columns(),
    _text("address"),
    _text("folded"),
    _text("use"),
)

PARTICIPANT = Table(
    "participant",
    METADATA,
    *_child_columns(),
    _text("contact_id", optional=True),
    _text("name"),
    _text("email"),
    _text("side"),
    _text("role"),
    _flag("attended", optional=True),
)

REFERENCE = Table(
    "reference",
    METADATA,
    *_child_columns(),
    _text("number"),
    _text("system"),
    _text("holder"),
    _text("dated", optional=True),
)

STEP = Table(
    "step",
    METADATA,
    *_child_columns(),
    _text("at"),
    _text("kind"),
    _text("sender"),
    _text("recipient"),
    _text("contact_id", optional=True),
    _text("channel"),
    _text("reference"),
    _text("text"),
    _text("clock_effect"),
    _text("attachment_hash"),
)

SUBJECT = Table(
    "subject",
    METADATA,
    *_child_columns(),
    _text("kind"),
    _text("name"),
    _text("surname"),
    _text("given_name"),
    _text("aliases"),
    _text("fathers_name"),
    _text("other_script"),
    _text("born", optional=True),
    _text("birthplace"),
    _text("sex"),
    _text("nationalities"),
    _text("national_number"),
    _text("national_number_type"),
    _text("documents"),
    _text("category", optional=True),
    _text("category_since", optional=True),
    _text("category_reason"),
)

INFORMATION_ITEM = Table(
    "information_item",
    METADATA,
    *_child_columns(),
    _text("text"),
    _text("assertion"),
    _text("assessed_by"),
    _text("source_reference"),
    _text("evaluation_scheme"),
    _text("source_evaluation"),
    _text("information_evaluation"),
    _text("evaluated_by"),
    _text("own_evaluation"),
    _text("handling_codes"),
    _text("conditions"),
    _text("originator"),
    _text("originator_reference"),
    _flag("consent_needed"),
    _text("consent_asked_on", optional=True),
    _text("consent_given_on", optional=True),
    _text("consent_given_by"),
    _text("valid_as_of", optional=True),
    _flag("special_category"),
    _text("special_category_reason"),
)

NOTE = Table(
    "note",
    METADATA,
    *_child_columns(),
    _text("text"),
    _text("kind"),
    _text("at", optional=True),
    _flag("pinned"),
    _text("marking"),
)

TAG = Table(
    "tag",
    METADATA,
    *_child_columns(),
    _text("word"),
)

ATTACHMENT = Table(
    "attachment",
    METADATA,
    *_child_columns(),
    _text("name"),
    _text("blob_id"),
    _text("media_type"),
    _number("size"),
    _text("sha256"),
)

TASK = Table(
    "task",
    METADATA,
    *_child_columns(),
    _text("text"),
    _text("assignee"),
    _text("due", optional=True),
    _text("done_at", optional=True),
)

LINK = Table(
    "link",
    METADATA,
    *_child_columns(),
    _text("to_id"),
    _text("role"),
)

RECORD_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ORGANISATION, CONTACT, MEETING, REQUEST, CODE, POSITION, PHONE, EMAIL, PARTICIPANT, REFERENCE, STEP,
        SUBJECT, INFORMATION_ITEM, NOTE, TAG, ATTACHMENT, TASK, LINK,
    )
}  # fmt: skip

for _child in (
    POSITION, PHONE, EMAIL, PARTICIPANT, REFERENCE, STEP, SUBJECT, INFORMATION_ITEM, NOTE, TAG, ATTACHMENT,
    TASK, LINK,
):  # fmt: skip
    Index(None, _child.c.owner_id)
for _root in (ORGANISATION, CONTACT, MEETING, REQUEST):
    Index(None, _root.c.origin_uid)
Index(None, PHONE.c.e164)
Index(None, EMAIL.c.folded)
Index(None, REQUEST.c.received_at, REQUEST.c.id)
Index(None, TAG.c.word)
