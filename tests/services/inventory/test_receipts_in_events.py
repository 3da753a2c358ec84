"""Receipts that come as events: counted once, or parked with their reason until the cause is mended."""

from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa

from core.work_settings import EventSettings
from ports.broker import Delivery
from services.inventory.handlers import consumer
from services.messaging import ParkedRecord, handle, list_parked, replay_all
from services.messaging.handling import Handled
from services.unit_of_work import Database
from tests.factories.stock import Stocked, broken_rules, save_stock, units_of

TOPIC = EventSettings().receipts_topic
RECEIPTS = consumer(receipts_topic=TOPIC)
RECEIPT = {
    "source": "acme",
    "reference": "R-1",
    "warehouseCode": "EAST",
    "lines": [{"sku": "S-0", "quantity": 3}, {"sku": "S-0", "quantity": 1}],
}


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 5 units in EAST, S-1 none."""
    return await save_stock(database, {"EAST": 5}, {})


def announce(payload: object, *, version: int = 1) -> Delivery:
    body = {
        "type": "supplier.receipt_announced",
        "schemaVersion": version,
        "key": "acme",
        "occurredAt": "2026-05-01T10:00:00Z",
        "payload": payload,
    }
    key = uuid4()
    return Delivery(
        id=key,
        topic=TOPIC,
        key="acme",
        body=orjson.dumps(body | {"id": str(key)}),
        place=f"{TOPIC}/0/{key}",
        partition=0,
    )


async def parked(database: Database) -> list[ParkedRecord]:
    async with database.read() as session:
        return list(await list_parked(session, first=100))


async def test_a_receipt_is_counted_once_by_event_and_by_number(database: Database, stocked: Stocked) -> None:
    first = announce(RECEIPT)

    outcomes = [await handle(database, RECEIPTS, one) for one in (first, first, announce(RECEIPT))]

    assert outcomes == [Handled.DONE, Handled.SEEN, Handled.DONE]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 9
    assert await broken_rules(database) == []


async def test_an_unknown_sku_is_parked_and_replayed_once_it_exists(database: Database, stocked: Stocked) -> None:
    outcome = await handle(
        database, RECEIPTS, announce(RECEIPT | {"lines": [*RECEIPT["lines"], {"sku": "LATE", "quantity": 2}]})
    )
    (waiting,) = await parked(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE variant SET sku = 'LATE' WHERE sku = 'S-1'"))

    replayed = await replay_all(database, [RECEIPTS], [waiting.id], actor="ann")

    assert (outcome, waiting.reason) == (Handled.PARKED, "NOT_FOUND")
    assert replayed == {waiting.id: None}
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 9
    assert (await units_of(database, stocked.variants[1]))["EAST"].on_hand == 2


@pytest.mark.parametrize(
    ("payload", "version", "reason"),
    [
        ({}, 1, "BAD_RECEIPT"),
        (RECEIPT | {"lines": "many"}, 1, "BAD_RECEIPT"),
        (RECEIPT | {"lines": []}, 1, "NO_LINES"),
        (RECEIPT | {"lines": [{"sku": "S-0", "quantity": 0}]}, 1, "BAD_QUANTITY"),
        (RECEIPT | {"lines": [{"sku": "S-0", "quantity": 10**15}]}, 1, "BAD_QUANTITY"),
        (RECEIPT | {"warehouseCode": "MOON"}, 1, "NOT_FOUND"),
        (RECEIPT | {"source": "a\0b"}, 1, "BAD_SOURCE"),
        (RECEIPT, 2, "NEWER_VERSION"),
    ],
)
async def test_what_cannot_be_counted_is_parked_with_its_reason(
    database: Database, stocked: Stocked, payload: object, version: int, reason: str
) -> None:
    outcome = await handle(database, RECEIPTS, announce(payload, version=version))

    assert outcome is Handled.PARKED
    assert [one.reason for one in await parked(database)] == [reason]
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5
