"""Loads what a list of products will show before its products are resolved.

Each field of each product would wait by itself otherwise, with a task for each. The keys go through the same loaders,
so lists below many parents still share their batches, and what fails here fails again, alone, in its own field.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from loaders.batch import Batch
from loaders.pages import Slice
from loaders.registry import Loaders
from resolvers.context import Info
from resolvers.selection import selected
from services.catalog.records import ProductRecord

# Loaders have keys and values of different types, hence Any.
Wanted = tuple[Batch[Any, Any], Sequence[UUID | Slice]]
_BY_FIELD: Mapping[str, Callable[[Loaders, Sequence[ProductRecord]], Wanted]] = {
    "brand": lambda to, rows: (to.brand_by_id, [row.brand_id for row in rows if row.brand_id is not None]),
    "category": lambda to, rows: (to.category_by_id, [row.category_id for row in rows]),
    "image": lambda to, rows: (to.media_of_product, [Slice(row.id, 1) for row in rows]),
    "priceRange": lambda to, rows: (to.price_range_by_product, [row.id for row in rows]),
    "availability": lambda to, rows: (to.availability_by_product, [row.id for row in rows]),
    "rating": lambda to, rows: (to.rating_by_product, [row.id for row in rows]),
}


async def load_ahead(info: Info, products: Sequence[ProductRecord]) -> None:
    """Fill the loaders of the fields that are selected on the nodes of this connection."""
    names = selected(info, "edges", "node")
    waiting: list[asyncio.Future[Any]] = []
    for name, wanted in _BY_FIELD.items():
        if name in names:
            loader, keys = wanted(info.context.loaders, products)
            waiting += [loader.load(key) for key in dict.fromkeys(keys)]
    for future in waiting:
        # A batch fills all of its futures at once, so that nearly none has to be waited for.
        if not future.done():
            await asyncio.wait((future,))
        if not future.cancelled():
            # An error is told by the field that comes for it, if one does.
            future.exception()
