-- Who sweeps over the supplier's tours right now; the others wait for the next time.
CREATE TABLE sync_leases (
    name       TEXT PRIMARY KEY,
    holder     TEXT NOT NULL,
    -- Renewed while the sweep runs. A process that dies loses it then.
    expires_at TIMESTAMPTZ NOT NULL,
    -- The scheduled time last taken: two processes that wake at the same time sweep once.
    last_slot  TIMESTAMPTZ NOT NULL
);
