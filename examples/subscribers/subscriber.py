"""Answers recalibration requests: python3 subscriber.py BROKERS [--once]

Reads what is committed, from the oldest record on, and moves on when its answer is at the brokers: after a crash it
answers again, with the same id. A request that was sent again is told by source and id, and not worked on a second time:
the file that SUBSCRIBER_SEEN names (subscriber.seen) remembers them. Needs confluent-kafka.
"""
import datetime
import json
import os
import sys
import uuid

from confluent_kafka import Consumer, KafkaError, Producer

REQUESTS, GROUP, SOURCE = "driftwatch.recalibration.requests", "recalibration", "/pipelines/example"
REQUESTED = "io.driftwatch.recalibration.requested.v1"


def recalibrate(data):
    """Your pipeline. Train on data["dataRange"], or refit from data["bins"]; put the result behind the model."""
    print(f"{data['model']} {data['version']}: {data['reason']}", flush=True)
    return {"by": "subscriber.py", "modelVersion": data["version"] + "-recalibrated"}


def is_due(event, now):
    expiry = event.get("expirytime")
    return event["type"] == REQUESTED and (expiry is None or datetime.datetime.fromisoformat(expiry.replace("Z", "+00:00")) > now)


def answer_to(event, result):
    data = event["data"]
    said = {"episode": event["correlationid"], "request": event["id"], "model": data["model"], "version": data["version"], "slice": data["slice"], **result}
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, SOURCE + event["source"] + event["id"])),
        "source": SOURCE,
        "type": data["answer"]["type"],
        "partitionkey": data["model"],
        "correlationid": event["correlationid"],
        "data": said,
    }


def main(brokers, once):
    path = os.environ.get("SUBSCRIBER_SEEN", "subscriber.seen")
    seen = set(open(path).read().splitlines()) if os.path.exists(path) else set()
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": GROUP, "isolation.level": "read_committed", "auto.offset.reset": "earliest", "enable.auto.commit": False, "enable.partition.eof": True})
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True})
    consumer.subscribe([REQUESTS])
    unread = None
    while unread is None or unread or not once:
        record = consumer.poll(1)
        if unread is None and consumer.assignment():
            unread = {part.partition for part in consumer.assignment()}
        if record is None:
            continue
        if record.error():
            if record.error().code() != KafkaError._PARTITION_EOF:
                raise SystemExit(record.error())
            unread = (unread or set()) - {record.partition()}
            continue
        event = json.loads(record.value())
        name = json.dumps([event["source"], event["id"]])
        if is_due(event, datetime.datetime.now(datetime.timezone.utc)) and name not in seen:
            answer = answer_to(event, recalibrate(event["data"]))
            producer.produce(event["data"]["answer"]["topic"], key=event["data"]["model"], value=json.dumps(answer))
            if producer.flush(30) > 0:
                raise SystemExit("the brokers did not take the answer; start again, and it is sent again")
            seen.add(name)
            with open(path, "a") as file:
                file.write(name + "\n")
        consumer.commit(record, asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main(sys.argv[1], "--once" in sys.argv)
