"""Invents what a source does not say, for demos and benchmarks: price, stock, ratings and sales.

Nothing of it is true of any product. It depends on the product's id and title alone, so it is the same each time.
"""

import hashlib
from dataclasses import replace
from random import Random

from services.catalog.drafts import CatalogDraft, OfferDraft, ProductDraft, WarehouseDraft

_WAREHOUSES = (
    WarehouseDraft(
        code="demo-east", name="Demo East", country="US", postal_code="07114", latitude=40.71, longitude=-74.17
    ),
    WarehouseDraft(
        code="demo-west", name="Demo West", country="US", postal_code="89434", latitude=39.54, longitude=-119.44
    ),
)
CATALOG = CatalogDraft(warehouses=_WAREHOUSES)
_STARS = ((2, 2, 4, 10, 22), (3, 3, 6, 12, 14), (6, 5, 7, 9, 10), (1, 1, 2, 6, 30))


def with_invented_facts(draft: ProductDraft) -> ProductDraft:
    """The draft with a price where it has none, and with stock, ratings and sales."""
    seed = hashlib.blake2b(f"{draft.source}\x1f{draft.external_id}".encode(), digest_size=8).digest()
    chance = Random(int.from_bytes(seed, "big"))
    # A few sell a lot and most sell little, as in any shop.
    sold = int(min(chance.paretovariate(0.9), 4000.0) * 3) - 3
    reviews = int(sold * chance.uniform(0.05, 0.3))
    profile = chance.choice(_STARS)
    price_minor = int(chance.lognormvariate(7.6, 0.8)) // 100 * 100 + 99
    units = 0 if chance.random() < 0.08 else chance.randint(1, 120)
    east = chance.randint(0, units)
    first = draft.variants[0]
    variants = tuple(
        replace(
            variant,
            offers=variant.offers or (OfferDraft(price_minor=price_minor),),
            stock=variant.stock or {"demo-east": east, "demo-west": units - east},
        )
        for variant in (first, *draft.variants[1:])
    )
    ratings = tuple(reviews * share // sum(profile) for share in profile)
    return replace(
        draft,
        variants=variants,
        ratings=(ratings[0], ratings[1], ratings[2], ratings[3], ratings[4]),
        units_sold=sold,
    )
