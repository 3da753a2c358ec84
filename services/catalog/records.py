"""Plain rows of the catalog as reads return them: what GraphQL types are views of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.money import Money


class ProductStatus(StrEnum):
    """draft -> active -> archived, and back to active."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class CategoryRecord(NamedTuple):
    """`ancestor_ids` runs from the root to the category itself."""

    id: UUID
    parent_id: UUID | None
    ancestor_ids: Sequence[UUID]
    slug: str
    name: str
    description: str


class BrandRecord(NamedTuple):
    id: UUID
    slug: str
    name: str


class SellerRecord(NamedTuple):
    id: UUID
    slug: str
    name: str


class AttributeRecord(NamedTuple):
    """`type` is text, number or flag; `unit` is the symbol that numbers are given in."""

    id: UUID
    code: str
    label: str
    type: str
    unit: str | None
    filterable: bool
    comparable: bool


class AttributeValueRecord(NamedTuple):
    """One property of a product; exactly one of the three values is set."""

    attribute: AttributeRecord
    text: str | None
    number: float | None
    flag: bool | None


class ProductRecord(NamedTuple):
    """What cards and pages of a product share. `version` is its listing's, 0 if it has none."""

    id: UUID
    version: int
    source: str
    external_id: str
    slug: str
    title: str
    category_id: UUID
    brand_id: UUID | None
    status: str
    option_names: Sequence[str]
    released_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ProductSummary(NamedTuple):
    """The columns of a product that nearly every list shows. Times and arrays cost more to read than all of these."""

    id: UUID
    slug: str
    title: str
    category_id: UUID
    brand_id: UUID | None
    status: str


AnyProduct = ProductRecord | ProductSummary


class ContentRecord(NamedTuple):
    """The long parts of a product, which lists do not need."""

    description: str
    attributes: Mapping[str, str | float | bool]


class VariantRecord(NamedTuple):
    """`option_values` stand in the order of the product's option names."""

    id: UUID
    product_id: UUID
    sku: str
    gtin: str | None
    option_values: Sequence[str]
    position: int
    status: str


class MediaRecord(NamedTuple):
    id: UUID
    product_id: UUID
    variant_id: UUID | None
    url: str
    alt: str
    width: int | None
    height: int | None
    placeholder: str | None


class OfferRecord(NamedTuple):
    id: UUID
    variant_id: UUID
    seller_id: UUID
    price_minor: int
    compare_at_minor: int | None
    currency: str
    most_per_customer: int | None

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def compare_at_price(self) -> Money | None:
        return None if self.compare_at_minor is None else Money(self.compare_at_minor, self.currency)


class OfferPriceRecord(NamedTuple):
    id: UUID
    offer_id: UUID
    price_minor: int
    currency: str
    valid_from_at: datetime

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class PriceRangeRecord(NamedTuple):
    """The lowest and highest buy-box price over a product's variants; `compare_at_minor` belongs to the lowest."""

    product_id: UUID
    min_minor: int
    max_minor: int
    compare_at_minor: int | None
    currency: str

    @property
    def min(self) -> Money:
        return Money(self.min_minor, self.currency)

    @property
    def max(self) -> Money:
        return Money(self.max_minor, self.currency)

    @property
    def compare_at_price(self) -> Money | None:
        return None if self.compare_at_minor is None else Money(self.compare_at_minor, self.currency)


class OptionRecord(NamedTuple):
    """One dimension of a product's variants and the values it takes, in the order of the variants."""

    name: str
    values: tuple[str, ...]


class SelectedOptionRecord(NamedTuple):
    name: str
    value: str
