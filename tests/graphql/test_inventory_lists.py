"""What operators see of stock: lists that page, filter and cost the same whatever their length."""

from collections.abc import Sequence
from typing import Any

import pytest

from core.ids import encode_global_id
from services.accounts.tokens import Role
from services.inventory.movements import Adjustment, AdjustmentReason, Mover, ReceiptDraft, Units, adjust, receive_many
from services.inventory.reconciliation import reconcile
from tests.fixtures.shop import Shop

LISTS = (
    "levels",
    "lowStock",
    "ledger",
    "receipts",
    "warehouses",
    "reconciliations",
)
CLERK = Mover("clerk")


async def stock(shop: Shop, inner: str) -> Any:  # any JSON
    answer = await shop.run(f"{{ operations {{ inventory {{ {inner} }} }} }}", role=Role.OPERATOR)
    assert answer.errors == []
    return answer.data["operations"]["inventory"]


async def every(shop: Shop, name: str, node: str, *, size: int, arguments: str = "") -> Sequence[Any]:  # any JSON
    """All nodes of a list, page by page."""
    found: list[Any] = []
    after = "null"
    while True:
        page = (
            await stock(
                shop,
                f"{name}(first: {size}, after: {after}{arguments}) "
                f"{{ edges {{ node {{ {node} }} }} pageInfo {{ hasNextPage endCursor }} }}",
            )
        )[name]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = f'"{page["pageInfo"]["endCursor"]}"'


async def test_levels_are_paged_whole_and_filtered(shop: Shop) -> None:
    node = "variant { sku } warehouse { code } onHand isLow"

    everything = await every(shop, "levels", node, size=100)
    pieces = await every(shop, "levels", node, size=37)
    low = await every(shop, "lowStock", node, size=100)
    of_sku = await every(shop, "levels", node, size=1, arguments=', sku: "T-001S"')

    assert pieces == everything
    assert low == [level for level in everything if level["isLow"]]
    assert 0 < len(low) < len(everything)
    assert sorted((one["warehouse"]["code"], one["onHand"]) for one in of_sku) == [("EAST", 3), ("WEST", 1)]


async def test_odd_filters_find_nothing_or_are_refused(shop: Shop) -> None:
    found = await stock(shop, 'levels(sku: "\\u0000") { edges { cursor } }')
    wrong = await shop.run(
        "query($id: ID!) { operations { inventory { ledger(warehouse: $id) { edges { cursor } } } } }",
        {"id": shop.ids["Variant"][0]},
        role=Role.OPERATOR,
    )

    assert found["levels"]["edges"] == []
    assert wrong.codes == ["WRONG_ID_TYPE"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("cursor", ["x", "AAAA", ""])
async def test_refuses_what_is_no_cursor(shop: Shop, name: str, cursor: str) -> None:
    answer = await shop.run(
        f"query($after: String) {{ operations {{ inventory {{ {name}(after: $after) {{ edges {{ cursor }} }} }} }} }}",
        {"after": cursor},
        role=Role.OPERATOR,
    )

    assert answer.codes in (["BAD_CURSOR"], ["STALE_CURSOR"])


async def test_ledger_receipts_and_comparisons_tell_what_happened(own_shop: Shop) -> None:
    database = own_shop.resources.database
    async with database.unit() as unit:
        await receive_many(
            unit,
            [ReceiptDraft("acme", f"R-{n}", "EAST", [Units("T-001S", n), Units("T-002S", 1)]) for n in range(1, 8)],
            by=CLERK,
        )
        movement = await adjust(
            unit,
            warehouse="EAST",
            reason=AdjustmentReason.LOST,
            lines=[Adjustment("T-002S", change=-1)],
            note="Gone.",
            by=CLERK,
            low_stock_units=5,
        )
        await reconcile(unit)

    entries = await every(own_shop, "ledger", "onHandChange reservedChange reason reference actor note", size=4)
    receipts = await every(own_shop, "receipts", "reference actor lines { edges { node { quantity } } }", size=3)
    checks = await every(own_shop, "reconciliations", "levelsChecked discrepancyCount discrepancies { held }", size=1)

    assert entries[0] == {
        "onHandChange": -1,
        "reservedChange": 0,
        "reason": "LOST",
        "reference": encode_global_id("StockMovement", movement.id),
        "actor": "clerk",
        "note": "Gone.",
    }
    assert [entry["reason"] for entry in entries[1:15]] == ["RECEIPT"] * 14
    assert [receipt["reference"] for receipt in receipts] == [f"R-{n}" for n in range(7, 0, -1)]
    assert [line["node"]["quantity"] for line in receipts[0]["lines"]["edges"]] == [7, 1]
    assert checks[0]["discrepancyCount"] == 0
    assert checks[0]["levelsChecked"] > 100


async def test_receipts_with_lines_cost_the_same_whatever_their_number(own_shop: Shop) -> None:
    drafts = [ReceiptDraft("acme", f"R-{n}", "EAST", [Units("T-001S", 1), Units("T-002S", 1)]) for n in range(40)]
    async with own_shop.resources.database.unit() as unit:
        await receive_many(unit, drafts, by=CLERK)
    inner = "warehouse { code } lines(first: 2) { edges { node { variant { sku } quantity } } }"

    costs = []
    for size in (2, 40):
        document = (
            f"{{ operations {{ inventory {{ receipts(first: {size}) {{ edges {{ node {{ {inner} }} }} }} }} }} }}"
        )
        answer = await own_shop.run(document, role=Role.OPERATOR)
        assert len(answer.data["operations"]["inventory"]["receipts"]["edges"]) == size
        costs.append(answer.profile.sql)

    assert costs[0] == costs[1]
