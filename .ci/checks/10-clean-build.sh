#!/usr/bin/env bash
# A fresh clone builds with a plain `dotnet build` of the command and with `make build`.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q . "$work/clone"
cd "$work/clone" || exit 1

plain() { dotnet build src/DriftWatch -c Release -v quiet -nologo -p:RunAnalyzers=false; }
with_make() { make --no-print-directory build && out/driftwatch --version; }
silent() { local said; said=$(make --no-print-directory build 2>&1) && [ -z "$said" ] || { printf 'it said: %s\n' "$said"; return 1; }; }
from_elsewhere() { ln -s "$PWD/out/driftwatch" "$work/driftwatch" && (cd / && "$work/driftwatch" --version); }

# Names with a dot are what a shell would drop: the command is no script. The fault of the value tells that it was read.
dotted() { [[ $(env 'DRIFTWATCH__MODELS__fraud.eu__HORIZON=never' out/driftwatch config show 2>&1) == *fraud.eu.horizon* ]]; }

check "a plain dotnet build of a fresh clone" plain
check "make build leaves a command that tells its version" with_make
check "make build is silent when there is nothing to do" silent
check "the command runs from anywhere, through a link" from_elsewhere
check "an environment variable whose name holds a dot reaches the command" dotted
totals
