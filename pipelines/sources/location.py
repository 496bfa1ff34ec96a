"""Where a repository stands: a path, a bundle, or a URL of a transport that is allowed."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipelines.errors import SourceError
from pipelines.text import one_line, shown_path

SCHEMES = ("https", "ssh", "file")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?://|:).*", re.DOTALL)
# `git@example.com:team/product.git`; one letter before the colon would be a drive.
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]{2,}:[^:].*")
_USER_OF_URL = re.compile(r"(?<=:)(?<!file:)//.*@", re.IGNORECASE | re.DOTALL)
_SAFE_URL = re.compile(r"[\w.~:/?#@!$&()*+,;=%\[\]-]+")
# Longer than any name that a file system takes.
_MAX_LINE = 65_536
_BUNDLE = re.compile(rb"# v[23] git bundle\n")


def is_url(location: str) -> bool:
    """Tell whether `location` is a URL or `host:path`, and so no path on this machine."""
    return bool(_URL.fullmatch(location)) or bool(_SCP.fullmatch(location))


def is_bundle(path: Path) -> bool:
    """Tell whether `path` is a git bundle, by its first line; raises `SourceError`."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _BUNDLE.match(file.read(32)) is not None
    except (OSError, ValueError) as error:
        raise SourceError(
            f"`{shown_path(path)}` cannot be read: {getattr(error, 'strerror', error)}. "
            "Mend the location, or give Sanku's user read permission."
        ) from error


def check_bundle(path: Path) -> None:
    """Raise `SourceError` unless a bundle's list of refs is whole and its objects follow.

    Git takes a list that was cut off for a short one, and would drop the other refs.
    """
    with path.open("rb") as file:
        while line := file.readline(_MAX_LINE):
            if line == b"\n":
                break
            if not line.endswith(b"\n"):
                line = b""
                break
        if not line or file.read(4) != b"PACK":
            raise SourceError(
                f"`{shown_path(path)}` is a bundle that was cut off. Copy it again, or "
                "make it anew with `git bundle create FILE --all HEAD`."
            )


def shown(location: str) -> str:
    """Return `location` for a message: one line, without a password that it may hold.

    The password may hold `/` and `@` itself.
    """
    return one_line(_USER_OF_URL.sub("//", location), 200)


def scheme_of(location: str) -> str:
    """Return the transport that a location names, in lower case; empty for a path."""
    if "://" not in location and _SCP.fullmatch(location):
        return "ssh"
    return location.partition("://")[0].lower() if is_url(location) else ""


def check_url(url: str) -> None:
    """Raise `SourceError` unless `url` is plain, names no credential, and no other transport."""
    scheme = scheme_of(url)
    if "::" in url.partition("/")[0] or scheme not in SCHEMES:
        raise SourceError(
            f"`{shown(url)}` uses a transport that is not allowed. Use `https://`, `ssh://`, "
            "`git@host:path`, `file://`, a path or a bundle."
        )
    host = _host(url)
    bare_host = host.rpartition("@")[2]
    if not host and scheme != "file":
        raise SourceError(f"`{shown(url)}` names no server. Write it like `https://HOST/PATH`.")
    if not _SAFE_URL.fullmatch(url) or host.startswith("-") or bare_host.startswith("-"):
        raise SourceError(
            f"`{shown(url)}` is no plain URL. Percent-encode what is not a letter, digit or `/`."
        )
    # Behind a `/` it may still be what ends a password.
    if scheme == "https" and "@" in url:
        raise SourceError(
            f"`{shown(url)}` carries a credential, which would be stored in the clear. Put the "
            "token into an environment variable and name that in `token_env`, or use an `ssh://` "
            "URL with a key. An `@` of the path itself is written `%40`."
        )


def local_path(url: str) -> str:
    """Return the path that git reads for a `file` URL."""
    return unquote(url.partition(":")[2])


def _host(url: str) -> str:
    """Return user and host of a URL or `user@host:path`; empty where there is none."""
    try:
        return urlsplit(url).netloc if "://" in url else url.partition(":")[0]
    except ValueError:  # Half a pair of brackets.
        return ""
