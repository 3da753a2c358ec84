"""Products by where they can be delivered to: in searches, in all lists, and counted beside other facets."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from core.ids import new_id
from models.catalog import Variant
from models.delivery import DeliveryLane, DeliveryMatrix, DeliveryZone, PostalCode
from models.inventory import Warehouse
from ports.search import Filter
from services.catalog.drafts import OfferDraft, VariantDraft
from services.imports.commands import save_products
from services.inventory.commands import set_level
from services.inventory.events import WarehouseChanged
from services.unit_of_work import UnitOfWork
from tests.factories.shop import product
from tests.factories.worker import find, ids
from tests.fixtures.shop import Answer, Shop
from tests.workers.scene import eventually, working
from workers.main import drain

SEARCH = """
query Search($query: String! = "", $filter: ProductFilter, $deliverTo: DeliverableToInput, $after: String) {
  search(query: $query, filter: $filter, deliverTo: $deliverTo, first: 3, after: $after, sort: NEWEST) {
    totalCount degraded
    pageInfo { endCursor }
    edges { node { externalId } }
    facets { key label values { label count selected input } }
  }
}
"""
LISTS = """
query Lists($filter: ProductFilter) {
  products(filter: $filter) { totalCount }
  category(slug: "tents") { products(filter: $filter) { totalCount } }
}
"""
BELOW = """
query Below($filter: ProductFilter) {
  categories(depth: 5) {
    products(filter: $filter, first: 1) {
      totalCount edges { node { brand { products(filter: $filter) { totalCount } } } }
    }
  }
}
"""
# Served by EAST alone, by WEST alone, by both (twice), and by nobody.
BOTH = ["EAST", "WEST"]
PLACES = {"30001": ["EAST"], "30002": ["WEST"], "30003": BOTH, "30004": BOTH, "30005": []}


@pytest.fixture
async def served(own_shop: Shop) -> Shop:
    """A shop with those places, and two products more: one that is in EAST alone, and one that is in WEST alone."""
    async with own_shop.resources.database.unit() as unit:
        await save_products(unit, [_product(500, "EAST"), _product(501, "WEST")])
        await _serve(unit, PLACES)
    await drain(own_shop.resources)
    own_shop.search_anew()
    return own_shop


def _product(number: int, *warehouses: str) -> Any:  # a draft with fields of any type
    variant = VariantDraft(sku=f"T-{number}", offers=(OfferDraft(price_minor=900),), stock=dict.fromkeys(warehouses, 1))
    return product(number, title=f"Lantern {number}", option_names=(), variants=(variant,))


async def _serve(unit: UnitOfWork, places: Mapping[str, Sequence[str]]) -> None:
    codes = {row.code: row.id for row in await unit.session.execute(sa.select(Warehouse.code, Warehouse.id))}
    for code, warehouses in places.items():
        zone_id = new_id()
        zone = {"id": zone_id, "code": code, "name": code, "country": "US"}
        await unit.session.execute(sa.insert(DeliveryZone).values(zone))
        await unit.session.execute(sa.insert(PostalCode).values(country="US", code=code, zone_id=zone_id))
        for warehouse in warehouses:
            lane = {"distance_km": 1, "price_minor": 1, "currency": "USD", "min_days": 1, "max_days": 2}
            keys = {"zone_id": zone_id, "warehouse_id": codes[warehouse], "method_id": new_id()}
            await unit.session.execute(sa.insert(DeliveryLane).values(lane | keys))
    await unit.session.execute(sa.update(DeliveryMatrix).values(version=DeliveryMatrix.version + 1))


def _to(code: str) -> dict[str, Any]:
    return {"deliverableTo": {"postalCode": code}}


def _deliverable(answer: Answer) -> list[tuple[str, int, bool]]:
    return [
        (value["label"], value["count"], value["selected"])
        for facet in answer.data["search"]["facets"]
        if facet["key"] == "deliverable"
        for value in facet["values"]
    ]


@pytest.mark.parametrize(
    ("code", "found"), [("30001", {"T-500"}), ("30002", {"T-501"}), ("300-03", {"T-500", "T-501"}), ("30005", set())]
)
async def test_search_finds_what_a_warehouse_that_serves_the_place_has(
    served: Shop, code: str, found: set[str]
) -> None:
    answer = await served.run(SEARCH, {"query": "lantern", "filter": _to(code)})

    assert answer.errors == []
    assert {edge["node"]["externalId"] for edge in answer.data["search"]["edges"]} == found
    assert (answer.data["search"]["totalCount"], answer.data["search"]["degraded"]) == (len(found), False)


async def test_all_lists_are_narrowed_alike(served: Shop) -> None:
    free = await served.run(LISTS, {"filter": {"inStock": True}})

    east, both, nowhere = [await served.run(LISTS, {"filter": _to(code)}) for code in ("30001", "30003", "30005")]

    assert free.errors == east.errors == nowhere.errors == []
    assert both.data == free.data
    assert east.data["products"]["totalCount"] == both.data["products"]["totalCount"] - 1
    assert 0 < east.data["category"]["products"]["totalCount"] <= both.data["category"]["products"]["totalCount"]
    assert nowhere.data["products"]["totalCount"] == nowhere.data["category"]["products"]["totalCount"] == 0


async def test_lists_below_many_parents_ask_for_the_place_once(served: Shop) -> None:
    answer = await served.run(BELOW, {"filter": _to("30001")})

    assert answer.errors == []
    assert answer.data["categories"]
    assert answer.profile.batches.get("PlaceByKey") == [1], answer.profile.batches


@pytest.mark.parametrize("code", ["00000", "", "\x00", "x" * 5_000, "3000\u0661"])
@pytest.mark.parametrize("how", ["filter", "deliverTo"])
async def test_refuses_a_postal_code_that_does_not_exist(served: Shop, code: str, how: str) -> None:
    given = _to(code) if how == "filter" else {"postalCode": code}

    answer = await served.run(SEARCH, {how: given})

    assert answer.codes == ["POSTAL_CODE_UNKNOWN"]


async def test_refuses_a_postal_code_also_where_nothing_is_counted(served: Shop) -> None:
    answer = await served.run('{ search(query: "", deliverTo: {postalCode: "00000"}) { totalCount } }')

    assert answer.codes == ["POSTAL_CODE_UNKNOWN"]


async def test_country_is_part_of_the_place(served: Shop) -> None:
    here, *elsewhere = [
        await served.run(LISTS, {"filter": {"deliverableTo": {"postalCode": "30001", "country": country}}})
        for country in ("us", "DE", "")
    ]

    assert here.errors == []
    assert [set(answer.codes) for answer in elsewhere] == [{"POSTAL_CODE_UNKNOWN"}] * 2


async def test_counts_what_can_be_delivered_without_narrowing(served: Shop) -> None:
    free = await served.run(SEARCH)

    answer = await served.run(SEARCH, {"deliverTo": {"postalCode": "30001"}})

    chosen = await served.run(SEARCH, {"filter": _to("30001")})
    count = chosen.data["search"]["totalCount"]
    assert answer.data["search"]["totalCount"] == free.data["search"]["totalCount"] > count
    assert _deliverable(free) == []
    assert _deliverable(answer) == [("Deliverable to 30001", count, False)]
    assert _deliverable(chosen) == [("Deliverable to 30001", count, True)]


async def test_own_choice_does_not_shrink_the_count_but_others_do(served: Shop) -> None:
    other = {**_to("30002"), "attributes": [{"code": "material", "values": ["Canvas"]}]}

    answer = await served.run(SEARCH, {"filter": other, "deliverTo": {"postalCode": "30001"}})

    alone = await served.run(SEARCH, {"filter": {**other, **_to("30001")}})
    assert _deliverable(answer) == [("Deliverable to 30001", alone.data["search"]["totalCount"], False)]


async def test_input_of_the_facet_chooses_what_it_counts(served: Shop) -> None:
    counted = await served.run(SEARCH, {"deliverTo": {"postalCode": "3 00-01", "country": "us"}})
    (facet,) = [one for one in counted.data["search"]["facets"] if one["key"] == "deliverable"]

    chosen = await served.run(SEARCH, {"filter": facet["values"][0]["input"]})

    assert chosen.data["search"]["totalCount"] == facet["values"][0]["count"] > 0


async def test_place_that_nobody_serves_is_counted_as_nothing(served: Shop) -> None:
    answer = await served.run(SEARCH, {"deliverTo": {"postalCode": "30005"}})

    assert answer.errors == []
    assert _deliverable(answer) == [("Deliverable to 30005", 0, False)]


async def test_cursor_holds_for_its_place_alone(served: Shop) -> None:
    first = await served.run(SEARCH, {"filter": _to("30001")})
    after = first.data["search"]["pageInfo"]["endCursor"]

    same = await served.run(SEARCH, {"filter": _to("30001"), "after": after})
    other = await served.run(SEARCH, {"filter": _to("30002"), "after": after})

    seen = [edge["node"]["externalId"] for page in (first, same) for edge in page.data["search"]["edges"]]
    assert len(set(seen)) == 6
    assert other.codes == ["STALE_CURSOR"]


async def test_products_follow_a_warehouse_that_closes_and_opens(served: Shop) -> None:
    async def switched(is_active: bool, code: str) -> tuple[int, int]:
        async with served.resources.database.unit() as unit:
            statement = sa.update(Warehouse).where(Warehouse.code == "EAST").values(is_active=is_active)
            key = (await unit.session.execute(statement.returning(Warehouse.id))).scalar_one()
            unit.publish(WarehouseChanged(key))
        await drain(served.resources)
        # A place served by both, and not asked for before: what counts is what the products say.
        answer = await served.run(SEARCH, {"query": "lantern", "filter": _to(code)})
        stocked = await served.run(SEARCH, {"query": "lantern", "filter": {"inStock": True}})
        return answer.data["search"]["totalCount"], stocked.data["search"]["totalCount"]

    closed, opened = await switched(False, "30003"), await switched(True, "30004")

    assert closed == (1, 1)
    assert opened == (2, 2)


async def test_units_that_sell_out_in_one_warehouse_leave_its_hits_without_a_new_index(served: Shop) -> None:
    database = served.resources.database
    async with database.unit() as unit:
        await save_products(unit, [_product(502, "EAST", "WEST")])
        variant_id, product_id = (
            await unit.session.execute(sa.select(Variant.id, Variant.product_id).where(Variant.sku == "T-502"))
        ).one()
        warehouses = {row.code: row.id for row in await unit.session.execute(sa.select(Warehouse.code, Warehouse.id))}

    async def has(code: str) -> bool:
        # Without a place between: the worker computes the matrix from coordinates, which those here lack.
        found = await find(served.resources.index, "lantern", chosen=Filter(warehouse_ids=(warehouses[code],)))
        return product_id in ids(found)

    async def has_left() -> bool:
        return not await has("EAST")

    async with working(served.resources):
        await eventually(lambda: has("EAST"))
        async with database.unit() as unit:
            await set_level(unit, variant_id=variant_id, warehouse_id=warehouses["EAST"], on_hand=0)

        await eventually(has_left)

        assert await has("WEST")
