"""The table of moves: what leads where, who may ask for it, and how shipments move their order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from core.problems import Rejected
from models.orders import FulfillmentStatus, OrderStatus
from services.orders import OrderAction, OrderRecord, Policy, Who, available_actions, check_action, has_left
from services.orders.states import FULFILLMENT_MOVES, MOVES, fulfillment_actions, is_end, status_of

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
S, F, A = OrderStatus, FulfillmentStatus, OrderAction


def _order(status: OrderStatus, *, confirmed_at: datetime | None = NOW) -> OrderRecord:
    return OrderRecord(
        id=UUID(int=1),
        placed_at=NOW,
        number="BUSYBUYER2",
        checkout_id=UUID(int=2),
        account_id=None,
        email="ann@example.com",
        access_key="key",
        status=status.value,
        reservation_id=None,
        currency="USD",
        lines_minor=100,
        discount_minor=0,
        delivery_minor=0,
        added_tax_minor=0,
        included_tax_minor=0,
        total_minor=100,
        content={},
        version=1,
        confirmed_at=confirmed_at,
        updated_at=NOW,
    )


def test_each_status_is_reached_and_one_is_the_end() -> None:
    reached = {move.after for move in MOVES}

    assert reached | {S.CREATED} == set(S)
    assert [status for status in S if is_end(status)] == [S.REFUNDED]


def test_no_move_is_there_twice() -> None:
    pairs = [(move.before, move.after) for move in MOVES]
    actions = [(move.before, move.action) for move in MOVES]

    assert len(set(pairs)) == len(pairs)
    assert len(set(actions)) == len(actions)


@pytest.mark.parametrize(
    ("status", "owner", "operator"),
    [
        (S.CREATED, [A.PAY, A.CANCEL], [A.CANCEL]),
        (S.PLACED, [A.CANCEL], [A.CANCEL]),
        (S.PROCESSING, [], [A.CANCEL]),
        *((status, [], []) for status in S if status not in (S.CREATED, S.PLACED, S.PROCESSING)),
    ],
)
def test_what_owners_and_operators_may_do(
    status: OrderStatus, owner: list[OrderAction], operator: list[OrderAction]
) -> None:
    order = _order(status)

    assert available_actions(order, Who.OWNER, Policy(), now=NOW) == owner
    assert available_actions(order, Who.OPERATOR, Policy(), now=NOW) == operator


def test_owners_may_cancel_for_as_long_as_the_policy_says() -> None:
    policy = Policy(cancel_within=timedelta(minutes=30))
    order = _order(S.PLACED)

    in_time = available_actions(order, Who.OWNER, policy, now=NOW + timedelta(minutes=30))
    late = available_actions(order, Who.OWNER, policy, now=NOW + timedelta(minutes=31))
    by_operator = available_actions(order, Who.OPERATOR, policy, now=NOW + timedelta(days=3))
    unpaid = available_actions(_order(S.CREATED, confirmed_at=None), Who.OWNER, policy, now=NOW + timedelta(days=3))

    assert in_time == [A.CANCEL]
    assert late == []
    assert by_operator == [A.CANCEL]
    assert unpaid == [A.PAY, A.CANCEL]


def test_nobody_cancels_what_has_left() -> None:
    order = _order(S.PROCESSING)

    assert available_actions(order, Who.OPERATOR, Policy(), now=NOW, has_left=True) == []
    with pytest.raises(Rejected) as refused:
        check_action(order, A.CANCEL, Who.OPERATOR, Policy(), now=NOW, has_left=True)
    assert [problem.code for problem in refused.value.problems] == ["ILLEGAL_MOVE"]


@pytest.mark.parametrize(
    ("shipments", "status", "left"),
    [
        ([], S.PLACED, False),
        ([F.PENDING], S.PLACED, False),
        ([F.PACKED], S.PROCESSING, False),
        ([F.PACKED, F.PENDING], S.PROCESSING, False),
        ([F.SHIPPED, F.PENDING], S.PROCESSING, True),
        ([F.SHIPPED, F.PACKED], S.PROCESSING, True),
        ([F.SHIPPED, F.DELIVERED], S.SHIPPED, True),
        ([F.OUT_FOR_DELIVERY, F.DELIVERED], S.OUT_FOR_DELIVERY, True),
        ([F.DELIVERED, F.DELIVERED], S.DELIVERED, True),
        ([F.DELIVERED, F.CANCELLED], S.DELIVERED, True),
        ([F.CANCELLED, F.CANCELLED], S.PLACED, False),
    ],
)
def test_an_order_is_as_far_as_its_least_far_shipment(
    shipments: list[FulfillmentStatus], status: OrderStatus, left: bool
) -> None:
    assert status_of(shipments) is status
    assert has_left(shipments) is left


def test_shipments_go_one_step_at_a_time() -> None:
    steps = [move for move in FULFILLMENT_MOVES if move.action is not A.CANCEL]

    assert [move.before for move in steps] == [F.PENDING, F.PACKED, F.SHIPPED, F.OUT_FOR_DELIVERY]
    assert fulfillment_actions(F.PACKED) == [A.SHIP]
    assert fulfillment_actions(F.DELIVERED) == []
