#!/usr/bin/env bash
# Metrics, intervals, early warnings and calibration maps against a recomputation from raw rows by SciPy.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

name="every window, early warning and calibration map is what SciPy makes of the raw rows"
recompute() { make --no-print-directory build && /usr/bin/python3 eng/recompute.py out/driftwatch; }

if /usr/bin/python3 -c 'import scipy' 2>/dev/null; then check "$name" recompute
else skip "$name" "python3-scipy is not installed"
fi
totals
