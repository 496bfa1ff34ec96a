"""A storage that speaks S3, on loopback: moto behind a server that writes down each request."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server


class Quiet(MotoRequestHandler):
    """Says nothing on stderr."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - as in werkzeug
        """Write nothing."""


@dataclass
class ObjectStore:
    """The server, its buckets as boto3 sees them, and what it was asked."""

    asked: list[str] = field(default_factory=list)
    """`GET /bucket/key?query` of each request, in order."""

    def __post_init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, self._count, threaded=True, request_handler=Quiet
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="writer",
            aws_secret_access_key="writer",
            region_name="us-east-1",
        )

    def _count(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{query}")
        return self._moto(environ, start_response)  # type: ignore[no-any-return]

    def put(self, bucket: str, **objects: bytes | str) -> None:
        """Write objects; a key is what its name says, or what stands before `=` in a dict."""
        for key, data in objects.items():
            content = data.encode() if isinstance(data, str) else data
            self.client.put_object(Bucket=bucket, Key=key, Body=content)

    def requests(self) -> tuple[int, int]:
        """Return how many listings and how many contents were asked for since the last call."""
        listings = sum("list-type=2" in line for line in self.asked)
        contents = len(self.asked) - listings
        self.asked.clear()
        return listings, contents

    def stop(self) -> None:
        """End the server and all connections to it."""
        self.client.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
