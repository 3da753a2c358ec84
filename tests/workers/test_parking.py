"""A supplier's message that cannot be handled is parked, found from the command line, and replayed once it can be."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from core.settings import Settings
from core.work_settings import EventSettings
from ports.broker import Message
from services.messaging import ParkedRecord, list_parked
from services.unit_of_work import Database
from tests.factories.messages import make_tables
from tests.factories.stock import Stocked, save_stock, units_of
from tests.workers.backbone import count, opened, some_prefix, workers
from tests.workers.scene import eventually

PROJECT = Path(__file__).parents[2]


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """S-0 has 5 units in EAST."""
    await make_tables(database)
    return await save_stock(database, {"EAST": 5})


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    prefix = some_prefix()
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        events=EventSettings(topic_prefix=prefix, receipts_topic=f"{prefix}.receipts", partitions=2),
    )


def announced(settings: Settings, reference: str, sku: str, quantity: int) -> Message:
    body = {
        "type": "supplier.receipt_announced",
        "schemaVersion": 1,
        "occurredAt": "2026-01-01T00:00:00Z",
        "payload": {
            "source": "acme",
            "reference": reference,
            "warehouseCode": "EAST",
            "lines": [{"sku": sku, "quantity": quantity}],
        },
    }
    return Message(uuid4(), settings.events.receipts_topic, "acme", orjson.dumps(body))


async def emporium(settings: Settings, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `emporium events` with these arguments."""
    environment: Mapping[str, str] = dict(os.environ) | {
        "DATABASE_URL": settings.database_url.get_secret_value() if settings.database_url else "",
        "REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_EVENTS": settings.events.model_dump_json(),
        "PYTHONPATH": str(PROJECT),
        "COLUMNS": "400",
    }
    command = [sys.executable, "-m", "cli.main", "events", *map(str, arguments)]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


async def _parked(database: Database) -> list[ParkedRecord]:
    async with database.read() as session:
        return list(await list_parked(session, first=10))


async def test_receipts_with_an_unknown_sku_wait_for_the_sku(
    database: Database, stocked: Stocked, settings: Settings
) -> None:
    messages = [
        announced(settings, "R-1", "S-0", 3),
        announced(settings, "R-2", "NEW", 4),
        Message(uuid4(), settings.events.receipts_topic, "acme", b"no event"),
        announced(settings, "R-3", "S-0", 2),
    ]

    async def is_counted() -> bool:
        return await count(database, "supplier_receipt") == 2 and await count(database, "parked_message") == 2

    with workers(settings):
        async with opened(settings) as broker:
            await broker.publish(messages + messages)
        await eventually(is_counted, seconds=90)
        refused, unreadable = await _parked(database)
        listed = await emporium(settings, "parked", "--consumer", "receipts")
        shown = await emporium(settings, "show", unreadable.id)
        early = await emporium(settings, "replay", refused.id)
        async with database.unit() as unit:
            await unit.session.execute(sa.text("UPDATE variant SET sku = 'NEW' WHERE sku = 'S-0'"))
        replayed = await emporium(settings, "replay", refused.id)
        discarded = await emporium(settings, "discard", unreadable.id)
        lag = await emporium(settings, "lag")

    assert unreadable.reason == "BAD_ENVELOPE"
    assert str(refused.id) in listed.stdout
    assert "supplier.receipt_announced" in listed.stdout
    assert "no event" in shown.stdout
    assert (early.returncode, early.stdout) == (1, "0 replayed, 1 left.\n")
    assert (replayed.returncode, replayed.stdout) == (0, "1 replayed, 0 left.\n"), replayed.stderr
    assert discarded.stdout == "1 discarded.\n"
    assert "not read by receipts             0" in lag.stdout
    assert await _parked(database) == []
    assert (await units_of(database, stocked.variants[0]))["EAST"].on_hand == 5 + 3 + 2 + 4
