#!/usr/bin/env bash
# The examples of docs/events.md against a real Kafka, a real service and its own events: what can be run here is run, what needs
# Airflow, Argo or Kubeflow is held against recorded events and a stub.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

shared=${DRIFTWATCH_SHARED:-../shared}
python=/usr/bin/python3 # the one that Debian's packages are for
for tool in kcat curl java node jq openssl $python; do command -v $tool >/dev/null || { skip "subscribers" "needs $tool"; totals; exit; }; done
$python -c 'import confluent_kafka' 2>/dev/null || { skip "subscribers" "needs python3-confluent-kafka"; totals; exit; }
[ -x "$shared/kafka/kafka" ] || { skip "subscribers" "no Kafka at $shared/kafka (DRIFTWATCH_SHARED says where)"; totals; exit; }
make --no-print-directory build || exit 1

work=$(mktemp -d) examples=$PWD/examples/subscribers driftwatch=$PWD/out/driftwatch
broker=127.0.0.1:${SUBSCRIBERS_KAFKA_PORT:-20692} page=127.0.0.1:29197 stub=127.0.0.1:29198 receiver=127.0.0.1:29199
shared=$(cd "$shared" && pwd)
export SUBSCRIBER_SEEN=$work/seen-python KAFKA_DIR=$work/kafka MLFLOW_SECRET=a-secret-of-mlflow DRIFTWATCH_TOKEN=0123456789abcdef0123456789abcdef
# A check runs in a shell of its own, so what it leaves running is written down.
finish() {
    local pid
    while read -r pid; do kill "$pid" && while kill -0 "$pid"; do sleep 0.1; done; done 2>/dev/null <"$work/pids"
    "$shared/kafka/kafka" wipe >/dev/null 2>&1
    rm -rf "$work"
}
touch "$work/pids"
trap finish EXIT

cat >"$work/driftwatch.yaml" <<YAML
kafka:
  bootstrapServers: "$broker"
  createTopics: true
  topics: {state: driftwatch.calibration.state}
events: {modelUri: "models:/{model}/{version}"}
monitor: {windows: [10m]}
pipeline: {idleAdvance: false, commitInterval: 200ms, publishInterval: 200ms}
defaults: {horizon: 5m, rule: threshold, threshold: {window: 10m, windows: 2, minLabeled: 50}}
web: {listen: "$page", answerToken: "$DRIFTWATCH_TOKEN"}
YAML

# Two models that mean what they say for an hour, and not any more after that.
drift() {
    $python - "$work" <<'PY'
import json, random, sys, time
random.seed(21)
start = int(time.time() * 1000) - 5 * 3_600_000
with open(sys.argv[1] + "/predictions", "w") as predictions, open(sys.argv[1] + "/labels", "w") as labels:
    for i in range(3600):
        for model in ("fraud", "churn"):
            p = round(random.random(), 3)
            print(json.dumps({"id": f"{model}{i}", "model": model, "version": "1", "timestamp": start + i * 3000, "probability": p}), file=predictions)
            print(json.dumps({"id": f"{model}{i}", "timestamp": start + i * 3000 + 120_000, "label": int(random.random() < (p if i < 1200 else p / 3))}), file=labels)
PY
    for topic in predictions labels; do
        "$shared/kafka/kafka" tool topics --bootstrap-server $broker --create --topic $topic --partitions 1 >/dev/null && kcat -b $broker -P -t $topic <"$work/$topic" || return
    done
}
until_page() { for _ in $(seq 1 300); do curl -s "http://$page$1" | grep -q "$2" && return; sleep 0.2; done; curl -s "http://$page$1" | tail -n 40; return 1; }
tail_json() { "$driftwatch" events tail --config "$work/driftwatch.yaml" --no-follow --json "$@"; }
answers() { curl -s "http://$page/metrics" | sed -n "s/^driftwatch_answers_total{result=\"$1\"} //p"; }
until_answers() { for _ in $(seq 1 100); do [ "$(answers "$1")" = "$2" ] && return; sleep 0.2; done; echo "$1: $(answers "$1")"; return 1; }

two_requests_come() {
    drift && { "$driftwatch" run --config "$work/driftwatch.yaml" >"$work/run.log" 2>&1 & echo $! >>"$work/pids"; } || return
    for _ in $(seq 1 300); do [ "$(curl -s "http://$page/api/v1/episodes" | jq '[.episodes[] | select(.state == "cooling")] | length')" = 2 ] && break; sleep 0.2; done
    tail_json --type requested >"$work/requests.jsonl" && [ "$(wc -l <"$work/requests.jsonl")" = 2 ] && head -n 1 "$work/requests.jsonl" >"$work/request.json"
}
mlflow_answers() {
    $python "$examples/mlflow/alias_receiver.py" "http://$page" champion "${receiver#*:}" >>"$work/receiver.log" 2>&1 & echo $! >>"$work/pids"
    local body='{"entity":"model_version_alias","action":"created","timestamp":"now","data":{"name":"churn","alias":"champion","version":"2"}}' stamp signature said
    stamp=$(date +%s)
    signature="v1,$(printf 'delivery-1.%s.%s' "$stamp" "$body" | openssl dgst -sha256 -hmac "$MLFLOW_SECRET" -binary | base64)"
    send() { curl -s -o "$work/said" -w '%{http_code}' --retry 20 --retry-connrefused --retry-delay 1 -H "X-MLflow-Signature: $1" -H "X-MLflow-Timestamp: $2" -H 'X-MLflow-Delivery-Id: delivery-1' -d "$body" "http://$receiver/"; }
    [ "$(send "v1,$(printf forged | base64)" "$stamp")" = 401 ] && [ "$(send "$signature" $((stamp - 9999)))" = 401 ] && [ "$(send "$signature" "$stamp")" = 200 ] || { cat "$work/said" "$work/receiver.log"; return 1; }
    said=$(cat "$work/said")
    until_answers completed 1 && until_page "/api/v1/episodes?model=churn" '"state":"answered"' && curl -s "http://$page/api/v1/episodes?model=churn" | jq -e --arg id "$said" '.episodes[0] | .id == $id and .fix.modelVersion == "2" and .answered.by == "mlflow"'
}
python_answers() { $python "$examples/subscriber.py" $broker --once && until_answers completed 2 && until_answers repeated 1 && $python "$examples/subscriber.py" $broker --once && [ "$(tail_json --type completed | wc -l)" = 3 ]; }
a_resent_request_is_told() {
    "$driftwatch" events resend --config "$work/driftwatch.yaml" "$(jq -r .correlationid "$work/request.json")" && $python "$examples/subscriber.py" $broker --once >"$work/resent.log" || return
    [ ! -s "$work/resent.log" ] && [ "$(tail_json --type requested | wc -l)" = 3 ] && [ "$(tail_json --type completed | wc -l)" = 3 ]
}
net_answers() {
    # In a folder of its own, as a user has it: the settings of this repository are not for examples.
    mkdir -p "$work/net" && cp "$examples/subscriber.cs" "$work/net" && (cd "$work/net" && SUBSCRIBER_SEEN=$work/seen-net dotnet run subscriber.cs -- $broker --once) && until_answers repeated 3
}
runs_are_started_once() {
    $python eng/stub-orchestrator.py "${stub#*:}" "$work/posted.jsonl" >/dev/null 2>&1 & echo $! >>"$work/pids"
    for _ in $(seq 1 50); do (echo >"/dev/tcp/${stub/://}") 2>/dev/null && break; sleep 0.1; done
    RUNS_SEEN=$work/seen-1 $python "$examples/start_runs.py" airflow "http://$stub" recalibrate <"$work/requests.jsonl" >"$work/first" &&
        RUNS_SEEN=$work/seen-1 $python "$examples/start_runs.py" airflow "http://$stub" recalibrate <"$work/requests.jsonl" >"$work/again" &&
        RUNS_SEEN=$work/seen-2 $python "$examples/start_runs.py" airflow "http://$stub" recalibrate <"$work/requests.jsonl" >"$work/other" || return
    [ "$(grep -c started$ "$work/first")" = 2 ] && [ ! -s "$work/again" ] && [ "$(grep -c 'was started before' "$work/other")" = 2 ] || { cat "$work/first" "$work/other"; return 1; }
    RUNS_SEEN=$work/seen-3 $python "$examples/start_runs.py" kubeflow "http://$stub" pipeline-1 version-1 <"$work/requests.jsonl" >/dev/null || return
    jq -es --arg id "$(jq -r .correlationid "$work/request.json")" '.[0].path == "/api/v2/dags/recalibrate/dagRuns" and .[0].body.dag_run_id == $id and (.[0].body.conf.data.dataRange | length > 0)
        and .[-2].path == "/apis/v2beta1/runs" and .[-2].body.pipeline_version_reference == {pipeline_id: "pipeline-1", pipeline_version_id: "version-1"} and .[-2].body.runtime_config.parameters.episode == $id' "$work/posted.jsonl"
}
airflow_takes_requests_alone() {
    $python -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$examples/airflow/recalibrate_dag.py" && cd "$examples/airflow" && $python -B - "$work" <<'PY'
import json, sys
import driftwatch_requests
class Message:
    def __init__(self, value): self._value = value
    def value(self): return self._value
lines = open(sys.argv[1] + "/all.jsonl", "rb").read().splitlines()
taken = [driftwatch_requests.request_of(Message(line)) for line in lines]
assert sum(one is not None for one in taken) == 3 and len(taken) > 4, taken
assert driftwatch_requests.request_of(Message(None)) is None
PY
}
events_keep_their_contract() {
    local i=0 line
    while read -r line; do printf '%s\n' "$line" >"$work/event-$((i += 1)).json"; done <"$work/all.jsonl"
    kcat -b $broker -C -e -q -t driftwatch.calibration.state -f '%s\n' | grep '^{' | while read -r line; do printf '%s\n' "$line" >"$work/stands-$((i += 1)).json"; done
    [ "$(find "$work" -name 'stands-*.json' | wc -l)" -gt 4 ] && node .ci/tools/check-event.mjs "$work"/event-*.json "$work"/stands-*.json
}
others_read_the_set() {
    "$driftwatch" set --config "$work/driftwatch.yaml" --event "$work/request.json" --out "$work/sets" && "$driftwatch" set --config "$work/driftwatch.yaml" --event "$work/request.json" --out "$work/sets" --format parquet &&
        node .ci/tools/read-set.mjs "$work/request.json" "$work/sets"/*.arrow "$work/sets"/*.parquet
}

check "a Kafka for the subscribers" "$shared/kafka/kafka" up --port "${broker#*:}"
check "two models drift, and two requests come" two_requests_come
check "apache-arrow and hyparquet read its calibration set" others_read_the_set
check "MLflow's alias answers one of them, signed alone" mlflow_answers
check "the subscriber in Python answers what is left, once" python_answers
check "a request that is sent again is not worked on again" a_resent_request_is_told
check "the subscriber in .NET answers, and the first answers stand" net_answers
tail_json >"$work/all.jsonl"
check "Airflow's REST and Kubeflow's get one run for each request (stubs)" runs_are_started_once
check "Airflow's trigger takes requests alone (its function; the DAG is parsed)" airflow_takes_requests_alone
check "all events, answers, and what stands keep to their schemas" events_keep_their_contract
check "what Argo's sensor asks for is in the event, and names the workflow" node .ci/tools/check-sensor.mjs examples/subscribers/argo/sensor.yaml "$work/request.json"
totals
