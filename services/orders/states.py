"""Where orders and their shipments can be, and every legal move between: the one table of both. Pure.

An order's status follows from its shipments once it is placed: it is as far as the one that is least far, and no
longer PLACED as soon as one of them is packed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from core.problems import Rejected
from core.shop_settings import OrderSettings
from models.orders import FulfillmentStatus, OrderStatus
from services.orders.problems import IllegalMove
from services.orders.records import OrderRecord


class Who(StrEnum):
    """Who asks for a move. THE_STORE is what happens by itself: payments, shipments and time."""

    OWNER = "owner"
    OPERATOR = "operator"
    THE_STORE = "the_store"


class OrderAction(StrEnum):
    """What is done to an order."""

    PAY = "pay"
    EXPIRE = "expire"
    REINSTATE = "reinstate"
    PACK = "pack"
    SHIP = "ship"
    TAKE_OUT = "take_out"
    DELIVER = "deliver"
    CANCEL = "cancel"
    REQUEST_RETURN = "request_return"
    REFUSE_RETURN = "refuse_return"
    TAKE_BACK = "take_back"
    REFUND = "refund"


class Move(NamedTuple):
    """A legal move of an order. `by` may ask for it; whatever is legal, the store itself may do."""

    before: OrderStatus
    action: OrderAction
    after: OrderStatus
    by: frozenset[Who] = frozenset({Who.THE_STORE})


class FulfillmentMove(NamedTuple):
    """A legal move of a shipment."""

    before: FulfillmentStatus
    action: OrderAction
    after: FulfillmentStatus


class Policy(NamedTuple):
    """What the store lets owners do. They may cancel until something is packed, and no longer than `cancel_within`
    after it was placed, if that is set."""

    cancel_within: timedelta | None = None

    @classmethod
    def of(cls, settings: OrderSettings) -> "Policy":
        minutes = settings.cancel_minutes
        return cls(None if minutes is None else timedelta(minutes=minutes))


_OWNER = frozenset({Who.OWNER})
_BOTH = frozenset({Who.OWNER, Who.OPERATOR})
_OPERATOR = frozenset({Who.OPERATOR})
_S, _A, _F = OrderStatus, OrderAction, FulfillmentStatus

MOVES: Sequence[Move] = (
    Move(_S.CREATED, _A.PAY, _S.PLACED, _OWNER),
    Move(_S.CREATED, _A.CANCEL, _S.CANCELLED, _BOTH),
    Move(_S.CREATED, _A.EXPIRE, _S.EXPIRED),
    # Paid when its time was over, and its units could still be had.
    Move(_S.EXPIRED, _A.REINSTATE, _S.PLACED),
    # Or they could not, and the money goes back.
    Move(_S.EXPIRED, _A.CANCEL, _S.CANCELLED),
    Move(_S.PLACED, _A.PACK, _S.PROCESSING),
    Move(_S.PLACED, _A.CANCEL, _S.CANCELLED, _BOTH),
    Move(_S.PROCESSING, _A.CANCEL, _S.CANCELLED, _OPERATOR),
    # All that was taken has gone back.
    Move(_S.CANCELLED, _A.REFUND, _S.REFUNDED),
    Move(_S.PROCESSING, _A.SHIP, _S.SHIPPED),
    Move(_S.SHIPPED, _A.TAKE_OUT, _S.OUT_FOR_DELIVERY),
    Move(_S.OUT_FOR_DELIVERY, _A.DELIVER, _S.DELIVERED),
    Move(_S.DELIVERED, _A.REQUEST_RETURN, _S.RETURN_REQUESTED),
    Move(_S.RETURN_REQUESTED, _A.REFUSE_RETURN, _S.DELIVERED),
    Move(_S.RETURN_REQUESTED, _A.TAKE_BACK, _S.RETURNED),
    Move(_S.RETURNED, _A.REFUND, _S.REFUNDED),
)
FULFILLMENT_MOVES: Sequence[FulfillmentMove] = (
    FulfillmentMove(_F.PENDING, _A.PACK, _F.PACKED),
    FulfillmentMove(_F.PENDING, _A.CANCEL, _F.CANCELLED),
    FulfillmentMove(_F.PACKED, _A.SHIP, _F.SHIPPED),
    FulfillmentMove(_F.PACKED, _A.CANCEL, _F.CANCELLED),
    FulfillmentMove(_F.SHIPPED, _A.TAKE_OUT, _F.OUT_FOR_DELIVERY),
    FulfillmentMove(_F.OUT_FOR_DELIVERY, _A.DELIVER, _F.DELIVERED),
)
# What is done to shipments; an order follows, and is not moved so by itself.
_BY_SHIPMENTS = frozenset({_A.PACK, _A.SHIP, _A.TAKE_OUT, _A.DELIVER})
# The statuses in which shipments move, in the order in which an order goes through them.
UNDER_WAY = (_S.PLACED, _S.PROCESSING, _S.SHIPPED, _S.OUT_FOR_DELIVERY)
# How far an order is whose least far shipment is here.
_FOLLOWS = {
    _F.PENDING: _S.PLACED,
    _F.PACKED: _S.PROCESSING,
    _F.SHIPPED: _S.SHIPPED,
    _F.OUT_FOR_DELIVERY: _S.OUT_FOR_DELIVERY,
    _F.DELIVERED: _S.DELIVERED,
}
_AT_HOME = (_F.PENDING, _F.PACKED)


def find_move(before: OrderStatus, after: OrderStatus) -> Move | None:
    """The legal move from one status to another."""
    return next((move for move in MOVES if (move.before, move.after) == (before, after)), None)


def is_end(status: OrderStatus) -> bool:
    """Whether no move leads on."""
    return not any(move.before == status for move in MOVES)


def check_move(order: OrderRecord, to: OrderStatus) -> None:
    """Raises `Rejected` (ILLEGAL_MOVE) unless the table has the move, and it is none that follows from shipments."""
    found = find_move(OrderStatus(order.status), to)
    if found is None or found.action in _BY_SHIPMENTS:
        raise Rejected(refusal(order))


def available_actions(
    order: OrderRecord, who: Who, policy: Policy, *, now: datetime, has_left: bool = False
) -> Sequence[OrderAction]:
    """What `who` may do with an order. `has_left` says that a shipment of it is no longer in the store's hands."""
    found = [move.action for move in MOVES if move.before == order.status and who in move.by]
    if OrderAction.CANCEL in found and (has_left or not _may_cancel(order, who, policy, now)):
        found.remove(OrderAction.CANCEL)
    return found


def check_action(
    order: OrderRecord, action: OrderAction, who: Who, policy: Policy, *, now: datetime, has_left: bool = False
) -> None:
    """Raises `Rejected` (ILLEGAL_MOVE) unless the action is one of `available_actions`."""
    if action not in available_actions(order, who, policy, now=now, has_left=has_left):
        raise Rejected(refusal(order))


def find_fulfillment_move(before: FulfillmentStatus, after: FulfillmentStatus) -> FulfillmentMove | None:
    """The legal move of a shipment from one status to another."""
    return next((move for move in FULFILLMENT_MOVES if (move.before, move.after) == (before, after)), None)


def fulfillment_actions(status: FulfillmentStatus) -> Sequence[OrderAction]:
    """What the warehouse or the carrier does next with a shipment."""
    return [
        move.action for move in FULFILLMENT_MOVES if move.before == status and move.action is not OrderAction.CANCEL
    ]


def status_of(shipments: Iterable[FulfillmentStatus]) -> OrderStatus:
    """The status of a placed order with these shipments, of which those that were cancelled do not count."""
    counted = [one for one in shipments if one is not _F.CANCELLED]
    if not counted:
        return OrderStatus.PLACED
    far = list(_FOLLOWS)
    least = _FOLLOWS[min(counted, key=far.index)]
    return _S.PROCESSING if least is _S.PLACED and any(one is not _F.PENDING for one in counted) else least


def has_left(shipments: Iterable[FulfillmentStatus]) -> bool:
    """Whether one of the shipments is no longer in the store's hands."""
    return any(one not in _AT_HOME and one is not _F.CANCELLED for one in shipments)


def refusal(order: OrderRecord) -> IllegalMove:
    """What is said of a move that the order cannot make."""
    message = f"The order is {order.status.replace('_', ' ')}; this is not possible then."
    return IllegalMove(message=message, path=("order",), status=order.status)


def _may_cancel(order: OrderRecord, who: Who, policy: Policy, now: datetime) -> bool:
    if who is not Who.OWNER or policy.cancel_within is None or order.confirmed_at is None:
        return True
    return now <= order.confirmed_at + policy.cancel_within
