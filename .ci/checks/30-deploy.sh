#!/usr/bin/env bash
# What is deployed beside DriftWatch: rules with a firing and a silent test each, Prometheus, Alertmanager, compose, Kubernetes, Grafana.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

need() { command -v "$1" >/dev/null || { skip "$2" "needs $1"; return 1; }; }

# Every alert has words, a severity, a runbook that exists, a test in which it fires and one in which it does not.
alerts_are_complete() {
    local alert bad=0
    for alert in $(sed -n 's/^ *- alert: //p' deploy/prometheus/rules/driftwatch.yml); do
        [ -f "docs/runbooks/$alert.md" ] || { echo "$alert: no runbook"; bad=1; }
        [ "$(grep -c "runbooks/$alert.md" deploy/prometheus/rules/driftwatch.yml)" = 1 ] || { echo "$alert: no runbook_url"; bad=1; }
        awk -v a="\"$alert\"" '/- expr: count.*\(ALERTS/ { mine = index($0, a) } mine && /exp_samples:/ { if ($0 ~ /\[\]/) silent = 1; else fires = 1; mine = 0 }
            END { exit !(silent && fires) }' deploy/prometheus/tests/*_test.yml || { echo "$alert: needs a firing and a silent test"; bad=1; }
    done
    return $bad
}

# A test that passes whatever the rules say is worth nothing: each of these mutations must be caught.
is_caught() {
    local work bad=0
    work=$(mktemp -d)
    mkdir "$work/rules" "$work/tests" && cp deploy/prometheus/tests/*.yml "$work/tests"
    sed "$1" deploy/prometheus/rules/driftwatch.yml >"$work/rules/driftwatch.yml"
    cmp -s deploy/prometheus/rules/driftwatch.yml "$work/rules/driftwatch.yml" && { echo "$1 changes nothing"; bad=1; }
    # The short ones first: most mutations need no more.
    promtool test rules "$work/tests/self_test.yml" "$work/tests/input_test.yml" >/dev/null 2>&1 && promtool test rules "$work/tests/pipeline_test.yml" >/dev/null 2>&1 &&
        promtool test rules "$work/tests/driftwatch_test.yml" >/dev/null 2>&1 && { echo "not caught: $1"; bad=1; }
    rm -rf "$work"
    return $bad
}
export -f is_caught
mutations_are_caught() {
    printf '%s\n' 's/(driftwatch_input_problem\[5m\])) == 1/(driftwatch_input_problem[5m])) == 2/' 's/part!="whole"/part!="slices"/' 's/up{job="driftwatch"}) == 1)/up{job="driftwatch"}) == 0)/' 's/or on (job) absent.*//' 's/keep_firing_for: 20m/keep_firing_for: 10m/' 's/expr: vector(1)/expr: max(up)/' 's/> 35.6/> 3560/' 's/chi_square:1h > 35.6/chi_square:1h > 0/' 's/> 0.5$/> 0.7/' 's/\[2h\])) == 0$/[2h])) == 1/' 's/> 900/> 90000/' 's/> 3600)/> 360000)/' 's/> 600$/> 60000/' 's/(driftwatch_consumer_lag)\[5m:1m\]) > 0/(driftwatch_consumer_lag)[5m:1m]) >= 0/' 's/driftwatch_service_phase="restoring"/driftwatch_service_phase="running"/' 's/\[5m\])) == 0/[5m])) == 1/' 's/mismatches_total) > 0/mismatches_total) > 5/' 's/\[1h\])) > 3$/[1h])) > 0/' 's/failures_total\[10m\])) > 0/failures_total[10m])) > 1000/' 's/for: 2h/for: 200h/' 's/rule="e-sr"/rule="adwin"/' 's/reason="missing_labels"/reason="learning_dependence"/' 's/(driftwatch_trouble) == 1/(driftwatch_trouble) == 0/' 's/driftwatch_service_phase="standby"/driftwatch_service_phase="running"/' 's/dropped_total\[1h\])) > 0/dropped_total[1h])) > 100/' 's/(driftwatch_calibration_state{driftwatch_calibration_state="drifting"})/(driftwatch_calibration_state)/' |
        xargs -d '\n' -P 2 -I{} bash -c 'is_caught "$1"' is_caught {}
}

dashboards() { node .ci/check-dashboards.mjs grafana/dashboards/*.json; }

# Judged as rendered: what is applied is what was looked at.
manifests() {
    local directory
    for directory in deploy/kubernetes/base deploy/kubernetes/prometheus-operator; do
        kubectl kustomize "$directory" | node .ci/tools/check-kubernetes.mjs || return 1
    done
}

if need promtool "alert rules"; then
    check "the alert rules are valid" promtool check rules --lint=all --lint-fatal deploy/prometheus/rules/driftwatch.yml
    check "the Prometheus configuration is valid" promtool check config --lint=all --lint-fatal deploy/prometheus/prometheus.yml
    check "alerts fire and stay silent as their tests say" promtool test rules deploy/prometheus/tests/*_test.yml
    check "breaking a rule makes its test fail" mutations_are_caught
fi
check "every alert has a runbook and both tests" alerts_are_complete
if need amtool "Alertmanager"; then
    check "the Alertmanager configuration is valid" amtool check-config deploy/alertmanager/alertmanager.yml
    check "a critical alert reaches the pager" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=pager severity=critical
    check "a warning becomes a ticket" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=tickets severity=warning
    check "the watchdog goes to the dead man's switch" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=dead-mans-switch alertname=DriftWatchWatchdog severity=none
fi
if need kubectl "the Kubernetes manifests" && need node "the Kubernetes manifests"; then check "the Kubernetes manifests are valid and keep a standby" manifests; fi
if need docker-compose "docker-compose.yml"; then check "docker-compose.yml is valid" docker-compose config -q; fi
if need node "dashboards"; then check "the dashboards keep to their conventions" dashboards; fi
totals
