#!/usr/bin/env bash
# Measures our tunnel beside named peers on this machine and writes docs/benchmarks.md. How to read it: loadtests/README.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="loadtests/run.sh [--peers ssh,stunnel,haproxy] [--rounds N] [--seconds S] [--only NAME,NAME]
                 [--idle N] [--ours privateconnect,reach|none] [--minutes M] [--report FILE]
  --peers    what to compare with (default ssh); the direct path always runs as the control
  --rounds   how often every figure is taken (default 3); the table shows medians
  --seconds  how long one measurement lasts after its warm-up (default 5)
  --only     some scenarios: bulk-up bulk-down bulk-up-16 bulk-down-16 duplex ping ping-bulk messages short idle
  --idle     how many idle streams the memory scenario holds (default 2000)
  --ours     privateconnect (through a tunnel port), reach (by name, a second agent), both, or none
  --minutes  no measurement starts after this long (default 30)
  --report   where the table goes; without it a run of all scenarios writes docs/benchmarks.md"

peers=ssh ours=privateconnect report=docs/benchmarks.md
arguments=("$@")
while (($#)); do
  case $1 in
    -h | --help) echo "$usage"; exit 0 ;;
    --peers) peers=${2-} ;;
    --ours) ours=${2-} ;;
    --only | --report) report= ;;
  esac
  shift; (($# == 0)) || shift
done
if [[ $ours == none ]]; then report=; fi
if [[ -n $report ]]; then arguments+=(--report "$report"); fi

# Peers come from the system's packages, and only when they are missing.
missing=()
need() { command -v "$1" > /dev/null || [[ -x /usr/sbin/$1 ]] || missing+=("$2"); }
for peer in ${peers//,/ }; do
  case $peer in
    ssh) need ssh openssh-client; need sshd openssh-server ;;
    stunnel) need stunnel4 stunnel4 ;;
    haproxy) need haproxy haproxy ;;
  esac
done
if ((${#missing[@]})); then
  if ((EUID != 0)) || ! command -v apt-get > /dev/null; then
    echo "Missing for this comparison: ${missing[*]}. Install them, or leave the peer out with --peers." >&2
    exit 3
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
export PATH=$PATH:/usr/sbin

if [[ $ours != none ]]; then ./run.sh --build-only; fi
dotnet build loadtests -c Release -p:UseSharedCompilation=true -v quiet -nologo

# Every connection costs two descriptors in a relay; the processes started here inherit the limit.
ulimit -n "$(ulimit -Hn)"
exec loadtests/bin/Release/net10.0/PrivateConnect.LoadTests "${arguments[@]}"
