"""What was bought leaves the cart, once."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from services.cart.bought import without
from services.cart.records import Cart, CartCoupon, CartLine

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def line(quantity: int) -> CartLine:
    return CartLine(new_id(), new_id(), new_id(), quantity, 1000, "USD", NOW)


def test_bought_lines_go_with_the_coupons_that_were_used() -> None:
    bought, other = line(2), line(1)
    cart = Cart(new_id(), 1, lines=[bought, other], coupons=[CartCoupon("USED", NOW), CartCoupon("OTHER", NOW)])

    left = without(cart, {bought.id: 2}, {"USED"})

    assert left.lines == [other]
    assert [one.code for one in left.coupons] == ["OTHER"]


def test_units_that_were_added_meanwhile_stay_under_another_id() -> None:
    grown = line(5)
    cart = Cart(new_id(), 1, lines=[grown])

    once = without(cart, {grown.id: 2}, ())
    twice = without(once, {grown.id: 2}, ())

    (rest,) = once.lines
    assert (rest.quantity, rest.offer_id) == (3, grown.offer_id)
    assert rest.id != grown.id
    assert twice == once


@given(there=st.lists(st.integers(1, 9), max_size=5), bought=st.lists(st.integers(1, 9), max_size=5))
def test_a_repeat_takes_nothing_more(there: list[int], bought: list[int]) -> None:
    lines = [line(quantity) for quantity in there]
    wanted = {one.id: quantity for one, quantity in zip(lines, bought, strict=False)}
    cart = Cart(new_id(), 1, lines=lines)

    once = without(cart, wanted, ())

    assert without(once, wanted, ()) == once
    assert all(one.quantity > 0 for one in once.lines)
    assert without(replace(cart, lines=[]), wanted, ()).lines == []
