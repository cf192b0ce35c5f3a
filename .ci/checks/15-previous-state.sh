#!/usr/bin/env bash
# A state that the commit before has written is read by this one, and shows the same figures.
# The state of each commit that was checked is kept, so that usually nothing has to be built.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

name="the state of the commit before is read by this one"
tests=artifacts/bin/DriftWatch.Tests/release/DriftWatch.Tests.dll
kept=$PWD/artifacts/ci/states
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

before=HEAD^
[ -z "$(git status --porcelain --untracked-files=no)" ] || before=HEAD
before=$(git rev-parse -q --verify "$before^{commit}")

golden() { timeout 60 dotnet "$1" -noLogo -explicit on -method "*.GoldenCheckpointTests.$2"; }

# written BINARIES FOLDER: a state as those binaries write it, under the settings of the newest golden.
written() {
    mkdir -p "$2"
    cp "$(find tests -path '*Golden*' -name driftwatch.yaml | sort | tail -n 1)" "$2/"
    DRIFTWATCH_GOLDEN_WRITE=$2 golden "$1" A_state_is_written_for_others_to_read && [ -f "$2/seen.txt" ]
}

# Without analyzers, and of the tests alone: they hold the service.
built() {
    git clone -q --no-checkout . "$work/clone" && git -C "$work/clone" checkout -q "$before" || return 1
    timeout 240 dotnet build "$work/clone/tests/DriftWatch.Tests" -c Release -p:RunAnalyzers=false -nodeReuse:false -v quiet -nologo
}

is_read() {
    local said
    said=$(DRIFTWATCH_GOLDEN_READ=$1 golden "$tests" A_state_written_elsewhere_is_read_here)
    printf '%s\n' "$said"
    grep -q 'Total: 1, Errors: 0, Failed: 0, Skipped: 0' <<<"$said"
}

if [ -z "$before" ]; then
    printf 'nothing to compare with: this clone is shallow, or this is the first commit\n'
elif ! git ls-tree -r --name-only "$before" | grep -q GoldenCheckpointTests.cs; then
    printf 'nothing to compare with: %s cannot write a state for others\n' "${before:0:12}"
elif [ ! -f "$tests" ]; then
    skip "$name" "the tests are not built: make test"
else
    [ -f "$kept/$before/seen.txt" ] || {
        check "the commit before builds" built
        [ "$failed" = 0 ] && check "the commit before writes a state" written "$work/clone/$tests" "$work/$before" && mkdir -p "$kept" && cp -r "$work/$before" "$kept/"
    }
    [ "$failed" = 0 ] && check "$name" is_read "$kept/$before"
fi

# For the commit after this one.
if [ -f "$tests" ] && [ -z "$(git status --porcelain --untracked-files=no)" ]; then
    now=$(git rev-parse HEAD)
    [ -f "$kept/$now/seen.txt" ] || check "this commit writes a state for the next" written "$tests" "$kept/$now"
fi

totals
