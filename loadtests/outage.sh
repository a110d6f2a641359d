#!/usr/bin/env bash
# The data path asks the database nothing: bulk through the tunnel while PostgreSQL runs and while every process of it is
# stopped (SIGSTOP), by turns in one run; new visitors come all the time. Bars: the API says 503 within 2 s while the database is
# stopped and is whole 5 s after its return; throughput stays at 0.85 at least; every visitor is answered. Ends with 1 when one is missed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage="loadtests/outage.sh [--pairs N] [--seconds S] [--no-build]"
pairs=6 seconds=4 build=yes database=postgresql
. loadtests/one-hub.sh
read_options "pairs seconds" "$@"
prepare_hub
start_hub
start_target
start_agent agent exposed expose "127.0.0.1:$target" --name bulk

# The processes of now and of then: a pool of connections may have new ones.
all="$postgres \$(pgrep -P $postgres)"
failed=0
echo "== the API while PostgreSQL is stopped, and after it goes on"
API_KEY=$key "$LOADTESTS" outage-answers "http://127.0.0.1:$PORT" "$pairs" "kill -STOP $all" "kill -CONT $all" || failed=1
echo "== 8 downloads through the tunnel, PostgreSQL running and stopped by turns of $seconds s"
"$LOADTESTS" outage 13710 "$pairs" "$seconds" "kill -STOP $all" "kill -CONT $all" || failed=1
exit "$failed"
