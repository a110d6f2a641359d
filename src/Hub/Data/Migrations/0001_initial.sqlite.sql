-- The first tables. Ids are UUID version 7 as text, secrets only as SHA-256 in lower-case hexadecimal, times ISO 8601 text in UTC.

CREATE TABLE workspaces (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);

-- E-mail addresses are stored in lower case: one person, one row.
CREATE TABLE users (
    id         TEXT NOT NULL PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);

CREATE TABLE members (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    user_id      TEXT NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at   TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- kind set-up: no user yet, lives until it is used or replaced. kind login: for one user, expires.
CREATE TABLE login_links (
    id         TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('setup', 'login')),
    hash       TEXT NOT NULL UNIQUE,
    user_id    TEXT REFERENCES users (id),
    created_at TEXT NOT NULL,
    expires_at TEXT,
    spent_at   TEXT,
    CHECK ((kind = 'setup') = (user_id IS NULL)),
    CHECK (kind = 'setup' OR expires_at IS NOT NULL)
);
CREATE INDEX login_links_user ON login_links (user_id);
-- One set-up link can be open at a time, whatever races.
CREATE UNIQUE INDEX login_links_one_setup ON login_links (kind) WHERE kind = 'setup' AND spent_at IS NULL;

CREATE TABLE auth_sessions (
    hash         TEXT NOT NULL PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    address      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at   TEXT NOT NULL
);
CREATE INDEX auth_sessions_user ON auth_sessions (user_id);
CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);

CREATE TABLE api_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    name         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    prefix       TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    revoked_at   TEXT
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id);

CREATE TABLE agents (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    public_key   BLOB NOT NULL,
    key_hash     TEXT NOT NULL UNIQUE,
    label        TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT,
    last_address TEXT,
    revoked_at   TEXT
);
CREATE INDEX agents_workspace ON agents (workspace_id, id);

CREATE TABLE enrolment_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    hash         TEXT NOT NULL UNIQUE,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    spent_at     TEXT,
    agent_id     TEXT REFERENCES agents (id)
);
CREATE INDEX enrolment_tokens_workspace ON enrolment_tokens (workspace_id);
CREATE INDEX enrolment_tokens_agent ON enrolment_tokens (agent_id);
CREATE INDEX enrolment_tokens_expiry ON enrolment_tokens (expires_at);

CREATE TABLE services (
    workspace_id      TEXT NOT NULL REFERENCES workspaces (id),
    name              TEXT NOT NULL,
    agent_id          TEXT NOT NULL REFERENCES agents (id),
    target            TEXT NOT NULL,
    last_published_at TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
CREATE INDEX services_agent ON services (agent_id);

-- A service has at most one port and a port at most one service; a lease cannot outlive its service.
CREATE TABLE port_leases (
    port         INTEGER NOT NULL PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
    workspace_id TEXT NOT NULL,
    service      TEXT NOT NULL,
    granted_at   TEXT NOT NULL,
    UNIQUE (workspace_id, service),
    FOREIGN KEY (workspace_id, service) REFERENCES services (workspace_id, name) ON DELETE CASCADE
);

-- actor, address, act, object and outcome never hold a secret.
CREATE TABLE audit_events (
    id           TEXT NOT NULL PRIMARY KEY,
    at           TEXT NOT NULL,
    workspace_id TEXT REFERENCES workspaces (id),
    actor        TEXT NOT NULL,
    address      TEXT NOT NULL,
    act          TEXT NOT NULL,
    object       TEXT NOT NULL,
    outcome      TEXT NOT NULL
);
CREATE INDEX audit_events_workspace ON audit_events (workspace_id, id);
