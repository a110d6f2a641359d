#!/usr/bin/env bash
# Time and bytes of the data path's parts: bench/run.sh [FILTER]. What each row says: docs/benchmarks-micro.md
#   FILTER   part of a workload's name, for example splice; without it all run
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build PrivateConnect.Bench.csproj -c Release --nologo -v quiet -p:UseSharedCompilation=true >&2
echo "kernel $(uname -r), $(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), commit $(git rev-parse --short HEAD)"
exec bin/Release/net10.0/PrivateConnect.Bench --filter "*${1-}*" --artifacts ../artifacts/bench
