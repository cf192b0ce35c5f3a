#!/usr/bin/env bash
# A short round of the crash harness on a real broker: nothing is lost, nothing is doubled, no counter goes back.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

kafka=${DRIFTWATCH_SHARED:-../shared}/kafka/kafka
command -v java >/dev/null || { skip "the crash harness" "needs java"; totals; exit; }
[ -x "$kafka" ] || { skip "the crash harness" "no Kafka at $kafka (DRIFTWATCH_SHARED says where)"; totals; exit; }

# The output is the evidence, so it is shown whether or not something is wrong.
make --no-print-directory chaos CHAOS="--kills 22 --rounds 1 --rate 200" | tee artifacts/chaos.log
status=${PIPESTATUS[0]}
check "twenty kills and more: nothing lost, nothing doubled" test "$status" = 0
totals
