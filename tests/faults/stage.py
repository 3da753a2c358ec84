"""The shop in which histories play: goods, a few of them scarce, places to send to, and purses to pay from."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from cli.preparing import prepare
from core.clock import utc_now
from core.ids import encode_global_id
from core.production import DEVELOPMENT_SECRET
from models.promotions import PromotionKind
from services import delivery
from services.accounts.opening import issue_tokens
from services.catalog.drafts import CatalogDraft, OfferDraft, ProductDraft, SellerDraft, VariantDraft, WarehouseDraft
from services.imports.commands import save_catalog, save_products
from services.payments.gift_cards import issue
from services.payments.store_credit import grant
from services.taxes.commands import add_tax_rates
from services.taxes.records import TaxRateDraft
from services.unit_of_work import Database
from tests.factories.accounts import save_account, save_session
from tests.factories.delivery import save_places
from tests.factories.promotions import save_coupon, save_promotion
from tests.faults.plans import SHELVES, History, Pays, ShopperPlan
from tests.faults.shopper import CREDIT_MINOR, GIFT_MINOR, Purse

# The time that the provider is waited for in all, and the longest that a fault keeps a process or a connection from it.
LONGEST_CALL_SECONDS = 6
_PLENTY, _FEW = 1_000_000, 3
_SCARCE_AT_ONCE = 100
_RICH_MINOR = 1_000_000
# Less than two shoppers want who pay with one gift card at once.
_SHARED_MINOR = GIFT_MINOR * 3 // 2
_WAREHOUSES = (
    WarehouseDraft(code="EAST", name="East", country="US", postal_code="10001", latitude=40.7, longitude=-74.0),
    WarehouseDraft(code="WEST", name="West", country="US", postal_code="94103", latitude=37.8, longitude=-122.4),
)
_SELLERS = (SellerDraft(slug="emporium", name="Emporium"), SellerDraft(slug="other", name="Another"))


class Stage:
    """What is for sale. `find_shelves` makes scarce goods as histories need them: each has some of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._common: list[str] = []
        self._scarce: dict[int, str] = {}
        self._promotion: UUID | None = None

    async def build(self) -> None:
        """Fill an empty database."""
        await prepare(self.database)
        async with self.database.unit() as unit:
            await save_catalog(unit, CatalogDraft(sellers=_SELLERS, warehouses=_WAREHOUSES))
            await save_places(unit)
            await delivery.recompute(unit)
            await add_tax_rates(unit, [TaxRateDraft("US", "Sales tax", 88_750, applies_to_delivery=True)])
        drafts = [
            _product(f"shelf-{number}", {"EAST": _PLENTY, "WEST": _PLENTY}, number) for number in range(1, SHELVES)
        ]
        self._common = await self._save(drafts)
        self._promotion = await save_promotion(
            self.database, PromotionKind.PERCENTAGE, basis_points=1_000, needs_coupon=True, name="Ten off"
        )

    async def find_shelves(self, history: History) -> Sequence[str]:
        """Global ids of the variants that a history's shoppers want, the scarce one first."""
        if history.number not in self._scarce:
            first = history.number - history.number % _SCARCE_AT_ONCE
            numbers = range(first, first + _SCARCE_AT_ONCE)
            drafts = [_product(f"scarce-{number}", {"EAST": 1, "WEST": _FEW - 1}, 0) for number in numbers]
            self._scarce |= dict(zip(numbers, await self._save(drafts), strict=True))
        return [self._scarce[history.number], *self._common]

    async def fill_purses(self, history: History) -> Sequence[Purse]:
        """One for each shopper, with a coupon that two can use; who pays in parts shares one gift card with others."""
        assert self._promotion is not None
        coupon = f"HISTORY{history.number:05}"
        await save_coupon(self.database, coupon, self._promotion, most_uses=2)
        shared = await self._gift_card(_SHARED_MINOR)
        return [
            await self._purse(plan, coupon, shared, f"{history.number}-{n}") for n, plan in enumerate(history.shoppers)
        ]

    async def _purse(self, plan: ShopperPlan, coupon: str, shared: str, name: str) -> Purse:
        gift_card = await self._gift_card(_RICH_MINOR) if plan.pays is Pays.GIFT_CARD else shared
        purse = Purse(gift_card, coupon)
        if plan.signs_in:
            email = f"shopper-{name}@example.com"
            account_id = await save_account(self.database, email)
            opened = await save_session(self.database, account_id)
            tokens = issue_tokens(opened, secret=DEVELOPMENT_SECRET, lifetime=timedelta(hours=1), now=utc_now())
            purse.headers = {"authorization": f"Bearer {tokens.access_token}"}
            credit = _RICH_MINOR if plan.pays is Pays.CREDIT else CREDIT_MINOR
            async with self.database.unit() as unit:
                await grant(unit, email=email, amount_minor=credit, currency="USD", actor="faults")
        return purse

    async def _gift_card(self, amount_minor: int) -> str:
        async with self.database.unit() as unit:
            issued = await issue(unit, amount_minor=amount_minor, currency="USD", expires_at=None, actor="faults")
        assert issued.code is not None
        return issued.code

    async def _save(self, drafts: Sequence[ProductDraft]) -> list[str]:
        async with self.database.unit() as unit:
            await save_products(unit, drafts)
        async with self.database.read() as session:
            ids = {row.sku: row.id for row in await session.execute(sa.text("SELECT sku, id FROM variant"))}
        return [encode_global_id("Variant", ids[draft.external_id]) for draft in drafts]


class Due(NamedTuple):
    """What still has a time at which something is done about it."""

    checkouts: int
    attempts: int
    refunds: int
    holds: int
    webhooks: int


async def let_time_pass(database: Database) -> None:
    """The time of all holds, checkouts and questions has come."""
    async with database.unit() as unit:
        for statement in _LATER:
            await unit.session.execute(sa.text(statement))


async def count_due(database: Database) -> Due:
    async with database.read() as session:
        return Due(*(await session.execute(sa.text(_DUE))).one())


_LATER = (
    "UPDATE checkout SET expires_at = LEAST(expires_at, now()) WHERE status NOT IN ('succeeded', 'expired')",
    "UPDATE checkout SET check_at = now() WHERE check_at > now()",
    "UPDATE reservation SET expires_at = now() WHERE status = 'held' AND expires_at > now()",
    # Nobody asks for a payment while its call may still be under way.
    f"""
    UPDATE payment_attempt SET check_at = now()
    WHERE check_at > now() AND created_at < now() - interval '{LONGEST_CALL_SECONDS} seconds'
    """,
    "UPDATE refund SET check_at = now() WHERE status = 'pending' AND check_at > now()",
)
_DUE = """
SELECT (SELECT count(*) FROM checkout WHERE check_at IS NOT NULL OR status NOT IN ('succeeded', 'expired')),
    (SELECT count(*) FROM payment_attempt
        WHERE check_at IS NOT NULL OR status IN ('created', 'processing', 'action_required')),
    (SELECT count(*) FROM refund WHERE status = 'pending'),
    (SELECT count(*) FROM reservation WHERE status = 'held'),
    (SELECT count(*) FROM provider_event WHERE handled_at IS NULL)
"""


def _product(sku: str, stock: dict[str, int], number: int) -> ProductDraft:
    """Every third is another seller's; prices end in odd cents, so that taxes and discounts must be rounded."""
    offer = OfferDraft(price_minor=1_999 + 137 * number, seller="other" if number % 3 == 2 else "emporium")
    variant = VariantDraft(sku=sku, offers=(offer,), stock=stock)
    return ProductDraft(
        source="faults", external_id=sku, title=f"A {sku}", category_path=("Things",), variants=(variant,)
    )
