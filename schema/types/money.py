"""Money in the graph."""

from typing import Annotated

import strawberry

from core.money import Money as MoneyRow
from schema.base import field, resolved_by
from schema.scalars import BigInt


def formatted(
    root: MoneyRow,
    locale: Annotated[str, strawberry.argument(description="A BCP 47 tag such as en-US or de-DE.")] = "en-US",
) -> str:
    return root.formatted(locale)


@strawberry.type(description="An amount in one currency, exact to the minor unit.")
class Money:
    amount_minor: BigInt = field("The amount in minor units: cents for USD, yen for JPY.")
    currency: str = field("ISO 4217 code, such as USD.")
    formatted: str = resolved_by(formatted, description="The amount as people of a locale write it.")


@strawberry.type(description="The span of prices over a product's variants.")
class PriceRange:
    min: Money = field("The lowest price.")
    max: Money = field("The highest price.")
    compare_at_price: Money | None = field("The higher price that the lowest one is compared to, if it is reduced.")
