"""A message has its effect once, or is parked with the reason; nothing half-done is left."""

import asyncio
from collections.abc import Callable
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa

from core.problems import Unavailable
from ports.broker import Delivery
from services.messaging import handle, list_parked
from services.messaging.handling import Handled
from services.unit_of_work import Database
from tests.factories.messages import (
    ANY_ORDER,
    IN_ORDER,
    delivery,
    heard,
    mend,
    poison,
    raw_delivery,
)


async def _parked(store: Database) -> list[tuple[str, str | None, str | None]]:
    async with store.read() as session:
        return [(one.reason, one.type, one.key) for one in await list_parked(session, first=100)]


async def test_a_repeated_message_has_its_effect_once(store: Database) -> None:
    message = delivery(1)

    outcomes = [await handle(store, ANY_ORDER, message) for _ in range(3)]

    assert outcomes == [Handled.DONE, Handled.SEEN, Handled.SEEN]
    assert await heard(store) == [("a", 1)]


async def test_a_message_handled_by_two_at_once_has_its_effect_once(
    store: Database, open_database: Callable[[], Database]
) -> None:
    message, other = delivery(1), open_database()

    outcomes = await asyncio.gather(*(handle(one, ANY_ORDER, message) for one in (store, other) for _ in range(4)))

    assert sorted(one.name for one in outcomes) == ["DONE", *["SEEN"] * 7]
    assert await heard(store) == [("a", 1)]


async def test_each_consumer_handles_the_message_for_itself(store: Database) -> None:
    message = delivery(1)

    await handle(store, ANY_ORDER, message)
    await handle(store, ANY_ORDER._replace(name="other"), message)

    assert await heard(store) == [("a", 1), ("a", 1)]


async def test_passes_over_types_that_it_does_not_hear(store: Database) -> None:
    outcome = await handle(store, ANY_ORDER, delivery(1, type="test.of_tomorrow", schemaVersion=9))

    assert outcome is Handled.PASSED
    assert await heard(store) == []
    assert await _parked(store) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"type": "test.happened"}',
        b'{"type": "test.happened", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": []}',
        b'{"type": "test.happened", "schemaVersion": true, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"type": "test.happened", "schemaVersion": 0, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"type": "test.happened", "schemaVersion": 1, "occurredAt": "yesterday", "payload": {}}',
        b'{"type": "test.happened", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00", "payload": {}}',
        b'{"type": "", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"type": "a\\u0000b", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"id": 7, "type": "a", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"id": "x", "type": "a", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"position": "1", "type": "a", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}',
        b'{"type": "a", "key": "%s", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": {}}'
        % (b"k" * 5000),
        b'{"type": "a", "schemaVersion": 1, "occurredAt": "2026-01-01T00:00:00Z", "payload": ' + b"[" * 5000,
    ],
)
async def test_parks_what_is_no_event(store: Database, body: bytes) -> None:
    outcomes = [await handle(store, IN_ORDER, raw_delivery(body)) for _ in range(2)]

    assert outcomes == [Handled.PARKED, Handled.SEEN]
    assert await _parked(store) == [("BAD_ENVELOPE", None, None)]


async def test_parks_a_newer_version(store: Database) -> None:
    outcome = await handle(store, ANY_ORDER, delivery(1, schemaVersion=2))

    assert outcome is Handled.PARKED
    assert await heard(store) == []
    assert await _parked(store) == [("NEWER_VERSION", "test.happened", "a")]


async def test_hears_fields_that_it_does_not_know(store: Database) -> None:
    outcome = await handle(store, ANY_ORDER, delivery(1, trace="of tomorrow", payload={"number": 1, "colour": "red"}))

    assert outcome is Handled.DONE


async def test_parks_what_is_refused_with_the_code_and_leaves_no_effect(store: Database) -> None:
    await poison(store, 1, "refused")

    outcome = await handle(store, ANY_ORDER, delivery(1))

    assert outcome is Handled.PARKED
    assert await heard(store) == []
    async with store.read() as session:
        (parked,) = await list_parked(session, first=10)
    assert (parked.reason, parked.error, parked.attempts) == ("INVALID", "number: This number is refused.", 1)


async def test_tries_an_error_again_before_it_parks(store: Database) -> None:
    await poison(store, 1, "broken")

    outcome = await handle(store, ANY_ORDER, delivery(1))

    assert outcome is Handled.PARKED
    assert await heard(store) == []
    async with store.read() as session:
        (parked,) = await list_parked(session, first=10)
    assert (parked.reason, parked.error, parked.attempts) == ("FAILED", "ValueError: broken", 3)


async def test_parks_what_takes_longer_than_statements_may(store: Database) -> None:
    await poison(store, 1, "slow")

    outcome = await handle(store, ANY_ORDER, delivery(1))

    assert outcome is Handled.PARKED
    assert await heard(store) == []
    assert await _parked(store) == [("FAILED", "test.happened", "a")]


async def test_leaves_the_message_alone_while_a_server_is_away(store: Database) -> None:
    await poison(store, 1, "away")

    with pytest.raises(Unavailable):
        await handle(store, ANY_ORDER, delivery(1))
    await mend(store)

    assert await heard(store) == []
    assert await handle(store, ANY_ORDER, delivery(1)) is Handled.DONE


async def test_an_error_that_passes_is_not_parked(store: Database) -> None:
    await poison(store, 1)

    handling = asyncio.create_task(handle(store, ANY_ORDER, delivery(1)))
    await asyncio.sleep(0)
    async with store.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM poison"))

    assert await handling is Handled.DONE
    assert await heard(store) == [("a", 1)]


async def test_later_messages_of_the_key_wait_behind_a_parked_one(store: Database) -> None:
    await poison(store, 1, "refused")

    for number, key in ((1, "a"), (2, "a"), (3, "b"), (4, "a")):
        await handle(store, IN_ORDER, delivery(number, key=key))

    assert await heard(store) == [("b", 3)]
    assert await _parked(store) == [
        ("INVALID", "test.happened", "a"),
        ("WAITS", "test.happened", "a"),
        ("WAITS", "test.happened", "a"),
    ]


async def test_nobody_waits_where_order_does_not_matter(store: Database) -> None:
    await poison(store, 1, "refused")

    for number in (1, 2):
        await handle(store, ANY_ORDER, delivery(number))

    assert await heard(store) == [("a", 2)]


async def test_a_message_without_an_id_is_known_by_its_place_and_content(store: Database) -> None:
    def anonymous(number: int, place: str) -> Delivery:
        return delivery(number, id=None)._replace(body=_without_id(number), place=place)

    outcomes = [
        await handle(store, ANY_ORDER, anonymous(1, "t/0/1-1")),
        await handle(store, ANY_ORDER, anonymous(1, "t/0/1-1")),
        await handle(store, ANY_ORDER, anonymous(2, "t/0/1-1")),
        await handle(store, ANY_ORDER, anonymous(1, "t/0/1-2")),
    ]

    assert outcomes == [Handled.DONE, Handled.SEEN, Handled.DONE, Handled.DONE]


def _without_id(number: int) -> bytes:
    given = orjson.loads(delivery(number).body)
    del given["id"]
    return orjson.dumps(given)


async def test_the_envelopes_id_and_key_count_before_the_brokers(store: Database) -> None:
    id: UUID = uuid4()

    first = await handle(store, ANY_ORDER, delivery(1, id=id, key="inner")._replace(id=uuid4(), key="outer"))
    second = await handle(store, ANY_ORDER, delivery(1, id=id, key="inner")._replace(id=uuid4(), key="outer"))

    assert (first, second) == (Handled.DONE, Handled.SEEN)
    assert await heard(store) == [("inner", 1)]
