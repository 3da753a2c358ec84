"""What `emporium search reindex` does: projects everything anew, and has the index rebuilt by whoever may write it."""

import asyncio

from bootstrap.resources import Resources
from services.search.reindex import Progress, count_listings, find_rebuild, find_request, project_all, request_rebuild
from workers.leadership import try_to_lead
from workers.main import drain
from workers.parts import Worker, index_consumer
from workers.rebuilding import new_generation

_POLL_SECONDS = 0.2


async def project_everything(resources: Resources, *, progress: Progress | None = None) -> None:
    """Compute all listings afresh; the projection's own lock keeps this and a worker out of each other's way."""
    await project_all(resources.database, currency=resources.settings.catalog.currency, progress=progress)


async def rebuild_index(resources: Resources, *, progress: Progress | None = None) -> int:
    """Rebuild the index, or follow the worker that does; returns the number of products in it.

    Continues an interrupted rebuild instead of starting another. Raises `Unavailable` if the engine is down.
    """
    name = index_consumer(resources.settings)
    generation = await find_request(resources.database, name=name) or new_generation()
    await request_rebuild(resources.database, name=name, generation=generation)
    while await find_request(resources.database, name=name) == generation:
        async with try_to_lead(resources.database) as leadership:
            if leadership is not None:
                await Worker(resources).rebuilder.rebuild(generation, progress=progress)
                break
        rebuild = await find_rebuild(resources.database, name=name)
        if rebuild is not None and progress is not None:
            progress(rebuild.products_done, await count_listings(resources.database))
        await asyncio.sleep(_POLL_SECONDS)
    await drain(resources)
    return await resources.index.indexed_count()
