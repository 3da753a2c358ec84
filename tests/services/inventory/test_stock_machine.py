"""Any order of reserving, confirming, releasing, extending, expiring, receiving, moving and adjusting adds up: alone,
compared with a model step by step, and many at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from bootstrap.database import make_database
from core.problems import Rejected
from core.settings import DatabaseSettings
from services.inventory.movements import Adjustment, AdjustmentReason, Mover, ReceiptDraft, Units, adjust, transfer
from services.inventory.movements import receive as receive_goods
from services.inventory.reservations import Granted, ReservationRecord, confirm, expire_due, extend, release
from services.inventory.reservations.problems import OutOfStock
from services.unit_of_work import Database, UnitOfWork
from tests.factories.stock import (
    FIFTEEN_MINUTES,
    broken_rules,
    claim,
    make_due,
    reserve_all,
    save_stock,
    units_of,
)
from tests.services.inventory.stock_model import WAREHOUSES, Hold, Model

VARIANTS = 3
BY = Mover("tester")
_numbers = count(1)
variants = st.integers(0, VARIANTS - 1)
codes = st.sampled_from(WAREHOUSES)
quantities = st.integers(1, 6)
picks = st.integers(0, 50)
rankings = st.none() | st.permutations(WAREHOUSES).flatmap(lambda all: st.integers(0, 3).map(lambda n: all[:n]))


class Shelves:
    """The store's side: what a step of the machine does to real rows."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.prefix = f"M{next(_numbers)}"
        self.variants: Sequence[UUID] = ()
        self.places: dict[str, UUID] = {}

    async def open(self) -> None:
        stocked = await save_stock(self.database, *({} for _ in range(VARIANTS)), prefix=self.prefix)
        self.variants, self.places = stocked.variants, dict(stocked.warehouses)

    def sku(self, variant: int) -> str:
        return f"{self.prefix}-{variant}"

    async def levels(self) -> dict[tuple[int, str], tuple[int, int]]:
        return {
            (number, code): (units.on_hand, units.reserved)
            for number, variant_id in enumerate(self.variants)
            for code, units in (await units_of(self.database, variant_id)).items()
        }

    async def reserve(
        self, lines: Sequence[tuple[int, int]], ranking: Sequence[str] | None, *, partial: bool
    ) -> Granted | list[tuple[int, int]]:
        """The grant, or for each short variant how many could be had."""
        wanted = claim(
            *((self.variants[variant], quantity) for variant, quantity in lines),
            ranking=None if ranking is None else [self.places[code] for code in ranking],
            allow_partial=partial,
        )
        (outcome,) = await reserve_all(self.database, wanted)
        if isinstance(outcome, Granted):
            return outcome
        assert all(isinstance(problem, OutOfStock) for problem in outcome.problems)
        return [
            (self.variants.index(problem.variant_id), problem.available)
            for problem in outcome.problems
            if isinstance(problem, OutOfStock)
        ]

    async def run(self, command: Callable[[UnitOfWork], Awaitable[object]]) -> str:
        """The reservation's status afterwards, `done` for another command, or the code of the refusal."""
        try:
            async with self.database.unit() as unit:
                found = await command(unit)
        except Rejected as refusal:
            return refusal.problems[0].code
        return found.status if isinstance(found, ReservationRecord) else "done"

    async def end(self, command: Callable[..., Awaitable[ReservationRecord]], key: UUID) -> str:
        return await self.run(lambda unit: command(unit, reservation_id=key, actor="tester"))

    async def extend(self, key: UUID) -> str:
        return await self.run(lambda unit: extend(unit, reservation_id=key, hold=FIFTEEN_MINUTES, most_extensions=1))

    async def expire(self) -> Sequence[UUID]:
        async with self.database.unit() as unit:
            return await expire_due(unit, limit=100)

    async def receive(self, variant: int, code: str, units: int) -> str:
        lines = [Units(self.sku(variant), units)]
        draft = ReceiptDraft("supplier", f"{self.prefix}-{next(_numbers)}", code, lines)
        return await self.run(lambda unit: receive_goods(unit, draft, by=BY))

    async def adjust(self, variant: int, code: str, units: int) -> str:
        lines = [Adjustment(self.sku(variant), change=units)]
        reason = AdjustmentReason.FOUND if units > 0 else AdjustmentReason.LOST
        return await self.run(
            lambda unit: adjust(unit, warehouse=code, reason=reason, lines=lines, by=BY, low_stock_units=2)
        )

    async def transfer(self, variant: int, source: str, target: str, units: int) -> str:
        lines = [Units(self.sku(variant), units)]
        return await self.run(
            lambda unit: transfer(unit, source=source, target=target, lines=lines, by=BY, low_stock_units=2)
        )


class StockMachine(RuleBasedStateMachine):
    """Each step happens to the store and to the model, and both must say the same."""

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.keys: list[UUID] = []
        self.shelves = Shelves(self.database)
        self.run(self.shelves.open())

    def run(self, step: Any) -> Any:  # a coroutine of any result
        return self.runner.run(step)

    def hold(self, pick: int) -> tuple[Hold, UUID]:
        place = pick % len(self.keys)
        return self.model.holds[place], self.keys[place]

    @rule(lines=st.lists(st.tuples(variants, quantities), min_size=1, max_size=4), ranking=rankings, part=st.booleans())
    def reserve(self, lines: list[tuple[int, int]], ranking: Sequence[str] | None, part: bool) -> None:
        expected = self.model.reserve(lines, WAREHOUSES if ranking is None else ranking, partial=part)
        outcome = self.run(self.shelves.reserve(lines, ranking, partial=part))
        if isinstance(expected, Hold):
            names = {key: code for code, key in self.shelves.places.items()}
            assert isinstance(outcome, Granted), outcome
            assert [
                (self.shelves.variants.index(one.variant_id), names[one.warehouse_id], one.quantity)
                for one in outcome.allocations
            ] == expected.pieces
            self.keys.append(outcome.reservation.id)
        else:
            assert outcome == expected

    @precondition(lambda self: self.keys)
    @rule(pick=picks)
    def confirm(self, pick: int) -> None:
        hold, key = self.hold(pick)
        assert self.run(self.shelves.end(confirm, key)) == self.model.end(hold, "confirmed")

    @precondition(lambda self: self.keys)
    @rule(pick=picks)
    def release(self, pick: int) -> None:
        hold, key = self.hold(pick)
        assert self.run(self.shelves.end(release, key)) == self.model.end(hold, "released")

    @precondition(lambda self: self.keys)
    @rule(pick=picks)
    def extend(self, pick: int) -> None:
        hold, key = self.hold(pick)
        assert self.run(self.shelves.extend(key)) == self.model.extend(hold)

    @precondition(lambda self: self.keys)
    @rule(pick=picks)
    def let_time_pass(self, pick: int) -> None:
        hold, key = self.hold(pick)
        hold.is_due = True
        self.run(make_due(self.database, key))

    @rule()
    def expire(self) -> None:
        expected = {id(hold) for hold in self.model.expire()}
        ended = {id(self.model.holds[self.keys.index(key)]) for key in self.run(self.shelves.expire())}
        assert ended == expected

    @rule(variant=variants, code=codes, units=st.integers(1, 12))
    def receive(self, variant: int, code: str, units: int) -> None:
        assert self.run(self.shelves.receive(variant, code, units)) == self.model.change(variant, code, units)

    @rule(variant=variants, code=codes, units=st.integers(-6, 6).filter(bool))
    def adjust(self, variant: int, code: str, units: int) -> None:
        assert self.run(self.shelves.adjust(variant, code, units)) == self.model.change(variant, code, units)

    @rule(variant=variants, source=codes, goal=codes, units=quantities)
    def transfer(self, variant: int, source: str, goal: str, units: int) -> None:
        outcome = self.run(self.shelves.transfer(variant, source, goal, units))
        assert outcome == self.model.transfer(variant, source, goal, units)

    @invariant()
    def levels_are_the_same(self) -> None:
        found = self.run(self.shelves.levels())
        for place in {*found, *self.model.on_hand}:
            expected = (self.model.on_hand.get(place, 0), self.model.reserved.get(place, 0))
            assert found.get(place, (0, 0)) == expected

    def teardown(self) -> None:
        # The next machine works in the same tables, and must not find what is due of this one.
        self.run(self.shelves.expire())
        assert self.run(broken_rules(self.database)) == []


def test_every_order_of_steps_adds_up(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = make_database(database_url, DatabaseSettings(pool_size=2))
        machine = type("Machine", (StockMachine,), {"runner": runner, "database": database})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=20,
                    stateful_step_count=30,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                ),
            )
        finally:
            runner.run(database.dispose())


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_many_at_once_add_up(database: Database, open_database: Callable[[], Database], seed: int) -> None:
    shelves = Shelves(database)
    await shelves.open()
    other = Shelves(open_database())
    other.prefix, other.variants, other.places = shelves.prefix, shelves.variants, shelves.places
    keys: list[UUID] = []
    outcomes: set[str] = set()

    async def reserve(source: random.Random, mine: Shelves) -> str:
        lines = [(source.randrange(VARIANTS), source.randrange(1, 5)) for _ in range(source.randrange(1, 5))]
        ranking = source.choice([None, source.sample(WAREHOUSES, 2)])
        outcome = await mine.reserve(lines, ranking, partial=source.random() < 0.3)
        if not isinstance(outcome, Granted):
            return "OUT_OF_STOCK"
        keys.append(outcome.reservation.id)
        return "held"

    async def expire(source: random.Random, mine: Shelves) -> str:
        await make_due(mine.database, *source.sample(keys, min(3, len(keys))))
        return "expired" if await mine.expire() else "none"

    async def step(source: random.Random, mine: Shelves) -> str:
        variant, units = source.randrange(VARIANTS), source.randrange(1, 7)
        here, there = source.sample(WAREHOUSES, 2)
        key = source.choice(keys) if keys else UUID(int=0)
        steps: Sequence[Callable[[], Awaitable[str]]] = (
            lambda: reserve(source, mine),
            lambda: expire(source, mine),
            lambda: mine.end(source.choice([confirm, release]), key),
            lambda: mine.extend(key),
            lambda: mine.transfer(variant, here, there, units),
            lambda: mine.adjust(variant, here, -units),
            lambda: mine.receive(variant, here, 4 * units),
        )
        return await source.choices(steps, [4, 1, 2, 1, 2, 1, 1])[0]()

    async def client(number: int) -> None:
        source = random.Random(seed * 100 + number)
        for _ in range(40):
            outcomes.add(await step(source, (shelves, other)[number % 2]))

    await asyncio.gather(*map(client, range(8)))

    assert outcomes >= {"held", "confirmed", "released", "expired", "OUT_OF_STOCK", "RESERVATION_ENDED", "done"}
    assert await broken_rules(database) == []
