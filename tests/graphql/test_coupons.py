"""Coupons: what operators say of them, and what they see."""

from tests.fixtures.shop import Shop
from tests.graphql.promotions import CREATE_COUPONS, NO_SUCH, SAVE_COUPON, run, save


async def test_an_operator_makes_and_changes_a_coupon(own_shop: Shop) -> None:
    key = await save(own_shop, needsCoupon=True)

    made = await run(own_shop, SAVE_COUPON, input={"promotion": key, "code": " Wel-come ", "mostUses": 5})
    changed = await run(
        own_shop,
        SAVE_COUPON,
        input={"id": made["coupon"]["id"], "promotion": key, "code": "WELCOME", "isActive": False},
    )

    first = {"code": "Wel-come", "isActive": True, "mostUses": 5, "uses": 0, "promotion": {"name": "Ten off"}}
    assert made == {"coupon": {"id": made["coupon"]["id"], **first}, "userErrors": []}
    assert changed["coupon"] == {**made["coupon"], "code": "WELCOME", "isActive": False, "mostUses": None}


async def test_refuses_a_coupon(own_shop: Shop) -> None:
    coded, other, automatic = (
        await save(own_shop, needsCoupon=True),
        await save(own_shop, needsCoupon=True),
        await save(own_shop),
    )
    made = await run(own_shop, SAVE_COUPON, input={"promotion": coded, "code": "TAKEN"})
    second = await run(own_shop, SAVE_COUPON, input={"promotion": coded, "code": "FREE"})

    async def refused(**given: object) -> list[tuple[str, list[str]]]:
        answer = await run(own_shop, SAVE_COUPON, input={"promotion": coded, "code": "NEW", **given})
        assert answer["coupon"] is None
        return [(one["code"], one["path"]) for one in answer["userErrors"]]

    assert await refused(code="a-b", mostUses=0) == [("BAD_COUPON_CODE", ["code"]), ("BAD_LIMIT", ["mostUses"])]
    assert await refused(code="t a k e n") == [("COUPON_CODE_TAKEN", ["code"])]
    assert await refused(id=second["coupon"]["id"], code="taken") == [("COUPON_CODE_TAKEN", ["code"])]
    assert await refused(id=made["coupon"]["id"], promotion=other) == [("NOT_FOUND", ["id"])]
    assert await refused(promotion=automatic) == [("PROMOTION_NEEDS_NO_COUPON", ["promotion"])]
    assert await refused(promotion=NO_SUCH) == [("NOT_FOUND", ["promotion"])]


async def test_makes_codes_that_nobody_can_guess(own_shop: Shop) -> None:
    key = await save(own_shop, needsCoupon=True)

    made = await run(own_shop, CREATE_COUPONS, input={"promotion": key, "count": 100, "prefix": "mail"})
    again = await run(own_shop, CREATE_COUPONS, input={"promotion": key, "count": 2, "mostUses": None})

    codes = {one["code"] for one in made["coupons"]}
    assert len(codes) == 100
    assert len({code[:7] for code in codes}) > 50
    assert all(code.startswith("mail-") and len(code) == 19 for code in codes)
    assert {(one["mostUses"], one["uses"], one["isActive"]) for one in made["coupons"]} == {(1, 0, True)}
    assert [one["mostUses"] for one in again["coupons"]] == [None, None]


async def test_refuses_to_make_codes(own_shop: Shop) -> None:
    coded, automatic = await save(own_shop, needsCoupon=True), await save(own_shop)

    async def refused(**given: object) -> list[tuple[str, list[str]]]:
        answer = await run(own_shop, CREATE_COUPONS, input={"promotion": coded, "count": 1, **given})
        assert answer["coupons"] == []
        return [(one["code"], one["path"]) for one in answer["userErrors"]]

    assert await refused(count=0) == [("BAD_LIMIT", ["count"])]
    assert await refused(count=101, prefix="x" * 21, mostUses=0) == [
        ("BAD_LIMIT", ["count"]),
        ("BAD_COUPON_CODE", ["prefix"]),
        ("BAD_LIMIT", ["mostUses"]),
    ]
    assert await refused(prefix="a\0") == [("BAD_COUPON_CODE", ["prefix"])]
    assert await refused(promotion=automatic) == [("PROMOTION_NEEDS_NO_COUPON", ["promotion"])]


async def test_pages_coupons(own_shop: Shop) -> None:
    key = await save(own_shop, needsCoupon=True)
    made = await run(own_shop, CREATE_COUPONS, input={"promotion": key, "count": 5})
    document = """
    query($after: String) { operations { promotions { edges { node {
      coupons(first: 2, after: $after) { edges { node { code } } pageInfo { endCursor hasNextPage } }
    } } } } }
    """

    codes, after, more = [], None, True
    while more:
        operations = await run(own_shop, document, after=after)
        (edge,) = operations["promotions"]["edges"]
        page = edge["node"]["coupons"]
        codes += [one["node"]["code"] for one in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert codes == [one["code"] for one in reversed(made["coupons"])]
