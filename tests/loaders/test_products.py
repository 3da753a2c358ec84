"""Products through the shared cache: fewer statements, never an older row after a newer one."""

import sqlalchemy as sa

from core.ids import decode_id_of
from core.profile import profiling
from loaders.products import decode, encode
from loaders.registry import Loaders
from models.catalog import Product
from services.catalog.events import ProductChanged
from services.search.projection import product_key
from tests.fixtures.shop import Shop
from workers.main import drain


def _loaders(shop: Shop) -> Loaders:
    parts = shop.resources
    return Loaders(parts.database, parts.cache, parts.settings.catalog)


async def test_a_second_request_needs_no_statement(own_shop: Shop) -> None:
    keys = [decode_id_of("Product", text) for text in own_shop.ids["Product"][:24]]
    first = await _loaders(own_shop).product_by_id.load_all(keys)

    with profiling() as profile:
        second = await _loaders(own_shop).product_by_id.load_all(keys)

    assert second == first
    assert (profile.sql, profile.cache) == (0, 1)


async def test_a_change_is_seen_once_the_worker_has_handled_it(own_shop: Shop) -> None:
    key = decode_id_of("Product", own_shop.ids["Product"][3])
    await _loaders(own_shop).product_by_id.load(key)
    async with own_shop.resources.database.unit() as unit:
        await unit.session.execute(sa.update(Product).where(Product.id == key).values(title="Renamed"))
        unit.publish(ProductChanged(key))

    await drain(own_shop.resources)
    seen = await _loaders(own_shop).product_by_id.load(key)

    assert seen is not None
    assert seen.title == "Renamed"


async def test_a_row_read_before_a_change_cannot_be_put_back_after_it(own_shop: Shop) -> None:
    key = decode_id_of("Product", own_shop.ids["Product"][3])
    stale = await _loaders(own_shop).product_by_id.load(key)
    assert stale is not None
    async with own_shop.resources.database.unit() as unit:
        await unit.session.execute(sa.update(Product).where(Product.id == key).values(title="Renamed"))
        unit.publish(ProductChanged(key))
    await drain(own_shop.resources)

    await own_shop.resources.cache.put_many({product_key(key): encode(stale)}, seconds=300)
    seen = await _loaders(own_shop).product_by_id.load(key)

    assert seen is not None
    assert seen.title == "Renamed"


async def test_a_cached_product_is_equal_to_the_one_from_postgres(own_shop: Shop) -> None:
    key = decode_id_of("Product", own_shop.ids["Product"][0])

    row = await _loaders(own_shop).product_by_id.load(key)

    assert row is not None
    assert decode(encode(row)) == row
