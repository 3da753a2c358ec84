"""Settings of buying: stock, delivery, carts, payments, orders. They are part of `core.settings.Settings`."""

from typing import Annotated, Literal

from pydantic import Field

from core.setting_types import Concern


class InventorySettings(Concern):
    """Stock and holds."""

    hold_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(15, description="How long a reservation is held.")
    most_extensions: Annotated[int, Field(ge=0)] = Field(1, description="How often a hold can be prolonged.")
    low_stock_units: Annotated[int, Field(ge=0)] = Field(
        5, description="A level with this many units or fewer is low, unless the level has its own threshold."
    )


class DeliverySettings(Concern):
    """Where orders are sent to."""

    country: str = Field("US", description="Country of postal codes that are given without one, ISO 3166.")


class CartSettings(Concern):
    """Carts."""

    kept_days: Annotated[int, Field(ge=1)] = Field(30, description="A cart that is not used for so long is over.")
    most_lines: Annotated[int, Field(ge=1)] = Field(200, description="Lines of a cart, those saved for later included.")
    most_units_per_line: Annotated[int, Field(ge=1)] = Field(999, description="Units of one line.")
    most_coupons: Annotated[int, Field(ge=1)] = Field(5, description="Coupons that a cart can have.")
    coupon_hold_minutes: Annotated[int, Field(ge=1)] = Field(
        30, description="How long a use of a limited coupon is kept for the cart that it was applied to."
    )


class OrderSettings(Concern):
    """Orders."""

    cancel_minutes: Annotated[int, Field(ge=1)] | None = Field(
        None,
        description="How long after it was placed a shopper may cancel an order; as long as nothing is packed if "
        "unset, and never longer.",
    )


class DemoSettings(Concern):
    """What a shop does that nobody works in."""

    play_orders: bool = Field(
        False,
        description="Play warehouse and carrier: placed orders move on by themselves until they are delivered. "
        "`emporium demo` sets it; production refuses it.",
    )
    step_seconds: Annotated[float, Field(gt=0)] = Field(5.0, description="Time between two moves of a shipment then.")


class PaymentSettings(Concern):
    """The payment provider."""

    provider: Literal["stripe", "stub"] = Field(
        "stripe",
        description="`stub` is a provider inside of each process that does what the name of a card says, for tests and "
        "for measuring; production refuses it.",
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        8.0, description="Longest wait for one answer of Stripe; what has none is asked about later."
    )
    webhook_tolerance_seconds: Annotated[int, Field(ge=1)] = Field(
        300, description="Webhooks that were signed longer ago are refused."
    )
    kept_webhook_days: Annotated[int, Field(ge=7)] = Field(
        30, description="How long webhooks are kept that were handled; Stripe repeats them for three days."
    )
