-- The audit log becomes a chain per workspace (docs/decisions/0029); workspace_id '' is the hub's own. No foreign key:
-- the lines outlive their workspace. at is text, byte for byte what its hash covers. The lines of earlier hubs are
-- numbered here and hashed by AuditChainStart.
DROP INDEX audit_events_workspace;
ALTER TABLE audit_events RENAME TO audit_events_before;

CREATE TABLE audit_events (
    workspace_id TEXT NOT NULL,
    sequence     INTEGER NOT NULL CHECK (sequence > 0),
    at           TEXT NOT NULL,
    actor        TEXT NOT NULL,
    address      TEXT NOT NULL,
    act          TEXT NOT NULL,
    object       TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    hash         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, sequence)
);
INSERT INTO audit_events (workspace_id, sequence, at, actor, address, act, object, outcome, hash)
SELECT COALESCE(workspace_id, ''), ROW_NUMBER() OVER (PARTITION BY COALESCE(workspace_id, '') ORDER BY id),
       at, actor, address, act, object, outcome, ''
FROM audit_events_before;
DROP TABLE audit_events_before;
CREATE INDEX audit_events_at ON audit_events (workspace_id, at);
CREATE INDEX audit_events_act ON audit_events (workspace_id, act, sequence);

-- The last line of each chain, and the last line that retention removed.
CREATE TABLE audit_chains (
    workspace_id    TEXT NOT NULL PRIMARY KEY,
    sequence        INTEGER NOT NULL,
    hash            TEXT NOT NULL,
    anchor_sequence INTEGER NOT NULL,
    anchor_hash     TEXT NOT NULL
);

-- What flowed, a row a minute: streams of one service on one way (a port, or one reaching agent) from one class of
-- visitors with one ending ('live': not ended in that minute). Names and ids are history, not references.
CREATE TABLE tunnels (
    id                TEXT NOT NULL PRIMARY KEY,
    workspace_id      TEXT NOT NULL,
    minute            TEXT NOT NULL,
    service           TEXT NOT NULL,
    agent_id          TEXT NOT NULL,
    port              INTEGER,
    reaching_agent_id TEXT,
    visitor           TEXT NOT NULL,
    ending            TEXT NOT NULL,
    streams           INTEGER NOT NULL,
    bytes_in          INTEGER NOT NULL,
    bytes_out         INTEGER NOT NULL
);
CREATE INDEX tunnels_workspace ON tunnels (workspace_id, id);
CREATE INDEX tunnels_service ON tunnels (workspace_id, service, id);
CREATE INDEX tunnels_minute ON tunnels (minute);

CREATE TABLE diagnostics (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    service      TEXT,
    actor        TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    document     TEXT NOT NULL
);
CREATE INDEX diagnostics_workspace ON diagnostics (workspace_id, id);
CREATE INDEX diagnostics_created ON diagnostics (created_at);

-- A secret that opens one diagnostic to read, nothing else.
CREATE TABLE share_links (
    id            TEXT NOT NULL PRIMARY KEY,
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    diagnostic_id TEXT NOT NULL REFERENCES diagnostics (id) ON DELETE CASCADE,
    hash          TEXT NOT NULL UNIQUE,
    created_at    TEXT NOT NULL,
    expires_at    TEXT NOT NULL,
    revoked_at    TEXT
);
CREATE INDEX share_links_workspace ON share_links (workspace_id, id);
CREATE INDEX share_links_diagnostic ON share_links (diagnostic_id);
CREATE INDEX share_links_expiry ON share_links (expires_at);
