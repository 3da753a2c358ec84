"""Drafts for tests: sound ones, of which a test changes what it is about."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from services.catalog.drafts import (
    CatalogDraft,
    MediaDraft,
    OfferDraft,
    ProductDraft,
    VariantDraft,
    WarehouseDraft,
)

WAREHOUSES = (
    WarehouseDraft(code="EAST", name="Newark", country="US", postal_code="07101", latitude=40.73, longitude=-74.17),
    WarehouseDraft(code="WEST", name="Reno", country="US", postal_code="89501", latitude=39.53, longitude=-119.81),
)
_numbers = count(1)


def catalog_draft(**changes: Any) -> CatalogDraft:  # fields of the draft, of their several types
    """Two warehouses, EAST and WEST."""
    return CatalogDraft(**{"warehouses": WAREHOUSES} | changes)


def variant_draft(
    sku: str, *, price: int | None = 1999, stock: int | Mapping[str, int] = 5, **changes: Any
) -> VariantDraft:
    """A variant that the store sells for `price` cents and has in EAST, or in the warehouses that `stock` names.

    `changes` are fields of the draft.
    """
    fields: dict[str, Any] = {
        "sku": sku,
        "offers": () if price is None else (OfferDraft(price_minor=price),),
        "stock": {"EAST": stock} if isinstance(stock, int) else stock,
    }
    return VariantDraft(**fields | changes)


def product_draft(external_id: str | None = None, **changes: Any) -> ProductDraft:
    """A kettle with one variant, one picture and some ratings. `changes` are fields of the draft."""
    key = external_id or f"K-{next(_numbers)}"
    fields: dict[str, Any] = {
        "source": "test",
        "external_id": key,
        "title": f"Steel kettle {key}",
        "description": "Boils a litre of water in two minutes.",
        "brand": "Alder & Finch",
        "category_path": ("Home", "Kitchen", "Kettles"),
        "attributes": {"colour": "Black", "capacity": 1.7, "cordless": True},
        "variants": (variant_draft(f"SKU-{key}"),),
        "media": (MediaDraft(url=f"https://pictures.example/{key}.jpg", alt="A kettle"),),
        "ratings": (0, 1, 2, 3, 4),
        "units_sold": 12,
    }
    return ProductDraft(**fields | changes)
