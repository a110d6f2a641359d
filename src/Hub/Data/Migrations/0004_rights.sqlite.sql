-- Rights, quotas and what an agent's identity needs: who it belongs to, words for rights, and how it got here.

ALTER TABLE agents ADD COLUMN owner_user_id TEXT REFERENCES users (id);
ALTER TABLE agents ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE agents ADD COLUMN ephemeral BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX agents_owner ON agents (owner_user_id);

ALTER TABLE enrolment_tokens ADD COLUMN owner_user_id TEXT REFERENCES users (id);
ALTER TABLE enrolment_tokens ADD COLUMN ephemeral BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX enrolment_tokens_owner ON enrolment_tokens (owner_user_id);

-- RFC 8628: device_hash is the SHA-256 of what the machine holds, user_hash of what a person types.
CREATE TABLE device_codes (
    id            TEXT NOT NULL PRIMARY KEY,
    device_hash   TEXT NOT NULL UNIQUE,
    user_hash     TEXT NOT NULL UNIQUE,
    label         TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    ephemeral     BOOLEAN NOT NULL,
    address       TEXT NOT NULL,
    source        TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('open', 'approved', 'denied', 'spent')),
    workspace_id  TEXT REFERENCES workspaces (id),
    user_id       TEXT REFERENCES users (id),
    CHECK ((state = 'open') = (user_id IS NULL))
);
CREATE INDEX device_codes_source ON device_codes (source);
CREATE INDEX device_codes_expiry ON device_codes (expires_at);
CREATE INDEX device_codes_user ON device_codes (user_id);

-- What was decided of a service beyond its defaults. No row: everyone of the workspace may reach it, and its port
-- listens as its agent asks. allow: networks with a space between them; NULL leaves it to the agent.
CREATE TABLE service_rights (
    workspace_id TEXT NOT NULL,
    service      TEXT NOT NULL,
    reach        TEXT NOT NULL CHECK (reach IN ('everyone', 'chosen')),
    publish      TEXT CHECK (publish IN ('off', 'loopback', 'network')),
    allow        TEXT,
    version      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, service),
    FOREIGN KEY (workspace_id, service) REFERENCES services (workspace_id, name) ON DELETE CASCADE
);

CREATE TABLE grants (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL,
    service      TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('member', 'role', 'agent', 'tag')),
    subject      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    expires_at   TEXT,
    FOREIGN KEY (workspace_id, service) REFERENCES services (workspace_id, name) ON DELETE CASCADE
);
CREATE INDEX grants_service ON grants (workspace_id, service);
CREATE INDEX grants_expiry ON grants (expires_at);

-- NULL: no limit. bandwidth in bits a second.
CREATE TABLE workspace_quotas (
    workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    agents       INTEGER,
    services     INTEGER,
    ports        INTEGER,
    streams      INTEGER,
    bandwidth    BIGINT
);

-- A port that became free is not given to another workspace before this time.
CREATE TABLE resting_ports (
    port         INTEGER NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    until        TEXT NOT NULL
);
