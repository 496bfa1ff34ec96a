"""A running gateway follows what is published: a new version is read before it is asked.

A version of 20,000 chunks takes a second to read, and the first questions after each publish would
wait for it. So the version before answers until the new one is ready, and on where no question
could be answered from the new one here; but what was erased, or is kept no longer, is never read
again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from pipelines.calibration import calibration_of
from pipelines.errors import SankuError
from pipelines.search import Searcher
from pipelines.versions import PublishedVersion, Version

LOOK_SECONDS = 0.5
"""Between two looks at the pointer: one `stat` of a file."""


@asynccontextmanager
async def following(
    searcher: Searcher, make_ready: Callable[[Version], None]
) -> AsyncIterator[None]:
    """Make what is published ready, and whatever is published while the block runs."""
    # Whatever is wrong with what is published, each question and `/readyz` say it.
    with suppress(SankuError):
        await asyncio.to_thread(lambda: make_ready(searcher.version()))
    if (followed := searcher.followed) is None:
        yield
        return
    with followed.ahead():
        task = asyncio.create_task(_follow(searcher, followed, make_ready))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def check_answerable(searcher: Searcher, version: Version) -> None:
    """Raise what each question of `version` would, whatever it asks.

    That is `EmbeddingError` where another embedding model is loaded, and `WarehouseError` where
    another Sanku built it.
    """
    version.check_schema()
    calibration_of(version)
    searcher.embedder_of(version)


async def _follow(
    searcher: Searcher, versions: PublishedVersion, make_ready: Callable[[Version], None]
) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await asyncio.to_thread(_catch_up, searcher, versions, make_ready)


def _catch_up(
    searcher: Searcher, versions: PublishedVersion, make_ready: Callable[[Version], None]
) -> None:
    """Make a newer version ready and take it, if there is one to answer from."""
    with suppress(SankuError):  # as above; the version before goes on answering
        if (newer := versions.newer()) is None:
            return
        version, take = newer
        check_answerable(searcher, version)
        with suppress(SankuError):
            make_ready(version)
        take()
