"""Parked messages are handled once more, in the order of their key, and resolved once."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.messaging import discard, handle, list_parked, list_parked_by_id, release, replay_all
from services.messaging.records import Consumer
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


async def _park(store: Database, *numbers: int, consumer: Consumer = IN_ORDER) -> Sequence[UUID]:
    """Poison the first number, let all come, and return the ids of those that are parked."""
    await poison(store, numbers[0], "refused")
    for number in numbers:
        await handle(store, consumer, delivery(number))
    return await _waiting(store)


async def _waiting(store: Database) -> Sequence[UUID]:
    async with store.read() as session:
        return [one.id for one in await list_parked(session, first=1000)]


async def test_replays_what_has_been_mended(store: Database) -> None:
    ids = await _park(store, 1, consumer=ANY_ORDER)
    await mend(store)

    outcome = await replay_all(store, [ANY_ORDER], ids, actor="ann")

    assert outcome == {ids[0]: None}
    assert await heard(store) == [("a", 1)]
    async with store.read() as session:
        (parked,) = await list_parked_by_id(session, ids)
    assert (parked.resolution, parked.attempts) == ("replayed by ann", 2)
    assert parked.resolved_at is not None


async def test_what_fails_again_stays_with_the_new_reason(store: Database) -> None:
    ids = await _park(store, 1, consumer=ANY_ORDER)
    await mend(store)
    await poison(store, 1, "still broken")

    outcome = await replay_all(store, [ANY_ORDER], ids, actor="ann")

    problem = outcome[ids[0]]
    assert problem is not None
    assert (problem.code, problem.message) == ("STILL_FAILING", "FAILED: ValueError: still broken")
    assert await heard(store) == []
    async with store.read() as session:
        (parked,) = await list_parked(session, first=10)
    assert (parked.reason, parked.error, parked.attempts) == ("FAILED", "ValueError: still broken", 2)


async def test_two_replays_at_once_have_one_effect(store: Database, open_database: Callable[[], Database]) -> None:
    ids = await _park(store, 1)
    await mend(store)
    other = open_database()

    outcomes = await asyncio.gather(
        *(replay_all(one, [IN_ORDER], ids, actor="ann") for one in (store, other) for _ in range(3))
    )

    problems = [outcome[ids[0]] for outcome in outcomes]
    assert sorted("" if one is None else one.code for one in problems) == ["", *["ALREADY_RESOLVED"] * 5]
    assert await heard(store) == [("a", 1)]


async def test_replays_of_one_key_go_in_order_whatever_order_is_asked_for(store: Database) -> None:
    ids = await _park(store, 1, 2, 3)
    await mend(store)

    outcome = await replay_all(store, [IN_ORDER], [ids[2], ids[0], ids[1]], actor="ann")

    assert set(outcome.values()) == {None}
    assert await heard(store) == [("a", 1), ("a", 2), ("a", 3)]


async def test_refuses_to_overtake_an_earlier_one_of_the_key(store: Database) -> None:
    ids = await _park(store, 1, 2)

    outcome = await replay_all(store, [IN_ORDER], [ids[1]], actor="ann")

    problem = outcome[ids[1]]
    assert problem is not None
    assert problem.code == "WAITS"
    assert await heard(store) == []


async def test_those_behind_follow_when_the_first_is_replayed(store: Database) -> None:
    ids = await _park(store, 1, 2, 3)
    assert not await release(store, [IN_ORDER])
    await mend(store)
    await replay_all(store, [IN_ORDER], ids[:1], actor="ann")

    assert await release(store, [IN_ORDER])

    assert await heard(store) == [("a", 1), ("a", 2), ("a", 3)]
    assert await _waiting(store) == []


async def test_those_behind_follow_when_the_first_is_discarded(store: Database) -> None:
    ids = await _park(store, 1, 2, 3)
    async with store.unit() as unit:
        await discard(unit, ids=ids[:1], actor="ann")

    assert await release(store, [IN_ORDER])

    assert await heard(store) == [("a", 2), ("a", 3)]


async def test_those_behind_stop_at_the_next_that_fails(store: Database) -> None:
    ids = await _park(store, 1, 2, 3, 4)
    await poison(store, 3, "refused")
    async with store.unit() as unit:
        await discard(unit, ids=ids[:1], actor="ann")

    await release(store, [IN_ORDER])
    again = await release(store, [IN_ORDER])

    assert not again
    assert await heard(store) == [("a", 2)]
    async with store.read() as session:
        assert [one.reason for one in await list_parked(session, first=10)] == ["INVALID", "WAITS"]


async def test_a_newer_version_is_replayed_by_a_release_that_knows_it(store: Database) -> None:
    await handle(store, ANY_ORDER, delivery(1, schemaVersion=2))
    ids = await _waiting(store)
    newer = ANY_ORDER._replace(versions={"test.happened": 2})

    before = await replay_all(store, [ANY_ORDER], ids, actor="ann")
    after = await replay_all(store, [newer], ids, actor="ann")

    assert before[ids[0]] is not None
    assert after[ids[0]] is None
    assert await heard(store) == [("a", 1)]


async def test_what_is_no_event_stays_no_event(store: Database) -> None:
    await handle(store, ANY_ORDER, raw_delivery(b"not json"))
    ids = await _waiting(store)

    problem = (await replay_all(store, [ANY_ORDER], ids, actor="ann"))[ids[0]]

    assert problem is not None
    assert problem.message.startswith("BAD_ENVELOPE")


async def test_says_what_cannot_be_replayed(store: Database) -> None:
    ids = await _park(store, 1, consumer=ANY_ORDER)
    unknown = uuid4()

    outcome = await replay_all(store, [], [unknown, *ids], actor="ann")

    codes = {key: None if problem is None else problem.code for key, problem in outcome.items()}
    assert codes == {unknown: "NOT_FOUND", ids[0]: "NO_CONSUMER"}


async def test_discards_all_or_none_and_once(store: Database) -> None:
    ids = await _park(store, 1, 2)
    unknown = uuid4()

    with pytest.raises(Rejected) as refusal:
        async with store.unit() as unit:
            await discard(unit, ids=[*ids, unknown], actor="ann")
    async with store.unit() as unit:
        await discard(unit, ids=ids, actor="ann")
    with pytest.raises(Rejected) as second:
        async with store.unit() as unit:
            await discard(unit, ids=ids, actor="ann")

    assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("ids", "2"))]
    assert [one.code for one in second.value.problems] == ["ALREADY_RESOLVED", "ALREADY_RESOLVED"]
    assert await _waiting(store) == []


async def test_a_discarded_message_that_comes_again_is_not_handled(store: Database) -> None:
    message = delivery(1)
    await poison(store, 1, "refused")
    await handle(store, ANY_ORDER, message)
    async with store.unit() as unit:
        await discard(unit, ids=await _waiting(store), actor="ann")
    await mend(store)

    await handle(store, ANY_ORDER, message)

    assert await heard(store) == []


async def test_a_parked_message_that_comes_again_after_the_sweep_is_not_parked_twice(store: Database) -> None:
    message = delivery(1)
    await poison(store, 1, "refused")
    await handle(store, ANY_ORDER, message)
    async with store.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM inbox_message"))

    await handle(store, ANY_ORDER, message)

    assert len(await _waiting(store)) == 1


async def test_a_parked_message_survives_the_sweep_of_what_was_handled(store: Database) -> None:
    ids = await _park(store, 1, consumer=ANY_ORDER)
    await mend(store)
    async with store.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM inbox_message"))

    outcome = await replay_all(store, [ANY_ORDER], ids, actor="ann")

    assert outcome == {ids[0]: None}
    assert await heard(store) == [("a", 1)]
