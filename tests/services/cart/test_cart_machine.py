"""Two clients at one cart, in any order and at once: no update is lost, and totals are the sum of their parts."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from bootstrap.carts import open_carts
from bootstrap.database import make_database
from core.ids import new_id
from core.problems import Rejected
from core.settings import DatabaseSettings, Settings
from core.shop_settings import CartSettings
from services import cart as carts
from services import delivery
from services.cart import Carts, NewLine, Shopper, Use, Wish
from services.cart.records import Cart
from services.unit_of_work import Database
from tests.factories.carts import write
from tests.factories.delivery import save_places
from tests.factories.stock import save_stock
from tests.services.cart.cart_model import Model, Slot, Step
from workers.carts import CartSaver

VARIANTS, MOST = 3, 9
SETTINGS = Settings(cart=CartSettings(most_units_per_line=MOST))
variants = st.integers(0, VARIANTS - 1)
added = st.builds(Step, st.just("add"), variants, quantity=st.integers(-1, 5))
named = st.builds(
    Step, st.sampled_from(["set", "remove", "save", "buy"]), variants, st.booleans(), st.integers(0, MOST + 1)
)
steps = added | named


class Client:
    """One device of the cart's customer, with what it saw last."""

    def __init__(self, carts: Carts, use: Use, variants: Sequence[UUID]) -> None:
        self.carts, self.use, self.variants = carts, use, variants
        self.seen: dict[Slot, str] = {}

    def look(self, cart: Cart) -> None:
        self.seen = {(self.variants.index(line.variant_id), line.is_saved): line.id.hex for line in cart.lines}

    async def take(self, step: Step, *, expected: str | None = None) -> str | None:
        """Do a step; the code of its refusal."""
        use = self.use._replace(expected=expected)
        line = UUID(self.seen.get((step.variant, step.saved), new_id().hex))
        try:
            if step.name == "add":
                await carts.add_lines(self.carts, use, [NewLine(Wish(self.variants[step.variant]), step.quantity)])
            elif step.name == "set":
                await carts.set_quantities(self.carts, use, [(line, step.quantity)])
            elif step.name == "remove":
                await carts.remove_lines(self.carts, use, [line])
            else:
                await carts.set_saved(self.carts, use, [line], saved=step.name == "save")
        except Rejected as refusal:
            return refusal.problems[0].code
        return None


class CartMachine(RuleBasedStateMachine):
    """Each step happens to the cart and to the model, and both must say the same."""

    runner: asyncio.Runner
    carts: Carts
    sold: Sequence[UUID]
    redis: Any  # a client of the server that carts are in

    def __init__(self) -> None:
        super().__init__()
        account = new_id()
        self.shopper = Shopper(account)
        stock = {0: 4, 1: 20, 2: 0}
        self.model = Model(stock, MOST)
        self.run(self.open(account, stock))
        use = Use(self.shopper)
        self.clients = [Client(self.carts, use, self.sold) for _ in range(2)]

    def run(self, step: Any) -> Any:  # a coroutine of any result
        return self.runner.run(step)

    async def open(self, account: UUID, stock: Mapping[int, int]) -> None:
        database = self.carts.database
        await write(
            database, "INSERT INTO account (id, issuer, subject) VALUES (:id, 'x', :name)", id=account, name=account.hex
        )
        for number, units in stock.items():
            await self.store_has(number, units)

    async def store_has(self, variant: int, units: int) -> None:
        statement = "UPDATE inventory_level SET on_hand = :units WHERE variant_id = :id"
        await write(self.carts.database, statement, units=units, id=self.sold[variant])

    async def found(self) -> Cart:
        assert self.shopper.account_id is not None
        return await self.carts.find(self.shopper.account_id, self.shopper) or Cart(id=self.shopper.account_id)

    def renumber(self) -> None:
        """Give the model's lines the ids that the store has given them, and let both clients look."""
        cart = self.run(self.found())
        ids = {(self.sold.index(line.variant_id), line.is_saved): line.id.hex for line in cart.lines}
        self.model.lines = {ids[slot]: (slot, quantity) for slot, quantity in self.model.lines.values()}
        for client in self.clients:
            client.look(cart)

    def content(self) -> Mapping[Slot, int]:
        cart = self.run(self.found())
        return {(self.sold.index(line.variant_id), line.is_saved): line.quantity for line in cart.lines}

    @rule(step=steps)
    def one(self, step: Step) -> None:
        expected = self.model.take(step, self.clients[0].seen)
        assert self.run(self.clients[0].take(step)) == expected
        assert self.content() == self.model.content()
        self.renumber()

    @rule(pair=st.tuples(steps, steps))
    def two_at_once(self, pair: tuple[Step, Step]) -> None:
        async def both() -> list[str | None]:
            return list(await asyncio.gather(*(one.take(step) for one, step in zip(self.clients, pair, strict=True))))

        seen = self.clients[0].seen
        outcome = tuple(self.run(both()))
        ways = []
        for order in ((0, 1), (1, 0)):
            model = self.model.copy()
            refusals = {place: model.take(pair[place], seen) for place in order}
            ways.append(((refusals[0], refusals[1]), model))
        content = self.content()
        fitting = [model for refusals, model in ways if refusals == outcome and model.content() == content]
        assert fitting, (pair, outcome, content)
        self.model = fitting[0]
        self.renumber()

    @rule(pair=st.tuples(steps, steps))
    def two_at_once_with_the_version_that_both_saw(self, pair: tuple[Step, Step]) -> None:
        version = str(self.run(self.found()).version or "")

        async def both() -> list[str | None]:
            return list(
                await asyncio.gather(
                    *(one.take(step, expected=version) for one, step in zip(self.clients, pair, strict=True))
                )
            )

        seen, before = self.clients[0].seen, self.content()
        outcome = self.run(both())
        models = [self.model.copy() for _ in pair]
        alone = [model.take(step, seen) for model, step in zip(models, pair, strict=True)]
        content = self.content()
        changing = [place for place, model in enumerate(models) if model.content() != before]
        for place, code in enumerate(outcome):
            # Each is answered as if it were alone, or told that the other was first.
            assert code == alone[place] or (code == "STALE_CART" and 1 - place in changing)
        done = [place for place in changing if outcome[place] is None]
        assert len(done) == min(1, len(changing))
        self.model = models[done[0]] if done else self.model
        assert content == self.model.content()
        self.renumber()

    @rule(variant=variants, units=st.integers(0, 12))
    def stock_changes(self, variant: int, units: int) -> None:
        self.model.stock[variant] = units
        self.run(self.store_has(variant, units))

    @rule(variant=variants, price=st.integers(1, 10**6))
    def price_changes(self, variant: int, price: int) -> None:
        statement = "UPDATE offer SET price_minor = :price WHERE variant_id = :id"
        self.run(write(self.carts.database, statement, price=price, id=self.sold[variant]))

    @rule()
    def redis_is_emptied_after_the_cart_was_saved(self) -> None:
        async def lose() -> None:
            await CartSaver(self.carts.database, self.carts.store, self.carts.settings.cart).step()
            await self.redis.flushdb()

        self.run(lose())
        assert self.content() == self.model.content()

    @rule(code=st.sampled_from(["10001", "94103", "96910"]))
    def destination_changes(self, code: str) -> None:
        self.run(carts.send_to(self.carts, Use(self.shopper), country="US", postal_code=code))

    @invariant()
    def totals_are_the_sum_of_their_parts(self) -> None:
        priced = self.run(self.carts.price(self.run(self.found())))
        totals = priced.totals
        lines = sum(line.unit_minor * line.line.quantity for line in priced.lines)
        discounts = sum(one.amount_minor for one in priced.discounts)
        taxes = [(line.total_minor * 88_750 * 2 + 1_000_000) // 2_000_000 for line in priced.lines]
        delivery = (totals.delivery_minor or 0) - totals.delivery_discount_minor
        if priced.cart.destination is not None and priced.cart.destination.postal_code.startswith("100"):
            taxes.append((delivery * 88_750 * 2 + 1_000_000) // 2_000_000)
        else:
            taxes = [0]
        assert (totals.lines_minor, totals.discount_minor) == (lines, discounts)
        assert totals.added_tax_minor == sum(taxes) == sum(one.amount_minor for one in totals.taxes)
        assert totals.total_minor == lines - discounts + delivery + sum(taxes)
        assert all(type(part) is int for part in numbers(totals))


def numbers(totals: Any) -> list[int]:
    """The numbers of totals; a part that is not known counts as 0."""
    parts = (totals.lines_minor, totals.discount_minor, totals.delivery_minor, totals.delivery_discount_minor)
    return [0 if part is None else part for part in (*parts, totals.added_tax_minor, totals.total_minor)]


async def scene(database: Database) -> Sequence[UUID]:
    """Variants, places, a tax, and promotions of all kinds."""
    stocked = await save_stock(database, *({"EAST": 1} for _ in range(VARIANTS)), prefix="C")
    async with database.unit() as unit:
        await save_places(unit)
        await delivery.recompute(unit)
    await write(
        database,
        "INSERT INTO tax_rate (id, country, postal_prefix, name, rate_ppm, applies_to_delivery) "
        "VALUES (gen_random_uuid(), 'US', '100', 'New York', 88750, true)",
    )
    for kind, columns, values in (
        ("percentage", "basis_points", "333"),
        ("amount", "amount_minor, minimum_minor", "777, 5000"),
        ("buy_x_get_y", "basis_points, buy_quantity, get_quantity", "5000, 2, 1"),
        ("free_delivery", "minimum_minor", "9000"),
    ):
        await write(
            database,
            f"INSERT INTO promotion (id, name, kind, currency, {columns}) "
            f"VALUES (gen_random_uuid(), '{kind}', '{kind}', 'USD', {values})",
        )
    return stocked.variants


def test_any_steps_of_two_clients_add_up(database_url: str, redis_url: str) -> None:
    with asyncio.Runner() as runner:
        database = make_database(database_url, DatabaseSettings(pool_size=4))
        store = open_carts(redis_url, kept=timedelta(days=30))
        redis = Redis.from_url(redis_url)
        parts = {
            "runner": runner,
            "carts": Carts(store, database, SETTINGS),
            "sold": runner.run(scene(database)),
            "redis": redis,
        }
        try:
            run_state_machine_as_test(
                type("Machine", (CartMachine,), parts),
                settings=settings(
                    max_examples=20,
                    stateful_step_count=25,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                ),
            )
        finally:
            runner.run(redis.aclose())
            runner.run(store.close())
            runner.run(database.dispose())
