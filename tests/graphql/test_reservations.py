"""Operators reserve, confirm, release and extend, and see what is held."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import pytest

from core.ids import decode_id_of, encode_global_id
from services.accounts.tokens import Role
from services.inventory.commands import find_warehouse_ids, set_level
from tests.factories.stock import broken_rules, make_due, save_place
from tests.fixtures.shop import Answer, Shop

RESERVE = """
mutation($input: ReserveStockInput!) {
  reserveStock(input: $input) {
    reservation {
      id status reference actor extensions endedAt
      lines { variant { id } wanted quantity }
      allocations { variant { id } warehouse { code } quantity }
    }
    userErrors { __typename code path message ... on OutOfStockError { variant { id } wanted available } }
  }
}
"""
END = """
mutation($key: ID!, $once: String!) {
  ended: %s(input: {reservation: $key, idempotencyKey: $once}) {
    reservation { status extensions endedAt }
    userErrors { __typename code path ... on ReservationEndedError { status } }
  }
}
"""
LIST = """
query($status: ReservationStatus, $variant: ID, $first: Int, $after: String) {
  operations { inventory { reservations(status: $status, variant: $variant, first: $first, after: $after) {
    edges { cursor node { id status lines { variant { id } quantity } allocations { warehouse { code } quantity } } }
    pageInfo { hasNextPage endCursor }
  } } }
}
"""
KEYS = (f"key-{number}" for number in range(10**6))


@pytest.fixture
async def counter(own_shop: Shop) -> Shop:
    """A shop that has 3 of WIDE-00 in EAST and 10 in WEST; 77701 is nearer to EAST, and nobody delivers to 77799."""
    database, wide = own_shop.resources.database, decode_id_of("Variant", _wide(own_shop))
    async with database.unit() as unit:
        places = await find_warehouse_ids(unit, ["EAST", "WEST"])
        for code, units in (("EAST", 3), ("WEST", 10)):
            await set_level(unit, variant_id=wide, warehouse_id=places[code], on_hand=units)
    await save_place(database, "77701", ["EAST", "WEST"])
    await save_place(database, "77702", ["WEST", "EAST"])
    await save_place(database, "77799", [])
    return own_shop


def _wide(shop: Shop) -> str:
    return shop.ids["Variant"][0]


async def _reserve(shop: Shop, *lines: tuple[str, int], **changes: object) -> Answer:
    given: dict[str, object] = {
        "lines": [{"variant": key, "quantity": quantity} for key, quantity in lines],
        "postalCode": "77701",
        "idempotencyKey": next(KEYS),
    }
    return await shop.run(RESERVE, {"input": given | changes}, role=Role.OPERATOR, subject="ann")


async def _reserved(shop: Shop, *lines: tuple[str, int], **changes: object) -> Mapping[str, Any]:
    answer = await _reserve(shop, *lines, **changes)
    assert answer.errors == []
    assert answer.data["reserveStock"]["userErrors"] == []
    found: Mapping[str, Any] = answer.data["reserveStock"]["reservation"]
    return found


async def _refused(shop: Shop, *lines: tuple[str, int], **changes: object) -> Sequence[Mapping[str, Any]]:
    answer = await _reserve(shop, *lines, **changes)
    assert answer.errors == []
    assert answer.data["reserveStock"]["reservation"] is None
    problems: Sequence[Mapping[str, Any]] = answer.data["reserveStock"]["userErrors"]
    return problems


async def _end(shop: Shop, mutation: str, key: str, once: str | None = None) -> Mapping[str, Any]:
    answer = await shop.run(END % mutation, {"key": key, "once": once or next(KEYS)}, role=Role.OPERATOR)
    assert answer.errors == []
    found: Mapping[str, Any] = answer.data["ended"]
    return found


async def test_reserves_from_the_warehouses_nearest_to_the_place(counter: Shop) -> None:
    wide = _wide(counter)

    near_east = await _reserved(counter, (wide, 5), reference="order 7")
    near_west = await _reserved(counter, (wide, 2), postalCode="77702")

    assert near_east == {
        "id": near_east["id"],
        "status": "HELD",
        "reference": "order 7",
        "actor": "ann",
        "extensions": 0,
        "endedAt": None,
        "lines": [{"variant": {"id": wide}, "wanted": 5, "quantity": 5}],
        "allocations": near_east["allocations"],
    }
    assert {(one["warehouse"]["code"], one["quantity"]) for one in near_east["allocations"]} == {
        ("EAST", 3),
        ("WEST", 2),
    }
    assert [(one["warehouse"]["code"], one["quantity"]) for one in near_west["allocations"]] == [("WEST", 2)]
    assert await broken_rules(counter.resources.database) == []


async def test_says_what_is_left_where_there_is_too_little(counter: Shop) -> None:
    wide = _wide(counter)

    (problem,) = await _refused(counter, (wide, 14))

    assert problem == {
        "__typename": "OutOfStockError",
        "code": "OUT_OF_STOCK",
        "path": ["lines", "0", "quantity"],
        "message": "Only 13 are left of the 14 wanted.",
        "variant": {"id": wide},
        "wanted": 14,
        "available": 13,
    }


async def test_holds_a_part_if_that_is_allowed(counter: Shop) -> None:
    held = await _reserved(counter, (_wide(counter), 20), allowPartial=True)

    assert [(line["wanted"], line["quantity"]) for line in held["lines"]] == [(20, 13)]
    assert await broken_rules(counter.resources.database) == []


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"postalCode": "00000"}, "POSTAL_CODE_UNKNOWN", ["postalCode"]),
        ({"postalCode": "\x00"}, "POSTAL_CODE_UNKNOWN", ["postalCode"]),
        ({"postalCode": "x" * 5000}, "POSTAL_CODE_UNKNOWN", ["postalCode"]),
        ({"postalCode": "77799"}, "NOT_DELIVERABLE", ["postalCode"]),
        ({"country": "DE"}, "POSTAL_CODE_UNKNOWN", ["postalCode"]),
        ({"country": ""}, "POSTAL_CODE_UNKNOWN", ["postalCode"]),
        ({"idempotencyKey": ""}, "BAD_IDEMPOTENCY_KEY", ["idempotencyKey"]),
        ({"idempotencyKey": "a\x00"}, "BAD_IDEMPOTENCY_KEY", ["idempotencyKey"]),
        ({"lines": []}, "NOTHING_WANTED", ["lines"]),
        ({"reference": "\x00"}, "BAD_REFERENCE", ["reference"]),
        ({"reference": " "}, "BAD_REFERENCE", ["reference"]),
    ],
)
async def test_refuses_bad_input_with_its_reason(
    counter: Shop, changes: Mapping[str, object], code: str, path: list[str]
) -> None:
    problems = await _refused(counter, (_wide(counter), 1), **changes)

    assert [(problem["code"], problem["path"]) for problem in problems] == [(code, path)]


async def test_refuses_bad_lines_with_their_places(counter: Shop) -> None:
    wide, gone = _wide(counter), encode_global_id("Variant", uuid4())

    quantities = await _refused(counter, (wide, 0), (wide, 1), (wide, -4), (wide, 1_000_001))
    variants = await _refused(counter, (wide, 1), (gone, 1))

    assert [(problem["code"], problem["path"][1]) for problem in quantities] == [
        ("BAD_QUANTITY", "0"),
        ("BAD_QUANTITY", "2"),
        ("BAD_QUANTITY", "3"),
    ]
    assert [(problem["code"], problem["path"]) for problem in variants] == [("NOT_FOUND", ["lines", "1", "variant"])]


async def test_refuses_more_lines_than_a_list_may_have_and_ids_of_other_types(counter: Shop) -> None:
    many = await _reserve(counter, *[(_wide(counter), 1)] * 101)
    other = await _reserve(counter, (counter.ids["Product"][0], 1))

    assert many.codes == ["LIST_TOO_LONG"]
    assert other.codes == ["WRONG_ID_TYPE"]


async def test_a_key_reserves_once_also_when_it_comes_twice_at_once(counter: Shop) -> None:
    wide = _wide(counter)

    answers = await asyncio.gather(*(_reserved(counter, (wide, 2), idempotencyKey="mine") for _ in range(5)))
    (problem,) = await _refused(counter, (wide, 3), idempotencyKey="mine")

    assert len({answer["id"] for answer in answers}) == 1
    assert problem["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await broken_rules(counter.resources.database) == []


async def test_a_hold_is_extended_and_then_confirmed(counter: Shop) -> None:
    key = (await _reserved(counter, (_wide(counter), 5)))["id"]

    longer = await _end(counter, "extendReservation", key, once="x")
    repeated = await _end(counter, "extendReservation", key, once="x")
    again = await _end(counter, "extendReservation", key)
    confirmed = await _end(counter, "confirmReservation", key)
    late = await _end(counter, "releaseReservation", key)

    assert longer == repeated == {"reservation": {"status": "HELD", "extensions": 1, "endedAt": None}, "userErrors": []}
    assert [error["code"] for error in again["userErrors"]] == ["ALREADY_EXTENDED"]
    assert confirmed["reservation"]["status"] == "CONFIRMED"
    assert late["userErrors"] == [
        {
            "__typename": "ReservationEndedError",
            "code": "RESERVATION_ENDED",
            "path": ["reservation"],
            "status": "CONFIRMED",
        }
    ]
    assert await broken_rules(counter.resources.database) == []


async def test_a_hold_that_is_past_its_time_cannot_be_extended(counter: Shop) -> None:
    key = (await _reserved(counter, (_wide(counter), 5)))["id"]
    await make_due(counter.resources.database, decode_id_of("Reservation", key))

    answer = await _end(counter, "extendReservation", key)

    assert [error["code"] for error in answer["userErrors"]] == ["HOLD_EXPIRED"]


@pytest.mark.parametrize("mutation", ["confirmReservation", "releaseReservation", "extendReservation"])
async def test_refuses_a_reservation_that_does_not_exist(counter: Shop, mutation: str) -> None:
    answer = await _end(counter, mutation, encode_global_id("Reservation", uuid4()))

    assert answer["reservation"] is None
    assert [(error["code"], error["path"]) for error in answer["userErrors"]] == [("NOT_FOUND", ["reservation"])]


async def test_lists_reservations_newest_first_and_in_pages(counter: Shop) -> None:
    wide = _wide(counter)
    keys = [(await _reserved(counter, (wide, 1)))["id"] for _ in range(4)]
    await _end(counter, "releaseReservation", keys[1])

    async def page(**variables: object) -> tuple[list[str], str, bool]:
        answer = await counter.run(LIST, variables, role=Role.OPERATOR)
        assert answer.errors == []
        found = answer.data["operations"]["inventory"]["reservations"]
        ids = [edge["node"]["id"] for edge in found["edges"]]
        return ids, found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]

    first, cursor, more = await page(variant=wide, status="HELD", first=2)
    second, _, none = await page(variant=wide, status="HELD", first=2, after=cursor)

    assert first + second == [keys[3], keys[2], keys[0]]
    assert (more, none) == (True, False)
    assert (await page(status="RELEASED"))[0] == [keys[1]]
    assert (await page(variant=counter.ids["Variant"][5]))[0] == []
    stale = await counter.run(LIST, {"first": 2, "after": cursor}, role=Role.OPERATOR)
    assert stale.codes == ["STALE_CURSOR"]


async def test_a_longer_page_costs_no_more_round_trips(counter: Shop) -> None:
    for number in range(8):
        await _reserved(counter, (_wide(counter), 1), (counter.ids["Variant"][number + 1], 1), allowPartial=True)

    few = await counter.run(LIST, {"first": 1}, role=Role.OPERATOR)
    many = await counter.run(LIST, {"first": 8}, role=Role.OPERATOR)

    assert len(many.data["operations"]["inventory"]["reservations"]["edges"]) == 8
    assert many.profile.sql == few.profile.sql


async def test_only_operators_find_a_reservation_by_its_id(counter: Shop) -> None:
    key = (await _reserved(counter, (_wide(counter), 1)))["id"]
    document = "query($id: ID!) { node(id: $id) { ... on Reservation { status } } }"

    seen = await counter.run(document, {"id": key}, role=Role.OPERATOR)
    hidden = await counter.run(document, {"id": key}, role=Role.CUSTOMER)

    assert (seen.data["node"], hidden.data["node"]) == ({"status": "HELD"}, None)
    assert seen.errors == hidden.errors == []
