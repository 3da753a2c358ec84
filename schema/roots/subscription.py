"""The Subscription root."""

from collections.abc import Callable
from typing import Any

import strawberry

from resolvers.subscriptions import stock
from schema.types.events import StockEvent


# As with `resolved_by`, no static type fits both what the function returns and what the field shows, hence Any.
def _subscribed_by(function: Callable[..., Any], *, description: str) -> Any:
    """A field whose events come from the source that `function(info, **arguments)` returns."""
    return strawberry.subscription(resolver=function, description=description)


@strawberry.type(
    description="What can be heard of as it happens, over graphql-transport-ws or as Server-Sent Events. A "
    "subscription gets its events in their order, each once."
)
class Subscription:
    stock_changed: StockEvent = _subscribed_by(
        stock.stock_changed,
        description="Changes in the stock of these variants. Subscribe first and read the present stock then, so that "
        "no change falls between.",
    )
