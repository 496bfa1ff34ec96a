"""Links of an entry: as they are reached from outside, and named without being linked."""

import posixpath
from urllib.parse import quote, urlsplit

from pipelines.records import Link


def full_url(url: str, path: str, base_url: str) -> str:
    """Return a link of the file at `path` as it is reached from outside.

    Without `base_url` it stays as written. A link that climbs above the FAQ's folder ends there.
    """
    if not base_url or _has_scheme(url) or url.startswith("//"):
        return url
    target, mark, fragment = url.partition("#")
    if not target:
        target = "/" + path
    elif not target.startswith("/"):
        target = posixpath.join("/", posixpath.dirname(path), target)
    slash = "/" if target.endswith("/") else ""
    target = posixpath.normpath("/" + target.lstrip("/")).rstrip("/") + slash
    return base_url.rstrip("/") + quote(target + mark + fragment, safe="/%#?=&+,:;@!$'()*~")


def _has_scheme(url: str) -> bool:
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:  # `http://[`: no address at all, but certainly not a path
        return True


def named_documents(content: str) -> list[Link]:
    """Return documents that are named without being linked, like `docs/login.md`."""
    words = content.replace("、", " ").replace("，", " ").replace(",", " ").split()
    names = [word.strip("`<>()（）") for word in words]
    documents = [n for n in names if "://" in n or n.split("#")[0].endswith((".md", ".html"))]
    return [Link(name, name) for name in documents if not set(name) & set("[]")]
