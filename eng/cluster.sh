#!/usr/bin/env bash
# The distributed system on this machine without containers: private Redis, RabbitMQ and PostgreSQL, two hub nodes, Web and CatalogSync,
# all on loopback. For development; eng/install-test-servers.sh installs the servers.
#   eng/cluster.sh up | status | down | env
# CLUSTER_BASE_PORT   3000   web; the hubs are +7 and +8, the sync +10, the servers +32 to +79
# CLUSTER_FOLDER             data, logs and pids; by default under the temporary folder, one per base port
# CLUSTER_BUILD       1      0 starts what was built last
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
base=${CLUSTER_BASE_PORT:-3000}
folder=${CLUSTER_FOLDER:-${TMPDIR:-/tmp}/realtime-tours-$base}
web=$base hub1=$((base + 7)) hub2=$((base + 8)) sync=$((base + 10))
postgres=$((base + 32)) epmd=$((base + 69)) rabbit=$((base + 72)) dist=$((base + 73)) redis=$((base + 79))
parts=(redis postgres epmd rabbitmq hub-1 hub-2 web catalog-sync)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*"; }
fail() { printf 'cluster: %s\n' "$*" >&2; exit 1; }

# A pid alone may belong to somebody else after a reboot: the process's start time goes with it.
started_at() { local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; set -- ${stat##*) }; printf '%s' "${20}"; }
is_running() {
  local pid start
  [ -f "$folder/pids/$1" ] && read -r pid start <"$folder/pids/$1" && [ "$(started_at "$pid")" = "$start" ]
}

launch() { # name, command… : in the background, in a session of its own, so that Ctrl+C in this terminal does not reach it
  local name=$1 pid; shift
  setsid "$@" </dev/null >"$folder/log/$name.log" 2>&1 &
  pid=$!
  printf '%s %s\n' "$pid" "$(started_at "$pid")" >"$folder/pids/$name"
}

stop() { # name : asks, waits up to 30 s, then kills
  local name=$1 pid _
  if is_running "$name"; then
    read -r pid _ <"$folder/pids/$name"
    # PostgreSQL waits for its clients on TERM; INT rolls them back.
    if [ "$name" = postgres ]; then kill -INT "$pid"; else kill -TERM "$pid"; fi 2>/dev/null || true
    for _ in $(seq 300); do is_running "$name" || break; sleep 0.1; done
    if is_running "$name"; then say "$name does not stop: killing it"; kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$folder/pids/$name"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
is_ready() { # port : GET /health/ready
  local status=
  {
    exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3 \
      && read -r -t 5 status <&3
  } 2>/dev/null || true
  { exec 3>&-; } 2>/dev/null || true
  [[ $status == *" 200 "* ]]
}

wait_for() { # name, seconds, condition…
  local name=$1 seconds=$2 _; shift 2
  for _ in $(seq $((seconds * 10))); do
    "$@" && return
    is_running "$name" || break
    sleep 0.1
  done
  say "--- $folder/log/$name.log" >&2
  tail -n 30 "$folder/log/$name.log" >&2 || true
  fail "$name did not become ready"
}

start_redis() {
  mkdir -p "$folder/redis"
  launch redis redis-server --bind 127.0.0.1 --port "$redis" --dir "$folder/redis" --appendonly yes --appendfsync everysec --save ''
  wait_for redis 10 listens "$redis"
}

start_postgres() {
  local bin as=() data=$folder/postgres/data
  bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | sort -V | tail -n 1)")
  mkdir -p "$folder/postgres"
  if [ "$(id -u)" -eq 0 ]; then # PostgreSQL refuses to run as root
    chown postgres:postgres "$folder/postgres"
    as=(setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=-all)
  fi
  if [ ! -f "$data/PG_VERSION" ]; then
    cp "$folder/password" "$folder/postgres/password"
    [ "$(id -u)" -ne 0 ] || chown postgres:postgres "$folder/postgres/password"
    (cd / && "${as[@]}" "$bin/initdb" -D "$data" -U postgres -A scram-sha-256 --pwfile="$folder/postgres/password" -E UTF8 --no-locale) \
      >"$folder/log/initdb.log" 2>&1 || fail "initdb failed, see $folder/log/initdb.log"
  fi
  launch postgres "${as[@]}" "$bin/postgres" -D "$data" -p "$postgres" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 \
    -c idle_in_transaction_session_timeout=20s
  wait_for postgres 20 "$bin/pg_isready" -q -h 127.0.0.1 -p "$postgres"
}

start_rabbitmq() {
  local home=$folder/rabbitmq
  mkdir -p "$home/home"
  printf 'disk_free_limit.absolute = 50MB\ndefault_user = tours\ndefault_pass = %s\n' "$(cat "$folder/password")" >"$home/rabbitmq.conf"
  printf '[].\n' >"$home/enabled_plugins"
  export HOME=$home/home ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$epmd
  # Started by us and not by the broker: so it has a pid file too, and ends with the rest.
  launch epmd "$(command -v epmd || compgen -G '/usr/lib/erlang/erts-*/bin/epmd' | tail -n 1)"
  wait_for epmd 10 listens "$epmd"
  export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME=tours$base@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$rabbit \
    RABBITMQ_DIST_PORT=$dist RABBITMQ_MNESIA_BASE=$home/mnesia RABBITMQ_LOG_BASE=$home/log RABBITMQ_PID_FILE=$home/pid \
    RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins RUNNING_UNDER_SYSTEMD=1 \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
  launch rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server
  wait_for rabbitmq 60 listens "$rabbit"
}

print_env() { # what a host needs to join this cluster; also for a hub node or a test started by hand
  local password key
  password=$(cat "$folder/password") key=$(cat "$folder/signing-key")
  cat <<ENV
RABBITMQ_URL=amqp://tours:$password@127.0.0.1:$rabbit/
REDIS_URL=redis://127.0.0.1:$redis/0
DATABASE_URL=postgres://postgres:$password@127.0.0.1:$postgres/postgres
ASPNETCORE_ENVIRONMENT=Development
WEBSOCKET_CORS_ORIGIN=http://localhost:$web,http://127.0.0.1:$web
WEBSOCKET_PORT=$hub1
SAMPLE_CATALOGUE=true
Authentication__Schemes__Bearer__ValidIssuer=realtime-tours
Authentication__Schemes__Bearer__ValidAudiences__0=realtime-tours
Authentication__Schemes__Bearer__SigningKeys__0__Issuer=realtime-tours
Authentication__Schemes__Bearer__SigningKeys__0__Value=$key
ENV
}

start_host() { # name, project, port
  local settings
  mapfile -t settings < <(print_env)
  launch "$1" env -C "$root/src/$2" "${settings[@]}" dotnet "bin/Release/net10.0/RealtimeTours.$2.dll" --urls "http://127.0.0.1:$3"
}

up() {
  local name port pair
  for name in "${parts[@]}"; do is_running "$name" && fail "already running in $folder (eng/cluster.sh status | down)"; done
  for port in $web $hub1 $hub2 $sync $postgres $epmd $rabbit $dist $redis; do
    listens "$port" && fail "port $port is in use; CLUSTER_BASE_PORT moves all ports"
  done
  "$root/eng/install-test-servers.sh" --servers-only
  [ "${CLUSTER_BUILD:-1}" = 0 ] || dotnet build "$root/src/Web" -c Release -v q --nologo

  mkdir -p "$folder/log" "$folder/pids"
  [ -O "$folder" ] || fail "$folder belongs to somebody else; set CLUSTER_FOLDER"
  (umask 077
   [ -s "$folder/password" ] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$folder/password"
   [ -s "$folder/signing-key" ] || head -c 32 /dev/urandom | base64 >"$folder/signing-key")
  # What started is stopped again if the rest does not.
  trap 'say "stopping what was started"; stop_all' EXIT
  start_redis
  start_postgres
  (start_rabbitmq) # in a subshell: the broker's variables are not for the hosts
  start_host web Web "$web"
  start_host hub-1 RealtimeHub "$hub1"
  start_host hub-2 RealtimeHub "$hub2"
  start_host catalog-sync CatalogSync "$sync"
  for pair in "web $web" "hub-1 $hub1" "hub-2 $hub2" "catalog-sync $sync"; do wait_for "${pair% *}" 90 is_ready "${pair#* }"; done
  trap - EXIT

  say "pages and REST  http://localhost:$web"
  say "hub, two nodes  http://localhost:$hub1/hubs/availability and http://localhost:$hub2/hubs/availability"
  say "catalog sync    http://localhost:$sync/health/ready"
  say "logs            $folder/log"
  say "stop            ${CLUSTER_BASE_PORT:+CLUSTER_BASE_PORT=$base }eng/cluster.sh down"
}

status() {
  local name all=0
  for name in "${parts[@]}"; do
    if is_running "$name"; then say "$name runs (pid $(cut -d' ' -f1 "$folder/pids/$name"))"; else say "$name is down"; all=1; fi
  done
  return $all
}

stop_all() { # hosts first: they finish what is under way while the servers are there
  local name stopping=()
  for name in web hub-1 hub-2 catalog-sync; do stop "$name" & stopping+=($!); done
  wait "${stopping[@]}"
  for name in rabbitmq epmd postgres redis; do stop "$name"; done
}

down() {
  stop_all
  rm -rf "$folder"/{log,pids,redis,postgres,rabbitmq,password,signing-key}
  [ ! -d "$folder" ] || rmdir "$folder" || fail "$folder holds something else and stays"
  say "stopped; nothing is left in $folder"
}

case ${1:-} in
  up) up ;;
  status) status ;;
  down) down ;;
  env) print_env ;;
  *) say "usage: eng/cluster.sh up | status | down | env" >&2; exit 2 ;;
esac
