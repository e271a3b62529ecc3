-- Leases are no longer the supplier sync's alone: whatever one process at a time may do takes one here, under a name of its own.
ALTER TABLE sync_leases RENAME TO leases;
ALTER TABLE leases DROP COLUMN last_slot;

-- Of a scheduled job: the scheduled time of the last run that ended. Null for what is no job.
ALTER TABLE leases ADD COLUMN done_slot TIMESTAMPTZ;

-- Whose an import is, a lease says now. What is left is when one that failed as a whole is tried again.
ALTER TABLE supplier_imports RENAME COLUMN claimed_until TO not_before;
