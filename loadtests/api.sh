#!/usr/bin/env bash
# Reads of the API and pages of the dashboard on a hub with 10,000 agents, 50,000 services, 2,000 members, 100,000 lines of audit
# log and as many rows of what flowed; the API also beside 1 Gbit/s of tunnel traffic. Bars: p99 of all reads at most 10 ms beside
# the traffic, no page above 50 ms (p99 of its looks). Ends with 1 when one is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/api.sh [--rate N] [--seconds S] [--database sqlite|postgresql] [--no-build]"
rate=500 seconds=20 build=yes database=sqlite
. loadtests/one-hub.sh
read_options "rate seconds database" "$@"
need iperf3
prepare_hub

# Four keys: one may read 200 times a second.
keys=("$key")
for _ in 1 2 3; do keys+=("$(new_key)"); done
person=$(new_id) cookie=$(new_session)
[[ $database == postgresql ]] && bytes="decode(lpad(to_hex(i), 12, '0'), 'hex')" hex="lpad(to_hex(N), 12, '0')" || bytes="CAST(printf('%012x', i) AS BLOB)" hex="printf('%012x', N)"
{
  echo "BEGIN;"
  for one in "${keys[@]:1}"; do sql_key "$one" "agents services"; done
  cat << SQL
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at)
SELECT '01900000-0000-7000-8000-' || ${hex/N/i}, w.id, $bytes, 'load ' || i, 'box ' || i, '2026-01-01T00:00:00.000Z'
FROM n, workspaces w WHERE w.slug = 'default';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
INSERT INTO services (workspace_id, name, agent_id, target, last_published_at)
SELECT w.id, 'service-' || i, '01900000-0000-7000-8000-' || ${hex/N/1 + i % 10000}, 'localhost:' || (1 + i % 65535),
       '2026-01-01T00:00:00.000Z'
FROM n, workspaces w WHERE w.slug = 'default';
$(sql_owner "$person" "$cookie")
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO users (id, email, created_at)
SELECT '01900000-0000-7000-8001-' || ${hex/N/i}, 'user-' || i || '@example.org', '2026-01-01T00:00:00.000Z' FROM n;
INSERT INTO members (workspace_id, user_id, role, created_at)
SELECT w.id, u.id, 'member', u.created_at FROM users u, workspaces w WHERE w.slug = 'default' AND u.email LIKE 'user-%';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO audit_events (workspace_id, sequence, at, actor, address, act, object, outcome, hash)
SELECT w.id, 1000 + i, '2026-01-01T00:00:00.000Z', 'user $person', '127.0.0.1', 'service.rights', 'service-' || i, 'done', ''
FROM n, workspaces w WHERE w.slug = 'default';
UPDATE audit_chains SET sequence = 102000 WHERE workspace_id IN (SELECT id FROM workspaces WHERE slug = 'default');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO tunnels (id, workspace_id, minute, service, agent_id, port, visitor, ending, streams, bytes_in, bytes_out)
SELECT '01900000-0000-7000-8000-' || ${hex/N/i}, w.id, '$(now)', 'service-' || (1 + i % 50000),
       '01900000-0000-7000-8000-' || ${hex/N/1 + i % 10000}, 23000, '192.0.2.0/24', 'None', 1, 1000, 1000
FROM n, workspaces w WHERE w.slug = 'default';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO diagnostics (id, workspace_id, service, actor, created_at, document)
SELECT '01900000-0000-7000-8000-' || ${hex/N/i}, w.id, 'service-' || i, 'load', '$(now)', '{}' FROM n, workspaces w WHERE w.slug = 'default';
COMMIT;
SQL
  # PostgreSQL's autovacuum would do so within a minute; SQLite's planner gets no statistics on a hub.
  [[ $database == sqlite ]] || echo "ANALYZE;"
} | sql
start_hub

iperf3 -s -p 13720 > /dev/null 2>&1 &
started+=($!)
start_agent agent exposed expose 127.0.0.1:13720 --name bulk

cpu() { awk '{print ($14 + $15) * 10}' "/proc/$(< "$DATA_DIR/hub.pid")/stat"; }
failed=0
reads() { # bar for p99 in ms, 0: none
  local before
  before=$(cpu)
  API_KEYS="${keys[*]}" "$LOADTESTS" api-reads "http://127.0.0.1:$PORT" "$rate" "$seconds" "$1" || failed=1
  echo "  the hub's processor time meanwhile: $(($(cpu) - before)) ms for $((302 + rate * seconds)) reads and all else it did"
}
echo "== 10,000 agents, 50,000 services, $database; nothing else"
reads 0
echo "== pages of the dashboard, one after the other"
SESSION_COOKIE=$cookie "$LOADTESTS" page-reads "http://127.0.0.1:$WEB_PORT" / /services '/services?page=1500' '/services?q=99&sort=agent' \
  '/services?state=down' '/services?sort=agent' '/services?sort=in&order=down' '/services?q=service-9&state=down' /agents '/agents?page=300' '/agents?q=99' '/agents?sort=seen&order=desc' /topology /members \
  "/members?after=01900000-0000-7000-8001-000000000400" /audit '/audit?act=service.rights&before=50000' '/audit?act=nothing' \
  /diagnostics /keys /settings /services/service-1 /agents/01900000-0000-7000-8000-000000000001 \
  /services/service-1/diagnostics || failed=1
echo "== beside 1 Gbit/s through the tunnel"
iperf3 -c 127.0.0.1 -p 13710 -b 1G -t $((seconds + 15)) -f m > "$folder/iperf.log" &
traffic=$!
started+=("$traffic")
sleep 2
reads 10
kill "$traffic" 2> /dev/null || true
wait "$traffic" || true
echo "tunnel meanwhile: $(grep -E 'Mbits/sec' "$folder/iperf.log" | awk '{n++; s+=$7} END {printf "%.0f Mbit/s in the mean of its seconds", s/n}')"
exit "$failed"
