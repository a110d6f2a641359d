# Shared by api.sh, dashboard.sh, neighbour.sh, outage.sh, refusals.sh, rights.sh: one hub of the run's own, on SQLite or a PostgreSQL of the run's own. Sourced, not run.
# Uses: usage; database (sqlite or postgresql), build (yes or no). Everything lies in $folder and goes at the end, processes first.

LOADTESTS=loadtests/bin/Release/net10.0/PrivateConnect.LoadTests

read_options() { # names of options with a value, each a variable that has its default; then the arguments
  local names=" $1 "
  shift
  while (($#)); do
    case $1 in
      --no-build) build=no; shift; continue ;;
      -h | --help) echo "$usage"; exit 0 ;;
    esac
    [[ $1 == --?* && $# -ge 2 && $names == *" ${1#--} "* ]] || { echo "'$1' is no option here, or lacks its value: $usage" >&2; exit 2; }
    printf -v "${1#--}" %s "$2"
    shift 2
  done
}

need() { # tools; a package has its tool's name unless said otherwise
  local tool
  for tool in "$@"; do
    command -v "${tool%%=*}" > /dev/null && continue
    ((EUID == 0)) && command -v apt-get > /dev/null || { echo "Missing: ${tool%%=*}" >&2; exit 3; }
    echo "Installing ${tool#*=}" >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${tool#*=}" > /dev/null
  done
}

build_all() {
  ./run.sh --build-only
  dotnet build loadtests -c Release -p:UseSharedCompilation=true -v quiet -nologo
}

new_key() { echo "pc_$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')"; }
new_id() { cat /proc/sys/kernel/random/uuid; }

folder=$(mktemp -d)
chmod 711 "$folder"
started=()
postgres=
finish() {
  local id
  for id in ${started[@]+"${started[@]}"}; do kill "$id" 2> /dev/null || true; done
  # At once, whoever is still connected.
  [[ -z $postgres ]] || { postgres_signal CONT; kill -INT "$postgres" 2> /dev/null || true; }
  wait
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM

# PostgreSQL refuses to run as root. Takes the place of the shell that calls it, so that its id is the program's.
as_plain_user() {
  ((EUID != 0)) || { cd / && exec setpriv --reuid=nobody --regid=nogroup --clear-groups --reset-env "$@"; }
  exec "$@"
}

start_postgres() {
  local programs
  need psql=postgresql-client
  programs=$(tests/install-postgres.sh)/native/bin
  mkdir -m 700 "$folder/postgres"
  ((EUID != 0)) || chown nobody:nogroup "$folder/postgres"
  (as_plain_user "$programs/initdb" -D "$folder/postgres" -U hub -A trust -E UTF8 --locale=C --no-sync > /dev/null)
  as_plain_user "$programs/postgres" -D "$folder/postgres" -p 13730 -k "$folder/postgres" -c listen_addresses=127.0.0.1 \
    > "$folder/postgres.log" 2>&1 &
  postgres=$!
  for _ in $(seq 200); do
    # Another server may have the port.
    kill -0 "$postgres" 2> /dev/null || { cat "$folder/postgres.log" >&2; postgres=; exit 1; }
    psql -qAt -h 127.0.0.1 -p 13730 -U hub postgres -c 'CREATE DATABASE hub' 2> /dev/null && break
    sleep 0.1
  done
  export DATABASE_URL=postgresql://hub@127.0.0.1:13730/hub
}

# Every process of the server; one may end meanwhile.
postgres_signal() { kill "-$1" "$postgres" $(pgrep -P "$postgres") 2> /dev/null || true; }

sql() { # standard input
  if [[ $database == postgresql ]]; then
    psql -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 13730 -U hub hub
  else
    sqlite3 "$DATA_DIR/privateconnect.db"
  fi
}

start_hub() {
  ./run.sh --no-build > "$folder/hub.log" 2>&1 &
  hub=$!
  started+=("$hub")
  for _ in $(seq 300); do curl -sf "http://127.0.0.1:$PORT/health" > /dev/null && return; sleep 0.1; done
  cat "$folder/hub.log" >&2
  exit 1
}

stop_hub() {
  kill "$hub"
  wait "$hub" || true
}

# A hub with its tables and its first key ($key), stopped, so that rows can be added: it reads them when it starts.
prepare_hub() {
  need sqlite3 curl
  [[ $build == no ]] || build_all
  key=$(new_key)
  export BOOTSTRAP_API_KEY=$key DATA_DIR=$folder/data PORT=13701 WEB_PORT=13700 TUNNEL_PORTS=13710-13719 DRAIN_SECONDS=0
  [[ $database != postgresql ]] || start_postgres
  start_hub
  stop_hub
}

sql_key() { # key, scopes, slug of a workspace or none: the first
  printf "INSERT INTO api_keys (id, workspace_id, name, hash, prefix, scopes, created_at) SELECT '%s', id, 'load', '%s', 'pc_load', '%s', '2026-01-01T00:00:00.000Z' FROM workspaces WHERE slug = '%s';\n" \
    "$(new_id)" "$(printf %s "$1" | sha256sum | cut -d' ' -f1)" "$2" "${3-default}"
}

now() { date -u -d "${1:-now}" +%Y-%m-%dT%H:%M:%S.000Z; }

sql_owner() { # id, secret of a session: an owner of the first workspace, logged in for a day
  cat << SQL
INSERT INTO users (id, email, created_at) VALUES ('$1', 'owner@example.org', '2026-01-01T00:00:00.000Z');
INSERT INTO members (workspace_id, user_id, role, created_at)
SELECT id, '$1', 'owner', '2026-01-01T00:00:00.000Z' FROM workspaces WHERE slug = 'default';
INSERT INTO auth_sessions (hash, id, user_id, workspace_id, address, user_agent, created_at, last_seen_at, expires_at)
SELECT '$(printf %s "$2" | sha256sum | cut -d' ' -f1)', '$(new_id)', '$1', id, '127.0.0.1', 'load', '$(now)', '$(now)', '$(now 1day)'
FROM workspaces WHERE slug = 'default';
SQL
}

new_session() { echo "ps_$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')"; }

# A command of connect, until it said that it is ready: folder, or folder/name of the command; event; arguments. The commands of
# one folder share its agent.
start_agent() {
  local name=$1 event=$2 log=$folder/${1//\//-}.log
  shift 2
  : > "$log"
  PRIVATECONNECT_TOKEN=$key CONNECT_CONFIG=$folder/${name%%/*} ./connect "$@" --hub "https://localhost:$PORT" \
    --pin "$(< "$DATA_DIR/hub.pin")" --json > "$log" 2>&1 &
  started+=($!)
  for _ in $(seq 200); do grep -q "\"event\":\"$event\"" "$log" && return; sleep 0.1; done
  cat "$log" >&2
  exit 1
}

# The service behind the tunnel; its port: $target.
start_target() {
  "$LOADTESTS" target 127.0.0.1 > "$folder/target.log" &
  started+=($!)
  for _ in $(seq 200); do [[ -s $folder/target.log ]] && break; sleep 0.1; done
  target=$(< "$folder/target.log")
}
