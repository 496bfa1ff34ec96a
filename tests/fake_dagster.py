"""A web server that speaks as much of Dagster's GraphQL as is asked of it, and can misbehave."""

import json
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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

    def __init__(self) -> None:
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


def workspace(
    *homes: dict[str, Any], keys: tuple[str, ...] = (), runs: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """Return code locations, known releases and runs that have not ended, as Dagster tells them."""
    entries = [{"name": home["name"], "locationOrLoadError": home} for home in homes]
    return {
        "workspaceOrError": {"locationEntries": entries},
        "assetNodes": [{"partitionKeys": keys}],
        "runsOrError": {"results": runs},
    }


def log(status: str, *events: dict[str, Any], more: bool = False) -> dict[str, Any]:
    """Return a look at a run's log."""
    return {
        "runOrError": {"status": status},
        "logsForRun": {"cursor": "c", "hasMore": more, "events": events},
    }


def made(asset: str, partition: str | None = None, **entries: Any) -> dict[str, Any]:
    """Return the event that an asset was materialized, with metadata."""
    metadata = [_entry(label, value) for label, value in entries.items()]
    return {
        "__typename": "MaterializationEvent",
        "assetKey": {"path": [asset]},
        "partition": partition,
        "metadataEntries": metadata,
    }


def _entry(label: str, value: Any) -> dict[str, Any]:
    match value:
        case dict():
            return {"label": label, "jsonString": json.dumps(value)}
        case list():
            return {"label": label, "table": {"records": [json.dumps(row) for row in value]}}
        case bool():
            return {"label": label, "boolValue": value}
        case int():
            return {"label": label, "intValue": value}
        case _:
            return {"label": label, "text": value}


def check(name: str, *, passed: bool, severity: str = "ERROR") -> dict[str, Any]:
    """Return the event that a check was evaluated."""
    told = {"checkName": name, "success": passed, "severity": severity, "description": "why"}
    return {"__typename": "AssetCheckEvaluationEvent", "evaluation": told}
