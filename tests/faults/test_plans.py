"""Plans follow from their seed, and all that can happen does in some of them."""

from services.checkout.points import Point
from tests.faults.plans import Card, Kind, Pays, Post, Target, plan

POINTS = [point.value for point in Point]


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan(7, 42, POINTS) == plan(7, 42, POINTS)
    assert plan(7, 42, POINTS) != plan(7, 43, POINTS)
    assert plan(7, 42, POINTS) != plan(8, 42, POINTS)


def test_all_that_can_happen_happens_in_a_thousand_histories() -> None:
    histories = [plan(1, number, POINTS) for number in range(1000)]

    assert {shopper.pays for one in histories for shopper in one.shoppers} == {*Pays}
    assert {shopper.card for one in histories for shopper in one.shoppers} == {*Card}
    assert {fault.kind for one in histories for fault in one.faults} == {*Kind} - {Kind.LEAVE}
    assert {fault.target for one in histories for fault in one.faults} == {*Target}
    assert {one.post for one in histories} == {*Post}
    assert {one.kill_at for one in histories} == {None, *POINTS}
