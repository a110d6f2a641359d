# One function per client: the port is $1, success is a checked result and not an exit code alone.

service_of() {
  case $1 in
    psql | pgbench) echo pg ;;
    redis) echo redis ;;
    ssh | shell | scp | git) echo ssh ;;
    curl | websocket) echo web ;;
    iperf3*) echo iperf ;;
  esac
}

now() { date +%s%3N; }

# megabytes_since MILLISECONDS WHAT: the rate of the big file.
megabytes_since() { echo "figure: $2 $((bytes / 1000 / ($(now) - $1 + 1))) MB/s"; }

# 1.4 MB of one row, computed by the server and hashed here and there.
check_psql() {
  local query="select string_agg(i::text, ',') from generate_series(1, 200000) i"
  local here_hash there_hash
  here_hash=$(psql -h 127.0.0.1 -p "$1" -U postgres -Atqc "$query" | tr -d '\n' | md5sum | cut -c 1-32)
  there_hash=$(psql -h 127.0.0.1 -p "${target[pg]}" -U postgres -Atqc \
    "select md5(string_agg(i::text, ',')) from generate_series(1, 200000) i")
  [[ $here_hash == "$there_hash" ]]
}

check_pgbench() {
  pgbench -h 127.0.0.1 -p "$1" -U postgres -c 8 -j 2 -T "$seconds" postgres | tee "$scratch/pgbench.out"
  grep -q 'number of failed transactions: 0 ' "$scratch/pgbench.out"
  grep -Eq '^tps = [1-9]' "$scratch/pgbench.out"
  sed -nE 's/^tps = ([0-9]+).*/figure: \1 tps/p' "$scratch/pgbench.out"
}

check_redis() {
  local value=$RANDOM$RANDOM
  redis-cli -p "$1" set checked "$value"
  [[ $(redis-cli -p "${target[redis]}" get checked) == "$value" ]]
  redis-benchmark -h 127.0.0.1 -p "$1" -q -n "$requests" -c 50 -t set,get,lrange_100 | tee "$scratch/redis.out"
  [[ $(grep -c 'requests per second' "$scratch/redis.out") -ge 3 ]]
  ! grep -qi error "$scratch/redis.out"
  tr '\r' '\n' < "$scratch/redis.out" | sed -nE 's/^(SET|GET): ([0-9]+)[.0-9]* requests per second.*/figure: \1 \2\/s/p'
}

check_ssh() {
  local answer code=0
  answer=$(echo 'from here' | ssh -F "$scratch/ssh/config" -p "$1" 127.0.0.1 'cat; echo "from there $((6 * 7))"')
  [[ $answer == $'from here\nfrom there 42' ]]
  ssh -F "$scratch/ssh/config" -p "$1" 127.0.0.1 'exit 7' || code=$?
  [[ $code == 7 ]]
}

# A terminal on both sides: a prompt, a typed command, its answer, and the shell left by typing.
check_shell() {
  local out=$scratch/shell.out keys=$scratch/shell.keys
  rm -f "$keys"
  mkfifo "$keys"
  timeout 60 script -qec "ssh -tt -F $scratch/ssh/config -p $1 127.0.0.1" /dev/null < "$keys" > "$out" &
  local session=$!
  exec 9> "$keys"
  wait_for 20 "a prompt" test -s "$out"
  printf 'tty; echo answer-$((6 * 7))\n' >&9
  wait_for 20 "the answer to a typed command" grep -q answer-42 "$out"
  printf 'exit\n' >&9
  wait "$session"
  exec 9>&-
  grep -q /dev/pts/ "$out"
}

check_scp() {
  local since
  rm -f "$scratch/up" "$scratch/down"
  since=$(now)
  scp -q -F "$scratch/ssh/config" -P "$1" "$scratch/big" "127.0.0.1:$scratch/up"
  megabytes_since "$since" up
  [[ $(sha256sum < "$scratch/up") == "$sha" ]]
  since=$(now)
  scp -q -F "$scratch/ssh/config" -P "$1" "127.0.0.1:$scratch/big" "$scratch/down"
  megabytes_since "$since" down
  [[ $(sha256sum < "$scratch/down") == "$sha" ]]
  rm -f "$scratch/up" "$scratch/down"
}

check_curl() {
  local since
  since=$(now)
  [[ $(curl -fsS "http://127.0.0.1:$1/big" | sha256sum) == "$sha" ]]
  megabytes_since "$since" 'down, hashed'
  # And up: the server answers with the hash of what arrived.
  [[ "$(curl -fsS -T "$scratch/big" "http://127.0.0.1:$1/hash")  -" == "$sha" ]]
}

check_iperf3() { iperf "$1" 1 up && iperf "$1" 1 down; }
check_iperf3_16() { iperf "$1" 16 up && iperf "$1" 16 down; }

# iperf PORT STREAMS up|down: the server takes one test at a time, and says so for a moment after the last.
iperf() {
  local extra=() try
  [[ $3 == up ]] || extra=(-R)
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if iperf3 -c 127.0.0.1 -p "$1" -P "$2" -t "$((seconds / 2))" -J "${extra[@]}" > "$scratch/iperf.json"; then break; fi
    grep -q 'busy' "$scratch/iperf.json" || { tail -n 5 "$scratch/iperf.json"; return 1; }
    sleep 0.5
  done
  node -e '
    const end = JSON.parse(require("fs").readFileSync(process.argv[1])).end;
    console.log("figure: " + process.argv[2] + " " + (end.sum_received.bits_per_second / 1e9).toFixed(2) + " Gbit/s");
    process.exit(end.sum_received.bytes > 1e6 ? 0 : 1);' "$scratch/iperf.json" "$3"
}

check_git() {
  rm -rf "$scratch/clone"
  GIT_SSH_COMMAND="ssh -F $scratch/ssh/config -p $1" git clone -q "ssh://127.0.0.1$scratch/repo" "$scratch/clone"
  [[ $(git -C "$scratch/clone" rev-parse HEAD) == $(git -C "$scratch/repo" rev-parse HEAD) ]]
  git -C "$scratch/clone" fsck --strict
}

check_websocket() { timeout 30 node "$here/clients/web.mjs" echo "$1"; }
