#!/usr/bin/env bash
# One cause, one page: alerts as our rules label them go through a running Alertmanager with our configuration into a webhook.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh
source .ci/alertmanager.sh

for tool in prometheus-alertmanager amtool node curl jq; do
    command -v $tool >/dev/null || { skip "the routes of Alertmanager" "needs $tool"; totals; exit; }
done

work=$(mktemp -d) alertmanager=127.0.0.1:29093
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

start_alertmanager "$work" 29093 29094

# alert NAME SEVERITY CLUSTER NAMESPACE [MODEL]: one alert as Prometheus would post it.
alert() {
    jq -nc --arg name "$1" --arg severity "$2" --arg cluster "$3" --arg namespace "$4" --arg model "${5:-}" '{labels: ({alertname: $name, severity: $severity, cluster: $cluster, namespace: $namespace, job: "driftwatch"} + if $model == "" then {} else {model: $model, version: "7"} end)}'
}
post() { jq -sc . | curl -sf -H 'Content-Type: application/json' -d @- "http://$alertmanager/api/v2/alerts"; }
# heard RECEIVER FILTER: the alert names of what a receiver got, of alerts for which the jq filter holds, once each.
heard() { jq -r --arg receiver "$1" "select(.receiver == \$receiver) | .alerts[].labels | select($2) | \"\(.alertname) \(.model // \"\")\"" "$work/received" | sort -u; }
within() {
    local end=$((SECONDS + $1)) said
    shift
    until said=$("$@" 2>&1); do
        [ $SECONDS -lt $end ] || { printf '%s\n' "$said"; cat "$work/received" "$work/alertmanager.log"; return 1; }
        sleep 0.5
    done
}
is() { [ "$1" = "$2" ] || { printf 'expected:\n%s\nheard:\n%s\n' "$1" "$2"; return 1; }; }

{
    alert DriftWatchWatchdog none prod ''
    # Ten models drift: the detector says so, and their ECE does.
    for i in 0 1 2 3 4 5 6 7 8 9; do
        alert DriftWatchCalibrationDrifting critical prod a "m$i"
        alert DriftWatchCalibrationCritical critical prod a "m$i"
        alert DriftWatchCalibrationWarning warning prod a "m$i"
        alert DriftWatchSliceDrifting warning prod a "m$i"
        alert DriftWatchSliceCalibration warning prod a "m$i"
    done
    # A slice drifts, its model does not.
    alert DriftWatchSliceDrifting warning prod a m10
    alert DriftWatchSliceCalibration warning prod a m10
    # A model without a detector, off by much, and one off by little.
    alert DriftWatchCalibrationCritical critical prod plain m0
    alert DriftWatchCalibrationWarning warning prod plain m0
    alert DriftWatchSliceCalibration warning prod plain m0
    alert DriftWatchCalibrationWarning warning prod plain m1
    alert DriftWatchSliceCalibration warning prod plain m1
    # All versions drift together, and one of them by itself.
    alert DriftWatchModelDrifting critical prod across m0
    alert DriftWatchCalibrationDrifting critical prod across m0
    alert DriftWatchModelDrifting critical prod across m1
    # Models of the same names elsewhere, of which only the ECE speaks.
    alert DriftWatchCalibrationCritical critical prod b m0
    alert DriftWatchCalibrationCritical critical test a m0
    # One deployment is dead; another one, in the namespace of the same name, has a ticket of its own.
    alert DriftWatchDown critical prod dead
    alert DriftWatchCalibrationDrifting critical prod dead m0
    alert DriftWatchGroundTruthMissing warning prod dead m0
    alert DriftWatchGroundTruthMissing warning test dead m0
    # Nobody works: everything else about the work is a consequence.
    alert DriftWatchNobodyAtWork critical prod idle
    for name in PipelineStalled PartitionsUnassigned; do alert DriftWatch$name critical prod idle; done
    for name in CheckpointStale ConsumerLagGrowing RestoreSlow; do alert DriftWatch$name warning prod idle; done
    for name in GroundTruthMissing ModelTrafficStopped; do alert DriftWatch$name warning prod idle m0; done
    # One that does not read: what cannot come for that reason is muted, what has another cause is heard.
    alert DriftWatchPipelineStalled critical prod stalled
    for name in CheckpointStale ConsumerLagGrowing RejectedMessages; do alert DriftWatch$name warning prod stalled; done
    for name in GroundTruthMissing ModelTrafficStopped GroundTruthDelayed; do alert DriftWatch$name warning prod stalled m0; done
    # A model without any label, and one with some.
    for name in GroundTruthMissing DetectorWaitingForLabels; do alert DriftWatch$name warning prod unlabeled m0; done
    alert DriftWatchDetectorWaitingForLabels warning prod unlabeled m1
    # A join buffer that is full, and one that fills.
    for name in PredictionsEvicted JoinBufferFilling; do alert DriftWatch$name warning prod full; done
    alert DriftWatchJoinBufferFilling warning prod fills
    # One whose ECE speaks first; the detector follows below.
    alert DriftWatchCalibrationCritical critical prod late m0
} | post || { echo "Alertmanager takes no alerts:"; cat "$work/alertmanager.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

ten_models_are_ten_pages() {
    is "$(for i in 0 1 2 3 4 5 6 7 8 9; do echo "DriftWatchCalibrationDrifting m$i"; done)" "$(heard pager '.cluster == "prod" and .namespace == "a"')" &&
        is "DriftWatchSliceDrifting m10" "$(heard tickets '.cluster == "prod" and .namespace == "a"')" &&
        is 10 "$(jq -r 'select(.receiver == "pager" and .groupLabels.cluster == "prod" and .groupLabels.namespace == "a") | .groupKey' "$work/received" | sort -u | wc -l)"
}
other_deployments_are_heard() { is "DriftWatchCalibrationCritical m0" "$(heard pager '.namespace == "b"')" && is "DriftWatchCalibrationCritical m0" "$(heard pager '.cluster == "test" and .namespace == "a"')"; }
the_dead_mute_their_own() { is "DriftWatchDown " "$(heard pager '.namespace == "dead"')" && is "" "$(heard tickets '.cluster == "prod" and .namespace == "dead"')" && is "DriftWatchGroundTruthMissing m0" "$(heard tickets '.cluster == "test" and .namespace == "dead"')"; }
nobody_at_work_is_one_page() { is "DriftWatchNobodyAtWork " "$(heard pager '.namespace == "idle"')" && is "" "$(heard tickets '.namespace == "idle"')"; }
of_one_drift_the_gravest_is_heard() {
    is "DriftWatchCalibrationCritical m0" "$(heard pager '.namespace == "plain"')" &&
        is "$(printf 'DriftWatchCalibrationWarning m1\nDriftWatchSliceCalibration m1')" "$(heard tickets '.namespace == "plain"')" &&
        is "$(printf 'DriftWatchCalibrationDrifting m0\nDriftWatchModelDrifting m1')" "$(heard pager '.namespace == "across"')"
}
what_is_not_read_cannot_come() {
    is "DriftWatchPipelineStalled " "$(heard pager '.namespace == "stalled"')" &&
        is "$(printf 'DriftWatchGroundTruthDelayed m0\nDriftWatchRejectedMessages ')" "$(heard tickets '.namespace == "stalled"')"
}
no_label_at_all_is_one_ticket() { is "$(printf 'DriftWatchDetectorWaitingForLabels m1\nDriftWatchGroundTruthMissing m0')" "$(heard tickets '.namespace == "unlabeled"')"; }
a_full_buffer_is_one_ticket() { is "DriftWatchPredictionsEvicted " "$(heard tickets '.namespace == "full"')" && is "DriftWatchJoinBufferFilling " "$(heard tickets '.namespace == "fills"')"; }
# Alertmanager itself says what it holds back, and nothing else.
held_back() {
    is "$(printf 'DriftWatchCalibrationWarning\nDriftWatchSliceCalibration')" \
        "$(amtool alert query --inhibited --alertmanager.url="http://$alertmanager" namespace=plain model=m0 -o json | jq -r '.[].labels.alertname' | sort)"
}
the_watchdog_repeats() { [ "$(jq -r 'select(.receiver == "dead-mans-switch") | .at' "$work/received" | wc -l)" -ge 3 ] && is "DriftWatchWatchdog " "$(heard dead-mans-switch true)" && is "" "$(heard pager '.alertname == "DriftWatchWatchdog"')$(heard tickets '.alertname == "DriftWatchWatchdog"')"; }
the_second_sight_is_the_same_incident() {
    local incidents
    is "$(printf 'DriftWatchCalibrationCritical m0\nDriftWatchCalibrationDrifting m0')" "$(heard pager '.namespace == "late"')" || return 1
    incidents=$(jq -r 'select(.receiver == "pager" and .groupLabels.namespace == "late") | .groupKey' "$work/received" | sort -u | wc -l)
    is 1 "$incidents"
}
# What is muted must be there: an inhibition that names an alert that nobody has mutes nothing.
named_alerts_exist() {
    local name bad=0
    for name in $(grep -oE 'DriftWatch[A-Za-z]+' deploy/alertmanager/alertmanager.yml | sort -u); do
        grep -q "alert: $name\$" deploy/prometheus/rules/*.yml || { echo "$name: no such alert"; bad=1; }
    done
    return $bad
}

check "every alert that Alertmanager's configuration names exists" named_alerts_exist
check "the watchdog reaches the dead man's switch again and again, and nobody else" within 30 the_watchdog_repeats
check "ten drifting models are ten pages, each by the detector, and a slice that drifts alone is a ticket" within 30 ten_models_are_ten_pages
check "models of the same name in other clusters and namespaces are heard" within 30 other_deployments_are_heard
check "a dead deployment mutes what it said itself, and nobody else" within 30 the_dead_mute_their_own
check "nobody at work is one page" within 30 nobody_at_work_is_one_page
check "of what is seen of one drift the gravest is heard" within 30 of_one_drift_the_gravest_is_heard
check "a stalled pipeline mutes what cannot come for that reason, and nothing else" within 30 what_is_not_read_cannot_come
check "no label at all is one ticket" within 30 no_label_at_all_is_one_ticket
check "a full join buffer is one ticket" within 30 a_full_buffer_is_one_ticket
check "Alertmanager names what it holds back" within 30 held_back
alert DriftWatchCalibrationDrifting critical prod late m0 | post
check "what two alerts see of one model, one after the other, is one incident" within 30 the_second_sight_is_the_same_incident
totals
