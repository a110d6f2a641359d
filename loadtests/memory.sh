#!/usr/bin/env bash
# Proves the memory promises under heavy load: an agent with --memory 24M, in a cgroup of 32 MiB where one can be made (as
# root), and a hub with HUB_MEMORY=256M; 1,000 streams, 100 of whose readers never read, and 2 GB at full speed, each byte
# compared. Prints rate and peak. The same test, smaller, is part of ./test.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
(($# == 0)) || { echo "usage: loadtests/memory.sh" >&2; exit 2; }

./run.sh --build-only
dotnet build tests/EndToEnd -c Release -p:UseSharedCompilation=true -v quiet -nologo
# Every connection costs two descriptors in a relay; the processes started here inherit the limit.
ulimit -n "$(ulimit -Hn)"
PRIVATECONNECT_MEMORY_LOAD=large exec tests/EndToEnd/bin/Release/net10.0/PrivateConnect.EndToEnd \
  -class PrivateConnect.EndToEnd.Tests.MemoryPromiseTests -showLiveOutput
