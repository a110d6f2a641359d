# The real services behind the tunnel, each on its own port in target[NAME].

declare -A target

# Whoever may not be root (PostgreSQL) runs as nobody when we are root.
unprivileged() {
  if ((EUID == 0)); then
    setpriv --reuid=nobody --regid=nogroup --clear-groups --reset-env "$@"
  else
    "$@"
  fi
}

start_services() {
  start_postgres
  start_redis
  start_sshd
  start_web
  start_iperf
}

start_postgres() {
  local bin data=$scratch/pg
  bin=$(find_pg)
  mkdir "$data"
  ((EUID != 0)) || chown nobody:nogroup "$data"
  (cd / && unprivileged "$bin/initdb" -D "$data/db" -U postgres -A trust --no-sync) > "$scratch/initdb.log" 2>&1 ||
    { cat "$scratch/initdb.log" >&2; exit 1; }
  free_port; target[pg]=$port
  # postgres itself, not pg_ctl: its id is the one that ends it.
  if ((EUID == 0)); then
    (cd / && exec setpriv --reuid=nobody --regid=nogroup --clear-groups --reset-env \
      "$bin/postgres" -D "$data/db" -p "$port" -k "$data" -h 127.0.0.1 -c fsync=off) > "$scratch/pg.log" 2>&1 &
  else
    (exec "$bin/postgres" -D "$data/db" -p "$port" -k "$data" -h 127.0.0.1 -c fsync=off) > "$scratch/pg.log" 2>&1 &
  fi
  pids+=($!)
  wait_for 30 "PostgreSQL (see its log)" psql -h 127.0.0.1 -p "$port" -U postgres -c 'select 1'
  pgbench -h 127.0.0.1 -p "$port" -U postgres -i -s 2 -q postgres > "$scratch/pgbench-init.log" 2>&1
}

start_redis() {
  free_port; target[redis]=$port
  start redis redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$scratch"
  wait_for 20 redis redis-cli -p "$port" ping
}

start_sshd() {
  free_port; target[ssh]=$port
  mkdir -m 700 "$scratch/ssh"
  ssh-keygen -q -t ed25519 -N '' -f "$scratch/ssh/host" && ssh-keygen -q -t ed25519 -N '' -f "$scratch/ssh/user"
  cp "$scratch/ssh/user.pub" "$scratch/ssh/authorized"
  ((EUID != 0)) || mkdir -p /run/sshd
  cat > "$scratch/ssh/sshd_config" << END
Port $port
ListenAddress 127.0.0.1
HostKey $scratch/ssh/host
AuthorizedKeysFile $scratch/ssh/authorized
StrictModes no
PidFile none
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
END
  cat > "$scratch/ssh/config" << END
Host *
  User $(id -un)
  IdentityFile $scratch/ssh/user
  IdentitiesOnly yes
  IdentityAgent none
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  GlobalKnownHostsFile /dev/null
  BatchMode yes
  LogLevel ERROR
  ControlPath none
END
  start sshd /usr/sbin/sshd -D -e -f "$scratch/ssh/sshd_config"
  wait_for 20 sshd listens "$port"
  # What scp, curl and git will carry.
  head -c "$bytes" /dev/urandom > "$scratch/big"
  sha=$(sha256sum < "$scratch/big")
  git init -q "$scratch/repo"
  for i in 1 2 3; do
    head -c 5000000 /dev/urandom > "$scratch/repo/file$i"
    git -C "$scratch/repo" add -A
    git -C "$scratch/repo" -c user.name=t -c user.email=t@example.org commit -qm "commit $i"
  done
}

start_web() {
  free_port; target[web]=$port
  start web node "$here/clients/web.mjs" serve "$port" "$scratch/big"
  wait_for 20 "the web server" listens "$port"
}

start_iperf() {
  free_port; target[iperf]=$port
  start iperf iperf3 -s -B 127.0.0.1 -p "$port"
  wait_for 20 iperf3 listens "$port"
}
