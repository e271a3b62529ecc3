CREATE TABLE popularity (
    tour_id TEXT PRIMARY KEY,
    seats   BIGINT NOT NULL
);
