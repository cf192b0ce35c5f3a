#!/usr/bin/env bash
# Short rounds of the crash harness on a real broker: nothing is lost, nothing is doubled, no counter goes back; and from drift to answer
# every episode has one set, one map, one answer and one run.
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
make --no-print-directory chaos CHAOS="--loop --kills 12 --self-check" | tee artifacts/chaos-loop.log
status=${PIPESTATUS[0]}
check "service, recalibrator and subscriber killed: one set, map, answer and run for every episode" test "$status" = 0
totals
