#!/usr/bin/env bash
# Measures our tunnel beside named peers on this machine and writes docs/benchmarks.md. How to read it: loadtests/README.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="loadtests/run.sh [--peers NAME,NAME] [--ours NAME,NAME|none] [--rounds N] [--seconds S] [--only NAME,NAME]
                 [--idle N] [--minutes M] [--json FILE] [--report FILE] [--charts FOLDER] [--no-build]
loadtests/run.sh --render FILE [--report FILE] [--charts FOLDER]
  --peers    what to compare with: ssh stunnel haproxy nerdbank (default all); the direct path always runs as the control
  --ours     privateconnect (as shipped), privateconnect-libcrypto (without libipsec-mb1), privateconnect-256
             (AES-256-GCM), reach (by name, a second agent); default all
  --rounds   how often every figure is taken (default 5); the tables show medians
  --seconds  how long one measurement lasts after its warm-up (default 5)
  --only     some scenarios: bulk-up bulk-down bulk-up-16 bulk-down-16 duplex ping ping-bulk messages short stalled idle
             idle-cpu agent
  --idle     how many idle streams the memory scenario holds (default 10000)
  --minutes  no measurement starts after this long (default 120)
  --json     where the figures are kept; a run with the same file goes on where the last one stopped
  --report, --charts  where the tables and the charts go when the run is complete; without these and without --only,
             docs/benchmarks.md and docs/charts
  --render   tables and charts again from a file of --json, without measuring
  --no-build, --build-only  as they say
Exit codes: 0 all measured, 1 something failed, 2 wrong option, 3 a peer is missing and cannot be installed,
4 stopped before the end (--minutes, Ctrl-C): with --json the same command goes on."

peers=ssh,stunnel,haproxy,nerdbank ours=all publish=yes build=yes arguments=()
while (($#)); do
  case $1 in
    -h | --help) echo "$usage"; exit 0 ;;
    --no-build) build=no; shift; continue ;;
    --build-only) build=only; shift; continue ;;
    --peers) peers=${2-} ;;
    --ours) ours=${2-} ;;
    --only | --report | --charts) publish=no ;;
    --render) build=render ;;
  esac
  arguments+=("${@:1:2}")
  shift; (($# == 0)) || shift
done
if [[ $publish == yes && $ours != none ]]; then arguments+=(--report docs/benchmarks.md --charts docs/charts); fi

program=loadtests/bin/Release/net10.0/PrivateConnect.LoadTests
build_program() { dotnet build loadtests -c Release -p:UseSharedCompilation=true -v quiet -nologo; }
if [[ $build == render ]]; then
  build_program
  exec $program "${arguments[@]}"
fi
if [[ $build != no ]]; then
  [[ $ours == none ]] || ./run.sh --build-only
  build_program
  [[ $build != only ]] || exit 0
fi

# What this script changes on the machine is put back; packages that it installed stay, and are named.
made=()
restore() { for path in ${made[@]+"${made[@]}"}; do [[ -d $path ]] && rmdir "$path" || rm -f "$path"; done; }
trap restore EXIT

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
# As our readme advises where the processor suits it.
if [[ $ours != none && $(uname -m) == x86_64 ]] && grep -qw vaes /proc/cpuinfo && ! ldconfig -p | grep -q libIPSec_MB.so.1; then
  missing+=(libipsec-mb1)
fi
if ((${#missing[@]})); then
  if ((EUID != 0)) || ! command -v apt-get > /dev/null; then
    echo "Missing for this comparison: ${missing[*]}. Install them, or leave the peer out with --peers." >&2
    exit 3
  fi
  echo "Installing, to stay: ${missing[*]}" >&2
  if [[ ! -e /usr/sbin/policy-rc.d ]]; then # Packages must not start services here.
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    made+=(/usr/sbin/policy-rc.d)
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi
export PATH=$PATH:/usr/sbin
if ((EUID == 0)) && [[ $peers == *ssh* && ! -d /run/sshd ]]; then # sshd's privilege separation
  mkdir /run/sshd
  made+=(/run/sshd)
fi

# Every connection costs two descriptors in a relay; the processes started here inherit the limit.
ulimit -n "$(ulimit -Hn)"
$program "${arguments[@]}"
