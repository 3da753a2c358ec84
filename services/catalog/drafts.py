"""The catalog as sources hand it in: what importers and the demo's own catalog yield, before it has ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDraft:
    """`unit` is a symbol such as "mm" or "GB", for numbers. `code` is snake_case and unique in the store."""

    code: str
    label: str
    type: AttributeType
    unit: str | None = None
    filterable: bool = True
    comparable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDraft:
    """A node of the tree, addressed by the names from the root. `attributes` are codes; children inherit them."""

    path: tuple[str, ...]
    description: str = ""
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerDraft:
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseDraft:
    code: str
    name: str
    country: str
    postal_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """One seller's price for a variant, in minor units; `compare_at_minor` is the higher price struck through."""

    price_minor: int
    seller: str = "emporium"
    currency: str = "USD"
    compare_at_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDraft:
    """`url` is absolute, or a path below this service's own `/media/`. `placeholder` is a BlurHash."""

    url: str
    alt: str
    width: int | None = None
    height: int | None = None
    placeholder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """What is sold. `option_values` stand in the order of the product's options; `stock` is by warehouse code."""

    sku: str
    option_values: tuple[str, ...] = ()
    gtin: str | None = None
    offers: tuple[OfferDraft, ...] = ()
    stock: Mapping[str, int] = field(default_factory=dict)
    media: tuple[MediaDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDraft:
    """A product with its variants (at least one). `ratings` counts the reviews of one to five stars.

    `(source, external_id)` names it for ever: the same draft again changes nothing, another one updates.
    """

    source: str
    external_id: str
    title: str
    category_path: tuple[str, ...]
    variants: tuple[VariantDraft, ...]
    description: str = ""
    brand: str | None = None
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)
    option_names: tuple[str, ...] = ()
    media: tuple[MediaDraft, ...] = ()
    ratings: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    units_sold: int = 0
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogDraft:
    """What products refer to, loaded before them. Importers may leave all of it empty: products create what
    they name (categories, brands, sellers), and an attribute not declared here is text, number or flag by its value."""

    categories: tuple[CategoryDraft, ...] = ()
    attributes: tuple[AttributeDraft, ...] = ()
    sellers: tuple[SellerDraft, ...] = ()
    warehouses: tuple[WarehouseDraft, ...] = ()
