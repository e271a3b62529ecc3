-- Which configured supplier sells a linked tour: 'default' is the one of SUPPLIER_URL.
ALTER TABLE tours ADD COLUMN supplier_id TEXT NOT NULL DEFAULT 'default';

-- What the supplier said of a tour that the import made, as a digest: the import writes only what the supplier changed since, so an operator's
-- own words stay. Null for every tour that the import did not make.
ALTER TABLE tours ADD COLUMN import_digest TEXT;

CREATE INDEX tours_by_supplier_product ON tours (supplier_id, supplier_product_id) WHERE supplier_product_id IS NOT NULL;

-- The import of each supplier's products: who does it now, when it is wanted, and what came of the last one.
CREATE TABLE supplier_imports (
    supplier_id   TEXT PRIMARY KEY,
    -- Set by whoever wants it done now.
    requested     BOOLEAN NOT NULL DEFAULT TRUE,
    -- A process that imports writes until when it is its own; one that dies loses it then.
    claimed_until TIMESTAMPTZ NOT NULL,
    finished_at   TIMESTAMPTZ,
    created       INTEGER NOT NULL DEFAULT 0,
    updated       INTEGER NOT NULL DEFAULT 0,
    closed        INTEGER NOT NULL DEFAULT 0,
    failed        INTEGER NOT NULL DEFAULT 0,
    -- Why the last one as a whole failed, or the first product that did; null when all went through.
    error         TEXT
);
