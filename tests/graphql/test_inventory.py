"""Moving stock through the graph: who may, what comes back, and what a repeat answers."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import decode_global_id
from services.accounts.tokens import Role
from tests.factories.stock import broken_rules
from tests.fixtures.shop import Shop
from tests.graphql.stock import (
    ADJUST,
    ADJUSTMENT,
    IMPORT,
    MOVE,
    RECEIPT,
    RECEIVE,
    SOUTH,
    THRESHOLD,
    TRANSFER,
    WAREHOUSE,
    run,
)


async def test_a_receipt_is_counted_once_by_key_and_by_number(own_shop: Shop) -> None:
    first = await run(own_shop, RECEIVE, RECEIPT)

    by_key = await run(own_shop, RECEIVE, RECEIPT)
    by_number = await run(own_shop, RECEIVE, RECEIPT | {"idempotencyKey": "second"})
    other = await run(own_shop, RECEIVE, RECEIPT | {"idempotencyKey": "third", "warehouse": "WEST"})

    lines = [{"node": {"variant": {"sku": sku}, "quantity": units}} for sku, units in (("T-001S", 7), ("T-002S", 2))]
    assert first["userErrors"] == []
    assert (first["isReplay"], first["receipt"]["lines"]["edges"]) == (False, lines)
    assert by_key == first
    assert by_number == first | {"isReplay": True}
    assert other["receipt"] is None
    assert [error["code"] for error in other["userErrors"]] == ["RECEIPT_CONFLICT"]
    assert await broken_rules(own_shop.resources.database) == []


async def test_the_same_receipt_from_two_at_once_counts_once(own_shop: Shop) -> None:
    answers = await asyncio.gather(
        *(run(own_shop, RECEIVE, RECEIPT | {"idempotencyKey": key}) for key in ("a", "a", "b", "c"))
    )

    assert {answer["receipt"]["id"] for answer in answers} == {answers[0]["receipt"]["id"]}
    assert await _entries(own_shop, "receipt") == 2


async def test_an_adjustment_and_a_transfer_show_the_levels_they_leave_and_happen_once(own_shop: Shop) -> None:
    adjusted = await run(own_shop, ADJUST, ADJUSTMENT)
    moved = await run(own_shop, TRANSFER, MOVE)

    again = [await run(own_shop, ADJUST, ADJUSTMENT), await run(own_shop, TRANSFER, MOVE)]

    found = [(level["variant"]["sku"], level["onHand"], level["isLow"]) for level in adjusted["movement"]["levels"]]
    assert found == [("T-001S", 40, False), ("T-002S", 2, True)]
    assert [(level["warehouse"]["code"], level["onHand"]) for level in moved["movement"]["levels"]] == [
        ("EAST", 38),
        ("WEST", 3),
    ]
    assert again == [adjusted, moved]
    assert await broken_rules(own_shop.resources.database) == []


async def test_a_short_transfer_says_what_is_available(shop: Shop) -> None:
    payload = await run(shop, TRANSFER, MOVE | {"lines": [{"sku": "T-001S", "quantity": 100}]})

    assert payload["movement"] is None
    assert payload["userErrors"] == [
        {
            "code": "INSUFFICIENT_STOCK",
            "path": ["lines", "0", "quantity"],
            "sku": "T-001S",
            "wanted": 100,
            "available": 3,
        }
    ]


@pytest.mark.parametrize(
    ("document", "given", "expected"),
    [
        (RECEIVE, RECEIPT | {"warehouse": "MOON"}, ["NOT_FOUND"]),
        (RECEIVE, RECEIPT | {"lines": [{"sku": "NO", "quantity": 1}] * 2}, ["NOT_FOUND"] * 2),
        (
            RECEIVE,
            RECEIPT | {"lines": [{"sku": "T-001S", "quantity": n} for n in (0, -1, 2**31 - 1)]},
            ["BAD_QUANTITY"] * 3,
        ),
        (RECEIVE, RECEIPT | {"lines": []}, ["NO_LINES"]),
        (RECEIVE, RECEIPT | {"source": "\0", "reference": " "}, ["BAD_SOURCE", "BAD_REFERENCE"]),
        (RECEIVE, RECEIPT | {"idempotencyKey": " "}, ["BAD_IDEMPOTENCY_KEY"]),
        (ADJUST, ADJUSTMENT | {"reason": "OTHER"}, ["BAD_NOTE"]),
        (ADJUST, ADJUSTMENT | {"lines": [{"sku": "T-001S"}]}, ["BAD_ADJUSTMENT"]),
        (ADJUST, ADJUSTMENT | {"lines": [{"sku": "T-001S", "change": -(2**31)}]}, ["BAD_QUANTITY"]),
        (
            ADJUST,
            ADJUSTMENT | {"reason": "DAMAGED", "lines": [{"sku": "T-001S", "change": -9}]},
            ["INSUFFICIENT_STOCK"],
        ),
        (TRANSFER, MOVE | {"to": "EAST"}, ["SAME_WAREHOUSE"]),
        (TRANSFER, MOVE | {"from": "MOON"}, ["NOT_FOUND"]),
        (THRESHOLD, {"warehouse": "EAST", "sku": "T-001S", "units": -1}, ["BAD_QUANTITY"]),
        (THRESHOLD, {"warehouse": "EAST", "sku": "NO", "units": 1}, ["NOT_FOUND"]),
        (WAREHOUSE, SOUTH | {"code": "", "latitude": 91}, ["BAD_CODE", "BAD_COORDINATES"]),
    ],
)
async def test_refuses_what_cannot_be(shop: Shop, document: str, given: Mapping[str, Any], expected: list[str]) -> None:
    payload = await run(shop, document, given)

    assert [error["code"] for error in payload["userErrors"]] == expected


async def test_too_many_lines_are_a_mistake_of_the_caller(shop: Shop) -> None:
    lines = [{"sku": "T-001S", "quantity": 1}] * 101

    answer = await shop.run(RECEIVE, {"input": RECEIPT | {"lines": lines}}, role=Role.OPERATOR)

    assert answer.codes == ["LIST_TOO_LONG"]


async def test_a_key_with_other_input_is_refused(own_shop: Shop) -> None:
    await run(own_shop, TRANSFER, MOVE)

    payload = await run(own_shop, TRANSFER, MOVE | {"lines": [{"sku": "T-001S", "quantity": 1}]})

    assert [error["code"] for error in payload["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_a_seller_moves_stock_in_own_warehouses_alone(own_shop: Shop) -> None:
    seller_id = own_shop.ids["Seller"][1]
    await run(own_shop, WAREHOUSE, SOUTH | {"seller": seller_id})
    seller = {"role": Role.SELLER, "subject": str(_key(seller_id))}

    own = await run(own_shop, RECEIVE, RECEIPT | {"warehouse": "SOUTH"}, **seller)
    foreign = [
        await run(own_shop, RECEIVE, RECEIPT | {"idempotencyKey": "b", "reference": "R-2"}, **seller),
        await run(own_shop, ADJUST, ADJUSTMENT, **seller),
        await run(own_shop, TRANSFER, MOVE | {"from": "SOUTH", "to": "EAST"}, **seller),
        await run(own_shop, TRANSFER, MOVE | {"from": "EAST", "to": "SOUTH"}, **seller),
    ]
    nobody = await own_shop.run(ADJUST, {"input": ADJUSTMENT}, role=Role.SELLER, subject="no seller")

    assert own["receipt"]["warehouse"]["code"] == "SOUTH"
    assert [{error["code"] for error in payload["userErrors"]} for payload in foreign] == [{"NOT_FOUND"}] * 4
    assert nobody.codes == ["FORBIDDEN"]


async def test_a_warehouse_is_made_changed_and_fetched_by_id(own_shop: Shop) -> None:
    made = await run(own_shop, WAREHOUSE, SOUTH)

    closed = await run(own_shop, WAREHOUSE, SOUTH | {"isActive": False, "name": "Austin North"})

    expected = made["warehouse"] | {"isActive": False, "name": "Austin North"}
    assert closed["warehouse"] == expected
    document = "query($id: ID!) { node(id: $id) { ... on Warehouse { name } } }"
    seen = [
        (await own_shop.run(document, {"id": expected["id"]}, role=role)).data["node"]
        for role in (Role.OPERATOR, Role.ANONYMOUS)
    ]
    assert seen == [{"name": "Austin North"}, None]


async def test_what_a_closed_warehouse_has_is_not_for_sale(own_shop: Shop) -> None:
    east = SOUTH | {"code": "EAST", "isActive": False}
    document = '{ product(slug: "wide-hiking-shoe") { availability { quantity } } }'
    before = (await own_shop.run(document)).data["product"]["availability"]["quantity"]

    await run(own_shop, WAREHOUSE, east)

    after = (await own_shop.run(document)).data["product"]["availability"]["quantity"]
    assert (before, after) == (120, 0)


async def test_a_threshold_of_its_own_makes_a_level_low(own_shop: Shop) -> None:
    given = {"warehouse": "WEST", "sku": "T-149S"}

    own = await run(own_shop, THRESHOLD, given | {"units": 200})
    store = await run(own_shop, THRESHOLD, given)

    assert own["level"] == {"lowStockUnits": 200, "isLow": True}
    assert store["level"] == {"lowStockUnits": 5, "isLow": False}


async def test_an_upload_with_signs_that_postgres_does_not_take_is_told_and_remembered(own_shop: Shop) -> None:
    text = "source,reference,warehouse,sku,quantity\nacme,R\0,EAST,T-001S,1\nacme,R-1,EAST,T-001S,1\n"
    upload = {"format": "CSV", "content": text, "idempotencyKey": "odd"}

    first = await run(own_shop, IMPORT, upload)
    again = await run(own_shop, IMPORT, upload)

    assert [(one["status"], one["reference"]) for one in first["report"]["receipts"]] == [
        ("REFUSED", "R\ufffd"),
        ("ACCEPTED", "R-1"),
    ]
    assert again == first


async def test_payloads_cost_the_same_whatever_their_length(own_shop: Shop) -> None:
    header = "source,reference,warehouse,sku,quantity\n"
    costs: dict[int, tuple[int, int]] = {}
    for size in (2, 40):
        lines = [{"sku": f"WIDE-{number:02}", "change": 1} for number in range(size)]
        text = header + "".join(f"acme,{size}-{number},EAST,WIDE-{number:02},1\n" for number in range(size))
        adjustment = ADJUSTMENT | {"lines": lines, "idempotencyKey": f"{size}"}
        upload = {"format": "CSV", "content": text, "idempotencyKey": f"{size}"}
        answers = [
            await own_shop.run(ADJUST, {"input": adjustment}, role=Role.OPERATOR),
            await own_shop.run(IMPORT, {"input": upload}, role=Role.OPERATOR),
        ]
        assert len(answers[0].data["adjustStock"]["movement"]["levels"]) == size
        assert answers[1].data["importReceipts"]["report"]["accepted"] == size
        costs[size] = (answers[0].profile.sql, answers[1].profile.sql)

    assert costs[2] == costs[40]


def _key(global_id: str) -> UUID:
    return decode_global_id(global_id)[1]


async def _entries(shop: Shop, reason: str) -> int:
    statement = sa.text("SELECT count(*) FROM inventory_ledger_entry WHERE reason = :reason")
    async with shop.resources.database.read() as session:
        return int((await session.execute(statement, {"reason": reason})).scalar_one())
