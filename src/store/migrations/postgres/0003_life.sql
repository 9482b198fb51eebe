-- A document has people who look after it, topics it is filed under and a day by which somebody looks at it again.
ALTER TABLE documents ADD COLUMN owner_person TEXT REFERENCES people (id);
ALTER TABLE documents ADD COLUMN deputy_person TEXT REFERENCES people (id);
ALTER TABLE documents ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN review_by TEXT;
-- Counts the changes of the row, for conditional updates.
ALTER TABLE documents ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What people are told. `about` names what a notice tells, so that the same thing is told to a person once however
-- many processes find it: telling it again changes the row instead of adding one.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    about TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The id of the document, version or item it leads to.
    object TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT,
    day TEXT,
    first_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    -- The district's day on which it was told last.
    told_on TEXT NOT NULL,
    times BIGINT NOT NULL,
    read_at BIGINT,
    -- Set once what it tells is no longer so.
    settled_at BIGINT,
    UNIQUE (person, about)
);
CREATE INDEX notices_by_person ON notices (person, settled_at, told_at);
CREATE INDEX notices_by_kind ON notices (kind, settled_at);
