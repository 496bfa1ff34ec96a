"""A private git server over HTTPS, on loopback, with a certificate that it signed itself."""

import base64
import ipaddress
import os
import ssl
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# What a server does with a request once it has seen its credentials; True when it has answered.
Answer = Callable[["Handler"], bool]


def basic(user: str, password: str) -> str:
    """Return the header that a browser would send."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def write_certificate(folder: Path) -> Path:
    """Write a certificate for `127.0.0.1` and `localhost`, and its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.DNSName("localhost"),
    ]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


class Handler(BaseHTTPRequestHandler):
    """Gives what lies below `root` to those who send the right header, through git's own CGI."""

    server: "GitServer"

    def do_GET(self) -> None:
        self.server.seen.append(self.headers.get("Authorization", ""))
        if self.server.answer is not None and self.server.answer(self):
            return
        if self.headers.get("Authorization") != self.server.wanted:
            self.say(401, {"WWW-Authenticate": 'Basic realm="git"'})
            return
        self._run_backend()

    do_POST = do_GET  # noqa: N815 - as http.server names it

    def say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Answer a request."""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _run_backend(self) -> None:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length", "0"))
        variables = {
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env=os.environ | variables, input=self.rfile.read(length),
            capture_output=True, check=True,
        )  # fmt: skip
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200 OK").split()[0])
        self.say(status, headers, body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in http.server
        """Write nothing."""


class GitServer(ThreadingHTTPServer):
    """The server: what it wants to see, and what it saw.

    `wanted` is the `Authorization` header of those who may read; `answer` answers in place of git
    where it returns True. `seen` is the header of each request, empty where there was none.
    """

    def __init__(self, root: Path, certificate: Path, wanted: str, answer: Answer | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.wanted = wanted
        self.answer = answer
        self.seen: list[str] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self._thread.start()

    def url(self, host: str = "127.0.0.1") -> str:
        """Return the URL of the repository `product`."""
        return f"https://{host}:{self.server_port}/product/.git"

    def stop(self) -> None:
        """End the server."""
        self.shutdown()
        self._thread.join()
        self.server_close()
