#!/usr/bin/env bash
# Real flights through Apache Kafka, produced by another client: the same numbers whatever the partitioning.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

shared=${DRIFTWATCH_SHARED:-../shared}
for tool in kcat node java; do command -v $tool >/dev/null || { skip "flights over Kafka" "needs $tool"; totals; exit; }; done
[ -x "$shared/kafka/kafka" ] || { skip "flights over Kafka" "no Kafka at $shared/kafka (DRIFTWATCH_SHARED says where)"; totals; exit; }
make --no-print-directory build || exit 1

check "keyed, 4 + 3 partitions: every window equals the batch tables" eng/flights-over-kafka --partitions 4:3
check "scattered, 5 + 2 partitions: every window equals the batch tables" eng/flights-over-kafka --scatter --partitions 5:2
totals
