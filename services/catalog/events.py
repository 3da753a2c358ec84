"""What happened in the catalog."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from services.events import Event


@dataclass(frozen=True, slots=True)
class ProductChanged(Event):
    """A product, its variants, media, attributes, sales or status changed, or it is new."""

    type: ClassVar[str] = "catalog.product_changed"
    product_id: UUID

    @property
    def key(self) -> UUID:
        return self.product_id


@dataclass(frozen=True, slots=True)
class PriceChanged(Event):
    """The price of an offer for one of the product's variants changed, or the offer came or went."""

    type: ClassVar[str] = "catalog.price_changed"
    product_id: UUID
    variant_id: UUID
    offer_id: UUID

    @property
    def key(self) -> UUID:
        return self.product_id


@dataclass(frozen=True, slots=True)
class CategoryChanged(Event):
    """A category was renamed, moved, or given other attributes: all products below it list differently."""

    type: ClassVar[str] = "catalog.category_changed"
    category_id: UUID

    @property
    def key(self) -> UUID:
        return self.category_id
