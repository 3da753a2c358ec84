"""What becomes of an order, for every way in which its payments can stand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from models.orders import OrderStatus
from models.payments import PaymentMethod, PaymentStatus
from services.checkout.deciding import Act, decide, find_paid, left
from services.payments import AttemptRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ORDER = new_id()
S = PaymentStatus


def attempt(
    status: PaymentStatus, amount: int = 100, *, round: int = 0, refunded: int = 0, failure: str | None = None
) -> AttemptRecord:
    """An attempt of a round; of rounds the higher is the newer."""
    made = NOW + timedelta(minutes=round)
    method = PaymentMethod.CASH_ON_DELIVERY if status is S.PROMISED else PaymentMethod.CARD
    return AttemptRecord(
        new_id(), ORDER, None, method, status, amount, refunded, "USD", "stub", None, None, None, None, False, None,
        None, failure, None, None, 0, made, made,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "act"),
    [
        (S.CREATED, Act.WAIT),
        (S.PROCESSING, Act.WAIT),
        (S.ACTION_REQUIRED, Act.WAIT),
        (S.SUCCEEDED, Act.PLACE),
        (S.PROMISED, Act.PLACE),
        (S.FAILED, Act.FAIL),
        (S.CANCELLED, Act.FAIL),
        (S.REFUNDED, Act.FAIL),
    ],
)
def test_of_one_payment(status: PaymentStatus, act: Act) -> None:
    assert decide(OrderStatus.CREATED, [attempt(status)], 100).act is act


def test_all_parts_must_be_paid() -> None:
    parts = [attempt(S.SUCCEEDED, 40), attempt(S.ACTION_REQUIRED, 60)]

    decision = decide(OrderStatus.CREATED, parts, 100)

    assert (decision.act, decision.needs_shopper, decision.surplus) == (Act.WAIT, True, {})


def test_a_refused_part_gives_the_others_back_and_says_why() -> None:
    parts = [attempt(S.SUCCEEDED, 40), attempt(S.FAILED, 60, failure="expired_card")]

    decision = decide(OrderStatus.CREATED, parts, 100)

    assert (decision.act, decision.failure) == (Act.FAIL, "expired_card")
    assert decision.surplus == {parts[0].id: 40}


def test_an_old_round_that_succeeds_places_the_order_though_a_new_one_goes_on() -> None:
    old, new = attempt(S.SUCCEEDED), attempt(S.PROCESSING, round=1)

    assert decide(OrderStatus.CREATED, [old, new], 100).act is Act.PLACE


def test_of_two_rounds_that_paid_the_older_goes_back() -> None:
    old, new = attempt(S.SUCCEEDED), attempt(S.SUCCEEDED, round=1)

    for status in (OrderStatus.CREATED, OrderStatus.PLACED, OrderStatus.DELIVERED):
        assert decide(status, [old, new], 100).surplus == {old.id: 100}


def test_money_that_comes_after_all_was_back_goes_back_though_it_would_pay_the_order() -> None:
    old, new = attempt(S.REFUNDED, refunded=100), attempt(S.SUCCEEDED, round=1)

    decision = decide(OrderStatus.REFUNDED, [old, new], 100)

    assert (decision.act, decision.surplus) == (Act.NOTHING, {new.id: 100})


def test_what_is_placed_stays_when_a_part_of_it_was_refunded() -> None:
    decision = decide(OrderStatus.PLACED, [attempt(S.SUCCEEDED, refunded=30)], 100)

    assert (decision.act, decision.surplus) == (Act.NOTHING, {})


@pytest.mark.parametrize(
    ("parts", "act"),
    [
        ([attempt(S.SUCCEEDED)], Act.REINSTATE),
        ([attempt(S.SUCCEEDED, 60), attempt(S.REFUNDED, 40, refunded=40)], Act.CANCEL),
        ([attempt(S.CANCELLED)], Act.NOTHING),
        ([attempt(S.SUCCEEDED, refunded=100)], Act.NOTHING),
    ],
)
def test_after_the_time_is_over(parts: list[AttemptRecord], act: Act) -> None:
    assert decide(OrderStatus.EXPIRED, parts, 100).act is act


@pytest.mark.parametrize(
    ("part", "act", "surplus"),
    [
        (attempt(S.SUCCEEDED), Act.NOTHING, 100),
        (attempt(S.SUCCEEDED, refunded=100), Act.NOTHING, 0),
        (attempt(S.REFUNDED, refunded=100), Act.FINISH, 0),
        (attempt(S.CANCELLED), Act.NOTHING, 0),
    ],
)
def test_of_a_cancelled_order(part: AttemptRecord, act: Act, surplus: int) -> None:
    decision = decide(OrderStatus.CANCELLED, [part], 100)

    assert (decision.act, sum(decision.surplus.values())) == (act, surplus)


def test_what_costs_nothing_is_paid() -> None:
    assert decide(OrderStatus.CREATED, [], 0).act is Act.PLACE


_ATTEMPTS = st.lists(
    st.builds(
        lambda status, round, half: attempt(status, 50 if half else 100, round=round),
        st.sampled_from(S),
        st.integers(0, 2),
        st.booleans(),
    ),
    max_size=6,
)


@given(status=st.sampled_from(OrderStatus), attempts=_ATTEMPTS)
def test_money_that_pays_for_nothing_always_goes_back(status: OrderStatus, attempts: list[AttemptRecord]) -> None:
    decision = decide(status, attempts, 100)

    taken = sum(left(attempts).values())
    keeps = taken - sum(decision.surplus.values())
    if decision.act in (Act.PLACE, Act.REINSTATE):
        assert find_paid(attempts, 100) is not None
    if decision.act is Act.PLACE:
        assert keeps <= 100
    if decision.act is Act.FAIL or status in (OrderStatus.CANCELLED, OrderStatus.REFUNDED):
        assert keeps == 0
    if decision.act is Act.NOTHING and status is OrderStatus.EXPIRED:
        assert taken == 0
