"""What a checkout has frozen as JSON and back. It is kept for years in orders, so names stay what they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from core.money import Money
from models.promotions import PromotionKind
from services.accounts.addresses import AddressDraft
from services.cart.priced import LineTax, Totals
from services.cart.records import Destination
from services.checkout.records import Content, FrozenLine, Group, Piece
from services.delivery.records import OptionRecord
from services.promotions import Discount


def encode(content: Content) -> dict[str, Any]:
    """The content as a JSON object, hence Any."""
    plain: dict[str, Any] = orjson.loads(
        orjson.dumps(
            {
                "lines": content.lines,
                "totals": content.totals,
                "prices_include_tax": content.prices_include_tax,
                "groups": content.groups,
                "discounts": content.discounts,
                "destination": content.destination,
                "shipping_address": content.shipping_address,
                "billing_address": content.billing_address,
            },
            default=_plain,
            option=orjson.OPT_NON_STR_KEYS,
        )
    )
    return plain


# From here on values are parts of JSON that `encode` has written, hence Any.
def decode(given: Mapping[str, Any]) -> Content:
    """The content of a JSON object that `encode` has made."""
    destination, shipping, billing = (given[name] for name in ("destination", "shipping_address", "billing_address"))
    return Content(
        lines=[_line(one) for one in given["lines"]],
        totals=_totals(given["totals"]),
        prices_include_tax=given["prices_include_tax"],
        groups=[_group(one) for one in given["groups"]],
        discounts=[_discount(one) for one in given["discounts"]],
        destination=None if destination is None else Destination(**destination),
        shipping_address=None if shipping is None else AddressDraft(**shipping),
        billing_address=None if billing is None else AddressDraft(**billing),
    )


def _line(given: Mapping[str, Any]) -> FrozenLine:
    ids = {name: UUID(given[name]) for name in ("line_id", "variant_id", "offer_id", "seller_id", "category_id")}
    tax = None if given["tax"] is None else LineTax(**given["tax"])
    return FrozenLine(**{**given, **ids, "tax": tax})


def _totals(given: Mapping[str, Any]) -> Totals:
    return Totals(**{**given, "taxes": [LineTax(**one) for one in given["taxes"]]})


def _group(given: Mapping[str, Any]) -> Group:
    return Group(
        warehouse_id=UUID(given["warehouse_id"]),
        seller_id=UUID(given["seller_id"]),
        pieces=[Piece(**one) for one in given["pieces"]],
        options=[_option(one) for one in given["options"]],
        chosen_code=given["chosen_code"],
    )


def _option(given: Mapping[str, Any]) -> OptionRecord:
    return OptionRecord(
        **{
            **given,
            "method_id": UUID(given["method_id"]),
            "price": Money(**given["price"]),
            "warehouse_ids": [UUID(one) for one in given["warehouse_ids"]],
        }
    )


def _discount(given: Mapping[str, Any]) -> Discount:
    return Discount(
        **{
            **given,
            "promotion_id": UUID(given["promotion_id"]),
            "kind": PromotionKind(given["kind"]),
            "by_line": {UUID(key): amount for key, amount in given["by_line"].items()},
        }
    )


def _plain(value: Any) -> object:
    # orjson knows neither named tuples, which become objects, nor the driver's own UUIDs.
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    return value if isinstance(value, list) else list(value) if isinstance(value, tuple) else str(value)
