-- Calls of the API with an Idempotency-Key, kept for a day. hash is the SHA-256 of that key; fingerprint is keyed and the
-- answer sealed by the caller's own API key, which is not in this database.
CREATE TABLE idempotent_calls (
    api_key_id   TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
    hash         TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    status       INTEGER,
    content_type TEXT,
    answer       BLOB,
    PRIMARY KEY (api_key_id, hash)
);
CREATE INDEX idempotent_calls_created ON idempotent_calls (created_at);

-- Expired and spent links are deleted by these.
CREATE INDEX login_links_expiry ON login_links (expires_at);
CREATE INDEX login_links_spent ON login_links (spent_at);
