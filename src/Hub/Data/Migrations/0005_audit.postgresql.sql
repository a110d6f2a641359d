-- The audit log becomes a chain per workspace (docs/decisions/0029); workspace_id '' is the hub's own. No foreign key:
-- the lines outlive their workspace. at is text, byte for byte what its hash covers. The lines of earlier hubs are
-- numbered here and hashed by AuditChainStart.
DROP INDEX audit_events_workspace;
ALTER TABLE audit_events RENAME TO audit_events_before;
ALTER TABLE audit_events_before RENAME CONSTRAINT audit_events_pkey TO audit_events_before_pkey;

CREATE TABLE audit_events (
    workspace_id TEXT COLLATE "C" NOT NULL,
    sequence     BIGINT NOT NULL CHECK (sequence > 0),
    at           TEXT COLLATE "C" NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    address      TEXT NOT NULL,
    act          TEXT COLLATE "C" NOT NULL,
    object       TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, sequence)
);
INSERT INTO audit_events (workspace_id, sequence, at, actor, address, act, object, outcome, hash)
SELECT COALESCE(workspace_id, ''), ROW_NUMBER() OVER (PARTITION BY COALESCE(workspace_id, '') ORDER BY id),
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), actor, address, act, object, outcome, ''
FROM audit_events_before;
DROP TABLE audit_events_before;
CREATE INDEX audit_events_at ON audit_events (workspace_id, at);
CREATE INDEX audit_events_act ON audit_events (workspace_id, act, sequence);

-- The last line of each chain, and the last line that retention removed.
CREATE TABLE audit_chains (
    workspace_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sequence        BIGINT NOT NULL,
    hash            TEXT COLLATE "C" NOT NULL,
    anchor_sequence BIGINT NOT NULL,
    anchor_hash     TEXT COLLATE "C" NOT NULL
);

-- What flowed, a row a minute: streams of one service on one way (a port, or one reaching agent) from one class of
-- visitors with one ending ('live': not ended in that minute). Names and ids are history, not references.
CREATE TABLE tunnels (
    id                TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id      TEXT COLLATE "C" NOT NULL,
    minute            TIMESTAMPTZ NOT NULL,
    service           TEXT COLLATE "C" NOT NULL,
    agent_id          TEXT COLLATE "C" NOT NULL,
    port              INTEGER,
    reaching_agent_id TEXT COLLATE "C",
    visitor           TEXT NOT NULL,
    ending            TEXT NOT NULL,
    streams           BIGINT NOT NULL,
    bytes_in          BIGINT NOT NULL,
    bytes_out         BIGINT NOT NULL
);
CREATE INDEX tunnels_workspace ON tunnels (workspace_id, id);
CREATE INDEX tunnels_service ON tunnels (workspace_id, service, id);
CREATE INDEX tunnels_minute ON tunnels (minute);

CREATE TABLE diagnostics (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    service      TEXT COLLATE "C",
    actor        TEXT NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    document     TEXT NOT NULL
);
CREATE INDEX diagnostics_workspace ON diagnostics (workspace_id, id);
CREATE INDEX diagnostics_created ON diagnostics (created_at);

-- A secret that opens one diagnostic to read, nothing else.
CREATE TABLE share_links (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id  TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    diagnostic_id TEXT COLLATE "C" NOT NULL REFERENCES diagnostics (id) ON DELETE CASCADE,
    hash          TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at    TIMESTAMPTZ NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL,
    revoked_at    TIMESTAMPTZ
);
CREATE INDEX share_links_workspace ON share_links (workspace_id, id);
CREATE INDEX share_links_diagnostic ON share_links (diagnostic_id);
CREATE INDEX share_links_expiry ON share_links (expires_at);
