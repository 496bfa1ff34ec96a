"""Opens what an FAQ source names: a folder, a repository or a bucket, as one tree of files."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

from pipelines.errors import SettingsError
from pipelines.settings import FaqSource, Settings
from pipelines.sources.access import access_to
from pipelines.sources.commit import CommitTree
from pipelines.sources.folder import FolderTree
from pipelines.sources.location import shown
from pipelines.sources.repository import open_repository
from pipelines.sources.storage import Storage
from pipelines.sources.tree import Tree

# Storages of objects only: fsspec knows many more protocols, of files here and of web pages.
_PROTOCOLS = ("s3", "oss", "gs", "az", "oci", "tos")
_BUCKET = re.compile(rf"({'|'.join(_PROTOCOLS)})://([A-Za-z0-9][A-Za-z0-9._-]{{1,62}})/?")


@contextmanager
def open_tree(source: FaqSource, settings: Settings) -> Iterator[Tree]:
    """Open the files of a source as they are now.

    Mirrors and objects are cached in the warehouse. Raises `SourceError` when there is no such
    folder, ref or bucket, or it cannot be reached, and `SettingsError` for what no source can be.
    """
    if source.git is not None:
        with open_repository(
            source.git,
            name=source.name,
            # In `Warehouse.repositories`; the warehouse stands behind this stage.
            cache=settings.warehouse / "repositories" / "faq",
            base=settings.beside_sources("."),
            access=access_to(source.git, source, settings),
        ) as repository:
            yield CommitTree(repository, source.ref, source.folder, source.glob, source=source.name)
    elif source.bucket is not None:
        # Half a second of HTTP and AWS, which only a bucket needs.
        from pipelines.sources.bucket import BucketTree
        from pipelines.sources.object_cache import ObjectCache

        with closing(_storage(source, source.bucket)) as storage:
            cache = ObjectCache(settings.warehouse / "objects" / source.name)
            yield BucketTree(storage, cache, source.folder, source.glob, source=source.name)
    else:
        root = settings.beside_sources(source.folder)
        yield FolderTree(root, source.glob, source=source.name, without=settings.warehouse)


def _storage(source: FaqSource, bucket: str) -> Storage:
    named = _BUCKET.fullmatch(bucket)
    if named is None:
        protocols = ", ".join(f"`{protocol}://`" for protocol in _PROTOCOLS)
        raise SettingsError(
            f"`{shown(bucket)}`, the `bucket` of `{source.name}`, names no bucket. Write one "
            f"of {protocols} and its name, and what is behind that as `folder`."
        )
    protocol, name = named.groups()
    if protocol == "s3":
        from pipelines.sources.s3 import S3Bucket

        return S3Bucket(name, source.endpoint, source=source.name)
    if source.endpoint:
        raise SettingsError(
            f"`{source.name}` sets `endpoint`, which is for `s3://`. Write the bucket as "
            f"`s3://{name}`, or the endpoint into `FSSPEC_{protocol.upper()}`."
        )
    from pipelines.sources.fsspec_bucket import FsspecBucket

    return FsspecBucket(protocol, name, source=source.name)
