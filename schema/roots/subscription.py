"""The Subscription root."""

import strawberry

from resolvers.subscriptions import checkouts, orders, stock
from schema.base import subscribed_by
from schema.types.checkouts import CheckoutUpdate
from schema.types.events import StockEvent
from schema.types.order_events import OrderUpdate
from services.accounts.tokens import SIGNED_IN


@strawberry.type(
    description="What can be heard of as it happens, over graphql-transport-ws or as Server-Sent Events. A "
    "subscription gets its events in their order, each once."
)
class Subscription:
    stock_changed: StockEvent = subscribed_by(
        stock.stock_changed,
        description="Changes in the stock of these variants. Subscribe first and read the present stock then, so that "
        "no change falls between.",
    )
    order_updated: OrderUpdate = subscribed_by(
        orders.order_updated,
        description="Everything that happens to one order, for its owner, for operators, and for whoever has its "
        "`accessKey`. NOT_FOUND for others, as for an order that does not exist.",
    )
    viewer_orders: OrderUpdate = subscribed_by(
        orders.viewer_orders,
        description="Everything that happens to any order of the caller's account, also to those that are yet to be "
        "made.",
        requires=SIGNED_IN,
    )
    checkout_updated: CheckoutUpdate = subscribed_by(
        checkouts.checkout_updated,
        description="Changes of one checkout, for whoever may see it: also what comes of a payment that was still "
        "being made when `completeCheckout` answered. NOT_FOUND for others.",
    )
