"""Orders as their owners, guests with a key and operators see them, and as nobody else does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.ids import encode_global_id, new_id
from services.accounts.tokens import Role
from tests.factories.orders import ship, shipments_of
from tests.fixtures.shop import Answer, Shop
from tests.graphql.orders import global_id, new_account, placed, unpaid

ORDER = """
query($id: ID, $number: String, $key: String) {
  order(id: $id, number: $number, accessKey: $key) { id number status availableActions accessKey }
}
"""
WHOLE = """
query($id: ID!) { order(id: $id) {
  status version email confirmedAt
  lines { position title sku quantity unitPrice { amountMinor } discount { amountMinor } total { formatted }
    tax { amountMinor } seller { name } variant { sku } }
  totals { lines { amountMinor } discount { amountMinor } delivery { amountMinor } addedTax { amountMinor }
    includedTax { amountMinor } total { formatted } taxes { name ratePpm taxable { amountMinor } } }
  shippingAddress { recipient city country company } billingAddress { city }
  fulfillments { number status carrier method trackingNumber seller { name } lines { quantity line { title } } }
  events(first: 2) { edges { node { cause before after } } pageInfo { hasNextPage } }
  payments { status } refunds { status }
  invoice { number issuedAt billedTo { city } lines { title } taxes { name amount { amountMinor } }
    totals { total { amountMinor } } }
} }
"""
MOVE = """
mutation($input: MoveFulfillmentInput!) { moveFulfillment(input: $input) {
  fulfillment { status trackingNumber availableActions } order { status }
  userErrors { code path ... on IllegalMoveError { status } } } }
"""


@pytest.fixture
async def account(live_shop: Shop) -> UUID:
    return await new_account(live_shop)


async def see(shop: Shop, variables: Mapping[str, str], **caller: Any) -> Answer:  # as `Shop.run` takes them
    return await shop.run(ORDER, variables, **caller)


async def test_the_owner_sees_all_of_an_order(live_shop: Shop, account: UUID) -> None:
    made = await placed(live_shop, account_id=account)

    answer = await live_shop.run(WHOLE, {"id": global_id(made)}, account=account)

    assert answer.errors == []
    found = answer.data["order"]
    confirmed_at = found.pop("confirmedAt")
    skus = [line.pop("variant")["sku"] for line in found["lines"]]
    sellers = {line.pop("seller")["name"] for line in found["lines"]}
    assert len(skus) == 2
    assert found == {
        "status": "PLACED",
        "version": 2,
        "email": "Ann@example.com",
        "lines": [
            {
                "position": 0,
                "title": "A boot",
                "sku": "S-0",
                "quantity": 2,
                "unitPrice": {"amountMinor": 2000},
                "discount": {"amountMinor": 1000},
                "total": {"formatted": "$30.00"},
                "tax": {"amountMinor": 240},
            },
            {
                "position": 1,
                "title": "A lace",
                "sku": "S-1",
                "quantity": 1,
                "unitPrice": {"amountMinor": 900},
                "discount": {"amountMinor": 0},
                "total": {"formatted": "$9.00"},
                "tax": {"amountMinor": 72},
            },
        ],
        "totals": {
            "lines": {"amountMinor": 4900},
            "discount": {"amountMinor": 1000},
            "delivery": {"amountMinor": 499},
            "addedTax": {"amountMinor": 312},
            "includedTax": {"amountMinor": 0},
            "total": {"formatted": "$47.11"},
            "taxes": [{"name": "Sales tax", "ratePpm": 80_000, "taxable": {"amountMinor": 3900}}],
        },
        "shippingAddress": {"recipient": "Ann Lee", "city": "Springfield", "country": "US", "company": None},
        "billingAddress": None,
        "fulfillments": [
            {
                "number": 1,
                "status": "PENDING",
                "carrier": "Ground",
                "method": "Standard",
                "trackingNumber": None,
                "seller": {"name": sellers.pop()},
                "lines": [{"quantity": 1, "line": {"title": "A boot"}}],
            }
        ],
        "events": {
            "edges": [
                {"node": {"cause": "checkout.completed", "before": "CREATED", "after": "CREATED"}},
                {"node": {"cause": "payment.succeeded", "before": "CREATED", "after": "PLACED"}},
            ],
            "pageInfo": {"hasNextPage": False},
        },
        "payments": [],
        "refunds": [],
        "invoice": {
            "number": made.number,
            "issuedAt": confirmed_at,
            "billedTo": {"city": "Springfield"},
            "lines": [{"title": "A boot"}, {"title": "A lace"}],
            "taxes": [{"name": "Sales tax", "amount": {"amountMinor": 312}}],
            "totals": {"total": {"amountMinor": 4711}},
        },
    }


async def test_an_order_that_was_not_placed_has_no_invoice(live_shop: Shop, account: UUID) -> None:
    made = await unpaid(live_shop, account_id=account)

    answer = await live_shop.run(
        "query($id: ID!) { order(id: $id) { invoice { number } } }", {"id": global_id(made)}, account=account
    )

    assert answer.data == {"order": {"invoice": None}}


async def test_whoever_has_the_key_sees_an_order_by_its_number_or_its_id(live_shop: Shop) -> None:
    made = await placed(live_shop)
    typed = f"{made.number[:5].lower()}-{made.number[5:]}"

    by_number = await see(live_shop, {"number": typed, "key": made.access_key})
    by_id = await see(live_shop, {"id": global_id(made), "key": made.access_key})

    assert by_number.data == by_id.data
    assert by_id.data["order"] == {
        "id": global_id(made),
        "number": made.number,
        "status": "PLACED",
        "availableActions": ["CANCEL"],
        "accessKey": made.access_key,
    }


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.SELLER])
async def test_nobody_else_sees_it(live_shop: Shop, account: UUID, role: Role) -> None:
    made = await placed(live_shop, account_id=account)
    stranger = None if role is Role.ANONYMOUS else await new_account(live_shop)

    answers = [
        await see(live_shop, given, role=role, account=stranger)
        for given in (
            {"id": global_id(made)},
            {"number": made.number},
            {"number": made.number, "key": "x" * 22},
            {"id": global_id(made), "key": ""},
        )
    ]
    node = await live_shop.run(
        "query($id: ID!) { node(id: $id) { id } }", {"id": global_id(made)}, role=role, account=stranger
    )

    assert [answer.data for answer in answers] == [{"order": None}] * 4
    assert node.data == {"node": None}


async def test_a_guests_order_is_no_accounts(live_shop: Shop, account: UUID) -> None:
    made = await placed(live_shop)

    answer = await see(live_shop, {"number": made.number}, account=account)

    assert answer.data == {"order": None}


async def test_operators_see_any_order_but_not_its_key(live_shop: Shop, account: UUID) -> None:
    made = await placed(live_shop, account_id=account)

    answer = await see(live_shop, {"number": made.number}, role=Role.OPERATOR)

    assert answer.data["order"]["number"] == made.number
    assert answer.data["order"]["accessKey"] is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "BAD_INPUT"),
        ({"id": encode_global_id("Order", new_id()), "number": "BUSYBUYER2"}, "BAD_INPUT"),
        ({"id": encode_global_id("Product", new_id())}, "WRONG_ID_TYPE"),
        ({"id": "nonsense"}, "BAD_ID"),
    ],
)
async def test_bad_input_is_named(live_shop: Shop, given: Mapping[str, str], code: str) -> None:
    answer = await see(live_shop, given, role=Role.OPERATOR)

    assert (answer.data, answer.codes) == ({"order": None}, [code])


@pytest.mark.parametrize("id", [new_id(), uuid4(), UUID(int=0), UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")])
async def test_orders_that_do_not_exist_are_null(live_shop: Shop, id: UUID) -> None:
    answer = await see(live_shop, {"id": encode_global_id("Order", id)}, role=Role.OPERATOR)
    by_number = await see(live_shop, {"number": "no number"}, role=Role.OPERATOR)

    assert (answer.data, answer.errors) == ({"order": None}, [])
    assert (by_number.data, by_number.errors) == ({"order": None}, [])


async def test_what_each_may_do_depends_on_where_the_order_is(live_shop: Shop, account: UUID) -> None:
    database = live_shop.resources.database
    waiting = await unpaid(live_shop, account_id=account)
    packed = await placed(live_shop, account_id=account, shipments=2)
    await ship(database, packed.id, upto="packed")
    partly_gone = await placed(live_shop, account_id=account, shipments=2)
    await ship(database, partly_gone.id, upto="shipped")

    seen = {
        role: [
            (await see(live_shop, {"id": global_id(one)}, role=role, account=account)).data["order"]["availableActions"]
            for one in (waiting, packed, partly_gone)
        ]
        for role in (Role.CUSTOMER, Role.OPERATOR)
    }

    assert seen == {Role.CUSTOMER: [["PAY", "CANCEL"], [], []], Role.OPERATOR: [["CANCEL"], ["CANCEL"], []]}


async def test_operators_move_shipments_and_the_order_follows(live_shop: Shop, account: UUID) -> None:
    made = await placed(live_shop, account_id=account)
    (shipment,) = await shipments_of(live_shop.resources.database, made.id)
    key = encode_global_id("Fulfillment", shipment.id)
    steps = [
        ({"status": "PACKED"}, ["SHIP"], "PROCESSING"),
        ({"status": "SHIPPED", "trackingNumber": "1Z999"}, ["TAKE_OUT"], "SHIPPED"),
        ({"status": "SHIPPED", "trackingNumber": "1Z999"}, ["TAKE_OUT"], "SHIPPED"),
        ({"status": "OUT_FOR_DELIVERY"}, ["DELIVER"], "OUT_FOR_DELIVERY"),
        ({"status": "DELIVERED"}, [], "DELIVERED"),
    ]

    for given, actions, status in steps:
        answer = await live_shop.run(MOVE, {"input": {"fulfillment": key, **given}}, role=Role.OPERATOR)
        tracking = None if given["status"] == "PACKED" else "1Z999"
        assert answer.data["moveFulfillment"] == {
            "fulfillment": {"status": given["status"], "trackingNumber": tracking, "availableActions": actions},
            "order": {"status": status},
            "userErrors": [],
        }
    refused = await live_shop.run(MOVE, {"input": {"fulfillment": key, "status": "PACKED"}}, role=Role.OPERATOR)

    assert refused.data["moveFulfillment"] == {
        "fulfillment": None,
        "order": None,
        "userErrors": [{"code": "ILLEGAL_MOVE", "path": ["order"], "status": "delivered"}],
    }
