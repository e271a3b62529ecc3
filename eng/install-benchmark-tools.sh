#!/usr/bin/env bash
# Installs what `tests/Benchmarks` drives servers with: wrk. Only what is missing, Debian only. The servers themselves: eng/install-test-servers.sh.
set -euo pipefail

if [ -x /usr/bin/wrk ]; then
  echo "The tools that are needed are installed."
  exit 0
fi
command -v apt-get >/dev/null || { echo "Missing: wrk. This script knows Debian's apt-get only: install it as /usr/bin/wrk." >&2; exit 1; }
root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "Missing: wrk. Run this as root, or install sudo." >&2; exit 1; }
  root=(sudo)
fi
apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y -q)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends wrk
