"""The Query root."""

import strawberry

from resolvers import queries
from schema.base import Node, resolved_by
from schema.caching import CacheControl
from schema.rates import RateLimit
from schema.types.accounts import Viewer
from schema.types.carts import Cart
from schema.types.categories import Category
from schema.types.checkouts import Checkout
from schema.types.delivery import DeliveryOption
from schema.types.operations import Operations
from schema.types.orders import Order
from schema.types.payments import GiftCard
from schema.types.products import Product, ProductConnection
from schema.types.search import SearchConnection, Suggestions
from schema.types.sellers import Seller
from schema.types.wishlists import SharedWishlist
from services.accounts.tokens import Role


@strawberry.type(description="What can be read.")
class Query:
    node: Node | None = resolved_by(queries.nodes.node, description="Any object by its id. Null if it is gone.")
    nodes: list[Node | None] = resolved_by(
        queries.nodes.nodes, description="Objects by their ids, in that order, null for those that are gone."
    )
    product: Product | None = resolved_by(
        queries.products.product,
        description="A product by its id or its slug. Null if there is none.",
        cached=CacheControl(max_age=60),
    )
    products: ProductConnection = resolved_by(
        queries.products.products,
        description="All products, filtered and sorted.",
        cached=CacheControl(max_age=30),
        cost=10,
    )
    search: SearchConnection = resolved_by(
        queries.search.search,
        description="Products that match a text, with facets.",
        cached=CacheControl(max_age=30),
        cost=25,
    )
    suggest: Suggestions = resolved_by(
        queries.search.suggest,
        description="Completions while the shopper types.",
        cached=CacheControl(max_age=300),
        cost=5,
    )
    category: Category | None = resolved_by(
        queries.products.category,
        description="A category by its slug. Null if there is none.",
        cached=CacheControl(max_age=300),
    )
    categories: list[Category] = resolved_by(
        queries.products.categories,
        description="The tree of categories, parents before their children.",
        cached=CacheControl(max_age=300),
    )
    seller: Seller | None = resolved_by(
        queries.products.seller,
        description="A seller by id. Null if there is none.",
        cached=CacheControl(max_age=300),
    )
    delivery_options: list[DeliveryOption] = resolved_by(
        queries.delivery.delivery_options,
        description="The ways to have units of a variant delivered to a place, cheapest first; none if they cannot be. "
        "Codes: POSTAL_CODE_UNKNOWN, BAD_QUANTITY.",
        cost=10,
    )
    cart: Cart | None = resolved_by(
        queries.carts.cart,
        description="A cart by its id, or the customer's own. Null if there is none, or if it is another customer's.",
        cost=20,
    )
    checkout: Checkout | None = resolved_by(
        queries.checkouts.checkout,
        description="A checkout by its id. Null if there is none, or if it is another customer's.",
        cost=10,
    )
    order: Order | None = resolved_by(
        queries.orders.order,
        description="An order by its id or its number, for its owner, for operators, and for whoever has its "
        "`accessKey`. Null if there is none, or if it is not the caller's to see.",
    )
    gift_card: GiftCard | None = resolved_by(
        queries.payments.gift_card,
        description="A gift card by its code, for whoever has it. Null if there is none. Code: TOO_MANY_ATTEMPTS.",
        cost=10,
        rates=(RateLimit(most=20, seconds=600, guarded=True),),
    )
    viewer: Viewer | None = resolved_by(
        queries.accounts.viewer, description="The account of who is asking. Null for who has not signed in to one."
    )
    shared_wishlist: SharedWishlist | None = resolved_by(
        queries.wishlists.shared_wishlist,
        description="A wishlist that its owner shows to whoever has the key. Null if it is shared no longer.",
    )
    operations: Operations = resolved_by(
        queries.operations.operations, description="What operators see of the store.", requires=Role.OPERATOR
    )
