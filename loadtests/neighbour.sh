#!/usr/bin/env bash
# What a workspace feels of another one on the same hub: reads of the API and messages through the tunnel, while the other does
# nothing and while it downloads, asks, guesses keys and connects as much as it can, by turns. The noisy one has a quota of bandwidth,
# as an operator would give it. Bar: p99 beside it at most 1.2 times that without it. Ends with 1 when one is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/neighbour.sh [--turns N] [--seconds S] [--bandwidth BITS] [--database sqlite|postgresql] [--no-build]"
turns=5 seconds=4 bandwidth=100000000 build=yes database=sqlite
. loadtests/one-hub.sh
read_options "turns seconds bandwidth database" "$@"
prepare_hub
quiet=$(new_key) noisy=$(new_key) other=$(new_id)
{
  sql_key "$quiet" "agents services"
  echo "INSERT INTO workspaces (id, slug, name, created_at) VALUES ('$other', 'noisy', 'noisy', '2026-01-01T00:00:00.000Z');"
  sql_key "$noisy" "agents services" noisy
  echo "INSERT INTO workspace_quotas (workspace_id, bandwidth) VALUES ('$other', $bandwidth);"
} | sql
start_hub
start_target

port() { grep -o '"port":[0-9]*' "$folder/$1.log" | head -1 | cut -d: -f2; }
key=$quiet start_agent quiet exposed expose "127.0.0.1:$target" --name service
key=$noisy start_agent noisy exposed expose "127.0.0.1:$target" --name service
echo "== $database; the noisy workspace has $((bandwidth / 1000000)) Mbit/s"
API_KEYS="$quiet $noisy" "$LOADTESTS" neighbour "http://127.0.0.1:$PORT" "$(port quiet)" "$(port noisy)" "$turns" "$seconds"
