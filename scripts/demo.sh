# The demonstration behind ./run.sh --demo: a hub, a sample service, an agent that exposes it and one that reaches it.
# Started by run.sh, which has built everything. Everything it starts is in its own process group and ends with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/build.sh
. "$here/scripts/build.sh"

export PORT=${PORT:-3001} WEB_PORT=${WEB_PORT:-3000} TUNNEL_PORTS=${TUNNEL_PORTS:-23000-23100}
export DATA_DIR=${DATA_DIR:-data}
first_port=${TUNNEL_PORTS%%-*}
work=$DATA_DIR/demo
pids=() hub_pid=

end() {
  trap - EXIT
  trap '' INT TERM
  local pid
  for pid in "${pids[@]:-}"; do [[ -z $pid ]] || kill -TERM "$pid" 2>/dev/null || true; done
  [[ -z $hub_pid ]] || kill -TERM "$hub_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  exit "${1:-0}"
}
trap 'end 1' EXIT
trap 'end 0' INT TERM

fail() {
  pc_say "demo: $*"
  end 1
}

# Waits until the file has a line that holds the text, or the process ended.
await_line() { # file text pid what
  local i
  for ((i = 0; i < 300; i++)); do
    if grep -q -- "$2" "$1" 2>/dev/null; then return; fi
    kill -0 "$3" 2>/dev/null || { cat "$1" >&2; fail "$4 ended"; }
    sleep 0.1
  done
  cat "$1" >&2
  fail "$4: nothing heard for 30 s"
}

# GET / of 127.0.0.1:$1 with nothing but bash; prints the answer.
get() {
  local answer
  exec {conn}<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "${2:-/}" "$1" >&"$conn"
  answer=$(cat <&"$conn")
  exec {conn}>&-
  printf '%s\n' "$answer" | tr -d '\r'
}

number_after() { sed -nE "s/.*\"$2\":([0-9]+).*/\1/p" "$1" | head -1; }

mkdir -p "$work"
rm -f "$work"/*.log

"$PC_HUB" &
hub_pid=$!
for ((i = 0; i < 300; i++)); do
  if [[ $(get "$PORT" /health 2>/dev/null | head -1) == *" 200 "* ]]; then break; fi
  kill -0 "$hub_pid" 2>/dev/null || { code=0; wait "$hub_pid" || code=$?; hub_pid=; end "$code"; }
  sleep 0.1
done
((i < 300)) || fail "the hub does not answer on port $PORT"
pin=$(<"$DATA_DIR/hub.pin")
hub=https://127.0.0.1:$PORT

echo
echo "== demo: a sample HTTP service on this machine"
"$PC_HUB" demo-service >"$work/service.log" 2>&1 &
pids+=($!)
await_line "$work/service.log" '"port"' $! "the sample service"
service_port=$(number_after "$work/service.log" port)
echo "   http://127.0.0.1:$service_port"

echo "== demo: an agent exposes it"
echo "   connect expose 127.0.0.1:$service_port --name demo --port $first_port --hub $hub"
token=$("$PC_HUB" enrolment-token)
PRIVATECONNECT_TOKEN=$token CONNECT_CONFIG=$work/agent-a "$PC_AGENT" \
  expose "127.0.0.1:$service_port" --name demo --port "$first_port" --hub "$hub" --pin "$pin" --label demo-exposer --json \
  >"$work/agent-a.log" 2>"$work/agent-a.err.log" &
pids+=($!)
await_line "$work/agent-a.log" '"event":"exposed"' $! "the exposing agent ($(tail -1 "$work/agent-a.err.log" 2>/dev/null))"
tunnel_port=$(grep '"event":"exposed"' "$work/agent-a.log" | sed -nE 's/.*"port":([0-9]+).*/\1/p' | head -1)

echo "== demo: a request through port $tunnel_port"
echo "   GET http://127.0.0.1:$tunnel_port/"
through_port=$(get "$tunnel_port") || fail "port $tunnel_port does not answer"
sed 's/^/   | /' <<<"$through_port"

echo "== demo: a second agent reaches it by name"
echo "   connect reach demo --hub $hub"
token=$("$PC_HUB" enrolment-token)
PRIVATECONNECT_TOKEN=$token CONNECT_CONFIG=$work/agent-b "$PC_AGENT" \
  reach demo --hub "$hub" --pin "$pin" --label demo-reacher --json \
  >"$work/agent-b.log" 2>"$work/agent-b.err.log" &
pids+=($!)
await_line "$work/agent-b.log" '"event":"listening"' $! "the reaching agent ($(tail -1 "$work/agent-b.err.log" 2>/dev/null))"
reach_port=$(grep '"event":"listening"' "$work/agent-b.log" | sed -nE 's/.*"port":([0-9]+).*/\1/p' | head -1)
echo "   GET http://127.0.0.1:$reach_port/"
by_name=$(get "$reach_port") || fail "port $reach_port does not answer"
sed 's/^/   | /' <<<"$by_name"

[[ $(head -1 <<<"$through_port") == *" 200 "* ]] || fail "no 200 through the port"
[[ $(head -1 <<<"$by_name") == *" 200 "* ]] || fail "no 200 by name"
echo
echo "Demo is up: http://127.0.0.1:$tunnel_port/ (through the hub's port), http://127.0.0.1:$reach_port/ (by name). Ctrl-C ends it."
wait "$hub_pid" || true
end 0
