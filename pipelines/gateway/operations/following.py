"""A running gateway follows what is published: a new version is read before it is asked.

A version of 20,000 chunks takes a second to read, and the first questions after each publish would
wait for it. So the version before answers until the new one is ready; but what was erased, or is
kept no longer, is never read again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

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
        task = asyncio.create_task(_follow(followed, make_ready))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _follow(versions: PublishedVersion, make_ready: Callable[[Version], None]) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await asyncio.to_thread(_catch_up, versions, make_ready)


def _catch_up(versions: PublishedVersion, make_ready: Callable[[Version], None]) -> None:
    """Make a newer version ready and take it, if there is one."""
    with suppress(SankuError):  # as above; the version before goes on answering
        if (newer := versions.newer()) is None:
            return
        version, take = newer
        with suppress(SankuError):
            make_ready(version)
        take()
