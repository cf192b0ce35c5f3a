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

alerts_are_as_tested() { ls deploy/prometheus/tests/*_test.yml | xargs -P 2 -n 1 promtool test rules; }

# focused TEST: of the rules on standard input the groups of which the test names an alert or a record; the others cost time and change nothing.
focused() {
    awk -v names="$(grep -oE 'DriftWatch[A-Za-z]+|driftwatch:[a-z0-9_:]+' "$1" | sort -u | tr '\n' ' ')" '
        function flush() { if (named || !begun) printf "%s", group; group = ""; named = 0 }
        BEGIN { split(names, list, " "); for (i in list) known[list[i]] }
        /^  - name: / { flush(); begun = 1 }
        { group = group $0 "\n" }
        $2 ~ /^(alert|record):$/ && $3 in known { named = 1 }
        END { flush() }'
}

# Each mutation of the table makes its test fail, and the rules without it pass it.
is_caught() {
    local work test=${1%%$'\t'*} mutation=${1#*$'\t'} bad=0
    work=$(mktemp -d)
    mkdir "$work/rules" "$work/tests" && cp "deploy/prometheus/tests/$test" "$work/tests" || return 1
    sed "$mutation" deploy/prometheus/rules/driftwatch.yml >"$work/mutated.yml"
    cmp -s deploy/prometheus/rules/driftwatch.yml "$work/mutated.yml" && { echo "$mutation changes nothing"; bad=1; }
    focused "$work/tests/$test" <"$work/mutated.yml" >"$work/rules/driftwatch.yml"
    promtool test rules "$work/tests/$test" >/dev/null 2>&1 && { echo "not caught by $test: $mutation"; bad=1; }
    rm -rf "$work"
    return $bad
}
export -f is_caught focused
mutations_are_caught() { grep -v '^#' .ci/rule-mutations.tsv | xargs -d '\n' -P 2 -I{} bash -c 'is_caught "$1"' is_caught {}; }
# Every alert has a mutation that changes it and no other.
alerts_have_mutations() {
    local rules=deploy/prometheus/rules/driftwatch.yml work mutation name bad=0
    work=$(mktemp -d)
    named() { awk '$2 ~ /^(alert|record):$/ { name = $3 } { print name "\t" $0 }'; }
    named <$rules >"$work/rules"
    while read -r mutation; do
        sed "${mutation#*$'\t'}" $rules | named | diff "$work/rules" - | sed -nE 's/^> ([^\t]+)\t.*/\1/p' | sort -u >"$work/one"
        [ "$(wc -l <"$work/one")" = 1 ] && cat "$work/one"
    done < <(grep -v '^#' .ci/rule-mutations.tsv) >"$work/mutated"
    for name in $(sed -n 's/^ *- alert: //p' $rules); do
        grep -qx "$name" "$work/mutated" || { echo "$name: no mutation in .ci/rule-mutations.tsv changes it alone"; bad=1; }
    done
    rm -rf "$work"
    return $bad
}
# The groups that a test needs are enough for it: else any mutation would seem to be caught.
focus_is_enough() {
    local work test
    work=$(mktemp -d)
    mkdir "$work/rules" "$work/tests" && cp deploy/prometheus/tests/*_test.yml "$work/tests" || return 1
    ls deploy/prometheus/tests | xargs -P 2 -I{} bash -c '
        set -e
        mkdir -p "$1/of/{}/rules" "$1/of/{}/tests"
        cp "$1/tests/{}" "$1/of/{}/tests"
        focused "$1/tests/{}" <deploy/prometheus/rules/driftwatch.yml >"$1/of/{}/rules/driftwatch.yml"
        promtool test rules "$1/of/{}/tests/{}"' focus "$work"
    local code=$?
    rm -rf "$work"
    return $code
}
dashboards() { node .ci/check-dashboards.mjs grafana/dashboards/*.json; }
# As constants of Grafana's own types; an option that no panel knows must not pass.
grafanas_types() {
    local work code
    node .ci/tools/check-grafana.mjs grafana/dashboards/*.json || return 1
    work=$(mktemp)
    sed 's/"showHeader"/"showHeading"/' grafana/dashboards/driftwatch-overview.json >"$work"
    ! node .ci/tools/check-grafana.mjs "$work" >/dev/null 2>&1 || { echo "an option that is none passes"; false; }
    code=$?
    rm -f "$work"
    return $code
}
annotations() {
    local test code
    test=$(mktemp --suffix .yml)
    node .ci/tools/annotations-test.mjs grafana/dashboards/*.json >"$test" && promtool test rules "$test"
    code=$?
    rm -f "$test"
    return $code
}

# Judged as rendered: what is applied is what was looked at.
manifests() {
    local directory
    for directory in deploy/kubernetes/base deploy/kubernetes/prometheus-operator deploy/kubernetes/recalibrate; do
        kubectl kustomize "$directory" | node .ci/tools/check-kubernetes.mjs || return 1
    done
    kubectl kustomize deploy/kubernetes/dev | node .ci/tools/check-kubernetes.mjs --alone || return 1
    kubectl kustomize deploy/kubernetes/ha | node .ci/tools/check-kubernetes.mjs deploy/kubernetes/ha/secret.example.yaml
}

if need promtool "alert rules"; then
    check "the alert rules are valid" promtool check rules --lint=all --lint-fatal deploy/prometheus/rules/driftwatch.yml
    check "the Prometheus configuration is valid" promtool check config --lint=all --lint-fatal deploy/prometheus/prometheus.yml
    check "alerts fire and stay silent as their tests say" alerts_are_as_tested
    check "each test needs only the groups that it names" focus_is_enough
    check "breaking a rule makes its test fail" mutations_are_caught
fi
check "every alert has a runbook and both tests" alerts_are_complete
check "every alert has a mutation of its own" alerts_have_mutations
if need amtool "Alertmanager"; then
    check "the Alertmanager configuration is valid" amtool check-config deploy/alertmanager/alertmanager.yml
    check "a critical alert reaches the pager" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=pager severity=critical
    check "a warning becomes a ticket" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=tickets severity=warning
    check "the watchdog goes to the dead man's switch" amtool config routes test --config.file=deploy/alertmanager/alertmanager.yml --verify.receivers=dead-mans-switch alertname=DriftWatchWatchdog severity=none
fi
if need kubectl "the Kubernetes manifests" && need node "the Kubernetes manifests"; then check "the Kubernetes manifests are valid and keep a standby" manifests; fi
if need docker-compose "docker-compose.yml"; then check "docker-compose.yml is valid" docker-compose config -q; fi
if need node "dashboards"; then
    check "the dashboards keep to their conventions" dashboards
    check "the dashboards are what Grafana's types say" grafanas_types
    if need promtool "annotations"; then check "annotations mark what happened once, also where the next scrape failed" annotations; fi
fi
totals
