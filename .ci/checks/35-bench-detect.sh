#!/usr/bin/env bash
# The promises of the drift detector that a minute can check: run lengths, silence, delay, exactness.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

quick() { make --no-print-directory build && out/driftwatch bench detect --quick --check >/dev/null; }

check "the quick benchmark meets every target that does not hang on the machine's speed" quick
totals
