-- What the figure check found in a version, as JSON. Versions from before the check have none.
ALTER TABLE versions ADD COLUMN fidelity TEXT;

-- Pairs of sentences that a person has said do not contradict each other: remembered for exactly these two texts, whichever
-- versions they stand in. `pair` is the SHA-256 of both, the smaller first.
CREATE TABLE conflict_dismissals (
    pair TEXT NOT NULL PRIMARY KEY,
    left_text TEXT NOT NULL,
    right_text TEXT NOT NULL,
    reason TEXT NOT NULL,
    dismissed_by TEXT NOT NULL REFERENCES people (id),
    dismissed_at BIGINT NOT NULL
);
