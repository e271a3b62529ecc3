-- How to address those who have booked, from their own events; the newest wins.
CREATE TABLE guests (
    user_id TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    as_of   TIMESTAMPTZ NOT NULL
);

-- What guides have reported of tours: who, when, how many, and their notes.
CREATE TABLE completion_reports (
    id          {identity},
    tour_id     TEXT NOT NULL,
    reported_by TEXT NOT NULL,
    reported_at TIMESTAMPTZ NOT NULL,
    completed   INTEGER NOT NULL,
    no_shows    INTEGER NOT NULL,
    notes       TEXT
);

CREATE INDEX completion_reports_by_tour ON completion_reports (tour_id, reported_at);
