#!/usr/bin/env bash
# What the documents point to is there: files, folders, headings.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

if command -v node >/dev/null; then
    check "every relative link leads to a file, and to a heading where it names one" node .ci/check-docs.mjs links
    check "every path that the documents name exists" node .ci/check-docs.mjs paths
else
    skip "links and paths of the documents" "there is no node"
fi
totals
