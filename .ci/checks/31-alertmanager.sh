#!/usr/bin/env bash
# One cause, one page: alerts as our rules label them go through a running Alertmanager with our configuration into a webhook.
# Only receivers and waiting times differ from what is shipped.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

for tool in prometheus-alertmanager node curl jq; do
    command -v $tool >/dev/null || { skip "the routes of Alertmanager" "needs $tool"; totals; exit; }
done

work=$(mktemp -d) alertmanager=127.0.0.1:29093 sink=29094
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

sed -E -e "s|^  - name: (.*)|  - name: \1\n    webhook_configs: [{url: 'http://127.0.0.1:$sink/'}]|" \
    -e 's/group_wait: 30s/group_wait: 2s/; s/group_interval: (30s|5m)/group_interval: 1s/; s/repeat_interval: 1m/repeat_interval: 2s/' \
    deploy/alertmanager/alertmanager.yml >"$work/alertmanager.yml"
node .ci/tools/webhook-sink.mjs $sink >"$work/received" 2>"$work/sink.log" &
pids+=($!)
prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/data" --web.listen-address=$alertmanager --cluster.listen-address= --log.level=warn 2>"$work/alertmanager.log" &
pids+=($!)
for _ in $(seq 1 100); do curl -sf "http://$alertmanager/-/ready" >/dev/null && break; sleep 0.2; done

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
        alert DriftWatchSliceDrifting warning prod a "m$i"
    done
    # A slice drifts, its model does not.
    alert DriftWatchSliceDrifting warning prod a m10
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
    alert DriftWatchPipelineStalled critical prod idle
    alert DriftWatchCheckpointStale warning prod idle
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
alert DriftWatchCalibrationDrifting critical prod late m0 | post
check "what two alerts see of one model, one after the other, is one incident" within 30 the_second_sight_is_the_same_incident
totals
