"""A bucket of a storage that speaks S3: AWS, MinIO, Alibaba OSS, Tencent COS and others."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import fsspec
from aiobotocore.httpsession import AIOHTTPSession
from aiohttp import ClientError, ClientSession
from botocore.exceptions import BotoCoreError
from botocore.parsers import ResponseParserError
from fsspec.asyn import sync

from pipelines.errors import SettingsError, SourceError
from pipelines.sources.files import MAX_FILES
from pipelines.sources.storage import StoredObject, changed_meanwhile, too_many
from pipelines.text import one_line

# No longer than a minute together, whether nobody answers or somebody never ends.
_LIMITS = {
    "connect_timeout": 10,
    "read_timeout": 20,
    "retries": {"total_max_attempts": 3, "mode": "standard"},
    # Of the environment; a company that needs one says so in `FSSPEC_S3`.
    "proxies": {},
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}
# These refuse `host/bucket`; the others need no name of their own for each bucket.
# https://help.aliyun.com/en/oss/developer-reference/compatibility-with-amazon-s3
_VIRTUAL_HOSTS = (".aliyuncs.com", ".myqcloud.com", ".volces.com")
_FAILURES = (OSError, ValueError, BotoCoreError, ResponseParserError, ClientError)
# A page holds up to 1,000 keys, and may hold none.
_MAX_PAGES = 300


class S3Bucket:
    """A bucket, read over one client; nothing but its endpoint is ever contacted.

    Raises `SettingsError` for an endpoint that is none, or without credentials.
    """

    def __init__(self, bucket: str, endpoint: str, *, source: str) -> None:
        self._bucket = bucket
        self._source = source
        self._endpoint = (
            endpoint
            or os.environ.get("AWS_ENDPOINT_URL_S3", "")
            or os.environ.get("AWS_ENDPOINT_URL", "")
        )
        options = _options(self._endpoint, source)
        try:
            self._files = fsspec.filesystem(
                "s3", **options, skip_instance_cache=True, use_listings_cache=False
            )
            self._files.retries = 1  # botocore's own retries are bounded, and enough
            self._client = self._files.s3
        except _FAILURES as error:
            raise self._failure(error) from error

    def objects(self, prefix: str) -> list[StoredObject]:
        """Return all objects whose key starts with `prefix`: one request for each 1,000."""
        found: list[StoredObject] = []
        asked: dict[str, str] = {"Bucket": self._bucket, "Prefix": prefix}
        try:
            for _ in range(_MAX_PAGES):
                page = self._files.call_s3("list_objects_v2", **asked)
                found += map(_stored, page.get("Contents", ()))
                if not page.get("IsTruncated"):
                    return found
                if len(found) > MAX_FILES:
                    break
                asked["ContinuationToken"] = page["NextContinuationToken"]
        except _FAILURES as error:
            raise self._failure(error) from error
        raise too_many(self._source)

    def content(self, found: StoredObject) -> bytes | str:
        """Return an object's content, or why that one may not be read."""
        asked = {"IfMatch": found.mark} if found.mark else {}
        try:
            answer = self._files.call_s3("get_object", Bucket=self._bucket, Key=found.key, **asked)
            data: bytes = sync(self._files.loop, _read, answer["Body"], found.size + 1)
        except PermissionError as error:
            return f"the storage does not give it out ({_said(error)}); allow `s3:GetObject` on it"
        except _FAILURES as error:
            if isinstance(error, FileNotFoundError) or _code(error) in (
                "PreconditionFailed",
                "412",
            ):
                raise changed_meanwhile(self._source, found) from error
            raise self._failure(error) from error
        if len(data) != found.size:
            raise changed_meanwhile(self._source, found)
        return data

    def close(self) -> None:
        """End all connections."""
        sync(self._files.loop, self._client.close)

    def _failure(self, error: Exception) -> SourceError:
        bucket, where = f"`s3://{self._bucket}`", f"`{self._endpoint or 'AWS'}`"
        if isinstance(error, FileNotFoundError):
            return SourceError(
                f"{where} has no bucket {bucket}: {_said(error)}. Mend `bucket` or `endpoint` of "
                f"`{self._source}` in `sources.toml`."
            )
        if isinstance(error, PermissionError):
            return SourceError(
                f"{where} does not let Sanku list {bucket}: {_said(error)}. Set "
                "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` to a key that may list and read "
                "the bucket, and `AWS_DEFAULT_REGION` to its region."
            )
        return SourceError(
            f"{bucket} cannot be read from {where}: {_said(error)}. Check `endpoint` and `bucket` "
            f"of `{self._source}` in `sources.toml`, the network, and `AWS_DEFAULT_REGION`."
        )


def _options(endpoint: str, source: str) -> dict[str, Any]:
    """Return what `S3FileSystem` is made with; what `FSSPEC_S3` says wins over our limits."""
    declared: Mapping[str, Any] = fsspec.config.conf.get("s3", {})
    style = "virtual" if _host(endpoint, source).endswith(_VIRTUAL_HOSTS) else "auto"
    limits = _LIMITS | {"s3": {"addressing_style": style}} | declared.get("config_kwargs", {})
    options = {"config_kwargs": limits | {"http_session_cls": _StraightSession}}
    if endpoint:
        options["endpoint_url"] = endpoint
    return options | _credentials(declared, source)


def _host(endpoint: str, source: str) -> str:
    """Return the endpoint's host; empty for AWS itself."""
    if not endpoint:
        return ""
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        plain = parts.scheme in ("http", "https") and "@" not in parts.netloc
    except ValueError:
        host, plain = "", False
    if not host or not plain or parts.query or parts.fragment:
        raise SettingsError(
            f"the `endpoint` of `{source}` is no URL of a storage. Write it like "
            "`https://oss-cn-hangzhou.aliyuncs.com`, without a key or a bucket in it."
        )
    return host


def _credentials(declared: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return the key of the environment, so that botocore looks for none anywhere else.

    It would ask the metadata service of a cloud, and wait for it where there is none.
    """
    if declared.get("anon") is True or (declared.get("key") and declared.get("secret")):
        return {}
    key = os.environ.get("AWS_ACCESS_KEY_ID")
    secret = os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        raise SettingsError(
            f"no credentials for the bucket of `{source}`. Set `AWS_ACCESS_KEY_ID` and "
            "`AWS_SECRET_ACCESS_KEY`; for a bucket that everybody may read, set "
            "`FSSPEC_S3='{\"anon\": true}'`."
        )
    return {"key": key, "secret": secret, "token": os.environ.get("AWS_SESSION_TOKEN") or None}


class _StraightSession(AIOHTTPSession):  # type: ignore[misc]  # carries no types
    """An HTTP session that goes where it was told: a redirect is an answer like any other.

    Aiohttp would follow one to any host, and take what that says for the object.
    """

    async def _get_session(self, proxy_url: str | None) -> "_Straight":
        return _Straight(await super()._get_session(proxy_url))


class _Straight:
    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def request(self, method: str, **how: Any) -> Any:
        return await self._session.request(method, allow_redirects=False, **how)


async def _read(body: Any, limit: int) -> bytes:
    """Return a body, or its first `limit` bytes when it has more."""
    data = bytearray()
    async with body as stream:
        while len(data) < limit and (chunk := await stream.read(limit - len(data))):
            data += chunk
    return bytes(data)


def _stored(listed: Mapping[str, Any]) -> StoredObject:
    changed = listed["LastModified"].isoformat() if "LastModified" in listed else ""
    return StoredObject(listed["Key"], listed["Size"], listed.get("ETag", ""), changed)


def _code(error: Exception) -> str:
    """Return the code that the storage gave; empty where it gave none."""
    response: Mapping[str, Any] = getattr(error.__cause__, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _said(error: Exception) -> str:
    return one_line(str(getattr(error, "strerror", "") or error).rstrip("."), 200)
