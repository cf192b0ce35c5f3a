# For the scripts of .ci/checks: `start_alertmanager FOLDER PORT SINK` starts Alertmanager with the configuration that is shipped, and a webhook that
# writes what it is sent to FOLDER/received. Only receivers and waiting times differ. Both process ids are added to `pids`.
start_alertmanager() {
    local folder=$1 port=$2 sink=$3
    sed -E -e "s|^  - name: (.*)|  - name: \1\n    webhook_configs: [{url: 'http://127.0.0.1:$sink/'}]|" \
        -e 's/group_wait: 30s/group_wait: 2s/; s/group_interval: (30s|5m)/group_interval: 1s/; s/repeat_interval: 1m/repeat_interval: 2s/' \
        deploy/alertmanager/alertmanager.yml >"$folder/alertmanager.yml"
    node .ci/tools/webhook-sink.mjs "$sink" >"$folder/received" 2>"$folder/sink.log" &
    pids+=($!)
    prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/alertmanager" --web.listen-address="127.0.0.1:$port" --cluster.listen-address= --log.level=warn 2>"$folder/alertmanager.log" &
    pids+=($!)
    for _ in $(seq 1 100); do curl -sf "http://127.0.0.1:$port/-/ready" >/dev/null && break; sleep 0.2; done
}
