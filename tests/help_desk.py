"""A help desk on a loopback port, which is told of hand-offs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HelpDesk:
    """Answers with the statuses that it is given, then 204, and keeps what it was told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.told: list[tuple[dict[str, str], bytes]] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                desk.told.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(desk.statuses.pop(0) if desk.statuses else 204)
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *told: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/handoff"


@contextmanager
def listening_desk() -> Iterator[HelpDesk]:
    """Let a help desk listen while the block runs."""
    desk = HelpDesk()
    thread = threading.Thread(target=desk.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        desk.server.shutdown()
        desk.server.server_close()
        thread.join()
