"""`node` and `nodes`: objects by id."""

import uuid

import pytest

from core.ids import encode_global_id
from tests.fixtures.shop import Shop


@pytest.mark.parametrize("kind", ["Product", "Variant", "Category", "Brand", "Seller", "Offer"])
async def test_finds_an_object_of_each_type(shop: Shop, kind: str) -> None:
    key = shop.ids[kind][0]

    answer = await shop.run("query($id: ID!) { node(id: $id) { __typename id } }", {"id": key})

    assert answer.errors == []
    assert answer.data["node"] == {"__typename": kind, "id": key}


async def test_nodes_keep_the_order_and_leave_gaps(shop: Shop) -> None:
    product, brand = shop.ids["Product"][0], shop.ids["Brand"][0]
    gone = encode_global_id("Product", uuid.uuid4())

    answer = await shop.run("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [brand, gone, product]})

    assert answer.errors == []
    assert answer.data["nodes"] == [{"id": brand}, None, {"id": product}]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "garbage",
        "UHJvZHVjdDox",
        encode_global_id("Product", uuid.UUID(int=7))[:-2],
        encode_global_id("Unicorn", uuid.UUID(int=7)),
        "\u0000",
        "é" * 30,
        "A" * 10_000,
    ],
)
async def test_refuses_what_is_not_an_id(shop: Shop, key: str) -> None:
    answer = await shop.run("query($id: ID!) { node(id: $id) { id } }", {"id": key})

    assert answer.codes == ["BAD_ID"]


async def test_refuses_more_than_a_hundred_ids(shop: Shop) -> None:
    answer = await shop.run("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": shop.ids["Product"][:101]})

    assert answer.codes == ["LIST_TOO_LONG"]
