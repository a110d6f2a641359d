#!/usr/bin/env bash
# Real clients through a tunnel port and through `reach`, each with a checked result. Prints one line per client, with
# what the client itself measured (both ends, the tunnel and all services share this machine: a proof, not a benchmark);
# exit code 0 only when all are ok.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

usage="tests/EndToEnd/clients.sh [--quick] [--via product|ssh|direct] [--only NAME,NAME]
  --quick  small sizes and short runs, as CI wants them
  --via    product (default) or, to prove the checks themselves, ssh -R or no tunnel at all
  --only   psql pgbench redis ssh shell scp curl iperf3 iperf3-16 git websocket"
quick=0 via=product only=
while (($#)); do
  case $1 in
    --quick) quick=1 ;;
    --via) via=${2:?--via needs a value}; shift ;;
    --only) only=${2:?--only needs a value}; shift ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) echo "Unknown option $1."$'\n'"$usage" >&2; exit 2 ;;
  esac
  shift
done
case $via in product | ssh | direct) ;; *) echo "--via takes product, ssh or direct, not \"$via\"." >&2; exit 2 ;; esac

if ((quick)); then bytes=$((64 << 20)) seconds=2 requests=5000; else bytes=$((1 << 30)) seconds=10 requests=100000; fi

# PostgreSQL refuses to run as root, so others must be able to enter; what is secret in here has its own mode.
scratch=$(mktemp -d /tmp/pc-clients-XXXXXX)
chmod 755 "$scratch"
pids=()
cleanup() {
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2> /dev/null; done
  for pid in "${pids[@]}"; do
    for ((n = 0; n < 100; n++)); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2> /dev/null
  done
  wait 2> /dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

. "$here/clients/lib.sh"
. "$here/clients/services.sh"
. "$here/clients/paths.sh"
. "$here/clients/checks.sh"

install_missing
start_services
start_path
failed=0
printf '%-12s %-8s %-8s %-28s %s\n' client port reach 'figures: port' reach
for check in psql pgbench redis ssh shell scp curl iperf3 iperf3-16 git websocket; do
  [[ -z $only || ,$only, == *",$check,"* ]] || continue
  row=() figures=()
  for way in port reach; do
    log=$scratch/$check-$way.log
    # Not as the condition of an if: bash would ignore set -e in it, and only a check's last line would count.
    (set -e; "check_${check//-/_}" "$(port_of "$way" "$(service_of "$check")")") > "$log" 2>&1
    if (($? == 0)); then row+=(ok); else row+=(FAILED) failed=1; fi
    figures+=("$(sed -n 's/^figure: //p' "$log" | paste -sd ',')")
  done
  printf '%-12s %-8s %-8s %-28s %s\n' "$check" "${row[@]}" "${figures[@]}"
  for way in port reach; do
    [[ $way == port ]] && result=${row[0]} || result=${row[1]}
    if [[ $result == FAILED ]]; then echo "--- $check through $way:"; tail -n 15 "$scratch/$check-$way.log"; fi
  done
done
exit $failed
