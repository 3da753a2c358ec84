"""What all loaders promise: one fetch for the keys of a turn, answers in their order, gaps filled, batches bounded."""

import asyncio
import gc
from collections.abc import Mapping, Sequence

import pytest

from core.profile import profiling
from loaders.batch import LARGEST_BATCH, OptionalBatch, Sessions
from services.unit_of_work import Database, ReadSession


class Doubles(OptionalBatch[int, int]):
    """Knows the doubles of even numbers."""

    async def fetch(self, session: ReadSession, keys: Sequence[int]) -> Mapping[int, int]:
        return {key: key * 2 for key in reversed(keys) if key % 2 == 0}


async def test_answers_stand_in_the_order_of_the_keys_with_gaps(database: Database) -> None:
    loader = Doubles(Sessions(database))

    found = await loader.load_all([4, 1, 2])

    assert found == [8, None, 4]


async def test_keys_of_one_turn_are_one_batch_and_asked_for_once(database: Database) -> None:
    loader = Doubles(Sessions(database))

    with profiling() as profile:
        found = await asyncio.gather(*(loader.load(key) for key in (2, 4, 2, 6)))

    assert found == [4, 8, 4, 12]
    assert profile.batches == {"Doubles": [3]}


async def test_a_key_is_fetched_once_in_a_request(database: Database) -> None:
    loader = Doubles(Sessions(database))
    await loader.load(2)

    with profiling() as profile:
        await loader.load(2)

    assert profile.batches == {}


async def test_batches_are_bounded(database: Database) -> None:
    loader = Doubles(Sessions(database))

    with profiling() as profile:
        await loader.load_all(list(range(LARGEST_BATCH + 1)))

    assert sorted(profile.batches["Doubles"]) == [1, LARGEST_BATCH]


async def test_more_batches_than_permits_wait_and_finish(database: Database) -> None:
    sessions = Sessions(database)

    found = await asyncio.gather(*(Doubles(sessions).load(key * 2) for key in range(20)))

    assert found == [key * 4 for key in range(20)]


class Broken(OptionalBatch[int, int]):
    """Knows nothing, and says so loudly."""

    async def fetch(self, session: ReadSession, keys: Sequence[int]) -> Mapping[int, int]:
        raise LookupError(len(keys))


async def test_an_error_of_a_batch_is_raised_once(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    loader = Broken(Sessions(database))

    with pytest.raises(LookupError):
        await loader.load_all([1, 2, 3])
    del loader
    gc.collect()

    assert "never retrieved" not in caplog.text
