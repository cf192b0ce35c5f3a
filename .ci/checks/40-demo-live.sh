#!/usr/bin/env bash
# The demo as a newcomer runs it, with a real Prometheus scraping it and evaluating our rules, and a real Alertmanager behind it: the event
# comes, the metrics are clean, the rules are healthy, the dashboard's queries find something, the page draws, the drift reaches the pager.
# Then it is killed, somebody is paged, and what the dead one had said is held back.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh
source .ci/alertmanager.sh

for tool in prometheus promtool prometheus-alertmanager amtool curl jq node; do
    command -v $tool >/dev/null || { skip "the live demo" "needs $tool"; totals; exit; }
done
make --no-print-directory build || exit 1

work=$(mktemp -d) evidence=artifacts/ci
mkdir -p $evidence
demo= pids=()
finish() {
    for pid in $demo "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
    cp "$work/demo.log" $evidence/demo.log
    rm -rf "$work"
}
trap finish EXIT

start_demo() {
    out/driftwatch demo --listen 127.0.0.1:0 --for 400s >"$work/demo.log" 2>"$work/demo.err" &
    demo=$!
    for _ in $(seq 1 150); do
        page=$(sed -nE '1s/^Status page: (.*)\/$/\1/p' "$work/demo.log")
        [ -n "$page" ] && break
        kill -0 $demo 2>/dev/null || break
        sleep 0.2
    done
}
start_demo
[ -n "${page:-}" ] || { echo "the demo did not print its page first:"; cat "$work/demo.log" "$work/demo.err"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

# What is shipped waits for minutes before it pages; everything else of a rule stays as it is.
mkdir "$work/rules" && cp deploy/prometheus/rules/*.yml "$work/rules"
sed -i -E '/alert: DriftWatch(Down|CalibrationDrifting)$/,/for:/s/for: [0-9]+m/for: 6s/' "$work/rules/driftwatch.yml"
cat >"$work/prometheus.yml" <<YAML
global: { scrape_interval: 2s, evaluation_interval: 2s }
rule_files: [rules/*.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:19093"] }] }] }
scrape_configs:
  - job_name: driftwatch
    sample_limit: 25000
    static_configs: [{ targets: ["${page#http://}"] }]
YAML
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address=127.0.0.1:19090 --log.level=warn 2>"$work/prometheus.log" &
pids+=($!)
start_alertmanager "$work" 19093 19094
# within SECONDS COMMAND...: tries until it holds; the last try's output is what a failure shows.
within() {
    local end=$((SECONDS + $1)) said
    shift
    until said=$("$@" 2>&1); do
        [ $SECONDS -lt $end ] || { printf '%s\n' "$said"; return 1; }
        sleep 0.5
    done
}
ask() { curl -sfG "http://127.0.0.1:19090/api/v1/$1" "${@:2}"; }

event_within_two_minutes() {
    for _ in $(seq 1 120); do
        grep -q '^  "type": "io.driftwatch.recalibration.requested.v1"' "$work/demo.log" && return 0
        kill -0 $demo 2>/dev/null || break
        sleep 1
    done
    cat "$work/demo.log" "$work/demo.err"
    return 1
}
event_keeps_its_contract() { awk '/^\{/ { on = 1 } on { print } /^\}/ { exit }' "$work/demo.log" >"$work/event.json" && cp "$work/event.json" $evidence/ && node .ci/tools/check-event.mjs "$work/event.json"; }
metrics_are_clean() { local said; curl -sf "$page/metrics" >"$work/metrics.txt" && said=$(promtool check metrics <"$work/metrics.txt" 2>&1) && [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }; }
target_is_up() { [ "$(ask targets | jq -r '.data.activeTargets[].health')" = up ] || { ask targets | jq .data.activeTargets; return 1; }; }
rules_are_healthy() { [ -z "$(ask rules | jq -r '.data.groups[].rules[] | select(.health != "ok") | .name')" ] || { ask rules | jq '.data.groups[].rules[] | {name, health, lastError}'; return 1; }; }
fraud_drifts() {
    ask query --data-urlencode 'query=driftwatch_calibration_state == 1' | jq -c '.data.result[].metric'
    [ "$(ask query --data-urlencode 'query=driftwatch_calibration_state{model="fraud",version="7",driftwatch_calibration_state="drifting"}' | jq -r '.data.result[0].value[1]')" = 1 ] &&
        [ "$(ask query --data-urlencode 'query=driftwatch_calibration_state{model="animals",driftwatch_calibration_state="drifting"}' | jq -r '.data.result[0].value[1]')" = 0 ]
}
counters_tell_the_same_ece() {
    # The bin counters give an ECE by PromQL; it must be near the service's own over its five-minute window, which holds the same predictions.
    local by_counters by_service
    by_counters=$(ask query --data-urlencode 'query=sum(abs(sum by (bin) (driftwatch_bin_confidence_total{model="fraud",version="7"}) - sum by (bin) (driftwatch_bin_positives_total{model="fraud",version="7"}))) / sum(driftwatch_bin_predictions_total{model="fraud",version="7"})' | jq -r '.data.result[0].value[1]')
    by_service=$(curl -sf "$page/api/v1/series?model=fraud&version=7" | jq '[.series[] | select(.slice == null)][0].total.metrics.ece10')
    echo "by counters $by_counters, by the service $by_service"
    awk -v a="$by_counters" -v b="$by_service" 'BEGIN { exit !(a > 0 && b > 0 && (a - b) ^ 2 < 0.01 ^ 2) }'
}
drift_pages() { [ "$(ask query --data-urlencode 'query=ALERTS{alertname="DriftWatchCalibrationDrifting", alertstate="firing", model="fraud"}' | jq '.data.result | length')" = 1 ]; }
# heard RECEIVER ALERT FILTER: the receiver was sent the alert, and the jq filter holds for it.
heard() { jq -es --arg receiver "$1" --arg alert "$2" "any(.[] | select(.receiver == \$receiver) | .alerts[] | select(.labels.alertname == \$alert); $3)" "$work/received" >/dev/null || { cat "$work/received" "$work/alertmanager.log"; return 1; }; }
drift_reaches_the_pager() {
    heard pager DriftWatchCalibrationDrifting '.labels.model == "fraud" and .labels.severity == "critical"
        and (.annotations.description | test("^fraud version 7 .* Gap over the last six hours: [+-][0-9.]+ points, claims too (high|low), on [0-9]+ labeled predictions. Since about 20"))
        and (.annotations.runbook_url | test("^https://.*/DriftWatchCalibrationDrifting.md$")) and (.annotations.dashboard_url | test("^http://.*var-model=fraud"))'
}
the_watchdog_is_heard() { heard dead-mans-switch DriftWatchWatchdog true; }
the_dead_are_held_back() {
    heard pager DriftWatchDown '.labels.job == "driftwatch"' &&
        amtool alert query --inhibited --alertmanager.url=http://127.0.0.1:19093 model=fraud -o json | jq -e 'any(.[]; .labels.alertname == "DriftWatchCalibrationDrifting")' >/dev/null
}
the_loop_closes() { grep -q '^  "type": "io.driftwatch.recalibration.resolved.v1"' "$work/demo.log" && grep -q '"proven": true' "$work/demo.log" || { tail -20 "$work/demo.log"; return 1; }; }
death_pages() { ask query --data-urlencode 'query=ALERTS' | jq -c '.data.result[].metric'; [ "$(ask query --data-urlencode 'query=ALERTS{alertname="DriftWatchDown", alertstate="firing", job="driftwatch"}' | jq '.data.result | length')" = 1 ]; }
# Since before the death some page has stood at every moment: what is known only to be gone never looks well.
never_silent() {
    local pages
    pages=$(ask query --data-urlencode "query=min_over_time((count(ALERTS{severity=\"critical\", alertstate=\"firing\"}) or vector(0))[$((SECONDS - killed + 2))s:1s])" | jq -r '.data.result[0].value[1]')
    [ "$pages" -ge 1 ]
}
headlines_say_no_data() { node .ci/check-dashboards.mjs --dead http://127.0.0.1:19090 grafana/dashboards/*.json; }
# On six hours made of what the demo says now, half of which a version was there that has gone.
a_retired_version_is_seen() {
    rm -rf "$work/history" && curl -sf "$page/metrics" | node .ci/tools/history.mjs >"$work/history.om" && promtool tsdb create-blocks-from openmetrics "$work/history.om" "$work/history" >/dev/null || return 1
    local server code
    echo 'global: {}' >"$work/nothing.yml"
    prometheus --config.file="$work/nothing.yml" --storage.tsdb.path="$work/history" --storage.tsdb.retention.time=30d --web.listen-address=127.0.0.1:19095 --log.level=warn 2>"$work/history.log" &
    server=$!
    within 20 curl -sf http://127.0.0.1:19095/-/ready >/dev/null && node .ci/check-dashboards.mjs --retired http://127.0.0.1:19095 grafana/dashboards/*.json
    code=$?
    kill $server && wait $server 2>/dev/null
    return $code
}
dashboards_find_data() { node .ci/check-dashboards.mjs --live http://127.0.0.1:19090 "$@"; }
page_draws() {
    command -v chromium >/dev/null || { echo "needs chromium"; return 1; }
    timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync \
        --user-data-dir="$work/chromium" --window-size=1280,1700 --virtual-time-budget=4000 --screenshot="$PWD/$evidence/status-page.png" "$page/" 2>"$work/chromium.log"
    [ -s $evidence/status-page.png ] || { cat "$work/chromium.log"; return 1; }
}
probes_answer() { for probe in live ready startup; do curl -sf "$page/healthz/$probe" >/dev/null || { echo "$probe"; curl -s "$page/healthz/$probe?verbose"; return 1; }; done; out/driftwatch healthcheck --listen "${page#http://}"; }
demo_ends_well() { [ "$code" = 0 ] && [ "$seconds" -lt 10 ] || { echo "exit $code after $seconds s"; cat "$work/demo.err"; return 1; }; }
log_is_quiet() { ! grep -iE 'unhandled|exception|fail:|crit:|"LogLevel":"(Error|Critical)"' "$work/demo.err" "$work/demo.log"; }

check "the page's address is printed first, and health probes answer" within 30 probes_answer
check "the drift is flagged within two minutes and the event is printed" event_within_two_minutes
check "the event keeps to CloudEvents and to its schema" event_keeps_its_contract
check "promtool has nothing to say about the metrics" metrics_are_clean
check "Prometheus scrapes it" within 20 target_is_up
check "Prometheus evaluates the rules" within 20 rules_are_healthy
check "fraud drifts and animals does not" within 20 fraud_drifts
check "the bin counters give the ECE that the service gives" within 20 counters_tell_the_same_ece
check "every query of the dashboards finds data" within 20 dashboards_find_data grafana/dashboards/driftwatch-{overview,model,pipeline}.json
check "a browser draws the page" page_draws

check "nothing in its log is an error" log_is_quiet
check "the drift pages" within 60 drift_pages
check "the drift reaches the pager, with which way, how far, since when, and where to look" within 30 drift_reaches_the_pager
check "the watchdog reaches the dead man's switch" within 30 the_watchdog_is_heard
check "a map answers, labels prove it, and the episode ends" within 150 the_loop_closes
check "every query of the dashboard about recalibration finds data" within 20 dashboards_find_data grafana/dashboards/driftwatch-recalibration.json
check "every query finds the history of a version that has gone" within 60 a_retired_version_is_seen

killed=$SECONDS
kill -KILL $demo
wait $demo 2>/dev/null
demo=
cp "$work/demo.log" $evidence/killed-demo.log
check "a killed service pages" within 60 death_pages
check "its death reaches the pager, and holds back what it had said of models" within 30 the_dead_are_held_back
check "no moment without a page since before its death" never_silent
check "no headline of the dashboards stands for a dead service" within 60 headlines_say_no_data

start_demo
check "it starts anew" within 30 probes_answer
sleep 5
# Not in a check: only this shell can wait for its child.
stopped=$SECONDS
kill -TERM $demo
wait $demo
code=$? seconds=$((SECONDS - stopped)) demo=
check "a signal ends the demo gracefully within ten seconds" demo_ends_well
check "nothing in its log is an error" log_is_quiet
totals
