"""Receipts uploaded as one text, through the graph."""

import pytest

from tests.fixtures.shop import Shop
from tests.graphql.stock import IMPORT, run


async def test_an_upload_reports_each_receipt_and_the_same_again(own_shop: Shop) -> None:
    text = (
        "source,reference,warehouse,sku,quantity\nacme,R-1,EAST,T-001S,1\nacme,R-1,EAST,T-002S,1\n"
        "acme,R-2,EAST,NO,1\nacme,R-3,EAST,T-001S,x\nacme,R-4,WEST,T-001S,1\n"
    )

    first = await run(own_shop, IMPORT, {"format": "CSV", "content": text, "idempotencyKey": "a"})
    by_key = await run(own_shop, IMPORT, {"format": "CSV", "content": text, "idempotencyKey": "a"})
    again = await run(own_shop, IMPORT, {"format": "CSV", "content": text, "idempotencyKey": "b"})

    report = first["report"]
    assert (report["accepted"], report["replayed"], report["refused"]) == (2, 0, 2)
    found = [
        (one["line"], one["status"], [problem["code"] for problem in one["problems"]]) for one in report["receipts"]
    ]
    assert found == [
        (2, "ACCEPTED", []),
        (4, "REFUSED", ["NOT_FOUND"]),
        (5, "REFUSED", ["BAD_RECEIPT"]),
        (6, "ACCEPTED", []),
    ]
    assert by_key == first
    assert (again["report"]["accepted"], again["report"]["replayed"]) == (0, 2)


async def test_no_part_of_a_receipt_counts_whose_rows_stand_apart(own_shop: Shop) -> None:
    text = (
        "source,reference,warehouse,sku,quantity\nacme,13,EAST,T-001S,1\nacme,14,EAST,T-001S,1\nacme,13,EAST,T-002S,1\n"
    )

    payload = await run(own_shop, IMPORT, {"format": "CSV", "content": text, "idempotencyKey": "apart"})

    found = [
        (one["line"], one["status"], one["reference"], [problem["code"] for problem in one["problems"]])
        for one in payload["report"]["receipts"]
    ]
    assert found == [
        (2, "REFUSED", "13", ["BAD_RECEIPT"]),
        (3, "ACCEPTED", "14", []),
        (4, "REFUSED", "13", ["BAD_RECEIPT"]),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("nothing", "BAD_HEADER"),
        (
            "source,reference,warehouse,sku,quantity\n" + "".join(f"a,{n},E,S,1\n" for n in range(1001)),
            "TOO_MANY_RECEIPTS",
        ),
    ],
)
async def test_refuses_a_text_as_a_whole(shop: Shop, content: str, code: str) -> None:
    payload = await run(shop, IMPORT, {"format": "CSV", "content": content, "idempotencyKey": "x"})

    assert payload["report"] is None
    assert [error["code"] for error in payload["userErrors"]] == [code]
