# Small helpers of clients.sh: ports, waiting, packages.

next_port=$((10000 + $$ % 9000))
# A port below the kernel's ephemeral range that nobody listens on; the answer is in $port.
free_port() {
  while :; do
    next_port=$((next_port + 1))
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$next_port") 2> /dev/null; then port=$next_port; return; fi
  done
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; says what was missing when it never does.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    if ((SECONDS >= deadline)); then echo "Not ready: $what" >&2; exit 1; fi
    sleep 0.1
  done
}

listens() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# start NAME COMMAND...: runs it in the background, its output in a log; ended by its id at the end.
start() {
  local name=$1
  shift
  "$@" > "$scratch/$name.log" 2>&1 < /dev/null &
  pids+=($!)
}

find_pg() { ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1; }

install_missing() {
  local packages=()
  [[ -x $(find_pg)/initdb ]] || packages+=(postgresql)
  command -v psql > /dev/null || packages+=(postgresql-client)
  command -v pgbench > /dev/null || packages+=(postgresql-contrib)
  command -v redis-server > /dev/null || packages+=(redis-server)
  command -v redis-benchmark > /dev/null || packages+=(redis-tools)
  [[ -x /usr/sbin/sshd ]] || packages+=(openssh-server)
  command -v scp > /dev/null || packages+=(openssh-client)
  command -v iperf3 > /dev/null || packages+=(iperf3)
  command -v curl > /dev/null || packages+=(curl)
  command -v git > /dev/null || packages+=(git)
  command -v node > /dev/null || packages+=(nodejs)
  command -v script > /dev/null || packages+=(bsdutils)
  ((${#packages[@]})) || return 0
  if ((EUID != 0)) || ! command -v apt-get > /dev/null; then
    echo "Missing for these checks: ${packages[*]}. Install them and run again." >&2
    exit 3
  fi
  apt-get update -qq > /dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null || exit 3
}
