"""Starts a run for every request that comes on standard input, and no second one.

    driftwatch events tail --config driftwatch.yaml --from-beginning --type requested --json | python3 start_runs.py airflow http://airflow:8080 DAG
    driftwatch events tail --config driftwatch.yaml --from-beginning --type requested --json | python3 start_runs.py kubeflow http://ml-pipeline:8888 PIPELINE VERSION

The token for the orchestrator is taken from RUNS_TOKEN. Airflow refuses a second run of an episode itself (409). Kubeflow does
not: the file that RUNS_SEEN names (runs.seen) remembers what was started. Needs nothing but Python.
"""
import json
import os
import sys
import urllib.error
import urllib.request


def airflow(base, dag):
    def run(event):
        return f"{base}/api/v2/dags/{dag}/dagRuns", {"dag_run_id": event["correlationid"], "logical_date": None, "conf": event}
    return run


def kubeflow(base, pipeline, version):
    def run(event):
        data = event["data"]
        parameters = {"model": data["model"], "version": data["version"], "slice": data["slice"] or "", "episode": event["correlationid"], "event": json.dumps(event)}
        return f"{base}/apis/v2beta1/runs", {
            "display_name": event["correlationid"],
            "pipeline_version_reference": {"pipeline_id": pipeline, "pipeline_version_id": version},
            "runtime_config": {"parameters": parameters},
        }
    return run


def post(url, body):
    """Whether the orchestrator has the run now; what it says otherwise ends this, so that the run is tried again."""
    headers = {"content-type": "application/json"}
    if os.environ.get("RUNS_TOKEN"):
        headers["authorization"] = f"Bearer {os.environ['RUNS_TOKEN']}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=30):
            return "started"
    except urllib.error.HTTPError as refused:
        if refused.code == 409:
            return "was started before"
        raise SystemExit(f"{url}: {refused.code} {refused.read(500).decode(errors='replace')}")


def main(kind, *target):
    run, seen = {"airflow": airflow, "kubeflow": kubeflow}[kind](*target), os.environ.get("RUNS_SEEN", "runs.seen")
    started = set(open(seen).read().split()) if os.path.exists(seen) else set()
    for line in sys.stdin:
        event = json.loads(line)
        episode = event["correlationid"]
        if not event["type"].endswith(".requested.v1") or episode in started:
            continue
        print(episode, post(*run(event)), flush=True)
        started.add(episode)
        with open(seen, "a") as file:
            file.write(episode + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
