-- People: several workspaces, invitations, personal keys, sessions that can be listed.

-- What was the name becomes the slug: "default" for the workspace that every hub has, the id for every other. Names are
-- for people and need not be unique: "taken" would tell one tenant about another.
ALTER TABLE workspaces RENAME COLUMN name TO slug;
ALTER TABLE workspaces ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE workspaces SET name = slug;

-- verified_at: when this person first came through a link that was sent to the address. Everybody so far came from the
-- terminal of the hub.
ALTER TABLE users ADD COLUMN verified_at TEXT;
UPDATE users SET verified_at = created_at;

-- A person as an OpenID provider knows them.
CREATE TABLE user_identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    user_id    TEXT NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_user ON user_identities (user_id);

-- A personal key has a user and lives with the membership; a key without one belongs to the workspace.
ALTER TABLE api_keys ADD COLUMN user_id TEXT REFERENCES users (id);
ALTER TABLE api_keys ADD COLUMN last_used_at TEXT;
CREATE INDEX api_keys_user ON api_keys (user_id);
DROP INDEX api_keys_workspace;
CREATE INDEX api_keys_workspace ON api_keys (workspace_id, id);

-- id: what a list may show and a person may name; the hash is neither.
CREATE TABLE auth_sessions_2 (
    hash         TEXT NOT NULL PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_id      TEXT NOT NULL REFERENCES users (id),
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at   TEXT NOT NULL
);
INSERT INTO auth_sessions_2
    SELECT hash,
        lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
            || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
        user_id, workspace_id, address, '', created_at, last_seen_at, expires_at
    FROM auth_sessions;
DROP TABLE auth_sessions;
ALTER TABLE auth_sessions_2 RENAME TO auth_sessions;
CREATE INDEX auth_sessions_user ON auth_sessions (user_id, id);
CREATE INDEX auth_sessions_workspace ON auth_sessions (workspace_id, user_id);
CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);

-- mailed: the link went to the address alone, so who has it owns the address. Else the inviter was shown it.
CREATE TABLE invitations (
    id           TEXT NOT NULL PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id),
    email        TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    hash         TEXT NOT NULL UNIQUE,
    mailed       INTEGER NOT NULL,
    invited_by   TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    spent_at     TEXT
);
CREATE INDEX invitations_workspace ON invitations (workspace_id, id);
CREATE INDEX invitations_expiry ON invitations (expires_at);
-- A newer invitation of the same person replaces the older.
CREATE UNIQUE INDEX invitations_one_open ON invitations (workspace_id, email) WHERE spent_at IS NULL;
