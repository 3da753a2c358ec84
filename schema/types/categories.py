"""Categories and attributes in the graph."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.fields import categories as fields
from schema.base import Node, field, id_of, resolved_by, view_of
from schema.caching import CacheControl
from schema.describe import describe_enum
from services.catalog.drafts import AttributeType
from services.catalog.records import CategoryRecord

if TYPE_CHECKING:
    from schema.types.products import ProductConnection


describe_enum(
    AttributeType,
    name="AttributeType",
    description="What kind of value an attribute has.",
    meanings={
        AttributeType.TEXT: "A word or phrase.",
        AttributeType.NUMBER: "A number in the attribute's unit.",
        AttributeType.FLAG: "Yes or no.",
    },
)


@strawberry.type(description="A property that products of some categories have.")
class Attribute:
    id: strawberry.ID = id_of("Attribute")
    code: str = field("The name for programs: what filters refer to.")
    label: str = field("The name for people.")
    type: AttributeType = field("What kind of value it has.")
    unit: str | None = field("The symbol of the unit that its numbers are in.")
    is_filterable: bool = field("Whether lists of products can be filtered by it.", attribute="filterable")
    is_comparable: bool = field("Whether comparisons of products show it.", attribute="comparable")


@strawberry.type(
    description="A node in the tree that the store sorts its products into.", directives=[CacheControl(max_age=300)]
)
class Category(Node):
    id: strawberry.ID = id_of("Category")
    slug: str = field("The name as it stands in addresses.")
    name: str = field("The name as people write it.")
    description: str = field("What is found here.")
    parent: Annotated["Category", strawberry.lazy("schema.types.categories")] | None = resolved_by(
        fields.parent, description="The category above; null for a department."
    )
    breadcrumbs: list[Annotated["Category", strawberry.lazy("schema.types.categories")]] = resolved_by(
        fields.breadcrumbs, description="The way from the department down to this category, itself included."
    )
    children: list[Annotated["Category", strawberry.lazy("schema.types.categories")]] = resolved_by(
        fields.children, description="The categories directly below."
    )
    attributes: list[Attribute] = resolved_by(
        fields.attributes, description="The attributes that its products have, inherited ones included."
    )
    products: Annotated["ProductConnection", strawberry.lazy("schema.types.products")] = resolved_by(
        fields.category_products, description="Products in this category and below."
    )
    is_type_of = view_of(CategoryRecord)
