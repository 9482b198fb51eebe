-- Many documents at once. A document remembers the path that it was last imported under, so that its file is known again.
ALTER TABLE documents ADD COLUMN import_path TEXT;
CREATE INDEX documents_by_import_path ON documents (import_path);

-- One import: a ZIP, a folder, several files, or what a round through the watched folder found. The lease is renewed
-- with every file, so that an import whose process was lost can be told from one that is under way.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('upload', 'terminal', 'watched')),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
    started_by TEXT NOT NULL REFERENCES people (id),
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    lease_until BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL CHECK (cancel_requested IN (0, 1)),
    total BIGINT,
    reading TEXT,
    reason TEXT
);
CREATE INDEX imports_by_start ON imports (started_at);

CREATE TABLE import_files (
    import TEXT NOT NULL REFERENCES imports (id),
    ordinal BIGINT NOT NULL,
    path TEXT NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('new_document', 'new_version', 'unchanged', 'passed_over', 'failed', 'not_reached')),
    detail TEXT NOT NULL,
    document TEXT REFERENCES documents (id),
    version TEXT REFERENCES versions (id),
    PRIMARY KEY (import, ordinal)
);

-- The watched folder: who may make the next round, what is the matter with it, and each file as it was last seen.
CREATE TABLE watched_folders (
    folder TEXT NOT NULL PRIMARY KEY,
    next_round_at BIGINT NOT NULL,
    looked_at BIGINT,
    notice TEXT,
    notice_at BIGINT
);

CREATE TABLE watched_files (
    folder TEXT NOT NULL REFERENCES watched_folders (folder),
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('settling', 'taken', 'refused', 'vanished')),
    detail TEXT,
    since BIGINT NOT NULL,
    document TEXT REFERENCES documents (id),
    PRIMARY KEY (folder, path)
);
