#!/usr/bin/env bash
# Reads of the API on a hub with 10,000 agents and 50,000 services, alone and beside 1 Gbit/s of tunnel traffic. Bars: p99 of
# all reads at most 10 ms beside the traffic, no page of a list above 50 ms. Prints the tables; judges nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/api.sh [--rate N] [--seconds S] [--no-build]"
rate=500 seconds=20 build=yes
while (($#)); do
  case $1 in
    --rate) rate=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --no-build) build=no; shift ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "api.sh: unknown option '$1'; $usage" >&2; exit 2 ;;
  esac
done
for tool in sqlite3 iperf3 curl; do
  command -v "$tool" > /dev/null && continue
  ((EUID == 0)) && command -v apt-get > /dev/null || { echo "Missing: $tool" >&2; exit 3; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$tool" > /dev/null
done
if [[ $build == yes ]]; then
  ./run.sh --build-only
  dotnet build loadtests -c Release -p:UseSharedCompilation=true -v quiet -nologo
fi

folder=$(mktemp -d)
started=()
finish() {
  for id in ${started[@]+"${started[@]}"}; do kill "$id" 2> /dev/null || true; done
  wait
  rm -rf "$folder"
}
trap finish EXIT

# Four keys: one may read 200 times a second.
keys=()
for _ in 1 2 3 4; do keys+=("pc_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')"); done
export BOOTSTRAP_API_KEY=${keys[0]} DATA_DIR=$folder/data PORT=13701 WEB_PORT=13700 TUNNEL_PORTS=13710-13719
start_hub() {
  ./run.sh --no-build > "$folder/hub.log" 2>&1 &
  hub=$!
  started+=("$hub")
  for _ in $(seq 200); do curl -sf "http://127.0.0.1:$PORT/health" > /dev/null && return; sleep 0.1; done
  cat "$folder/hub.log" >&2
  exit 1
}

start_hub
kill "$hub"
wait "$hub" || true
insert_keys=
for key in "${keys[@]:1}"; do
  hash=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
  insert_keys+="INSERT INTO api_keys (id, workspace_id, name, hash, prefix, scopes, created_at)
    SELECT lower(hex(randomblob(16))), id, 'load', '$hash', 'pc_load', 'agents services', '2026-01-01T00:00:00.000Z'
    FROM workspaces WHERE slug = 'default';"
done
sqlite3 "$(find "$DATA_DIR" -name '*.db')" << SQL
BEGIN;
$insert_keys
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO agents (id, workspace_id, public_key, key_hash, label, created_at)
SELECT printf('01900000-0000-7000-8000-%012x', i), w.id, x'00', printf('%064x', i), 'box ' || i, '2026-01-01T00:00:00.000Z'
FROM n, workspaces w WHERE w.slug = 'default';
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
INSERT INTO services (workspace_id, name, agent_id, target, last_published_at)
SELECT w.id, 'service-' || i, printf('01900000-0000-7000-8000-%012x', 1 + i % 10000), 'localhost:' || (1 + i % 65535),
       '2026-01-01T00:00:00.000Z'
FROM n, workspaces w WHERE w.slug = 'default';
COMMIT;
SQL
start_hub

iperf3 -s -p 13720 > /dev/null 2>&1 &
started+=($!)
PRIVATECONNECT_TOKEN=$BOOTSTRAP_API_KEY CONNECT_CONFIG=$folder/agent ./connect expose 127.0.0.1:13720 --name bulk \
  --hub "https://localhost:$PORT" --pin "$(< "$DATA_DIR/hub.pin")" --json > "$folder/agent.log" 2>&1 &
started+=($!)
for _ in $(seq 200); do grep -q '"exposed"' "$folder/agent.log" && break; sleep 0.1; done
grep -q '"exposed"' "$folder/agent.log" || { cat "$folder/agent.log" >&2; exit 1; }

reads() { API_KEYS="${keys[*]}" loadtests/bin/Release/net10.0/PrivateConnect.LoadTests api-reads "http://127.0.0.1:$PORT" "$rate" "$seconds"; }
echo "== 10,000 agents, 50,000 services, SQLite; nothing else"
reads
echo "== beside 1 Gbit/s through the tunnel"
iperf3 -c 127.0.0.1 -p 13710 -b 1G -t $((seconds + 15)) -f m > "$folder/iperf.log" &
traffic=$!
started+=("$traffic")
sleep 2
reads
kill "$traffic" 2> /dev/null || true
wait "$traffic" || true
echo "tunnel meanwhile: $(grep -E 'Mbits/sec' "$folder/iperf.log" | awk '{n++; s+=$7} END {printf "%.0f Mbit/s in the mean of its seconds", s/n}')"
