"""Carts: what shoppers mean to buy, what it costs now, and what stands in the way."""

from services.cart.bought import take_out
from services.cart.carts import Carts, Look, Shopper, Use
from services.cart.changing import NewLine
from services.cart.commands import accept_prices, add_lines, remove_lines, send_to, set_quantities, set_saved
from services.cart.couponing import apply_coupon, remove_coupon
from services.cart.facts import Wish
from services.cart.merging import Merged, merge
from services.cart.priced import PricedCart, PricedCartLine
from services.cart.records import Cart, CartLine, Destination
from services.cart.saving import delete_old, save_carts

__all__ = [
    "Cart",
    "CartLine",
    "Carts",
    "Destination",
    "Look",
    "Merged",
    "NewLine",
    "PricedCart",
    "PricedCartLine",
    "Shopper",
    "Use",
    "Wish",
    "accept_prices",
    "add_lines",
    "apply_coupon",
    "delete_old",
    "merge",
    "remove_coupon",
    "remove_lines",
    "save_carts",
    "send_to",
    "set_quantities",
    "set_saved",
    "take_out",
]
