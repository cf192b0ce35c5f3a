"""Stands for Airflow and Kubeflow in checks: writes every body to a file, one a line, and refuses a run id that it has had (409)."""
import http.server
import json
import sys

seen = set()


class Stub(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with open(sys.argv[2], "a") as file:
            file.write(json.dumps({"path": self.path, "body": body}) + "\n")
        run = (self.path, body.get("dag_run_id"))
        self.send_response(409 if run[1] and run in seen else 200)
        self.end_headers()
        seen.add(run)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Stub).serve_forever()
