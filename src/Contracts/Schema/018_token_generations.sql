-- A user's tokens with a lower generation are refused. Who never changed password or roles has no row.
CREATE TABLE token_generations (
    user_id    TEXT PRIMARY KEY,
    generation BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- Every process reads what changed lately, every few seconds.
CREATE INDEX token_generations_by_change ON token_generations (changed_at);
