"""A web server that speaks as much of Dagster's GraphQL as is asked of it, and can misbehave.

Only for what a real Dagster cannot be made to do: to refuse a partition or a run, to lose a race,
to say nothing of why a run failed, to answer with 503, 401 or HTML, to stand behind a proxy with a
token or a certificate, to log terminal controls; and for other code locations, each of which would
be a Dagster of its own. The rest is in `tests/cli/test_cli_release_dagster.py`, with a real one.
"""

import json
import re
import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KEY = "yunque@v2.4.0"
HOME = {
    "name": "sanku",
    "repositories": [{"name": "__repository__", "jobs": [{"name": "changelog_job"}]}],
}
RUN = {"runId": "r" * 36, "status": "QUEUED"}


class FakeDagster:
    """A web server on loopback that answers each GraphQL operation as it is told to.

    An answer is data, or a function of the request's body that returns data; `status` and `body`
    replace all of them.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[Mapping[str, str]] = []
        self.status, self.body, self.broken = 200, "", 0
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                web.headers.append(dict(self.headers))
                status, body = web.answer(sent)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        if certificate:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(certificate)
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
            self.url = self.url.replace("http", "https")
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def answer(self, sent: dict[str, Any]) -> tuple[int, bytes]:
        found = re.search(r"(?:query|mutation) (\w+)", sent["query"])
        assert found
        name = found[1]
        self.asked.append((name, sent["variables"]))
        if self.broken:
            self.broken -= 1
            return 503, b""
        if self.status != 200 or self.body:
            return self.status, self.body.encode()
        data = self.answers[name]
        data = data(sent["variables"]) if callable(data) else data
        return 200, json.dumps(data if "errors" in data else {"data": data}).encode()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def names(self) -> list[str]:
        return [name for name, _ in self.asked]


def workspace(*homes: dict[str, Any], keys: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return code locations and known releases, as Dagster tells them while nothing runs."""
    entries = [{"name": home["name"], "locationOrLoadError": home} for home in homes]
    return {
        "workspaceOrError": {"locationEntries": entries},
        "assetNodes": [{"partitionKeys": keys}],
        "runsOrError": {"results": []},
    }


def log(status: str, *events: dict[str, Any]) -> dict[str, Any]:
    """Return a look at a run's log."""
    return {
        "runOrError": {"status": status},
        "logsForRun": {"cursor": "c", "events": events},
    }
