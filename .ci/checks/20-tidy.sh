#!/usr/bin/env bash
# Tracked files parse, and none of them knows the machine it was written on.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

files() { git ls-files -- "$@"; }
each() { local status=0 file; while read -r file; do "$@" "$file" || { printf '%s\n' "$file"; status=1; }; done; return $status; }

shell_scripts() { git grep -lE '^#!.*\b(ba)?sh\b' -- ':!*.md' | each bash -n; }
json() { files '*.json' | each jq empty; }
yaml() { files '*.yml' '*.yaml' | xargs -r yamllint --strict; }
no_home() { ! git grep -nIE '(/home/|/Users/|/root/)[a-z]' -- ':!.ci/checks/20-tidy.sh' && ! git grep -nIF "$PWD/"; }
no_feed() { ! git grep -nIE '"resolved":|https?://[^/"'"'"' ]*(registry|nuget|npm|pypi|proxy)[^/"'"'"' ]*/' -- ':!.ci/checks/20-tidy.sh'; }
no_trailing_space() { ! git grep -nIE '[[:space:]]+$' -- '*.cs' '*.csproj' '*.props' '*.targets' '*.sh' '*.yml' '*.yaml' 'Makefile' 'eng' '.ci'; }
launchable() { files '.ci/checks/*' '.ci/run' 'eng/test' | each test -x; }

check "shell scripts parse" shell_scripts
if command -v jq >/dev/null; then check "JSON parses" json; else skip "JSON parses" "there is no jq"; fi
if command -v yamllint >/dev/null; then check "YAML is clean" yaml; else skip "YAML is clean" "there is no yamllint"; fi
check "no file names a home directory or this clone's place" no_home
check "no file names a package feed's host" no_feed
check "no trailing white space" no_trailing_space
check "scripts may be run" launchable
totals
