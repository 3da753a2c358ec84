"""Loads what a list of products will show before its products are resolved: one statement, not one for each field.

What it finds goes into the loaders, where the fields look for it. What it does not find, or cannot load, the fields
load themselves, and fail alone.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

import structlog

from core.problems import Unavailable
from loaders.batch import Batch
from loaders.cards import CardsKey
from loaders.registry import Loaders
from resolvers.context import Info
from resolvers.selection import selected
from services.catalog.records import AnyProduct, ProductRecord
from services.search.cards import Cards, Part
from services.search.nested import Wanted

log = structlog.get_logger(__name__)
_BY_FIELD: Mapping[str, Part] = {
    "brand": Part.BRAND,
    "category": Part.CATEGORY,
    "image": Part.IMAGE,
    "priceRange": Part.PRICE_RANGE,
    "availability": Part.AVAILABILITY,
    "rating": Part.RATING,
}
# Fields that a summary is enough for. All others may want more of the product, here or further below.
_SUMMARIZED = frozenset({"__typename", "id", "slug", "title", "status", *_BY_FIELD})


def wanted_cards(info: Info) -> Wanted:
    """What is selected on the nodes of this connection of products."""
    names = selected(info, "edges", "node")
    parts = {part for name, part in _BY_FIELD.items() if name in names}
    if not names <= _SUMMARIZED:
        parts.add(Part.DETAILS)
    return Wanted(frozenset(parts), info.context.settings.catalog.currency)


async def load_nodes(info: Info, product_ids: Sequence[UUID]) -> Mapping[UUID, AnyProduct | None]:
    """The products of this connection, with what is selected on them in the loaders."""
    wanted = wanted_cards(info)
    loaders = info.context.loaders
    if product_ids and not wanted.parts <= {Part.DETAILS}:
        try:
            cards = await loaders.cards_of_list.load(CardsKey(tuple(product_ids), wanted))
        except Unavailable:
            raise
        except Exception as error:
            log.warning("cards.not_loaded", error=str(error))
        else:
            keep_cards(info, cards)
            return cards.products
    return await load_whole(info, product_ids)


async def load_whole(info: Info, product_ids: Sequence[UUID]) -> Mapping[UUID, ProductRecord | None]:
    """The products themselves, so that the fields load all else, and fail, each by itself."""
    products = await info.context.loaders.product_by_id.load_all(product_ids)
    return dict(zip(product_ids, products, strict=True))


def keep_cards(info: Info, cards: Cards) -> None:
    """Let the loaders have what these cards show."""
    loaders = info.context.loaders
    loaders.product_by_id.keep(cards.whole)
    loaders.product_by_id.touch(cards.products)
    for part, records in cards.parts.items():
        _LOADERS[part](loaders).keep(records)


# Loaders of the part's own kind of records, hence Any.
_LOADERS: Mapping[Part, Callable[[Loaders], Batch[UUID, Any]]] = {
    Part.BRAND: attrgetter("brand_by_id"),
    Part.CATEGORY: attrgetter("category_by_id"),
    Part.IMAGE: attrgetter("image_by_product"),
    Part.PRICE_RANGE: attrgetter("price_range_by_product"),
    Part.AVAILABILITY: attrgetter("availability_by_product"),
    Part.RATING: attrgetter("rating_by_product"),
}
