-- People: several workspaces, invitations, personal keys, sessions that can be listed.

-- What was the name becomes the slug: "default" for the workspace that every hub has, the id for every other. Names are
-- for people and need not be unique: "taken" would tell one tenant about another.
ALTER TABLE workspaces RENAME COLUMN name TO slug;
ALTER TABLE workspaces ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE workspaces SET name = slug;

-- verified_at: when this person first came through a link that was sent to the address. Everybody so far came from the
-- terminal of the hub.
ALTER TABLE users ADD COLUMN verified_at TIMESTAMPTZ;
UPDATE users SET verified_at = created_at;

-- A person as an OpenID provider knows them.
CREATE TABLE user_identities (
    issuer     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX user_identities_user ON user_identities (user_id);

-- A personal key has a user and lives with the membership; a key without one belongs to the workspace.
ALTER TABLE api_keys ADD COLUMN user_id TEXT COLLATE "C" REFERENCES users (id);
ALTER TABLE api_keys ADD COLUMN last_used_at TIMESTAMPTZ;
CREATE INDEX api_keys_user ON api_keys (user_id);
DROP INDEX api_keys_workspace;
CREATE INDEX api_keys_workspace ON api_keys (workspace_id, id);

-- id: what a list may show and a person may name; the hash is neither.
ALTER TABLE auth_sessions ADD COLUMN id TEXT COLLATE "C" UNIQUE;
ALTER TABLE auth_sessions ADD COLUMN user_agent TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE auth_sessions SET id = gen_random_uuid()::text;
ALTER TABLE auth_sessions ALTER COLUMN id SET NOT NULL;
DROP INDEX auth_sessions_user;
CREATE INDEX auth_sessions_user ON auth_sessions (user_id, id);
CREATE INDEX auth_sessions_workspace ON auth_sessions (workspace_id, user_id);

-- mailed: the link went to the address alone, so who has it owns the address. Else the inviter was shown it.
CREATE TABLE invitations (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    workspace_id TEXT COLLATE "C" NOT NULL REFERENCES workspaces (id),
    email        TEXT COLLATE "C" NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    hash         TEXT COLLATE "C" NOT NULL UNIQUE,
    mailed       BOOLEAN NOT NULL,
    invited_by   TEXT COLLATE "C" NOT NULL,
    created_at   TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    spent_at     TIMESTAMPTZ
);
CREATE INDEX invitations_workspace ON invitations (workspace_id, id);
CREATE INDEX invitations_expiry ON invitations (expires_at);
-- A newer invitation of the same person replaces the older.
CREATE UNIQUE INDEX invitations_one_open ON invitations (workspace_id, email) WHERE spent_at IS NULL;
