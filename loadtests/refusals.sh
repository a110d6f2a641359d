#!/usr/bin/env bash
# What a refusal's time tells: things of another workspace against things that are nowhere, by the API; addresses that the hub
# knows against others, at the log-in by mail. Bar: the medians differ by a fifth of the scatter at most. Ends with 1 when missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/refusals.sh [--pairs N] [--logins N] [--database sqlite|postgresql] [--no-build]"
pairs=4000 logins=2000 build=yes database=sqlite
. loadtests/one-hub.sh
read_options "pairs logins database" "$@"
prepare_hub
keys=() other=$(new_id)
for _ in 1 2 3; do keys+=("$(new_key)"); done
agent=$(new_id) diagnostic=$(new_id)
[[ $database == postgresql ]] && bytes="decode('01', 'hex')" || bytes="X'01'"
{
  for one in "${keys[@]}"; do sql_key "$one" "agents services members"; done
  cat << SQL
INSERT INTO workspaces (id, slug, name, created_at) VALUES ('$other', 'other', 'other', '2026-01-01T00:00:00.000Z');
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at)
VALUES ('$agent', '$other', $bytes, 'other', 'box', '2026-01-01T00:00:00.000Z');
INSERT INTO services (workspace_id, name, agent_id, target, last_published_at)
VALUES ('$other', 'theirs', '$agent', 'localhost:1', '2026-01-01T00:00:00.000Z');
INSERT INTO diagnostics (id, workspace_id, service, actor, created_at, document)
VALUES ('$diagnostic', '$other', 'theirs', 'load', '2026-01-01T00:00:00.000Z', '{}');
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2 * $logins)
INSERT INTO users (id, email, created_at)
SELECT '01900000-0000-7000-8001-' || substr('000000000000' || i, -12), 'known-' || i || '@example.org', '2026-01-01T00:00:00.000Z' FROM n;
INSERT INTO members (workspace_id, user_id, role, created_at)
SELECT '$other', id, 'member', created_at FROM users WHERE email LIKE 'known-%';
SQL
} | if [[ $database == postgresql ]]; then sed "s/substr('000000000000' || i, -12)/lpad(i::text, 12, '0')/" | sql; else sql; fi
# Outside production the terminal is the mailbox.
export NODE_ENV=development
start_hub

failed=0
echo "== the API, $database: another workspace's, and nowhere's"
API_KEYS="${keys[*]}" "$LOADTESTS" refusal-times-api "http://127.0.0.1:$PORT" "$pairs" \
  "/v1/agents/$agent" "/v1/agents/$(new_id)" /v1/services/theirs /v1/services/nobodys \
  "/v1/diagnostics/$diagnostic" "/v1/diagnostics/$(new_id)" "/v1/workspaces/$other" "/v1/workspaces/$(new_id)" || failed=1
echo "== log-in by mail: an address that is known, and one that is not"
page=$(curl -s -c "$folder/cookies" "http://127.0.0.1:$WEB_PORT/login")
token=$(grep -o 'name="__RequestVerificationToken" type="hidden" value="[^"]*"' <<< "$page" | head -1 | cut -d'"' -f6)
FORM_TOKEN=$token SESSION_COOKIE="form=$(awk '$6 == "form" {print $7}' "$folder/cookies")" \
  "$LOADTESTS" refusal-times-login "http://127.0.0.1:$WEB_PORT" "$logins" || failed=1
exit "$failed"
