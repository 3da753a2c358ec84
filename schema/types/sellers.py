"""Brands and sellers in the graph."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.fields import categories as fields
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.caching import CacheControl
from services.catalog.records import BrandRecord, SellerRecord

if TYPE_CHECKING:
    from schema.types.products import ProductConnection


@strawberry.type(
    description="Who makes products.",
    directives=[CacheControl(max_age=300)],
)
class Brand(Node):
    id: strawberry.ID = id_of("Brand")
    slug: str = field("The name as it stands in addresses.")
    name: str = field("The name as people write it.")
    products: Annotated["ProductConnection", strawberry.lazy("schema.types.products")] = resolved_by(
        fields.brand_products, description="The brand's products."
    )
    is_type_of = view_of(BrandRecord)


@strawberry.type(
    description="Who sells products: the store itself or a merchant in its marketplace.",
    directives=[CacheControl(max_age=300)],
)
class Seller(Node):
    id: strawberry.ID = id_of("Seller")
    slug: str = field("The name as it stands in addresses.")
    name: str = field("The name as people write it.")
    products: Annotated["ProductConnection", strawberry.lazy("schema.types.products")] = resolved_by(
        fields.seller_products, description="What the seller offers."
    )
    is_type_of = view_of(SellerRecord)
