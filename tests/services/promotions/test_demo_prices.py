"""The demo's promotions and taxes, as they are loaded."""

from cli.demo_prices import load_prices
from core.ids import new_id
from core.profile import profiling
from demo.prices import CLOTHES, COUPON, PROMOTIONS
from services import promotions, taxes
from services.catalog.commands import save_category
from services.catalog.drafts import CategoryDraft
from services.unit_of_work import Database


async def test_loads_once(database: Database) -> None:
    async with database.unit() as unit:
        clothes = [await save_category(unit, CategoryDraft(path=path)) for path in CLOTHES]

    await load_prices(database, currency="USD")
    with profiling() as profile:
        await load_prices(database, currency="USD")

    async with database.read() as session:
        offered = await promotions.find_offered(
            session, cart_id=new_id(), account_id=None, coupon_codes=[COUPON], currency="USD"
        )
        table = await taxes.find_tax_table(session, country="US", postal_code="55401", category_ids=clothes)
    assert profile.sql == 2
    assert len(offered.automatic) == len(PROMOTIONS) - 1
    assert offered.coupons[0].promotion is not None
    assert {rate and rate.rate_ppm for rate in map(table.rate_of, clothes)} == {0}
    assert table.delivery == table.rate_of(new_id()) == table.rates["standard"]
