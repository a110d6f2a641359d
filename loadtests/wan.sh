#!/usr/bin/env bash
# One stream over a far link, ours and ssh -R beside plain TCP: two network namespaces and an emulated link between them.
# Adds to the results of run.sh. How to read it: loadtests/README.md
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="loadtests/wan.sh [--congestion NAME] [--no-build] [options of run.sh: --json --rounds --seconds --only --peers --minutes --report]
  --congestion  TCP's congestion control for all paths, as bbr or cubic (default: the system's)
  --only        wan-50-up wan-50-down wan-200-up wan-200-down wan-50-loss-up wan-50-loss-down
Needs root, ip (iproute2) and gcc. Touches nothing outside its two namespaces."

congestion= build=yes arguments=()
while (($#)); do
  case $1 in
    -h | --help) echo "$usage"; exit 0 ;;
    --congestion) congestion=${2-}; shift ;;
    --no-build) build=no ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
for tool in ip gcc; do
  command -v $tool > /dev/null || { echo "loadtests/wan.sh needs $tool; install iproute2 and gcc." >&2; exit 3; }
done
((EUID == 0)) || { echo "loadtests/wan.sh makes network namespaces: run it as root." >&2; exit 3; }
[[ $build == no ]] || loadtests/run.sh --build-only

near=pcnear$$ far=pcfar$$ work=$(mktemp -d) made_sshd=
clean() {
  ip netns del $near 2> /dev/null || true
  ip netns del $far 2> /dev/null || true
  rm -rf "$work"
  [[ -z $made_sshd ]] || rmdir /run/sshd 2> /dev/null || true
}
trap clean EXIT
if [[ ! -d /run/sshd ]]; then mkdir /run/sshd; made_sshd=yes; fi # sshd's privilege separation

gcc -O2 -Wall -Wextra -o "$work/link" loadtests/Wan/link.c
space() {
  ip netns add "$1"
  ip -n "$1" link set lo up
  ip -n "$1" tuntap add dev wan0 mode tun
  ip -n "$1" addr add "$2/30" dev wan0
  ip -n "$1" link set wan0 mtu 1500 txqueuelen 10000 up
  # Room for the fattest of the links in every path alike, and nothing remembered from one connection to the next.
  ip netns exec "$1" sysctl -q -w net.ipv4.tcp_rmem="4096 131072 67108864" net.ipv4.tcp_wmem="4096 65536 67108864" \
    net.ipv4.tcp_no_metrics_save=1
  if [[ -n $congestion ]] && ! ip netns exec "$1" sysctl -q -w net.ipv4.tcp_congestion_control="$congestion" 2> /dev/null; then
    echo "The kernel gives no namespace $congestion; allowed are: $(sysctl -n net.ipv4.tcp_allowed_congestion_control)" \
      "(and what is the system's own now)." >&2
    exit 3
  fi
}
space $near 10.213.0.1
space $far 10.213.0.2

ulimit -n "$(ulimit -Hn)"
ip netns exec $near loadtests/bin/Release/net10.0/PrivateConnect.LoadTests --wan "$near,$far,$work/link" --ours privateconnect \
  --peers ssh "${arguments[@]}"
