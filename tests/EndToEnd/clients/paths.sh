# Ways to each service: way[port:NAME] and way[reach:NAME] hold the port a client uses.

declare -A way
services=(pg redis ssh web iperf)

port_of() { echo "${way[$1:$2]}"; }

start_path() { "start_path_$via"; }

start_path_direct() {
  for s in "${services[@]}"; do way[port:$s]=${target[$s]} way[reach:$s]=${target[$s]}; done
}

# Both columns are ssh forwards, one connection each: the stand-in for tunnel port and reach.
start_path_ssh() {
  for column in port reach; do
    local forwards=()
    for s in "${services[@]}"; do
      free_port
      way[$column:$s]=$port
      forwards+=(-R "127.0.0.1:$port:127.0.0.1:${target[$s]}")
    done
    start "ssh-$column" ssh -F "$scratch/ssh/config" -N -T -o ExitOnForwardFailure=yes "${forwards[@]}" \
      -p "${target[ssh]}" 127.0.0.1
    wait_for 20 "ssh -R" listens "${way[$column:iperf]}"
  done
}

# event_port LOG EVENT: the port of the first such event; fails until it is there.
event_port() { sed -n "s/^{\"event\":\"$2\",.*\"port\":\([0-9]*\).*/\1/p" "$1" | head -n 1 | grep .; }

start_path_product() {
  local hub web first key
  free_port; hub=$port
  free_port; web=$port
  free_port; first=$port; next_port=$((next_port + 20))
  key=pc_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  (cd "$root" && ./run.sh --build-only) || exit 3
  mkdir -m 755 "$scratch/data" # a folder that exists with the usual mode is accepted
  start hub env PORT="$hub" WEB_PORT="$web" TUNNEL_PORTS="$first-$((first + 15))" DATA_DIR="$scratch/data" \
    BOOTSTRAP_API_KEY="$key" "$root/run.sh" --no-build
  wait_for 30 "/health of the hub" curl -fs "http://127.0.0.1:$hub/health"
  local common=(--hub "https://localhost:$hub" --pin "$(cat "$scratch/data/hub.pin")" --json)
  for s in "${services[@]}"; do
    mkdir -p -m 700 "$scratch/expose-$s" "$scratch/reach-$s"
    start "expose-$s" env CONNECT_CONFIG="$scratch/expose-$s" PRIVATECONNECT_TOKEN="$key" \
      "$root/connect" expose "127.0.0.1:${target[$s]}" --name "$s" "${common[@]}"
    wait_for 30 "expose $s: $scratch/expose-$s.log" event_port "$scratch/expose-$s.log" exposed
    way[port:$s]=$(event_port "$scratch/expose-$s.log" exposed)
    free_port
    start "reach-$s" env CONNECT_CONFIG="$scratch/reach-$s" PRIVATECONNECT_TOKEN="$key" \
      "$root/connect" reach "$s" --port "$port" "${common[@]}"
    wait_for 30 "reach $s: $scratch/reach-$s.log" event_port "$scratch/reach-$s.log" listening
    way[reach:$s]=$(event_port "$scratch/reach-$s.log" listening)
  done
}
