#!/usr/bin/env bash
# Every command of docs/runbooks, run as it is written against what it is about: a real Kafka, DriftWatch, Prometheus and Alertmanager.
# Only the names in capitals are put in. Those of kubectl and docker have no cluster here: they must get as far as looking for one.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

shared=${DRIFTWATCH_SHARED:-../shared}
for tool in prometheus prometheus-alertmanager amtool kcat curl java kubectl docker-compose; do
    command -v $tool >/dev/null || { skip "the commands of the runbooks" "needs $tool"; totals; exit; }
done
[ -x "$shared/kafka/kafka" ] || { skip "the commands of the runbooks" "no Kafka at $shared/kafka (DRIFTWATCH_SHARED says where)"; totals; exit; }
make --no-print-directory build || exit 1

work=$(mktemp -d) repository=$PWD
broker=127.0.0.1:${RUNBOOK_KAFKA_PORT:-20592} prometheus=127.0.0.1:29095 alertmanager=127.0.0.1:29096 page=127.0.0.1:29097
shared=$(cd "$shared" && pwd)
export KAFKA_DIR=$work/kafka
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
    "$shared/kafka/kafka" wipe >/dev/null 2>&1
    rm -rf "$work"
}
trap finish EXIT

# What the commands name: the tools by their names, the files of the one who reads, one record on each topic.
mkdir "$work/bin"
ln -s "$repository/out/driftwatch" "$work/bin/driftwatch"
printf 'kafka: {bootstrapServers: "%s", createTopics: true, createInputTopics: true}\nweb: {listen: "%s"}\n' "$broker" "$page" >"$work/driftwatch.yaml"
printf 'id,model,version,timestamp,probability\na,m,1,1772409600000,0.5\n' >"$work/predictions.csv"
printf 'id,timestamp,label\na,1772409660000,1\n' >"$work/labels.csv"
"$shared/kafka/kafka" up --port "${broker##*:}" >"$work/kafka.log" 2>&1 || { cat "$work/kafka.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
out/driftwatch run --config "$work/driftwatch.yaml" >"$work/driftwatch.log" 2>&1 &
pids+=($!)
mkdir "$work/rules" && cp deploy/prometheus/rules/*.yml "$work/rules"
cat >"$work/prometheus.yml" <<YAML
global: { scrape_interval: 2s, evaluation_interval: 2s }
rule_files: [rules/*.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["$alertmanager"] }] }] }
scrape_configs: [{ job_name: driftwatch, static_configs: [{ targets: ["$page"] }] }]
YAML
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address=$prometheus --log.level=warn 2>"$work/prometheus.log" &
pids+=($!)
prometheus-alertmanager --config.file=deploy/alertmanager/alertmanager.yml --storage.path="$work/alertmanager" --web.listen-address=$alertmanager --cluster.listen-address= --log.level=warn 2>"$work/alertmanager.log" &
pids+=($!)

everything_is_up() { curl -sf "http://$page/healthz/ready" && curl -sf "http://$prometheus/-/ready" && amtool alert query --alertmanager.url="http://$alertmanager" alertname=DriftWatchWatchdog | grep Watchdog; }
wait_for_everything() {
    local end=$((SECONDS + 120)) said
    until said=$(everything_is_up 2>&1); do [ $SECONDS -lt $end ] || { printf '%s\n' "$said"; tail "$work"/*.log; return 1; }; sleep 1; done
    for topic in predictions labels; do echo '{}' | kcat -b "$broker" -P -t $topic || return 1; done
}

# runs COMMAND: it ends well and says something.
runs() {
    local command=$1 said
    command=${command//HOST:8080/$page} command=${command//PROMETHEUS:9090/$prometheus} command=${command//ALERTMANAGER:9093/$alertmanager}
    command=${command//BROKER:9092/$broker} command=${command//GROUP/driftwatch}
    # The script of our test broker would fill it in; Kafka's own does not.
    case $command in kafka-*) [[ $command == *" --bootstrap-server "* ]] || { echo "needs --bootstrap-server"; return 1; } ;; esac
    command=$(sed -E "s|^kafka-([a-z-]+)\.sh |$shared/kafka/kafka tool \1 |; s|^docker compose |docker-compose |" <<<"$command")
    case $command in
        kubectl*) command="$command --server=http://127.0.0.1:1" ;;
        docker-compose*) export DOCKER_HOST=tcp://127.0.0.1:1; cp "$repository/docker-compose.yml" "$work" ;;
    esac
    said=$(cd "$work" && PATH="$work/bin:$PATH" timeout 60 bash -c "$command" 2>&1)
    local status=$?
    case $command in
        kubectl*) grep -qE 'refused|unable to connect' <<<"$said" && ! grep -qE 'unknown (flag|command)|error: ' <<<"$said" && return ;;
        docker-compose*) grep -qiE "couldn't connect to docker daemon|connection refused|error while fetching server" <<<"$said" && return ;;
        # A question that Prometheus does not understand is answered too.
        *api/v1/query*) grep -q '"status":"success"' <<<"$said" && return ;;
        *) [ $status = 0 ] && [ -n "$said" ] && return ;;
    esac
    printf '%s\nended with %s:\n%s\n' "$command" $status "$said"
    return 1
}

# What a runbook tells the reader to look at must be there to be looked at.
named_metrics_exist() {
    local name bad=0
    for name in $(grep -ohE 'driftwatch_[a-z0-9_]+' docs/runbooks/*.md | sort -u); do
        grep -qE "\`${name%_bucket}(\`|[a-z0-9_]*\`)" docs/metrics.md || { echo "$name: no such metric"; bad=1; }
    done
    return $bad
}

check "every metric that a runbook names exists" named_metrics_exist
check "Kafka, DriftWatch, Prometheus and Alertmanager are up" wait_for_everything
found=0
while read -r command; do
    found=$((found + 1))
    check "$command" runs "$command"
done < <(grep -ohE '`(curl|kcat|kubectl|docker|amtool|driftwatch|kafka-[a-z-]+\.sh) [^`]*`' docs/runbooks/*.md | tr -d '`' | sort -u)
check "the runbooks have commands" [ $found -ge 12 ]
totals
