"""Messages, and a consumer that leaves a row for each one that it handles, so that doubles are seen."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import orjson
import sqlalchemy as sa

from core.problems import Problem, Rejected, Unavailable
from core.work_settings import EventSettings
from ports.broker import Delivery
from services.events import Event
from services.messaging import Consumer, Envelope, topic_of
from services.unit_of_work import Database, UnitOfWork

TOPIC = "emporium.test"
TABLES = (
    "CREATE TABLE heard (sequence bigserial, number int NOT NULL, key text NOT NULL, process int NOT NULL)",
    "CREATE TABLE poison (number int NOT NULL, reason text NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class Happened(Event):
    """Something for the consumers of tests."""

    type: ClassVar[str] = "test.happened"
    number: int
    subject: UUID

    @property
    def key(self) -> UUID:
        return self.subject


async def hear(unit: UnitOfWork, envelope: Envelope) -> None:
    """Leave a row; but fail for numbers that are in `poison`, after having left it."""
    number = envelope.payload["number"]
    values = {"number": number, "key": envelope.key, "process": os.getpid()}
    await unit.session.execute(
        sa.text("INSERT INTO heard (number, key, process) VALUES (:number, :key, :process)"), values
    )
    find = sa.text("SELECT reason FROM poison WHERE number = :number")
    reason = (await unit.session.execute(find, {"number": number})).scalar()
    if reason == "refused":
        raise Rejected(Problem(message="This number is refused.", path=("number",)))
    if reason == "slow":
        await unit.session.execute(sa.text("SET LOCAL statement_timeout = 50"))
        await unit.session.execute(sa.text("SELECT pg_sleep(5)"))
    if reason == "away":
        raise Unavailable("elsewhere")
    if reason is not None:
        raise ValueError(reason)


ANY_ORDER = Consumer("test", (TOPIC,), {Happened.type: 1}, hear)
IN_ORDER = ANY_ORDER._replace(in_order=True)


def consumer_of(settings: EventSettings) -> Consumer:
    """The consumer that keeps order, on the topic of these settings."""
    return IN_ORDER._replace(topics=(topic_of(Happened.type, settings),))


def delivery(number: int, *, key: str = "a", id: UUID | None = None, **changes: Any) -> Delivery:
    """A message as a broker hands it out; `changes` are other fields of the envelope, any JSON."""
    envelope = {
        "id": str(id or uuid4()),
        "type": Happened.type,
        "schemaVersion": 1,
        "key": key,
        "occurredAt": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        "payload": {"number": number},
        **changes,
    }
    return raw_delivery(orjson.dumps({name: value for name, value in envelope.items() if value is not None}), key=key)


def raw_delivery(body: bytes, *, key: str = "a", place: str = f"{TOPIC}/0/1-1") -> Delivery:
    """A message with any body, whose sender gave no id."""
    return Delivery(None, TOPIC, key, body, 0, place)


async def make_tables(database: Database) -> None:
    async with database.unit() as unit:
        for table in TABLES:
            await unit.session.execute(sa.text(table))


async def poison(database: Database, number: int, reason: str = "broken") -> None:
    """Have the consumer fail for this number: "refused" with a problem, "slow" and "away" as they say, any
    other reason with an error."""
    async with database.unit() as unit:
        await unit.session.execute(sa.text("INSERT INTO poison VALUES (:n, :r)"), {"n": number, "r": reason})


async def mend(database: Database) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM poison"))


async def heard(database: Database) -> Sequence[tuple[str, int]]:
    """Keys and numbers in the order in which they took effect."""
    async with database.read() as session:
        rows = await session.execute(sa.text("SELECT key, number FROM heard ORDER BY sequence"))
        return [(key, number) for key, number in rows]
