#!/usr/bin/env bash
# Installs what the tests need, builds once, runs every test project. Last line: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
# shellcheck source=scripts/build.sh
. scripts/build.sh

passed=0 failed=0 skipped=0
finish() {
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0 && passed > 0)) && exit 0
  exit 1
}

pc_need_sdk

# Packages only where a tool is missing and we may install; else the tests that need it say so themselves.
need_tool() { command -v "$1" >/dev/null || need_package "$1" "$2"; }
need_package() {
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    pc_say "Installing $2..."
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null 2>&1 ||
      { apt-get update -qq >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$2" >/dev/null 2>&1; } ||
      pc_say "Could not install $2."
  else
    pc_say "Missing: $1 (package $2)."
  fi
}
# A library that is taken where it is installed: its tests need it. $1 is its file, $2 the package.
need_library() { ldconfig -p 2>/dev/null | grep -q "$1" || need_package "$1" "$2"; }
need_tool gcc gcc
need_tool git git
need_tool openssl openssl
need_tool nginx nginx
[[ $(uname -m) != x86_64 ]] || need_library libIPSec_MB.so.1 libipsec-mb1
[[ -n ${CHROMIUM_PATH:-} ]] || need_tool chromium chromium
if ! tests/install-axe.sh >/dev/null; then
  pc_say "axe-core for the tests could not be installed."
  failed=1
  finish
fi
if [[ -x tests/install-postgres.sh ]] && ! tests/install-postgres.sh; then
  pc_say "PostgreSQL for the tests could not be installed."
  failed=1
  finish
fi

configuration=${CONFIGURATION:-Release}
mkdir -p artifacts
pc_say "Building everything ($configuration)..."
if ! dotnet build PrivateConnect.sln -c "$configuration" --nologo -v quiet -p:UseSharedCompilation=true >artifacts/test-build.log 2>&1; then
  grep -E 'error' artifacts/test-build.log | sort -u | head -30
  rm -f artifacts/test-build.log
  pc_say "The solution does not build."
  failed=1
  finish
fi
rm -f artifacts/test-build.log

# Tests of whole processes drive the published programs.
pc_build hub agent || { failed=1; finish; }

# What a shell starts in the background has SIGINT ignored, and programs keep it so: tests of signals need it as it is elsewhere.
usual_signals=()
env --default-signal=INT,QUIT true 2>/dev/null && usual_signals=(env --default-signal=INT,QUIT)

# Runs one suite ($1 is its name, the rest its command) and adds what it counted.
run_suite() {
  local name=$1 report code summary total bad skip errors
  shift
  pc_say "== $name"
  report=$(mktemp)
  "${usual_signals[@]}" "$@" >"$report" 2>&1
  code=$?
  summary=$(grep -aoE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+' "$report" | tail -1)
  if [[ -n $summary ]]; then
    read -r total errors bad skip _ < <(grep -oE '[0-9]+' <<<"$summary" | tr '\n' ' ')
    ((bad += errors))
  else
    total=$(sed -nE 's/^ *total: *([0-9]+).*/\1/p' "$report" | tail -1)
    bad=$(sed -nE 's/^ *failed: *([0-9]+).*/\1/p' "$report" | tail -1)
    skip=$(sed -nE 's/^ *skipped: *([0-9]+).*/\1/p' "$report" | tail -1)
  fi
  # A program that broke off counts as a failure even if it did not get to say so.
  if ((code != 0 && ${bad:-0} == 0)); then bad=1; total=$((${total:-0} + 1)); fi
  if ((${bad:-0} > 0)); then cat "$report"; fi
  ((passed += ${total:-0} - ${bad:-0} - ${skip:-0}, failed += ${bad:-0}, skipped += ${skip:-0}))
  rm -f "$report"
}

for project in tests/*/*.csproj; do
  [[ -e $project ]] || continue
  name=$(basename "$project" .csproj)
  program=$(dirname "$project")/bin/$configuration/net10.0/$name
  # Projects that others use and that hold no tests are libraries.
  grep -q '<OutputType>Exe</OutputType>' "$project" && grep -q 'xunit.v3' "$project" || continue
  run_suite "$name" "$program" -noColor -noLogo
done
run_suite "bytes per operation (bench/check.sh)" bench/check.sh --no-build
finish
