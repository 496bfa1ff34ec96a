"""A bucket of a storage that has a protocol of its own, through its fsspec package."""

from collections.abc import Mapping
from typing import Any

import fsspec
from fsspec.registry import known_implementations

from pipelines.errors import SettingsError, SourceError
from pipelines.sources.files import MAX_FILES
from pipelines.sources.storage import StoredObject, changed_meanwhile, too_many
from pipelines.text import one_line

# What each package calls a digest of the content, and the time of the last change.
_MARKS = ("ETag", "etag", "md5Hash", "content_md5", "crc32c", "checksum")
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "created")


class FsspecBucket:
    """A bucket of `oss`, `gs`, `az` and the like; credentials come from `FSSPEC_<PROTOCOL>` alone.

    Raises `SettingsError` without that variable, and `SourceError` without the package.
    """

    def __init__(self, protocol: str, bucket: str, *, source: str) -> None:
        self._bucket = bucket
        self._source = source
        self._shown = f"`{protocol}://{bucket}`"
        if not fsspec.config.conf.get(protocol):
            # The packages would look for credentials in many places, some of them on the network.
            raise SettingsError(
                f"no credentials for {self._shown}. Set `FSSPEC_{protocol.upper()}` to the options "
                "of its fsspec package, as JSON."
            )
        package = known_implementations[protocol]["class"].partition(".")[0]
        try:
            self._files = fsspec.filesystem(
                protocol, skip_instance_cache=True, use_listings_cache=False
            )
        except ImportError as error:
            raise SourceError(
                f"{self._shown} is read by a package that is not installed. Run "
                f"`pip install {package}`."
            ) from error
        except Exception as error:  # each package raises a family of its own
            raise self._failure(error) from error

    def objects(self, prefix: str) -> list[StoredObject]:
        """Return all objects whose key starts with `prefix`."""
        try:
            listed = self._files.find(f"{self._bucket}/{prefix}", detail=True)
        except Exception as error:  # each package raises a family of its own
            raise self._failure(error) from error
        if len(listed) > MAX_FILES:
            raise too_many(self._source)
        start = f"{self._bucket}/"
        found = [
            _stored(name.lstrip("/").removeprefix(start), details)
            for name, details in listed.items()
        ]
        return [stored for stored in found if stored.key.startswith(prefix)]

    def content(self, found: StoredObject) -> bytes | str:
        """Return an object's content, or why that one may not be read."""
        try:
            data: bytes = self._files.cat_file(
                f"{self._bucket}/{found.key}", start=0, end=found.size + 1
            )
        except FileNotFoundError as error:
            raise changed_meanwhile(self._source, found) from error
        except PermissionError as error:
            return f"the storage does not give it out ({one_line(str(error), 200)}); allow it"
        except Exception as error:  # each package raises a family of its own
            raise self._failure(error) from error
        if len(data) != found.size:
            raise changed_meanwhile(self._source, found)
        return data

    def close(self) -> None:
        """Let go of the file system, which ends its connections itself."""
        self._files = None

    def _failure(self, error: Exception) -> SourceError:
        said = one_line(str(error), 200) or type(error).__name__
        return SourceError(
            f"{self._shown} cannot be read: {said}. Check `bucket` of `{self._source}` in "
            "`sources.toml`, the network, and the credentials."
        )


def _stored(key: str, details: Mapping[str, Any]) -> StoredObject:
    mark = next((str(details[name]) for name in _MARKS if details.get(name)), "")
    changed = next((str(details[name]) for name in _TIMES if details.get(name)), "")
    return StoredObject(key, int(details.get("size") or 0), mark, changed)
