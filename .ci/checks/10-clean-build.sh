#!/usr/bin/env bash
# A fresh clone builds with a plain `dotnet build`, with `make build`, and when the package feed is out of reach.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q . "$work/clone"
cd "$work/clone" || exit 1

plain() { dotnet build DriftWatch.sln -v quiet -nologo; }
recorded() { grep -q DriftWatchHasPrometheusNet artifacts/feed.props; }
with_make() { make --no-print-directory build && out/driftwatch --version; }
silent() { local said; said=$(make --no-print-directory build 2>&1) && [ -z "$said" ] || { printf 'it said: %s\n' "$said"; return 1; }; }
from_elsewhere() { ln -s "$PWD/out/driftwatch" "$work/driftwatch" && (cd / && "$work/driftwatch" --version); }

# A feed that does not answer must not be taken for one that lacks packages. What was restored above is in the user's package folder.
without_feed() {
    rm -rf artifacts/feed.props artifacts/obj
    printf '<configuration><packageSources><clear /><add key="gone" value="https://127.0.0.1:9/index.json" /></packageSources></configuration>\n' >NuGet.config
    dotnet msbuild eng/feed-probe/feed-probe.targets -t:ProbeFeed -nologo -v:minimal && [ ! -e artifacts/feed.props ] &&
        dotnet build src/DriftWatch/DriftWatch.csproj -v quiet -nologo -p:NuGetAudit=false
}

check "a plain dotnet build of a fresh clone" plain
check "the answer of the package feed is recorded" recorded
check "make build leaves a command that tells its version" with_make
check "make build is silent when there is nothing to do" silent
check "the command runs from anywhere, through a link" from_elsewhere
check "a feed that does not answer is not recorded, and the build goes on with the stand-ins" without_feed
totals
