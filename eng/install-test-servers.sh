#!/usr/bin/env bash
# Installs what the tests and eng/cluster.sh start by themselves: Redis, RabbitMQ, PostgreSQL, PgBouncer and Chromium.
# Only what is missing, Debian only.
#   eng/install-test-servers.sh [--servers-only]     leaves PgBouncer and Chromium out
set -euo pipefail

missing=()
[ -x /usr/bin/redis-server ] || missing+=(redis-server)
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ "${1:-}" = --servers-only ] || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
[ "${1:-}" = --servers-only ] || command -v chromium >/dev/null || missing+=(chromium)

if [ ${#missing[@]} -eq 0 ]; then
  echo "The servers that are needed are installed."
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "Missing: ${missing[*]}. This script knows Debian's apt-get only: install them as your system does." >&2
  echo "Expected: /usr/bin/redis-server, /usr/lib/rabbitmq/bin/rabbitmq-server, /usr/lib/postgresql/*/bin/postgres," \
    "/usr/sbin/pgbouncer, chromium on the PATH." >&2
  exit 1
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Missing: ${missing[*]}. Run this as root, or install sudo." >&2; exit 1; }
  root=(sudo)
fi

echo "Installing ${missing[*]} from Debian."
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y -q)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends "${missing[@]}"
