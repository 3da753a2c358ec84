"""Products and variants in the graph."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers import listing
from resolvers.fields import delivery, paging, products
from resolvers.fields import variants as fields
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.caching import CacheControl
from schema.describe import describe_enum
from schema.types.categories import Attribute, Category
from schema.types.delivery import ProductDelivery
from schema.types.inventory import Availability, InventoryLevel
from schema.types.media import Media
from schema.types.money import PriceRange
from schema.types.offers import Offer, OfferConnection
from schema.types.paging import PageInfo
from schema.types.ratings import RatingSummary
from schema.types.sellers import Brand
from services.accounts.tokens import Role
from services.catalog.records import ProductRecord, ProductStatus, ProductSummary, VariantRecord

describe_enum(
    ProductStatus,
    name="ProductStatus",
    description="Where a product is in its life.",
    meanings={
        ProductStatus.DRAFT: "Being prepared; only operators see it.",
        ProductStatus.ACTIVE: "On sale, or at least on show.",
        ProductStatus.ARCHIVED: "Taken out of the store; only operators see it.",
    },
)


@strawberry.type(description="One property of a product. Exactly one of `text`, `number` and `flag` is set.")
class AttributeValue:
    attribute: Attribute = field("Which property.")
    text: str | None = field("The value of a text attribute.")
    number: float | None = field("The value of a number attribute, in its unit.")
    flag: bool | None = field("The value of a flag attribute.")


@strawberry.type(description="One dimension in which a product's variants differ.")
class ProductOption:
    name: str = field("The dimension, such as Size.")
    values: list[str] = field("The values that variants have, in the order to show them.")


@strawberry.type(description="A variant's value for one of its product's options.")
class SelectedOption:
    name: str = field("The option, such as Size.")
    value: str = field("The value, such as XL.")


@strawberry.type(
    description="What is sold: one SKU of a product.",
    directives=[CacheControl(max_age=60)],
)
class Variant(Node):
    id: strawberry.ID = id_of("Variant")
    sku: str = field("The store's own number for it.")
    gtin: str | None = field("Its GTIN (EAN, UPC or ISBN), if known.")
    selected_options: list[SelectedOption] = resolved_by(
        fields.selected_options, description="Its value for each of the product's options."
    )
    product: Annotated["Product", strawberry.lazy("schema.types.products")] | None = resolved_by(
        fields.product, description="The product that it is a variant of."
    )
    buy_box: Offer | None = resolved_by(
        fields.buy_box, description="The offer that is shown: the cheapest. Null if nobody offers it."
    )
    offers: OfferConnection = resolved_by(fields.offers, description="All offers, cheapest first.")
    availability: Availability | None = resolved_by(
        fields.availability, description="How many can be bought now. Null if stock cannot be read at the moment."
    )
    delivery: ProductDelivery | None = resolved_by(
        delivery.variant_delivery,
        cached=CacheControl(max_age=0),
        description="How one unit gets to a place. Null if that cannot be told at the moment; a postal code that does "
        "not exist is an error, POSTAL_CODE_UNKNOWN.",
    )
    inventory_levels: list[InventoryLevel] = resolved_by(
        fields.inventory_levels, description="Its stock in each warehouse.", requires=Role.OPERATOR
    )
    media: list[Media] = resolved_by(fields.media, description="Pictures of this variant, its product's aside.")
    is_type_of = view_of(VariantRecord)


@strawberry.type(description="A variant in a list.")
class VariantEdge:
    node: Variant = field("The variant.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of variants.")
class VariantConnection:
    edges: list[VariantEdge] = field("The variants of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(
    description="What a page of the shop shows: one or more variants that are sold.",
    directives=[CacheControl(max_age=60)],
)
class Product(Node):
    id: strawberry.ID = id_of("Product")
    external_id: str = field("The id that the product's source gave it.")
    slug: str = field("The title as it stands in addresses.")
    title: str = field("The title.")
    description: str = resolved_by(products.description, description="What the product is, in a few sentences.")
    status: ProductStatus = field("Where the product is in its life.")
    brand: Brand | None = resolved_by(products.brand, description="Who makes it.")
    category: Category | None = resolved_by(products.category, description="Where the store has sorted it.")
    attributes: list[AttributeValue] = resolved_by(products.attributes, description="Its properties.")
    options: list[ProductOption] = resolved_by(
        products.options, description="The dimensions in which its variants differ; none if there is just one."
    )
    image: Media | None = resolved_by(products.image, description="Its first picture.")
    media: list[Media] = resolved_by(products.media, description="Its pictures, in the order of the gallery.")
    variants: VariantConnection = resolved_by(products.variants, description="Its variants.")
    default_variant: Variant | None = resolved_by(
        products.default_variant, description="The variant that its page opens with."
    )
    variant_by_selected_options: Variant | None = resolved_by(
        products.variant_by_selected_options,
        description="The variant with exactly these option values. Null if there is none.",
    )
    price_range: PriceRange | None = resolved_by(
        products.price_range, description="From the cheapest to the dearest variant. Null if nobody offers it."
    )
    availability: Availability | None = resolved_by(
        products.availability,
        description="How many can be bought now, over all variants. Null if stock cannot be read at the moment.",
    )
    delivery: ProductDelivery | None = resolved_by(
        delivery.product_delivery,
        cached=CacheControl(max_age=0),
        description="How one unit of any of its variants gets to a place. Null if that cannot be told at the moment; a "
        "postal code that does not exist is an error, POSTAL_CODE_UNKNOWN.",
    )
    rating: RatingSummary | None = resolved_by(
        products.rating, description="What customers think. Null if ratings cannot be read at the moment."
    )
    released_at: datetime | None = field("When it came to market.")
    created_at: datetime = field("When the store took it in.")
    updated_at: datetime = field("When its own data last changed.")
    is_type_of = view_of(ProductRecord, ProductSummary)


@strawberry.type(description="A product in a list.")
class ProductEdge:
    node: Product = field("The product.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of products.")
class ProductConnection:
    edges: list[ProductEdge] = field("The products of this page.")
    page_info: PageInfo = resolved_by(listing.page_info, description="Where the page stands in the list.")
    total_count: int | None = resolved_by(
        listing.total_count, description="How many products the whole list has; costs a query of its own."
    )
