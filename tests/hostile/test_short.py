"""Some hundred hostile requests to a real web process: what `python -m tests.hostile` does, but for what takes time."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fixtures.shop import Shop
from tests.hostile.attacks import MAKERS, attacks
from tests.hostile.playing import Idleness, Played, half_open, idleness, play
from tests.hostile.serving import running_web

SEED = 7
ATTACKS = 12 * len(MAKERS)
MOST_GROWN_BYTES = 150_000_000


class Attacked(NamedTuple):
    played: Played
    before: Idleness
    after: Idleness


@pytest.fixture
async def attacked(own_shop: Shop, redis_url: str, tmp_path: Path) -> AsyncIterator[Attacked]:
    addresses = {"DATABASE_URL": own_shop.database_url, "REDIS_URL": redis_url}
    async with running_web(tmp_path, addresses) as (port, process):
        url = f"http://127.0.0.1:{port}"
        before = await idleness(process)
        writers = await half_open(port, 20)
        played = await play(url, attacks(SEED, ATTACKS), at_once=4)
        for writer in writers:
            writer.close()
        yield Attacked(played, before, await idleness(process))


async def test_each_is_refused_by_its_code_and_others_are_answered(attacked: Attacked) -> None:
    played = attacked.played

    assert played.wrong == []
    assert played.internal == []
    assert played.failed_probes == 0
    assert attacked.after.resident - attacked.before.resident < MOST_GROWN_BYTES
    assert attacked.after.busy < 0.5
    assert sum(played.statuses.values()) > ATTACKS * 0.9


def test_the_same_seed_makes_the_same_attacks() -> None:
    assert attacks(SEED, 50) == attacks(SEED, 50)
    assert attacks(SEED, 50) != attacks(SEED + 1, 50)
