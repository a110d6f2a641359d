#!/usr/bin/env bash
# Builds what is needed and becomes the hub. See --help.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=scripts/build.sh
. "$here/scripts/build.sh"

usage() {
  cat <<'HELP'
usage: ./run.sh [--demo | --build-only] [--no-build] [VERB ...]

  (nothing)      build what changed, then start the hub; its dashboard, set-up link and enrolment command are printed
  --demo         the same, plus a sample service, an agent that exposes it, a request through its port, and a second agent
                 that reaches it by name; stays up until Ctrl-C
  --build-only   build hub and agent, start nothing; nothing to do ends with 0 at once
  --no-build     start what is built; on an unbuilt tree end with 3
  VERB ...       a verb of the hub's program instead of starting it: login-link EMAIL, enrolment-token,
                 migrate, audit

Environment: PORT, WEB_PORT, TUNNEL_PORTS, TUNNEL_BIND, DATA_DIR, DATABASE_URL, BOOTSTRAP_API_KEY and the others of
docs/operations.md. Exit codes: 0 ended in order, 1 build failed, 2 bad option, 3 nothing built, 4 database, 5 port
taken, 6 certificate, 7 data folder, 8 no .NET 10 SDK.
HELP
}

mode=hub build=yes
while (($#)); do
  case $1 in
    --demo) mode=demo ;;
    --build-only) mode=build ;;
    --no-build) build=no ;;
    -h | --help) usage; exit 0 ;;
    -*) pc_say "run.sh: unknown option '$1'; see ./run.sh --help"; exit 2 ;;
    *) break ;;
  esac
  shift
done

need=(hub)
[[ $mode == hub ]] || need=(hub agent)
if [[ $build == yes ]]; then
  pc_build hub agent || exit 1
else
  for what in "${need[@]}"; do
    if [[ ! -e $PC_ROOT/artifacts/$what/.stamp ]]; then
      pc_say "Nothing is built yet (artifacts/$what is missing): run ./run.sh --build-only first, or leave --no-build out."
      exit 3
    fi
  done
fi

case $mode in
  build) exit 0 ;;
  hub) exec "$PC_HUB" "$@" ;;
  demo) exec bash "$here/scripts/demo.sh" ;;
esac
