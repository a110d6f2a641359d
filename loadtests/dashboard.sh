#!/usr/bin/env bash
# What the dashboard's live pages cost a hub with 1,000 services and 10,000 streams, 300 of which say something each second: the
# hub's processor time with no page open and with overview, services and one service open, by turns; bytes of pages and updates; time
# to the first byte, warm and right after a start. Judges its bars and ends with 1 when one is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/dashboard.sh [--turns N] [--seconds S] [--no-build]"
turns=4 seconds=20 build=yes database=sqlite
. loadtests/one-hub.sh
read_options "turns seconds" "$@"
((turns >= 2)) || { echo "dashboard.sh: the first turn is the compiler's, so --turns is 2 at least" >&2; exit 2; }
services=1000 streams=10000 busy=300
# Percent of a core for three open pages, milliseconds to the first byte, bytes of a page with all its files and of an update.
cpu_bar=2 first_bar=30 page_bar=60000 update_bar=10000
ulimit -n "$(ulimit -Hn)"

prepare_hub
session=$(new_session)
sql_owner "$(new_id)" "$session" | sql
export TUNNEL_PORTS=14000-15099
start_hub
web=http://localhost:$WEB_PORT
# By a file, not by argv.
(umask 077 && echo "header = \"Cookie: __Host-session=$session\"" > "$folder/cookie")
get() { curl -s -K "$folder/cookie" "$@"; }
[[ $(get -o /dev/null -w '%{http_code}' "$web/") == 200 ]] || { echo "dashboard.sh: the log-in failed" >&2; exit 1; }

start_target
{
  echo services:
  for ((i = 0; i < services; i++)); do printf '  service-%04d: { target: 127.0.0.1:%s, port: %d }\n' "$i" "$target" $((14000 + i)); done
} > "$folder/services.yml"
start_agent agent exposed up --file "$folder/services.yml"
exposed() { grep -c '"exposed"' "$folder/agent.log" || true; }
for _ in $(seq 600); do (($(exposed) == services)) && break; sleep 0.1; done
(($(exposed) == services)) || { echo "dashboard.sh: $(exposed) of $services services are exposed" >&2; tail -3 "$folder/agent.log" >&2; exit 1; }
"$LOADTESTS" many-visitors 14000 $services $streams $busy > "$folder/visitors" 2>&1 &
visitors=$!
started+=("$visitors")
for _ in $(seq 600); do grep -qx ready "$folder/visitors" && break; sleep 0.1; done
# Without them there is nothing to measure, and every bar would be met.
visiting() {
  if grep -qx ready "$folder/visitors" && kill -0 "$visitors" 2> /dev/null; then return; fi
  echo "dashboard.sh: the visitors ended" >&2
  cat "$folder/visitors" >&2
  exit 1
}
visiting
sleep 5

missed=0
judge() { # measured, bar: the verdict in $verdict
  verdict=met
  awk -v m="$1" -v b="$2" 'BEGIN {exit !(m <= b)}' || { verdict=missed missed=1; }
}
ticks() { awk '{print $14 + $15}' "/proc/$hub/stat"; }
cpu() { # of the hub in the next seconds, percent of a core
  local before
  before=$(ticks)
  sleep "$seconds"
  awk -v a="$before" -v b="$(ticks)" -v s="$seconds" -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.1f", (b - a) / hz / s * 100}'
}
pages=(/ /services /services/service-0000)
echo "== $services services, $streams streams, $busy of them busy; the hub's share of a core"
echo "turn   no page   three pages"
costs=()
for ((turn = 1; turn <= turns; turn++)); do
  none=$(cpu)
  viewers=()
  for page in "${pages[@]}"; do
    live=$(get "$web$page" | grep -o 'sse-connect="[^"]*"' | sed 's/sse-connect="//; s/"$//; s/&amp;/\&/g')
    get -N -H 'Accept-Encoding: br, gzip' -H 'Accept: text/event-stream' "$web$live" > "$folder/events-${page//\//_}" &
    viewers+=("$!")
  done
  started+=("${viewers[@]}")
  sleep 2
  three=$(cpu)
  printf '%4d %8s %% %10s %%\n' "$turn" "$none" "$three"
  ((turn == 1)) || costs+=("$(awk -v a="$none" -v b="$three" 'BEGIN {printf "%.1f", b - a}')")
  kill "${viewers[@]}" 2> /dev/null || true
  wait "${viewers[@]}" 2> /dev/null || true
done
visiting
# The first turn compiles what became hot, no matter how much there is to show.
cost=$(printf '%s\n' "${costs[@]}" | sort -n | sed -n "$(((${#costs[@]} + 1) / 2))p")
judge "$cost" $cpu_bar
echo "three pages, median after the first turn: $cost % (bar $cpu_bar %): $verdict"

echo "== bytes of live updates on the wire in a second, mean of the last turn (bar $update_bar)"
for page in "${pages[@]}"; do
  mean=$(($(stat -c %s "$folder/events-${page//\//_}") / (seconds + 2)))
  judge "$mean" $update_bar
  printf '%-26s %7d bytes  %s\n' "$page" "$mean" "$verdict"
done

echo "== bytes, packed, of the page and with all its files (bar $page_bar); first byte, median of 20 (bar $first_bar ms)"
size() { get --compressed -o /dev/null -w '%{size_download}' "$web$1"; }
for page in "${pages[@]}" /agents /members /settings /audit; do
  bytes=$(size "$page") whole=$bytes
  for file in $(get "$web$page" | grep -oE '(href|src)="/[^"]*\.(css|js|svg)[^"]*"' | cut -d'"' -f2 | sort -u); do
    whole=$((whole + $(size "$file")))
  done
  first=$(for _ in $(seq 20); do get -o /dev/null -w '%{time_starttransfer}\n' "$web$page"; done | sort -n | sed -n 10p | awk '{printf "%.1f", $1 * 1000}')
  judge "$whole" $page_bar
  size_verdict=$verdict
  judge "$first" $first_bar
  printf '%-26s %7d %7d bytes  %-7s %6s ms  %s\n' "$page" "$bytes" "$whole" "$size_verdict" "$first" "$verdict"
done

echo "== first hit of each page after a start, the hub's start being over (no bar: it depends on what else the machine does)"
kill "$visitors"
wait "$visitors" 2> /dev/null || true
stop_hub
start_hub
sleep 3
for page in "${pages[@]}" /agents /members /settings /audit; do
  get -o /dev/null -w "%{time_starttransfer} $page\n" "$web$page"
done | awk '{printf "%-26s %7.1f ms\n", $2, $1 * 1000}'
exit "$missed"
