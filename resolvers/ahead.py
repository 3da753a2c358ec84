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
        cards = await info.context.loaders.card_by_product.load_all(keys)
    except Unavailable:
        raise
    except Exception as error:
        log.warning("cards.not_loaded", error=str(error))
    else:
        keep_cards(info, [card for card in cards if card is not None])


def keep_cards(info: Info, cards: Sequence[Card]) -> None:
    """Let the loaders have what these cards, which all have the same parts, show."""
    if not cards:
        return
    loaders = info.context.loaders
    loaders.product_by_id.keep({card.product.id: card.product for card in cards})
    for part in cards[0].parts:
        _KEEP[part](loaders, cards)


def _by_product(cards: Sequence[Card], part: Part) -> dict[UUID, Any]:
    return {card.product.id: card.parts[part] for card in cards}


def _keep_brands(to: Loaders, cards: Sequence[Card]) -> None:
    brands = {card.product.brand_id: card.parts[Part.BRAND] for card in cards}
    to.brand_by_id.keep({key: brand for key, brand in brands.items() if key is not None})


def _keep_images(to: Loaders, cards: Sequence[Card]) -> None:
    images = _by_product(cards, Part.IMAGE)
    to.media_of_product.keep({Slice(key, 1): () if image is None else (image,) for key, image in images.items()})


# Records are of the part's own kind, hence Any.
_KEEP: Mapping[Part, Callable[[Loaders, Sequence[Card]], None]] = {
    Part.BRAND: _keep_brands,
    Part.CATEGORY: lambda to, cards: to.category_by_id.keep(
        {card.product.category_id: card.parts[Part.CATEGORY] for card in cards}
    ),
    Part.IMAGE: _keep_images,
    Part.PRICE_RANGE: lambda to, cards: to.price_range_by_product.keep(_by_product(cards, Part.PRICE_RANGE)),
    Part.AVAILABILITY: lambda to, cards: to.availability_by_product.keep(_by_product(cards, Part.AVAILABILITY)),
    Part.RATING: lambda to, cards: to.rating_by_product.keep(_by_product(cards, Part.RATING)),
}
