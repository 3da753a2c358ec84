"""Lists of orders: an account's own, and those that operators look for."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from models.orders import OrderStatus
from services import orders
from services.accounts.tokens import Role
from tests.factories.orders import move, ship
from tests.fixtures.shop import Shop
from tests.graphql.orders import new_account, placed, unpaid

MINE = """
query($filter: OrderFilterInput, $first: Int, $after: String) { viewer {
  orders(filter: $filter, first: $first, after: $after) {
    edges { cursor node { number } } pageInfo { hasNextPage endCursor } } } }
"""
ALL = """
query($filter: OrderSearchInput) { operations { orders(filter: $filter) { edges { node {
  number events { edges { node { cause actor details before after } } } } } } } }
"""


@pytest.fixture
async def account(live_shop: Shop) -> UUID:
    return await new_account(live_shop)


async def test_an_accounts_orders_come_newest_first_page_by_page(live_shop: Shop, account: UUID) -> None:
    made = [(await unpaid(live_shop, account_id=account)).number for _ in range(5)]
    numbers, after = [], None
    for _ in range(3):
        answer = await live_shop.run(MINE, {"first": 2, "after": after}, account=account)
        page = answer.data["viewer"]["orders"]
        numbers.append([edge["node"]["number"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]

    made.reverse()
    assert numbers == [made[:2], made[2:4], made[4:]]
    assert not page["pageInfo"]["hasNextPage"]


async def test_orders_are_filtered_by_status_and_time(live_shop: Shop, account: UUID) -> None:
    first, second = [await unpaid(live_shop, account_id=account) for _ in range(2)]
    third = await placed(live_shop, account_id=account)
    await move(live_shop.resources.database, first.id, OrderStatus.EXPIRED)
    just_after = (second.placed_at + timedelta(milliseconds=1)).isoformat()

    async def found(**filter: object) -> list[str]:
        answer = await live_shop.run(MINE, {"filter": filter}, account=account)
        assert answer.errors == []
        return [edge["node"]["number"] for edge in answer.data["viewer"]["orders"]["edges"]]

    assert await found(status=["EXPIRED", "PLACED"]) == [third.number, first.number]
    assert await found(status=["DELIVERED"]) == []
    assert await found(status=[]) == [third.number, second.number, first.number]
    assert await found(placedAfter=second.placed_at.isoformat()) == [third.number, second.number]
    assert await found(placedBefore=second.placed_at.isoformat()) == [first.number]
    assert await found(placedAfter=second.placed_at.isoformat(), placedBefore=just_after) == [second.number]


async def test_cursors_are_bound_to_the_filter(live_shop: Shop, account: UUID) -> None:
    await unpaid(live_shop, account_id=account)
    first = await live_shop.run(MINE, {"first": 1}, account=account)
    cursor = first.data["viewer"]["orders"]["edges"][0]["cursor"]

    other = await live_shop.run(MINE, {"after": cursor, "filter": {"status": ["PLACED"]}}, account=account)

    assert other.codes == ["STALE_CURSOR"]


async def test_operators_find_orders_and_their_whole_history(live_shop: Shop, account: UUID) -> None:
    database = live_shop.resources.database
    made = await placed(live_shop, account_id=account, email="Zoë.Find@Example.com")
    await ship(database, made.id, upto="packed")
    async with database.unit() as unit:
        await orders.note(
            unit, await orders.lock(unit, made.id), cause="operator.called", actor="bob", details={"said": "soon"}
        )

    async def found(**filter: object) -> Any:  # any JSON
        answer = await live_shop.run(ALL, {"filter": filter}, role=Role.OPERATOR)
        assert answer.errors == []
        return [edge["node"] for edge in answer.data["operations"]["orders"]["edges"]]

    (by_number,) = await found(number=made.number.lower())
    assert await found(email="ZOË.find@example.COM") == [by_number]
    assert await found(email="zoë.find@example.com", status="PROCESSING") == [by_number]
    assert await found(email="zoë.find@example.com", status="PLACED") == []
    assert by_number in await found(status="PROCESSING")
    assert await found(number="2222222222") == []
    assert [event["node"] for event in by_number["events"]["edges"]][2:] == [
        {
            "cause": "fulfillment.packed",
            "actor": "tester",
            "details": by_number["events"]["edges"][2]["node"]["details"],
            "before": "PLACED",
            "after": "PROCESSING",
        },
        {
            "cause": "operator.called",
            "actor": "bob",
            "details": '{"said":"soon"}',
            "before": "PROCESSING",
            "after": "PROCESSING",
        },
    ]


@pytest.mark.parametrize("filter", [{"number": "?"}, {"email": "nobody"}])
async def test_what_cannot_be_looked_for_is_named(live_shop: Shop, filter: Mapping[str, str]) -> None:
    answer = await live_shop.run(ALL, {"filter": filter}, role=Role.OPERATOR)

    assert answer.codes == ["BAD_FILTER"]
