-- The first schema. Types are those both engines share: TEXT, BIGINT, DOUBLE PRECISION and bytes. Times are
-- microseconds since 1970 in UTC, days are YYYY-MM-DD, flags are 0 or 1, structured values are JSON in TEXT.

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    roles TEXT NOT NULL,
    disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
    created_at BIGINT NOT NULL,
    -- Goes up when a password, the roles or the right to sign in change; sessions made before then end.
    session_epoch BIGINT NOT NULL
);

CREATE TABLE setup_links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    id_sha256 TEXT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    audience TEXT NOT NULL,
    supersedes TEXT REFERENCES documents (id),
    created_at BIGINT NOT NULL
);

-- The long columns come last, so that a list of versions is read without walking through the files.
CREATE TABLE versions (
    id TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL REFERENCES documents (id),
    number BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'revoked')),
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    extraction_ok BIGINT NOT NULL CHECK (extraction_ok IN (0, 1)),
    pages BIGINT,
    sentences BIGINT NOT NULL,
    warnings TEXT NOT NULL,
    uploaded_by TEXT NOT NULL REFERENCES people (id),
    uploaded_at BIGINT NOT NULL,
    decided_by TEXT REFERENCES people (id),
    decided_at BIGINT,
    reason TEXT,
    effective TEXT,
    expires TEXT,
    superseded_on TEXT,
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    original BLOB NOT NULL,
    UNIQUE (document, number)
);
CREATE INDEX versions_by_state ON versions (state);
CREATE INDEX versions_by_content ON versions (sha256);

CREATE TABLE passages (
    version TEXT NOT NULL REFERENCES versions (id),
    ordinal BIGINT NOT NULL,
    heading TEXT NOT NULL,
    page BIGINT,
    start_byte BIGINT NOT NULL,
    end_byte BIGINT NOT NULL,
    sentences TEXT NOT NULL,
    PRIMARY KEY (version, ordinal)
);

CREATE TABLE items (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('faq', 'newsletter')),
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    question TEXT NOT NULL,
    -- Title and question in lower case, made by the program: the engines disagree about LOWER beyond ASCII.
    search_text TEXT NOT NULL,
    newsletter TEXT,
    audience TEXT NOT NULL,
    risk TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    requester TEXT NOT NULL REFERENCES people (id),
    held_by TEXT REFERENCES people (id),
    held_until BIGINT,
    revision TEXT,
    authors TEXT NOT NULL,
    approval TEXT,
    refusal_kind TEXT,
    refusal TEXT,
    record TEXT,
    timing_ms TEXT,
    tokens TEXT,
    stale_reason TEXT,
    -- Counts of the standing revision's verdicts, here so that the queue needs no text.
    supported BIGINT,
    doubtful BIGINT,
    unsupported BIGINT,
    person_written BIGINT,
    sections BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX items_by_due ON items (state, due_at);
CREATE INDEX items_by_requester ON items (requester);

CREATE TABLE revisions (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL REFERENCES items (id),
    number BIGINT NOT NULL,
    author TEXT REFERENCES people (id),
    created_at BIGINT NOT NULL,
    flags TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    source_set_sha256 TEXT NOT NULL,
    sources TEXT NOT NULL,
    words BIGINT NOT NULL,
    reading_grade DOUBLE PRECISION,
    note TEXT,
    sections TEXT NOT NULL,
    UNIQUE (item, number)
);

CREATE TABLE citations (
    item TEXT NOT NULL REFERENCES items (id),
    revision TEXT NOT NULL REFERENCES revisions (id),
    version TEXT NOT NULL REFERENCES versions (id),
    document TEXT NOT NULL REFERENCES documents (id),
    PRIMARY KEY (revision, version)
);
CREATE INDEX citations_by_version ON citations (version);

CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL REFERENCES items (id),
    revision TEXT NOT NULL REFERENCES revisions (id),
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'request_changes', 'reject')),
    reason TEXT,
    note TEXT,
    decided_by TEXT NOT NULL REFERENCES people (id),
    decided_at BIGINT NOT NULL
);
CREATE INDEX decisions_by_item ON decisions (item, decided_at);

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    item TEXT REFERENCES items (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    leased_by TEXT,
    lease_until BIGINT,
    attempts BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL CHECK (cancel_requested IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    error TEXT
);
CREATE INDEX jobs_by_state ON jobs (state, created_at);
CREATE INDEX jobs_by_item ON jobs (item);

CREATE TABLE progress (
    item TEXT NOT NULL REFERENCES items (id),
    seq BIGINT NOT NULL,
    event TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (item, seq)
);

CREATE TABLE publications (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL REFERENCES items (id),
    revision TEXT NOT NULL REFERENCES revisions (id),
    slug TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('faq', 'newsletter')),
    title TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    published_by TEXT NOT NULL REFERENCES people (id),
    published_at BIGINT NOT NULL,
    reviewed_at BIGINT NOT NULL,
    approved_by TEXT NOT NULL REFERENCES people (id),
    withdrawn_at BIGINT,
    withdrawn_reason TEXT,
    stale_reason TEXT,
    search_text TEXT NOT NULL,
    html TEXT NOT NULL,
    markdown TEXT NOT NULL
);
CREATE INDEX publications_by_item ON publications (item);
CREATE INDEX publications_by_kind ON publications (kind, published_at);

CREATE TABLE activity (
    id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL REFERENCES items (id),
    person TEXT NOT NULL REFERENCES people (id),
    capacity TEXT NOT NULL CHECK (capacity IN ('requester', 'reviewer')),
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
);
CREATE INDEX activity_by_item ON activity (item, person, capacity, ended_at);

CREATE TABLE source_opens (
    item TEXT NOT NULL REFERENCES items (id),
    person TEXT NOT NULL REFERENCES people (id),
    version TEXT NOT NULL REFERENCES versions (id),
    at BIGINT NOT NULL,
    seconds BIGINT NOT NULL
);
CREATE INDEX source_opens_by_item ON source_opens (item);

CREATE TABLE baselines (
    id TEXT NOT NULL PRIMARY KEY,
    task TEXT NOT NULL CHECK (task IN ('faq', 'newsletter')),
    minutes DOUBLE PRECISION NOT NULL,
    revision_rounds DOUBLE PRECISION,
    turnaround_hours DOUBLE PRECISION,
    note TEXT,
    entered_by TEXT NOT NULL REFERENCES people (id),
    entered_at BIGINT NOT NULL
);

CREATE TABLE pilot (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    start_date TEXT,
    locked_at BIGINT,
    locked_by TEXT REFERENCES people (id),
    version BIGINT NOT NULL
);
INSERT INTO pilot (id, version) VALUES (1, 1);

-- Every column is covered by `hash`; nothing in the program changes or deletes a row.
CREATE TABLE audit_entries (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    content_sha256 TEXT,
    request_id TEXT,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_by_object ON audit_entries (object, seq);

-- One row. On PostgreSQL its lock makes writers take turns.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
