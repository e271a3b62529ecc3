-- The runs of each supplier's sync, and what operators told it. Every process sees the same; the one that holds the lease acts on it.
CREATE TABLE supplier_syncs (
    supplier_id    TEXT PRIMARY KEY,
    -- A run asks about every linked tour that has not been asked about since then. Fires that come twice or too late change nothing.
    run_slot       TIMESTAMPTZ,
    -- The operator who asked for the run; null for the schedule.
    run_asked_by   TEXT,
    -- The last run that ended, which is the current one where the slots are equal.
    ended_slot     TIMESTAMPTZ,
    ended_at       TIMESTAMPTZ,
    ended_tours    INTEGER,
    ended_failed   INTEGER,
    -- Until when the supplier is left alone because it asked for it or does not answer.
    held_until     TIMESTAMPTZ,
    held_reason    TEXT,
    paused_at      TIMESTAMPTZ,
    paused_by      TEXT
);

-- When the supplier was last asked, with success or without.
ALTER TABLE tours ADD COLUMN last_sync_tried_at TIMESTAMPTZ;
-- Marks that the sync takes away when it asks: somebody read the stale tour; the supplier itself says that something changed.
ALTER TABLE tours ADD COLUMN sync_requested_at TIMESTAMPTZ;
ALTER TABLE tours ADD COLUMN sync_hinted_at TIMESTAMPTZ;

CREATE INDEX tours_to_sync_soon ON tours (supplier_id) WHERE sync_requested_at IS NOT NULL OR sync_hinted_at IS NOT NULL;
