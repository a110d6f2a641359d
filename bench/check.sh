#!/usr/bin/env bash
# Counts the bytes that the data path allocates and compares them with bench/budgets.json; no times. Last line: the totals.
#   --no-build   what is in bin/ is current (test.sh built it)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
configuration=${CONFIGURATION:-Release}
if [[ ${1-} != --no-build ]]; then
  dotnet build PrivateConnect.Bench.csproj -c "$configuration" --nologo -v quiet -p:UseSharedCompilation=true >&2
fi
exec "bin/$configuration/net10.0/PrivateConnect.Bench" check budgets.json
