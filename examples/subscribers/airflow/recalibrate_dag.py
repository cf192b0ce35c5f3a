"""A run for every request: an asset that watches the topic. Airflow 3 with the Kafka and common messaging providers.

The connection "driftwatch" holds the consumer's settings as extra:
    {"bootstrap.servers": "kafka:9092", "group.id": "airflow-recalibration", "isolation.level": "read_committed",
     "auto.offset.reset": "earliest", "enable.auto.commit": false}
Runs of an asset have ids of Airflow's own, so a request that comes twice starts two: the first task leaves out what is
open no more. start_runs.py makes the episode the run's id instead.
"""
from airflow.providers.common.messaging.triggers.msg_queue import MessageQueueTrigger
from airflow.sdk import Asset, AssetWatcher, dag, task

requests = Asset(
    "driftwatch_requests",
    watchers=[
        AssetWatcher(
            name="driftwatch_requests",
            trigger=MessageQueueTrigger(scheme="kafka", topics=["driftwatch.recalibration.requests"], kafka_config_id="driftwatch", apply_function="driftwatch_requests.request_of"),
        )
    ],
)


@dag(schedule=[requests], max_active_runs=1, catchup=False)
def recalibrate():
    @task
    def request(triggering_asset_events=None):
        return triggering_asset_events[requests][-1].extra["payload"]

    @task
    def fit(event):
        print(event["data"]["model"], event["data"]["dataRange"])

    fit(request())


recalibrate()
