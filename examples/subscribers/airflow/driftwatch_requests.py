"""What Airflow's trigger makes of a record: beside the DAG, where the triggerer can import it."""
import json

REQUESTED = "io.driftwatch.recalibration.requested.v1"


def request_of(message):
    """The request as a dict; None, which starts nothing, for a tombstone and every other event."""
    value = message.value()
    event = json.loads(value) if value else None
    return event if event and event.get("type") == REQUESTED else None
