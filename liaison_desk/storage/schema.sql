CREATE VIRTUAL TABLE all_words USING fts5(words, content='search_document', content_rowid='number', detail='none', prefix='1 2 3', tokenize='ascii');

CREATE TABLE attachment (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    name TEXT NOT NULL,
    blob_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (id)
);

CREATE TABLE batch (
    number INTEGER NOT NULL,
    device TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    use_case TEXT NOT NULL,
    operation TEXT NOT NULL,
    schema_revision TEXT NOT NULL,
    inverse_of TEXT NOT NULL,
    previous BLOB NOT NULL,
    digest BLOB NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (number)
);

CREATE TABLE blob (
    id TEXT NOT NULL,
    "key" BLOB NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    purpose TEXT NOT NULL,
    made_at TEXT NOT NULL,
    CONSTRAINT pk_blob PRIMARY KEY (id)
);

CREATE TABLE code (
    id TEXT NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    marking TEXT NOT NULL,
    handling TEXT NOT NULL,
    binned_at TEXT,
    origin_system TEXT NOT NULL,
    origin_uid TEXT NOT NULL,
    origin_hash TEXT NOT NULL,
    list_name TEXT NOT NULL,
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    level INTEGER NOT NULL,
    colour TEXT NOT NULL,
    ended INTEGER NOT NULL,
    CONSTRAINT pk_code PRIMARY KEY (id)
);

CREATE TABLE contact (
    id TEXT NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    marking TEXT NOT NULL,
    handling TEXT NOT NULL,
    binned_at TEXT,
    origin_system TEXT NOT NULL,
    origin_uid TEXT NOT NULL,
    origin_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    given_name TEXT NOT NULL,
    sort_as TEXT NOT NULL,
    aliases TEXT NOT NULL,
    title_before TEXT NOT NULL,
    title_after TEXT NOT NULL,
    rank TEXT NOT NULL,
    form_of_address TEXT NOT NULL,
    languages TEXT NOT NULL,
    messengers TEXT NOT NULL,
    assistant TEXT NOT NULL,
    address TEXT NOT NULL,
    how_met TEXT NOT NULL,
    introduced_by_id TEXT,
    reliability_note TEXT NOT NULL,
    reachable_hours TEXT NOT NULL,
    protocol_notes TEXT NOT NULL,
    birthday TEXT,
    name_day TEXT NOT NULL,
    clearance TEXT NOT NULL,
    clearance_until TEXT,
    notice_given TEXT,
    status TEXT NOT NULL,
    keep_in_touch_days INTEGER,
    CONSTRAINT pk_contact PRIMARY KEY (id)
);

CREATE TABLE counter (
    name TEXT NOT NULL,
    last INTEGER NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (name)
);

CREATE TABLE email (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    address TEXT NOT NULL,
    folded TEXT NOT NULL,
    use TEXT NOT NULL,
    CONSTRAINT pk_email PRIMARY KEY (id)
);

CREATE TABLE export_run (
    number INTEGER NOT NULL,
    profile TEXT NOT NULL,
    made_at TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    counts TEXT NOT NULL,
    figures TEXT NOT NULL,
    marking TEXT NOT NULL,
    CONSTRAINT pk_export_run PRIMARY KEY (number)
);

CREATE TABLE information_item (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    text TEXT NOT NULL,
    assertion TEXT NOT NULL,
    assessed_by TEXT NOT NULL,
    source_reference TEXT NOT NULL,
    evaluation_scheme TEXT NOT NULL,
    source_evaluation TEXT NOT NULL,
    information_evaluation TEXT NOT NULL,
    evaluated_by TEXT NOT NULL,
    own_evaluation TEXT NOT NULL,
    handling_codes TEXT NOT NULL,
    conditions TEXT NOT NULL,
    originator TEXT NOT NULL,
    originator_reference TEXT NOT NULL,
    consent_needed INTEGER NOT NULL,
    consent_asked_on TEXT,
    consent_given_on TEXT,
    consent_given_by TEXT NOT NULL,
    valid_as_of TEXT,
    special_category INTEGER NOT NULL,
    special_category_reason TEXT NOT NULL,
    CONSTRAINT pk_information_item PRIMARY KEY (id)
);

CREATE TABLE last_contact (
    contact_id TEXT NOT NULL,
    at TEXT NOT NULL,
    source_id TEXT NOT NULL,
    CONSTRAINT pk_last_contact PRIMARY KEY (contact_id, at, source_id)
)
 WITHOUT ROWID;

CREATE TABLE line (
    batch_number INTEGER NOT NULL,
    number INTEGER NOT NULL,
    record_type TEXT NOT NULL,
    record_id TEXT NOT NULL,
    root_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT,
    salt BLOB,
    commitment BLOB NOT NULL,
    CONSTRAINT pk_line PRIMARY KEY (batch_number, number)
);

CREATE TABLE link (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    to_id TEXT NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT pk_link PRIMARY KEY (id)
);

CREATE TABLE meeting (
    id TEXT NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    marking TEXT NOT NULL,
    handling TEXT NOT NULL,
    binned_at TEXT,
    origin_system TEXT NOT NULL,
    origin_uid TEXT NOT NULL,
    origin_hash TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    starts TEXT,
    ends TEXT,
    all_day INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    recurrence TEXT NOT NULL,
    recurrence_of_id TEXT,
    recurrence_instant TEXT,
    place TEXT NOT NULL,
    agenda TEXT NOT NULL,
    minutes_facts TEXT NOT NULL,
    minutes_assessments TEXT NOT NULL,
    decisions TEXT NOT NULL,
    gifts TEXT NOT NULL,
    cost TEXT NOT NULL,
    interpreter TEXT NOT NULL,
    reported_in TEXT NOT NULL,
    filed_as TEXT NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (id)
);

CREATE TABLE mention (
    to_id TEXT NOT NULL,
    from_id TEXT NOT NULL,
    CONSTRAINT pk_mention PRIMARY KEY (to_id, from_id)
)
 WITHOUT ROWID;

CREATE TABLE meta (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_meta PRIMARY KEY (name)
);

CREATE TABLE note (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    text TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT,
    pinned INTEGER NOT NULL,
    marking TEXT NOT NULL,
    CONSTRAINT pk_note PRIMARY KEY (id)
);

CREATE TABLE organisation (
    id TEXT NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    marking TEXT NOT NULL,
    handling TEXT NOT NULL,
    binned_at TEXT,
    origin_system TEXT NOT NULL,
    origin_uid TEXT NOT NULL,
    origin_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    abbreviation TEXT NOT NULL,
    name_english TEXT NOT NULL,
    name_czech TEXT NOT NULL,
    former_names TEXT NOT NULL,
    parent_id TEXT,
    country TEXT NOT NULL,
    competence TEXT NOT NULL,
    duty_contact TEXT NOT NULL,
    address TEXT NOT NULL,
    registry_contact TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    successor_id TEXT,
    CONSTRAINT pk_organisation PRIMARY KEY (id)
);

CREATE TABLE outbox (
    item TEXT NOT NULL,
    target TEXT NOT NULL,
    blob_id TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_attempt TEXT,
    pause_seconds INTEGER NOT NULL,
    reason TEXT NOT NULL,
    made_at TEXT NOT NULL,
    delivered_at TEXT,
    CONSTRAINT pk_outbox PRIMARY KEY (item, target)
);

CREATE TABLE participant (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    contact_id TEXT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    side TEXT NOT NULL,
    role TEXT NOT NULL,
    attended INTEGER,
    CONSTRAINT pk_participant PRIMARY KEY (id)
);

CREATE TABLE phone (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    number TEXT NOT NULL,
    e164 TEXT NOT NULL,
    use TEXT NOT NULL,
    verified_on TEXT,
    CONSTRAINT pk_phone PRIMARY KEY (id)
);

CREATE TABLE position (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    organisation_id TEXT,
    organisation_name TEXT NOT NULL,
    function TEXT NOT NULL,
    since TEXT,
    until TEXT,
    "primary" INTEGER NOT NULL,
    decides_on TEXT NOT NULL,
    CONSTRAINT pk_position PRIMARY KEY (id)
);

CREATE TABLE reference (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    number TEXT NOT NULL,
    system TEXT NOT NULL,
    holder TEXT NOT NULL,
    dated TEXT,
    CONSTRAINT pk_reference PRIMARY KEY (id)
);

CREATE TABLE reference_key (
    "key" TEXT NOT NULL,
    root_id TEXT NOT NULL,
    CONSTRAINT pk_reference_key PRIMARY KEY ("key", root_id)
)
 WITHOUT ROWID;

CREATE TABLE request (
    id TEXT NOT NULL,
    ref TEXT NOT NULL,
    revision INTEGER NOT NULL,
    marking TEXT NOT NULL,
    handling TEXT NOT NULL,
    binned_at TEXT,
    origin_system TEXT NOT NULL,
    origin_uid TEXT NOT NULL,
    origin_hash TEXT NOT NULL,
    matter TEXT NOT NULL,
    kind TEXT NOT NULL,
    regime TEXT NOT NULL,
    status TEXT NOT NULL,
    status_since TEXT,
    waiting_on TEXT,
    received_at TEXT,
    sent_at TEXT,
    received_via TEXT NOT NULL,
    channel_reason TEXT NOT NULL,
    oral_confirmed_at TEXT,
    requesting_authority_id TEXT,
    requesting_unit TEXT NOT NULL,
    handling_person_id TEXT,
    requested_authority_id TEXT,
    requested_unit TEXT NOT NULL,
    state_requesting TEXT NOT NULL,
    state_requested TEXT NOT NULL,
    previous_request_id TEXT,
    duplicate_of_id TEXT,
    also_sent_to TEXT NOT NULL,
    language TEXT NOT NULL,
    translation_needed INTEGER NOT NULL,
    translation_by TEXT NOT NULL,
    translation_done_on TEXT,
    crime_areas TEXT NOT NULL,
    empact_priority TEXT NOT NULL,
    offence TEXT NOT NULL,
    offence_article TEXT NOT NULL,
    max_penalty TEXT NOT NULL,
    facts TEXT NOT NULL,
    purpose TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    information_requested TEXT NOT NULL,
    link_purpose_person TEXT NOT NULL,
    reasons_available TEXT NOT NULL,
    urgency TEXT NOT NULL,
    urgency_ground TEXT,
    urgency_reason TEXT NOT NULL,
    availability TEXT NOT NULL,
    deadline_asked TEXT,
    deadline_agreed TEXT,
    use_restrictions TEXT NOT NULL,
    handling_codes TEXT NOT NULL,
    necessity_checked_by TEXT NOT NULL,
    necessity_checked_at TEXT,
    crosscheck_result TEXT NOT NULL,
    feedback_requested INTEGER NOT NULL,
    outcome TEXT,
    refusal_grounds TEXT NOT NULL,
    delay_reason TEXT NOT NULL,
    expected_by TEXT,
    answered_at TEXT,
    closed_at TEXT,
    result_feedback TEXT NOT NULL,
    next_step TEXT NOT NULL,
    filed_as TEXT NOT NULL,
    filed_on TEXT,
    review_due TEXT,
    erase_due TEXT,
    CONSTRAINT pk_request PRIMARY KEY (id)
);

CREATE TABLE root_index (
    root_id TEXT NOT NULL,
    type TEXT NOT NULL,
    ref TEXT NOT NULL,
    title TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    moment TEXT NOT NULL,
    next_due TEXT NOT NULL,
    marking TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    is_binned INTEGER NOT NULL,
    CONSTRAINT pk_root_index PRIMARY KEY (root_id)
)
 WITHOUT ROWID;

CREATE TABLE search_document (
    number INTEGER NOT NULL,
    root_id TEXT NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_search_document PRIMARY KEY (number)
);

CREATE TABLE step (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    contact_id TEXT,
    channel TEXT NOT NULL,
    reference TEXT NOT NULL,
    text TEXT NOT NULL,
    clock_effect TEXT NOT NULL,
    attachment_hash TEXT NOT NULL,
    CONSTRAINT pk_step PRIMARY KEY (id)
);

CREATE TABLE subject (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    surname TEXT NOT NULL,
    given_name TEXT NOT NULL,
    aliases TEXT NOT NULL,
    fathers_name TEXT NOT NULL,
    other_script TEXT NOT NULL,
    born TEXT,
    birthplace TEXT NOT NULL,
    sex TEXT NOT NULL,
    nationalities TEXT NOT NULL,
    national_number TEXT NOT NULL,
    national_number_type TEXT NOT NULL,
    documents TEXT NOT NULL,
    category TEXT,
    category_since TEXT,
    category_reason TEXT NOT NULL,
    CONSTRAINT pk_subject PRIMARY KEY (id)
);

CREATE TABLE tag (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    word TEXT NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (id)
);

CREATE TABLE target (
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    takes TEXT NOT NULL,
    CONSTRAINT pk_target PRIMARY KEY (name)
);

CREATE TABLE task (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    text TEXT NOT NULL,
    assignee TEXT NOT NULL,
    due TEXT,
    done_at TEXT,
    CONSTRAINT pk_task PRIMARY KEY (id)
);

CREATE VIRTUAL TABLE title_words USING fts5(title, content='search_document', content_rowid='number', detail='none', prefix='1 2 3', tokenize='ascii');

CREATE TABLE tombstone (
    record_id TEXT NOT NULL,
    erased_at TEXT NOT NULL,
    CONSTRAINT pk_tombstone PRIMARY KEY (record_id)
);

CREATE INDEX ix_attachment_owner_id ON attachment (owner_id);

CREATE UNIQUE INDEX ix_batch_device_sequence ON batch (device, sequence);

CREATE INDEX ix_batch_inverse_of ON batch (inverse_of);

CREATE INDEX ix_contact_origin_uid ON contact (origin_uid);

CREATE INDEX ix_email_folded ON email (folded);

CREATE INDEX ix_email_owner_id ON email (owner_id);

CREATE INDEX ix_information_item_owner_id ON information_item (owner_id);

CREATE INDEX ix_last_contact_source_id ON last_contact (source_id);

CREATE INDEX ix_line_root_id ON line (root_id);

CREATE INDEX ix_link_owner_id ON link (owner_id);

CREATE INDEX ix_meeting_origin_uid ON meeting (origin_uid);

CREATE INDEX ix_mention_from_id ON mention (from_id);

CREATE INDEX ix_note_owner_id ON note (owner_id);

CREATE INDEX ix_organisation_origin_uid ON organisation (origin_uid);

CREATE INDEX ix_outbox_state ON outbox (state);

CREATE INDEX ix_participant_owner_id ON participant (owner_id);

CREATE INDEX ix_phone_e164 ON phone (e164);

CREATE INDEX ix_phone_owner_id ON phone (owner_id);

CREATE INDEX ix_position_owner_id ON position (owner_id);

CREATE INDEX ix_reference_key_root_id ON reference_key (root_id);

CREATE INDEX ix_reference_owner_id ON reference (owner_id);

CREATE INDEX ix_request_origin_uid ON request (origin_uid);

CREATE INDEX ix_request_received_at_id ON request (received_at, id);

CREATE INDEX ix_root_index_ref ON root_index (ref);

CREATE INDEX ix_root_index_type_is_binned_moment_root_id ON root_index (type, is_binned, moment, root_id);

CREATE INDEX ix_root_index_type_is_binned_sort_key_root_id ON root_index (type, is_binned, sort_key, root_id);

CREATE UNIQUE INDEX ix_search_document_root_id ON search_document (root_id);

CREATE INDEX ix_step_owner_id ON step (owner_id);

CREATE INDEX ix_subject_owner_id ON subject (owner_id);

CREATE INDEX ix_tag_owner_id ON tag (owner_id);

CREATE INDEX ix_tag_word ON tag (word);

CREATE INDEX ix_task_owner_id ON task (owner_id);

INSERT INTO title_words(title_words, rank) VALUES('secure-delete', 1);

INSERT INTO all_words(all_words, rank) VALUES('secure-delete', 1);

