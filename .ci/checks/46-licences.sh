#!/usr/bin/env bash
# What is inside: a bill of materials that others' tools can read, licences that somebody has looked at, and the page that names them.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

command -v node >/dev/null || { skip "the bill of materials" "needs node"; totals; exit; }
mkdir -p artifacts/ci
check "the bill of materials holds, and docs/licences.md says what is inside" node .ci/tools/sbom.mjs artifacts/ci/driftwatch.cdx.json --check
totals
