#!/usr/bin/env bash
# Runs test suites while system calls take random times: finds tests (and code) that count on an order of events.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="tests/chaos.sh SUITE [--runs N] [--per-thousand N] [--microseconds N] [-- ARGUMENTS OF THE SUITE]
  SUITE: Protocol.Tests, Relay.Tests, Agent.Tests, Hub.Tests, Web.Tests, EndToEnd or Dashboard.Tests
Of 1,000 calls N (default 20) take up to so many microseconds (default 3000) more. Build the suite first (./test.sh builds all).
Exit 0 when all runs passed; what failed is printed. Needs gcc and glibc 2.3.2 or newer on x86-64."

suite=${1-} runs=3
[[ $suite != -h && $suite != --help ]] || { echo "$usage"; exit 0; }
[[ -f tests/$suite/PrivateConnect.$suite.csproj ]] || { echo "There is no suite '$suite'. $usage" >&2; exit 2; }
shift
export CHAOS_PER_THOUSAND=20 CHAOS_MICROSECONDS=3000
while (($#)); do
  case $1 in
    --runs) runs=$2; shift ;;
    --per-thousand) CHAOS_PER_THOUSAND=$2; shift ;;
    --microseconds) CHAOS_MICROSECONDS=$2; shift ;;
    --) shift; break ;;
    *) echo "There is no option '$1'. $usage" >&2; exit 2 ;;
  esac
  shift
done
program=tests/$suite/bin/Release/net10.0/PrivateConnect.$suite
[[ -x $program ]] || { echo "$program is not built: ./test.sh builds it." >&2; exit 3; }
command -v gcc > /dev/null || { echo "tests/chaos.sh needs gcc." >&2; exit 3; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -O2 -shared -fPIC -Wall -o "$work/chaos.so" tests/chaos.c -ldl
failed=0
for ((run = 1; run <= runs; run++)); do
  code=0
  LD_PRELOAD=$work/chaos.so "$program" -noColor -noLogo "$@" > "$work/out" 2>&1 || code=$?
  if ((code != 0)); then
    failed=$((failed + 1))
    cat "$work/out"
  fi
  echo "run $run of $runs: $(grep -o 'Total:.*' "$work/out" || echo "ended with $code")"
done
((failed == 0))
