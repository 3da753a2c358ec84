"""What shows that each part of a process answers."""

from collections.abc import Mapping

import sqlalchemy as sa

from bootstrap.resources import Resources
from core.readiness import Check
from ports.search import Filter, SearchRequest

# Without the others a process still does something.
NEEDED = frozenset({"postgres"})


def part_checks(resources: Resources) -> Mapping[str, Check]:
    """A question to each part; whatever it raises, the part fails."""

    async def postgres() -> None:
        async with resources.database.read() as session:
            await session.execute(sa.select(1))

    async def engine() -> None:
        await resources.index.search(SearchRequest(text=None, filter=Filter(), limit=1))

    return {
        "postgres": postgres,
        "cache": resources.cache.ping,
        "search": engine,
        "broker": resources.broker.ping,
        "live": resources.live.ping,
    }
