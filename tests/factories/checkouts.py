"""Checkouts for tests, as shoppers make and pay them, and what has become of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from adapters.payments.stub import StubPayments
from models.payments import PaymentMethod
from services import checkout, payments
from services.accounts import AddressDraft
from services.cart import CartLine, Carts, NewLine, Shopper, Use, Wish, add_lines
from services.checkout import Changes, CheckoutRecord, GivenAddress, Payment, TenderDraft, Till
from services.idempotency import Attempt, hash_input
from tests.fixtures.shop import Shop

NEW_YORK = AddressDraft("Ann Lee", "1 Main Street", "New York", "10001", "US")
SAN_FRANCISCO = AddressDraft("Ann Lee", "2 Market Street", "San Francisco", "94103", "US")
GUAM = AddressDraft("Ann Lee", "3 Beach Road", "Hagatna", "96910", "US")
VISA, ASKING, GOES_ON = "pm_card_visa", "pm_card_threeDSecure2Required", "pm_stub_processing"
DECLINED, POOR = "pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds"
CASH = TenderDraft(PaymentMethod.CASH_ON_DELIVERY)
CREDIT = TenderDraft(PaymentMethod.STORE_CREDIT)


def by_card(card: str = VISA, amount_minor: int | None = None) -> TenderDraft:
    return TenderDraft(PaymentMethod.CARD, amount_minor, card=card)


def by_gift_card(code: str, amount_minor: int) -> TenderDraft:
    return TenderDraft(PaymentMethod.GIFT_CARD, amount_minor, gift_card_code=code)


def once(name: str, key: str | None = None, given: object = None) -> Attempt:
    """A use of a key, of a new one if not given."""
    return Attempt(name, key or uuid4().hex, hash_input(given))


@dataclass(slots=True)
class Buyer:
    """Somebody with a cart, a guest unless there is an account, in a shop whose cards are charged by the stub."""

    shop: Shop
    account_id: UUID | None = None
    cart_id: UUID | None = None
    provider: StubPayments = field(default_factory=lambda: StubPayments(webhook_secret="whsec_test"))

    @property
    def shopper(self) -> Shopper:
        return Shopper(self.account_id)

    @property
    def till(self) -> Till:
        resources = self.shop.resources
        return Till(Carts(resources.carts, resources.database, resources.settings), self.provider, "somebody")

    async def fill(self, *lines: tuple[str, int]) -> None:
        """Put units of variants, by their SKUs, into the cart."""
        variants = await variant_ids(self.shop)
        wanted = [NewLine(Wish(variants[sku]), quantity) for sku, quantity in lines]
        cart = await add_lines(self.till.carts, Use(self.shopper, self.cart_id), wanted)
        self.cart_id = cart.id

    async def create(
        self, attempt: Attempt | None = None, email: str | None = "ann@example.org", **given: Any
    ) -> CheckoutRecord:
        """Say where it goes to by `addresses` (given by name, hence Any)."""
        use = Use(self.shopper, self.cart_id)
        return await checkout.create(self.till, use, email=email, attempt=attempt or once("create"), **given)

    async def send_to(self, id: UUID, address: AddressDraft = NEW_YORK, **given: Any) -> CheckoutRecord:
        """Say where it goes to, and by `choices` how it comes (given by name, hence Any)."""
        changes = Changes(shipping=GivenAddress(address), **given)
        async with self.shop.resources.database.unit() as unit:
            return await checkout.update(unit, self.till, id, self.shopper, changes)

    async def prepare(self, *lines: tuple[str, int]) -> CheckoutRecord:
        """A checkout of these units that lacks nothing but money."""
        await self.fill(*lines or (("T-001S", 2),))
        made = await self.create()
        return await self.send_to(made.id)

    async def pay(self, id: UUID, *tenders: TenderDraft, attempt: Attempt | None = None) -> CheckoutRecord:
        """Pay by these tenders, or by a card that is accepted."""
        return await self.pay_with(id, tenders or (by_card(),), attempt=attempt)

    async def pay_with(
        self, id: UUID, tenders: Sequence[TenderDraft], *, attempt: Attempt | None = None
    ) -> CheckoutRecord:
        wanted = Payment(id, tenders)
        return await checkout.complete(self.till, self.shopper, wanted, attempt=attempt or once("complete"))

    async def retry(self, id: UUID, *tenders: TenderDraft) -> CheckoutRecord:
        return await checkout.retry(self.till, self.shopper, Payment(id, tenders), attempt=once("retry"))

    async def cart_lines(self) -> Sequence[CartLine]:
        """What is in the cart."""
        assert self.cart_id is not None, "it was filled"
        cart = await self.till.carts.load(self.cart_id)
        return () if cart is None else list(cart.lines)

    async def see(self, id: UUID) -> CheckoutRecord:
        return await self.till.get(id, self.shopper)

    async def work(self) -> None:
        """What workers do, until nothing is due."""
        while await checkout.settle_due(self.till):
            pass


async def variant_ids(shop: Shop) -> Mapping[str, UUID]:
    async with shop.resources.database.read() as session:
        return {row.sku: row.id for row in await session.execute(sa.text("SELECT sku, id FROM variant"))}


# Rows of any columns, hence Any.
async def rows(shop: Shop, statement: str, **values: object) -> Sequence[Any]:
    async with shop.resources.database.read() as session:
        return (await session.execute(sa.text(statement), values)).all()


async def write(shop: Shop, statement: str, **values: object) -> None:
    """Change tables as nobody's command would, to set a scene."""
    async with shop.resources.database.unit() as unit:
        await unit.session.execute(sa.text(statement), values)


async def pass_time(shop: Shop, *, minutes: int) -> None:
    """Let the timers of checkouts, payments, refunds and holds be so much nearer."""
    for table, columns in (
        ("checkout", ("expires_at", "check_at")),
        ("payment_attempt", ("check_at",)),
        ("refund", ("check_at",)),
        ("reservation", ("expires_at",)),
    ):
        changes = ", ".join(f"{one} = {one} - make_interval(mins => :minutes)" for one in columns)
        await write(shop, f"UPDATE {table} SET {changes}", minutes=minutes)


async def stock(shop: Shop, sku: str) -> tuple[int, int]:
    """Units on hand and reserved of a variant, over all warehouses."""
    statement = """
        SELECT sum(on_hand) AS on_hand, sum(reserved) AS reserved FROM inventory_level l
        JOIN variant v ON v.id = l.variant_id WHERE v.sku = :sku
    """
    (row,) = await rows(shop, statement, sku=sku)
    return int(row.on_hand), int(row.reserved)


async def order_statuses(shop: Shop) -> Sequence[str]:
    """Of orders that checkouts have made, the oldest first."""
    statement = "SELECT o.status FROM orders o JOIN checkout c ON c.order_id = o.id ORDER BY o.id"
    return [row.status for row in await rows(shop, statement)]


async def assert_whole(shop: Shop, provider: StubPayments) -> None:
    """What holds of every store at rest: levels equal the ledger, and each charge has a placed order or is back."""
    wrong = await rows(
        shop,
        """
        SELECT l.variant_id FROM inventory_level l LEFT JOIN (
            SELECT variant_id, warehouse_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
            FROM inventory_ledger_entry GROUP BY 1, 2) e USING (variant_id, warehouse_id)
        WHERE (l.on_hand, l.reserved) IS DISTINCT FROM (coalesce(e.on_hand, 0), coalesce(e.reserved, 0))
        """,
    )
    assert wrong == []
    charged = [one for one in provider._intents.values() if one.received.amount_minor]
    for intent in charged:
        (row,) = await rows(
            shop,
            "SELECT o.status FROM orders o WHERE o.id = CAST(:id AS uuid)",
            id=intent.metadata["order"],
        )
        is_back = intent.refunded == intent.received
        assert is_back == (row.status in ("cancelled", "refunded", "expired")), (intent, row.status)


async def gift_card(shop: Shop, amount_minor: int) -> str:
    """The code of a new gift card."""
    async with shop.resources.database.unit() as unit:
        issued = await payments.issue(unit, amount_minor=amount_minor, currency="USD", expires_at=None, actor="test")
    assert issued.code is not None
    return issued.code
