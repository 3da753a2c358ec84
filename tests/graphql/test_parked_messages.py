"""Operators list, replay and discard what consumers could not handle."""

from typing import Any

import pytest
import sqlalchemy as sa

from core.ids import encode_global_id
from core.ids import new_id as some_key
from services.accounts.tokens import Role
from services.messaging import Consumer, Envelope, handle
from services.unit_of_work import UnitOfWork
from tests.factories.messages import raw_delivery
from tests.fixtures.shop import Shop

LIST = """
query($consumer: String, $first: Int, $after: String) {
  operations { parkedMessages(consumer: $consumer, first: $first, after: $after) {
    edges { cursor node { id consumer topic type key body reason attempts resolvedAt resolution } }
    pageInfo { hasNextPage }
  } }
}
"""
REPLAY = """
mutation($ids: [ID!]!) { replayParkedMessages(input: {ids: $ids}) {
  messages { reason error attempts resolution } userErrors { code path }
} }
"""
DISCARD = """
mutation($ids: [ID!]!) { discardParkedMessages(input: {ids: $ids}) {
  messages { resolution resolvedAt } userErrors { code path }
} }
"""


async def _nothing(unit: UnitOfWork, envelope: Envelope) -> None:
    """Handles whatever comes."""


async def _park(shop: Shop, consumer: str, *bodies: bytes) -> None:
    for number, body in enumerate(bodies):
        message = raw_delivery(body, place=f"topic/0/{number}")
        await handle(shop.resources.database, Consumer(consumer, ("topic",), {}, _nothing), message)


async def _list(shop: Shop, **variables: Any) -> Any:  # any JSON
    answer = await shop.run(LIST, variables, role=Role.OPERATOR)
    assert answer.errors == []
    return answer.data["operations"]["parkedMessages"]


async def test_lists_what_waits_by_consumer_and_in_pages(own_shop: Shop) -> None:
    await _park(own_shop, "one", b"\xff{", b"second", b"x" * 20_000)
    await _park(own_shop, "two", b"other")

    everything = await _list(own_shop)
    first = await _list(own_shop, consumer="one", first=2)
    rest = await _list(own_shop, consumer="one", first=2, after=first["edges"][1]["cursor"])
    nobodys = [await _list(own_shop, consumer=name) for name in ("three", "", "\0")]

    assert [edge["node"]["consumer"] for edge in everything["edges"]] == ["one", "one", "one", "two"]
    assert [listed["edges"] for listed in nobodys] == [[], [], []]
    assert [edge["node"]["body"] for edge in first["edges"]] == ["\ufffd{", "second"]
    assert first["pageInfo"]["hasNextPage"]
    assert [len(edge["node"]["body"]) for edge in rest["edges"]] == [10_000]
    assert not rest["pageInfo"]["hasNextPage"]
    assert first["edges"][0]["node"] | {"id": ""} == {
        "id": "",
        "consumer": "one",
        "topic": "emporium.test",
        "type": None,
        "key": None,
        "body": "\ufffd{",
        "reason": "BAD_ENVELOPE",
        "attempts": 1,
        "resolvedAt": None,
        "resolution": None,
    }


async def test_replays_by_the_consumers_of_the_release(own_shop: Shop) -> None:
    moved = b'{"type": "inventory.warehouse_changed", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", '
    moved += b'"key": "k", "payload": {"warehouse_id": "0197c0de-0000-7000-8000-000000000001"}}'
    await _park(own_shop, "delivery", b"no event")
    await _make_parked(own_shop, "delivery", moved)
    ids = [edge["node"]["id"] for edge in (await _list(own_shop))["edges"]]
    unknown = encode_global_id("ParkedMessage", some_key())

    answer = await own_shop.run(REPLAY, {"ids": [*ids, unknown]}, role=Role.OPERATOR, subject="ann")

    assert answer.errors == []
    assert answer.data["replayParkedMessages"] == {
        "messages": [
            {"reason": "BAD_ENVELOPE", "error": answer.data["replayParkedMessages"]["messages"][0]["error"]}
            | {"attempts": 2, "resolution": None},
            {"reason": "FAILED", "error": "for the test", "attempts": 2, "resolution": "replayed by ann"},
        ],
        "userErrors": [
            {"code": "STILL_FAILING", "path": ["ids", "0"]},
            {"code": "NOT_FOUND", "path": ["ids", "2"]},
        ],
    }
    assert [edge["node"]["id"] for edge in (await _list(own_shop))["edges"]] == ids[:1]


async def _make_parked(shop: Shop, consumer: str, body: bytes) -> None:
    """A message that failed for a reason which is gone."""
    async with shop.resources.database.unit() as unit:
        await unit.session.execute(
            sa.text(
                """
                INSERT INTO parked_message (id, consumer, message_id, topic, type, key, body, reason, error)
                VALUES (:id, :consumer, :id, 't', 'inventory.warehouse_changed', 'k', :body, 'FAILED', 'for the test')
                """
            ),
            {"id": some_key(), "consumer": consumer, "body": body},
        )


async def test_discards_all_or_none(own_shop: Shop) -> None:
    await _park(own_shop, "one", b"first", b"second")
    ids = [edge["node"]["id"] for edge in (await _list(own_shop))["edges"]]
    unknown = encode_global_id("ParkedMessage", some_key())

    refused = await own_shop.run(DISCARD, {"ids": [ids[0], unknown]}, role=Role.OPERATOR, subject="ann")
    done = await own_shop.run(DISCARD, {"ids": ids}, role=Role.OPERATOR, subject="ann")
    again = await own_shop.run(DISCARD, {"ids": ids[:1]}, role=Role.OPERATOR, subject="ann")

    assert refused.data["discardParkedMessages"] == {
        "messages": None,
        "userErrors": [{"code": "NOT_FOUND", "path": ["ids", "1"]}],
    }
    messages = done.data["discardParkedMessages"]["messages"]
    assert [one["resolution"] for one in messages] == ["discarded by ann"] * 2
    assert again.data["discardParkedMessages"]["userErrors"] == [{"code": "ALREADY_RESOLVED", "path": ["ids", "0"]}]
    assert (await _list(own_shop))["edges"] == []


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        (REPLAY, {"ids": ["nonsense"]}, "BAD_ID"),
        (REPLAY, {"ids": [encode_global_id("Product", some_key())]}, "WRONG_ID_TYPE"),
        (DISCARD, {"ids": [encode_global_id("ParkedMessage", some_key())] * 101}, "LIST_TOO_LONG"),
        (LIST, {"first": 101}, "BAD_PAGE_SIZE"),
        (LIST, {"after": "nonsense"}, "BAD_CURSOR"),
    ],
)
async def test_refuses_bad_input(shop: Shop, document: str, variables: dict[str, Any], code: str) -> None:
    answer = await shop.run(document, variables, role=Role.OPERATOR)

    assert answer.codes == [code]
