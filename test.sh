#!/usr/bin/env bash
# Everything: installs what is missing, builds, runs every test. Needs the .NET SDK and Node. The last line says how many passed and failed.
# Further arguments go to `dotnet test`, such as --filter "FullyQualifiedName~Architecture".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null
export CI=${CI:-true} DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NUGET_XMLDOC_MODE=skip LC_ALL=C.UTF-8
# No build server stays behind and holds the output of a pipe open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

step() { printf '\n== %s\n' "$*"; }
stop_here() { # what cannot be built or installed counts as one failed test
  printf '\nFAILED: %s\n0 passed, 1 failed\n' "$*"
  exit 1
}

for program in dotnet node npm; do
  command -v "$program" >/dev/null || stop_here "$program is not installed; the tests need the .NET 10 SDK and Node 20 or newer"
done

step "Servers and browser of the tests"
eng/install-test-servers.sh || stop_here "installing the servers"

step "Clients of the tests"
clients=tests/RealtimeTours.Tests/JavaScript
if [ -f "$clients/package.json" ]; then
  (cd "$clients" && npm ci --no-audit --no-fund) || stop_here "npm ci in $clients"
fi

step "Build"
dotnet build RealtimeTours.sln -c Release -v minimal || stop_here "dotnet build"

step ".NET tests"
dotnet test RealtimeTours.sln -c Release --no-build --results-directory "$results" \
  --logger 'trx;LogFilePrefix=dotnet' --logger 'console;verbosity=normal' --blame-hang-timeout 15m --blame-hang-dump-type none "$@" \
  2>&1 | grep -v --line-buffered '^  Passed ' | tee "$results/dotnet.log"
echo "${PIPESTATUS[0]}" >"$results/dotnet.exit"

app=src/Web/ClientApp
if [ -f "$app/package.json" ] && node -e "process.exit(require('./$app/package.json').scripts?.test ? 0 : 1)"; then
  step "Front-end tests"
  [ -d "$app/node_modules" ] || (cd "$app" && npm ci --no-audit --no-fund) || stop_here "npm ci in $app"
  (cd "$app" && npm test) 2>&1 | tee "$results/front-end.log"
  echo "${PIPESTATUS[0]}" >"$results/front-end.exit"
fi

step "Result"
exec node eng/count-tests.mjs "$results"
