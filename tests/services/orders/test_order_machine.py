"""Any sequence of moves of an order and of its shipments, alone and by two at once, leaves a history that is one chain
of legal moves: as many versions as events, its last one where the order is, and nothing behind an end."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bootstrap.database import make_database
from core.problems import Rejected
from core.settings import DatabaseSettings
from models.orders import FulfillmentStatus, OrderStatus
from services import orders
from services.orders import OrderAction
from services.orders.states import UNDER_WAY, find_fulfillment_move, find_move, has_left, status_of
from services.unit_of_work import Database
from tests.factories.orders import Goods, broken_histories, move, save_goods, save_placed, shipments_of
from tests.factories.orders import save_order as save_unpaid

T = TypeVar("T")
FOLLOWING = {OrderAction.PACK, OrderAction.SHIP, OrderAction.TAKE_OUT, OrderAction.DELIVER}
_MOST_SHIPMENTS = 3
statuses = st.sampled_from(OrderStatus)
shipment_statuses = st.sampled_from(FulfillmentStatus)
picks = st.integers(0, _MOST_SHIPMENTS - 1)


class Place(RuleBasedStateMachine):
    """One order at a time, with what the table says of it beside: `status` and `shipments`, and the `version`."""

    runner: asyncio.Runner
    database: Database
    goods: Goods

    def run(self, step: Coroutine[Any, Any, T]) -> T:  # what it yields and is sent is of no use here
        return self.runner.run(step)

    @initialize(shipments=st.integers(0, _MOST_SHIPMENTS), is_paid=st.booleans())
    def make(self, shipments: int, is_paid: bool) -> None:
        self.shipments: list[FulfillmentStatus] = []
        if is_paid:
            made = self.run(save_placed(self.database, self.goods, shipments=shipments))
            self.shipments = [FulfillmentStatus.PENDING] * shipments
        else:
            made = self.run(save_unpaid(self.database, self.goods))
        self.order_id, self.status, self.version = made.id, OrderStatus(made.status), made.version
        self.keys = [one.id for one in self.run(shipments_of(self.database, made.id))]

    @rule(to=statuses)
    def move(self, to: OrderStatus) -> None:
        expected = self.expect_move(to)
        assert self.run(attempt(move(self.database, self.order_id, to))) == expected

    @rule(cause=st.sampled_from(["payment.failed", "seen"]))
    def note(self, cause: str) -> None:
        self.version += 1
        self.run(self.annotate(cause))

    @rule(pick=picks, to=shipment_statuses)
    def move_shipment(self, pick: int, to: FulfillmentStatus) -> None:
        if pick < len(self.keys):
            expected = self.expect_shipment(pick, to)
            assert self.run(attempt(ship_to(self.database, self.keys[pick], to))) == expected

    @rule(pick=picks, one=shipment_statuses, other=statuses)
    def two_at_once(self, pick: int, one: FulfillmentStatus, other: OrderStatus) -> None:
        """What comes of it is one of the two orders in which they can be done."""
        if pick >= len(self.keys):
            return
        outcomes = self.run(self.both(self.keys[pick], one, other))
        before = self.status, list(self.shipments), self.version
        first = self.expect_shipment(pick, one), self.expect_move(other)
        after = self.status, self.shipments, self.version
        found = self.run(self.state())
        if (outcomes, found) != (first, after):
            self.status, self.shipments, self.version = before
            moved = self.expect_move(other)
            assert outcomes == (self.expect_shipment(pick, one), moved)

    @rule(pick=picks, to=shipment_statuses)
    def the_same_twice_at_once(self, pick: int, to: FulfillmentStatus) -> None:
        if pick < len(self.keys):
            expected = self.expect_shipment(pick, to)
            outcomes = self.run(self.twice(self.keys[pick], to))
            assert outcomes == [expected, expected]

    @invariant()
    def it_is_where_the_table_says(self) -> None:
        assert self.run(self.state()) == (self.status, self.shipments, self.version)

    def teardown(self) -> None:
        assert self.run(broken_histories(self.database, self.order_id)) == []

    def expect_move(self, to: OrderStatus) -> str:
        found = find_move(self.status, to)
        if found is None or found.action in FOLLOWING or (to is OrderStatus.CANCELLED and has_left(self.shipments)):
            return "ILLEGAL_MOVE"
        if to is OrderStatus.CANCELLED:
            self.shipments = [FulfillmentStatus.CANCELLED] * len(self.shipments)
        self.status, self.version = to, self.version + 1
        return "done"

    def expect_shipment(self, pick: int, to: FulfillmentStatus) -> str:
        if self.shipments[pick] is to:
            return "done"
        is_legal = find_fulfillment_move(self.shipments[pick], to) is not None and to is not FulfillmentStatus.CANCELLED
        if self.status not in UNDER_WAY or not is_legal:
            return "ILLEGAL_MOVE"
        self.shipments[pick] = to
        self.status, self.version = status_of(self.shipments), self.version + 1
        return "done"

    async def annotate(self, cause: str) -> None:
        async with self.database.unit() as unit:
            await orders.note(unit, await orders.lock(unit, self.order_id), cause=cause, actor="tester")

    async def state(self) -> tuple[OrderStatus, Sequence[FulfillmentStatus], int]:
        async with self.database.read() as session:
            found = await orders.find_order(session, self.order_id)
        assert found is not None
        shipments = await shipments_of(self.database, self.order_id)
        return found.state, [one.state for one in shipments], found.version

    async def both(self, key: UUID, one: FulfillmentStatus, other: OrderStatus) -> tuple[str, str]:
        shipment, order = await asyncio.gather(
            attempt(ship_to(self.database, key, one)), attempt(move(self.database, self.order_id, other))
        )
        return shipment, order

    async def twice(self, key: UUID, to: FulfillmentStatus) -> list[str]:
        return await asyncio.gather(*(attempt(ship_to(self.database, key, to)) for _ in range(2)))


async def attempt(step: Coroutine[Any, Any, object]) -> str:  # as above
    """`done`, or the code of the refusal."""
    try:
        await step
    except Rejected as refusal:
        return refusal.problems[0].code
    return "done"


async def ship_to(database: Database, key: UUID, to: FulfillmentStatus) -> None:
    async with database.unit() as unit:
        await orders.move_fulfillment(unit, key, to=to, actor="tester")


def test_every_sequence_of_moves_leaves_a_chain(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = make_database(database_url, DatabaseSettings(pool_size=3))
        goods = runner.run(save_goods(database))
        machine = type("Machine", (Place,), {"runner": runner, "database": database, "goods": goods})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=20,
                    stateful_step_count=20,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                ),
            )
        finally:
            runner.run(database.dispose())
