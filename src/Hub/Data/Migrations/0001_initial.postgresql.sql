-- The first tables. Ids are UUID version 7 as text, secrets only as SHA-256 in lower-case hexadecimal, times with time zone.
-- COLLATE "C": names and ids sort by byte, as SQLite sorts them, so that a page of a list ends at the same row on both.

CREATE TABLE workspaces (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

-- E-mail addresses are stored in lower case: one person, one row.
CREATE TABLE users (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email      TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE members (
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    user_id      TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

-- kind set-up: no user yet, lives until it is used or replaced. kind login: for one user, expires.
CREATE TABLE login_links (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('setup', 'login')),
    hash       TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id    TEXT COLLATE "C" REFERENCES users (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    spent_at   TIMESTAMPTZ,
    CHECK ((kind = 'setup') = (user_id IS NULL)),
    CHECK (kind = 'setup' OR expires_at IS NOT NULL)
);
CREATE INDEX login_links_user ON login_links (user_id);
-- One set-up link can be open at a time, whatever races.
CREATE UNIQUE INDEX login_links_one_setup ON login_links (kind) WHERE kind = 'setup' AND spent_at IS NULL;

CREATE TABLE auth_sessions (
    hash         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id      TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    address      TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX auth_sessions_user ON auth_sessions (user_id);
CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);

CREATE TABLE api_keys (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name         TEXT COLLATE "C" NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL UNIQUE,
    prefix       TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ,
    revoked_at   TIMESTAMPTZ
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id);

CREATE TABLE agents (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    public_key   BYTEA NOT NULL,
    key_hash     TEXT COLLATE "C" NOT NULL UNIQUE,
    label        TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ,
    last_address TEXT,
    revoked_at   TIMESTAMPTZ
);
CREATE INDEX agents_workspace ON agents (workspace_id, id);

CREATE TABLE enrolment_tokens (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    hash         TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    spent_at     TIMESTAMPTZ,
    agent_id     TEXT COLLATE "C" REFERENCES agents (id)
);
CREATE INDEX enrolment_tokens_workspace ON enrolment_tokens (workspace_id);
CREATE INDEX enrolment_tokens_agent ON enrolment_tokens (agent_id);
CREATE INDEX enrolment_tokens_expiry ON enrolment_tokens (expires_at);

CREATE TABLE services (
    workspace_id      TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    name              TEXT COLLATE "C" NOT NULL,
    agent_id          TEXT COLLATE "C" NOT NULL REFERENCES agents (id),
    target            TEXT NOT NULL,
    last_published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
CREATE INDEX services_agent ON services (agent_id);

-- A service has at most one port and a port at most one service; a lease cannot outlive its service.
CREATE TABLE port_leases (
    port         INTEGER NOT NULL PRIMARY KEY CHECK (port BETWEEN 1 AND 65535),
    workspace_id TEXT COLLATE "C" NOT NULL,
    service      TEXT COLLATE "C" NOT NULL,
    granted_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (workspace_id, service),
    FOREIGN KEY (workspace_id, service) REFERENCES services (workspace_id, name) ON DELETE CASCADE
);

-- actor, address, act, object and outcome never hold a secret.
CREATE TABLE audit_events (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at           TIMESTAMPTZ NOT NULL,
    workspace_id TEXT COLLATE "C" REFERENCES workspaces (id),
    actor        TEXT NOT NULL,
    address      TEXT NOT NULL,
    act          TEXT NOT NULL,
    object       TEXT NOT NULL,
    outcome      TEXT NOT NULL
);
CREATE INDEX audit_events_workspace ON audit_events (workspace_id, id);
