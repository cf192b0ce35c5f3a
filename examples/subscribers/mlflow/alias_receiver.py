"""Answers a request when MLflow moves an alias: MLFLOW_SECRET=… DRIFTWATCH_TOKEN=… python3 alias_receiver.py DRIFTWATCH_URL ALIAS [PORT]

Receives the webhook model_version_alias.created, checks its signature and age, and answers every open episode of the model that
waits, over HTTP (web.answerToken). MLflow sends webhooks once and forgets them: where one is lost, answer by hand. Needs nothing
but Python.
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

MOST_AGE, MOST_BYTES = 300, 1 << 20


def is_signed(headers, payload, secret, now):
    stamp, delivery = headers.get("X-MLflow-Timestamp", ""), headers.get("X-MLflow-Delivery-Id", "")
    if not stamp.isdigit() or abs(now - int(stamp)) > MOST_AGE:
        return False
    digest = hmac.new(secret.encode(), f"{delivery}.{stamp}.".encode() + payload, hashlib.sha256).digest()
    return hmac.compare_digest("v1," + base64.b64encode(digest).decode(), headers.get("X-MLflow-Signature", ""))


def answer(url, token, model, version):
    with urllib.request.urlopen(f"{url}/api/v1/episodes?model={urllib.parse.quote(model)}", timeout=10) as page:
        waiting = [one["id"] for one in json.load(page)["episodes"] if one["state"] in ("cooling", "ineffective", "worsened")]
    for episode in waiting:
        body = json.dumps({"by": "mlflow", "modelVersion": version}).encode()
        request = urllib.request.Request(f"{url}/api/v1/episodes/{episode}/completed", body, {"authorization": f"Bearer {token}", "content-type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()
    return waiting


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        payload = self.rfile.read(min(length, MOST_BYTES))
        if length > MOST_BYTES or not is_signed(self.headers, payload, os.environ["MLFLOW_SECRET"], time.time()):
            return self.say(401, "not signed with our secret, or too old")
        event = json.loads(payload)
        data = event.get("data", {})
        if (event.get("entity"), event.get("action"), data.get("alias")) != ("model_version_alias", "created", sys.argv[2]):
            return self.say(200, "not for us")
        try:
            self.say(200, " ".join(answer(sys.argv[1], os.environ["DRIFTWATCH_TOKEN"], data["name"], str(data["version"]))) or "nothing waits for an answer")
        except (urllib.error.URLError, KeyError) as failure:
            self.say(502, str(failure))

    def say(self, status, words):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(words.encode())


if __name__ == "__main__":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[3]) if len(sys.argv) > 3 else 8090), Receiver).serve_forever()
