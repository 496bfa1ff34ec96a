"""How `sources.toml` names servers, sites and domains; what would never match is refused."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

_LABELS = r"[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABELS}(?::\d{{1,5}})?")
_ORIGIN = re.compile(rf"https?://{_LABELS}(?::\d{{1,5}})?")
_OLLAMA_PORT = 11434


def _is_url(url: str) -> str:
    if url and not _is_of_the_web(url):
        raise ValueError(f"holds `{url}`; write a URL like `https://help.example.com/page`")
    return url


def _is_of_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, an open bracket
        return False


def _is_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        raise ValueError(f"holds `{host}`; write a name like `sanku.example.com`, and its port")
    return host.lower()


def _is_origin(origin: str) -> str:
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(
            f"holds `{origin}`; write a site like `https://help.example.com`, without a path"
        )
    return origin.lower()


def _is_domain(domain: str) -> str:
    if not re.fullmatch(_LABELS, domain) or "." not in domain:
        raise ValueError(
            f"holds `{domain}`; write a bare domain like `example.com`: all its hosts count"
        )
    return domain.lower()


def _ollama_url(named: str) -> str:
    """Return a URL; Ollama's own programs accept `host`, `host:port` and a URL."""
    named = named.strip()
    if "://" in named:
        return _is_url(named.rstrip("/"))
    bare = f"[{named}]" if named.count(":") > 1 and not named.startswith("[") else named
    try:
        parts = urlsplit(f"//{bare}")
        host, port = parts.hostname or "", parts.port or _OLLAMA_PORT
    except ValueError as error:
        raise ValueError(
            f"is `{named}`, which names no server ({error}); write `127.0.0.1:11434`, "
            "`[::1]:11434` or a URL"
        ) from error
    if host in ("", "0.0.0.0", "::"):  # noqa: S104 - what a server binds; a client calls loopback
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


Url = Annotated[str, AfterValidator(_is_url)]
Host = Annotated[str, AfterValidator(_is_host)]
Origin = Annotated[str, AfterValidator(_is_origin)]
Domain = Annotated[str, AfterValidator(_is_domain)]
OllamaUrl = Annotated[str, AfterValidator(_ollama_url)]
