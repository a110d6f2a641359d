#!/usr/bin/env bash
# Plants a known cause on a path and asks `connect bench` for it, again and again: does it name the right one?
# A hub and the benching agent in one network namespace, the exposing agent in another, an emulated link between them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage="loadtests/bench-causes.sh [--runs N] [--seconds N] [--results FILE] [--only \"CAUSE ...\"] [--no-build]
  causes: delay rate loss window agent-cpu hub-cpu reader limit (default: all)
Exit 0 when each cause is named in at least 9 of 10 runs. Nothing else should run on the machine.
Needs root, two processors, ip (iproute2), gcc, taskset and perl."

runs=10 seconds=4 results= only="delay rate loss window agent-cpu hub-cpu reader limit" build=yes
while (($#)); do
  case $1 in
    -h | --help) echo "$usage"; exit 0 ;;
    --runs) runs=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --results) results=$2; shift ;;
    --only) only=$2; shift ;;
    --no-build) build=no ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  shift
done
for tool in ip gcc taskset perl; do
  command -v $tool > /dev/null || { echo "loadtests/bench-causes.sh needs $tool." >&2; exit 3; }
done
((EUID == 0)) || { echo "loadtests/bench-causes.sh makes network namespaces: run it as root." >&2; exit 3; }
[[ $build == no ]] || ./run.sh --build-only

near=pcbn$$ far=pcbf$$ work=$(mktemp -d) pids=()
end_all() {
  local pid
  for pid in "${pids[@]:-}"; do [[ -z $pid ]] || kill -KILL "$pid" 2> /dev/null || true; done
  [[ ${#pids[@]} == 0 ]] || wait "${pids[@]}" 2> /dev/null || true
  pids=()
}
clean() {
  end_all
  ip netns del $near 2> /dev/null || true
  ip netns del $far 2> /dev/null || true
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM

gcc -O2 -Wall -Wextra -o "$work/link" loadtests/Wan/link.c
for space in $near:10.214.0.1 $far:10.214.0.2; do
  name=${space%%:*}
  ip netns add "$name"
  ip -n "$name" link set lo up
  ip -n "$name" tuntap add dev wan0 mode tun
  ip -n "$name" addr add "${space#*:}/30" dev wan0
  ip -n "$name" link set wan0 mtu 1500 txqueuelen 10000 up
done
buffers() { # largest receive and send buffer of TCP, bytes
  local name
  for name in $near $far; do
    ip netns exec $name sysctl -q -w net.ipv4.tcp_rmem="4096 16384 $1" net.ipv4.tcp_wmem="4096 16384 $1" \
      net.ipv4.tcp_no_metrics_save=1
  done
}

# Starts a program in a namespace, on these processors, in the background.
start() { # namespace processors log command...
  local name=$1 cores=$2 log=$3
  shift 3
  ip netns exec "$name" taskset -c "$cores" "$@" > "$work/$log" 2>&1 &
  pids+=($!)
}
await() { # file text
  local i
  for ((i = 0; i < 200; i++)); do
    if grep -q -- "$2" "$work/$1" 2> /dev/null; then return; fi
    sleep 0.1
  done
  cat "$work/$1" >&2
  echo "no \"$2\" within 20 s" >&2
  exit 1
}

export BOOTSTRAP_API_KEY=pc_0123456789abcdef0123456789abcdef0123456789abcdef
export PRIVATECONNECT_TOKEN=$BOOTSTRAP_API_KEY
slow_reader='use IO::Socket::INET; $l = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1:5999", ReuseAddr => 1) or die;
  setsockopt($l, SOL_SOCKET, SO_RCVBUF, pack("l", 8192)); $| = 1; print "ready\n";
  while ($c = $l->accept) { while (sysread($c, $b, 4096)) { select(undef, undef, undef, 0.005) } }'

# Hub and both agents, where the cause is: the processors of hub, exposing agent and benching agent; options of expose; the link.
setting() { # hub agent here link-line expose-options...
  local hub=$1 agent=$2 here=$3 link=$4 place=10.214.0.1
  shift 4
  rm -rf "$work"/data "$work"/agent "$work"/here "$work"/*.log
  local far_space=$far
  if [[ $link == none ]]; then far_space=$near place=127.0.0.1; else
    coproc LINK { exec "$work/link" $near $far; }
    pids+=($LINK_PID)
    echo "set $link" >&"${LINK[1]}"
    read -r _ <&"${LINK[0]}"
  fi
  DATA_DIR=$work/data PORT=5301 WEB_PORT=5300 TUNNEL_PORTS=5310-5319 start $near "$hub" hub.log artifacts/hub/hub
  await data/hub.pin sha256
  start "$far_space" 0,1 target.log perl -e "$slow_reader"
  await target.log ready
  pin=$(cat "$work/data/hub.pin")
  CONNECT_CONFIG=$work/agent start "$far_space" "$agent" agent.log artifacts/agent/connect up --hub https://$place:5301 --pin "$pin" --json
  await agent.log '"connected"'
  CONNECT_CONFIG=$work/agent start "$far_space" "$agent" expose.log artifacts/agent/connect expose 127.0.0.1:5999 --name planted --json "$@"
  await expose.log '"exposed"'
  CONNECT_CONFIG=$work/here start $near "$here" here.log artifacts/agent/connect up --hub https://127.0.0.1:5301 --pin "$pin" --json
  await here.log '"connected"'
}
busy() { # processor count
  local i
  for ((i = 0; i < $2; i++)); do
    taskset -c "$1" bash -c 'while :; do :; done' &
    pids+=($!)
  done
}

failed=no
printf '%-10s  %-34s  %s\n' PLANTED EXPECTED NAMED
for cause in $only; do
  send=() expected=
  buffers 67108864
  case $cause in
    delay) expected='link hub-agent|delay'; setting 0,1 0,1 0,1 "50000 200 0 0 100" ;;
    rate) expected='link hub-agent|rate'; setting 0,1 0,1 0,1 "1000 0 0 40000 100" ;;
    loss) expected='link hub-agent|loss'; setting 0,1 0,1 0,1 "5000 0 10000 0 100" ;;
    window) expected='link hub-agent|window'; buffers 65536; setting 0,1 0,1 0,1 "10000 0 0 0 100" ;;
    agent-cpu) expected='agent|cpu'; busy 1 8; setting 0 1 0 none ;;
    hub-cpu) expected='hub|cpu'; busy 1 8; setting 1 0 0 none ;;
    reader) expected='target|reader'; send=(--send); setting 0,1 0,1 0,1 none ;;
    limit) expected='hub|limit or agent|limit'; setting 0,1 0,1 0,1 none --limit 50M ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
  right=0 named=()
  for ((run = 0; run < runs; run++)); do
    verdict=$(CONNECT_CONFIG=$work/here ip netns exec $near artifacts/agent/connect bench planted --seconds "$seconds" --json "${send[@]}" |
      tee -a "$work/results" | sed -nE 's/.*"verdict":\{"hop":"([^"]*)","cause":"([^"]*)"\}.*/\1|\2/p')
    named+=("${verdict:-nothing}")
    # Its own work or others': on a processor that is shared it is both.
    case " or $expected or " in *" or ${verdict/cpu-shared/cpu} or "*) right=$((right + 1)) ;; esac
  done
  printf '%-10s  %-34s  %d of %d: %s\n' "$cause" "$expected" $right "$runs" \
    "$(printf '%s\n' "${named[@]}" | sort | uniq -c | sort -rn | sed -E 's/^ +//' | paste -sd, | sed 's/,/, /g')"
  ((right * 10 >= runs * 9)) || failed=yes
  end_all
done
[[ -z $results ]] || cp "$work/results" "$results"
[[ $failed == no ]]
