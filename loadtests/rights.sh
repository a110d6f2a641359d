#!/usr/bin/env bash
# What is no longer allowed ends: streams at full speed, one act that takes their right, and a stopwatch. For each kind of act:
# the rate before, when the act was answered, when the last stream ended (both by the clock of the client, from the answer), and
# what came later than a second after the answer. Ends with 1 when a stream or a byte came later.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/rights.sh [--streams N] [--rounds N] [--database sqlite|postgresql] [--no-build]"
streams=64 rounds=1 build=yes database=sqlite
. loadtests/one-hub.sh
read_options "streams rounds database" "$@"
prepare_hub
admin=$(new_key) leaves=$(new_id) lowered=$(new_id)
{
  sql_key "$admin" "agents services members"
  for one in "$leaves viewer" "$lowered member"; do
    id=${one% *}
    echo "INSERT INTO users (id, email, created_at) VALUES ('$id', '$id@example.org', '2026-01-01T00:00:00.000Z');"
    echo "INSERT INTO members (workspace_id, user_id, role, created_at) SELECT id, '$id', '${one#* }', '2026-01-01T00:00:00.000Z' FROM workspaces WHERE slug = 'default';"
  done
} | sql
start_hub
start_target

api() { # method, path, body; prints the answer. The key goes by standard input, not by argv.
  curl -sS --fail-with-body -X "$1" -H 'Content-Type: application/json' ${3+-d "$3"} -K - "http://127.0.0.1:$PORT$2" \
    <<< "header = \"x-api-key: $admin\""
}
field() { grep -o "\"$1\":\"[^\"]*\"" | head -1 | cut -d'"' -f4; }

failed=0
act() { # name, port, method, path, body
  API_KEY=$admin "$LOADTESTS" cut-streams "$1" "$2" "$streams" "http://127.0.0.1:$PORT" "$3" "$4" "${5-}" || failed=1
}

# A service of agent "exposes" and its port on this machine, reached by name by agent "reaches": in $service, $port.
number=0
reached() {
  number=$((number + 1)) service=service-$number port=$((13740 + number))
  start_agent "exposes/$number" exposed expose "127.0.0.1:$target" --name "$service"
  [[ -z ${1-} ]] || { api PATCH "/v1/services/$service" '{"reach":"chosen"}' > /dev/null; eval "$1"; }
  start_agent "reaches/$number" listening reach "$service" --port "$port"
}
published() {
  number=$((number + 1)) service=service-$number
  start_agent "${1-exposes}/$number" exposed expose "127.0.0.1:$target" --name "$service"
  port=$(grep -o '"port":[0-9]*' "$folder/${1-exposes}-$number.log" | head -1 | cut -d: -f2)
}
end_service() { api DELETE "/v1/services/$service" > /dev/null; }
grant() { # kind, subject, more; its id: $grant, its end: $ends
  local made
  made=$(api POST "/v1/services/$service/grants" "{\"kind\":\"$1\",\"subject\":\"$2\"${3-}}")
  grant=$(field id <<< "$made") ends=$(field expiresAt <<< "$made" || true)
}

# So that both are there before anything is granted to them.
start_agent exposes/up connected up
start_agent reaches/up connected up
reaches=$(field agentId < "$folder/reaches-up.log") exposes=$(field agentId < "$folder/exposes-up.log")
owner() { api PATCH "/v1/agents/$reaches" "{\"ownerId\":\"$1\"}" > /dev/null; }

echo "== $streams downloads, $database; from the answer of the act"
"$LOADTESTS" cut-streams
for _ in $(seq "$rounds"); do
  reached 'grant agent "$reaches"'
  act "grant ended" "$port" DELETE "/v1/services/$service/grants/$grant"
  end_service

  reached 'grant agent "$reaches" ",\"lifeSeconds\":8"'
  act "grant ran out" "$port" - "$(date -d "$ends" +%s%3N)"
  end_service

  api PATCH "/v1/agents/$reaches" '{"tags":["ci"]}' > /dev/null
  reached 'grant tag ci'
  act "tag taken from the agent" "$port" PATCH "/v1/agents/$reaches" '{"tags":[]}'
  end_service

  owner "$lowered"
  api PATCH "/v1/members/$lowered" '{"role":"member"}' > /dev/null
  reached 'grant role member'
  act "role lowered" "$port" PATCH "/v1/members/$lowered" '{"role":"viewer"}'
  end_service

  reached
  act "right of the service changed" "$port" PATCH "/v1/services/$service" '{"reach":"chosen"}'
  end_service

  published
  act "service deleted" "$port" DELETE "/v1/services/$service"

  published
  act "port switched off" "$port" PATCH "/v1/services/$service" '{"publish":"off"}'
  end_service

  published
  act "paused, streams ended" "$port" PATCH "/v1/services/$service" '{"paused":true,"endStreams":true}'
  end_service
done

owner "$leaves"
reached 'grant member "$leaves"'
act "member removed" "$port" DELETE "/v1/members/$leaves"
end_service

# An agent whose member left reaches nothing.
owner "$lowered"
reached
act "reaching agent revoked" "$port" DELETE "/v1/agents/$reaches"
end_service

published
act "exposing agent revoked" "$port" DELETE "/v1/agents/$exposes"
exit "$failed"
