-- Calls of the API with an Idempotency-Key, kept for a day. hash is the SHA-256 of that key; fingerprint is keyed and the
-- answer sealed by the caller's own API key, which is not in this database.
CREATE TABLE idempotent_calls (
    api_key_id   TEXT COLLATE "C" NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    hash         TEXT COLLATE "C" NOT NULL,
    fingerprint  TEXT COLLATE "C" NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    status       INTEGER,
    content_type TEXT COLLATE "C",
    answer       BYTEA,
    PRIMARY KEY (api_key_id, hash)
);
CREATE INDEX idempotent_calls_created ON idempotent_calls (created_at);

-- Expired and spent links are deleted by these.
CREATE INDEX login_links_expiry ON login_links (expires_at);
CREATE INDEX login_links_spent ON login_links (spent_at);
