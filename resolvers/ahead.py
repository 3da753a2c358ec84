"""Loads what a list of products will show before its products are resolved: one statement, not one for each field.

What it finds goes into the loaders, where the fields look for it. What it does not find, or cannot load, the fields
load themselves, and fail alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from core.problems import Unavailable
from loaders.cards import CardKey
from loaders.pages import Slice
from loaders.registry import Loaders
from resolvers.context import Info
from resolvers.selection import selected
from services.catalog.records import BrandRecord, MediaRecord, ProductRecord
from services.search.cards import Card, Part
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


def wanted_cards(info: Info) -> Wanted:
    """What is selected on the nodes of this connection of products."""
    names = selected(info, "edges", "node")
    parts = frozenset(part for name, part in _BY_FIELD.items() if name in names)
    return Wanted(parts, info.context.settings.catalog.currency)


async def load_ahead(info: Info, product_ids: Sequence[UUID]) -> None:
    """Fill the loaders of what is selected on the nodes of this connection."""
    wanted = wanted_cards(info)
    if not wanted.parts:
        return
    keys = [CardKey(product_id, wanted) for product_id in product_ids]
    try:
        cards = await info.context.loaders.card_by_product.load_many(keys)
    except Unavailable:
        raise
    except Exception as error:
        log.warning("cards.not_loaded", error=str(error))
    else:
        keep_cards(info, [card for card in cards if card is not None])


def keep_cards(info: Info, cards: Sequence[Card]) -> None:
    """Let the loaders have what these cards show."""
    loaders = info.context.loaders
    for card in cards:
        loaders.product_by_id.keep(card.product.id, card.product)
        for part, record in card.parts.items():
            _KEEP[part](loaders, card.product, record)


def _keep_brand(to: Loaders, product: ProductRecord, record: BrandRecord | None) -> None:
    if product.brand_id is not None:
        to.brand_by_id.keep(product.brand_id, record)


def _keep_image(to: Loaders, product: ProductRecord, record: MediaRecord | None) -> None:
    to.media_of_product.keep(Slice(product.id, 1), () if record is None else (record,))


# Records are of the part's own kind, hence Any.
_KEEP: Mapping[Part, Callable[[Loaders, ProductRecord, Any], None]] = {
    Part.BRAND: _keep_brand,
    Part.CATEGORY: lambda to, product, record: to.category_by_id.keep(product.category_id, record),
    Part.IMAGE: _keep_image,
    Part.PRICE_RANGE: lambda to, product, record: to.price_range_by_product.keep(product.id, record),
    Part.AVAILABILITY: lambda to, product, record: to.availability_by_product.keep(product.id, record),
    Part.RATING: lambda to, product, record: to.rating_by_product.keep(product.id, record),
}
