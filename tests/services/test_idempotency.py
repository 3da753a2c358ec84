"""A key makes a repetition harmless: two at once, a killed process, a refusal, another input, another caller."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.idempotency import Attempt, check_key, claim, delete_old, hash_input, record
from services.unit_of_work import Database
from tests.architecture.source import ROOT

FIRST = Attempt("move:operator:a", "key-1", hash_input({"units": 1}))
# A process that claims a key, says so, and waits to be killed.
CLAIMS = """
import asyncio, sys
from bootstrap.database import make_database
from core.settings import DatabaseSettings
from services.idempotency import Attempt, claim
async def work():
    async with make_database(sys.argv[1], DatabaseSettings()).unit() as unit:
        await claim(unit, Attempt(*sys.argv[2:]))
        print("claimed", flush=True)
        await asyncio.sleep(60)
asyncio.run(work())
"""


async def _do(database: Database, attempt: Attempt, *, seconds: float = 0.0) -> Mapping[str, Any]:  # any JSON
    """What a mutation does: write a row and answer with how many there are, or answer again."""
    async with database.unit() as unit:
        before = await claim(unit, attempt)
        if before is not None:
            return before
        await asyncio.sleep(seconds)
        await unit.session.execute(sa.text("INSERT INTO effect VALUES (:key)"), {"key": attempt.key})
        count = await unit.session.scalar(sa.text("SELECT count(*) FROM effect"))
        answer = {"count": count}
        await record(unit, attempt, answer)
        return answer


@pytest.fixture
async def effects(database: Database) -> Database:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("CREATE TABLE effect (key text)"))
    return database


async def _count(database: Database, table: str) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


async def test_a_repetition_answers_the_same_and_does_nothing(effects: Database) -> None:
    first = await _do(effects, FIRST)
    await _do(effects, FIRST._replace(key="key-2"))

    again = await _do(effects, FIRST)

    assert first == again == {"count": 1}
    assert await _count(effects, "effect") == 2


async def test_many_at_once_have_one_effect_and_one_answer(effects: Database) -> None:
    answers = await asyncio.gather(*(_do(effects, FIRST, seconds=0.1) for _ in range(6)))

    assert answers == [{"count": 1}] * 6
    assert await _count(effects, "effect") == 1


async def test_refuses_a_key_with_another_input(effects: Database) -> None:
    await _do(effects, FIRST)

    with pytest.raises(Rejected) as refusal:
        await _do(effects, FIRST._replace(input_hash=hash_input({"units": 2})))

    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))
    assert await _count(effects, "effect") == 1


@pytest.mark.parametrize("scope", ["move:operator:b", "other:operator:a"])
async def test_the_key_of_another_caller_or_mutation_is_another(effects: Database, scope: str) -> None:
    await _do(effects, FIRST)

    await _do(effects, FIRST._replace(scope=scope))

    assert await _count(effects, "effect") == 2


async def test_a_failure_leaves_no_key(effects: Database) -> None:
    async def fails() -> None:
        async with effects.unit() as unit:
            await claim(unit, FIRST)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()

    assert await _count(effects, "idempotency_key") == 0
    assert await _do(effects, FIRST) == {"count": 1}


async def test_one_that_waited_for_a_failure_does_the_work(effects: Database) -> None:
    claimed, end = asyncio.Event(), asyncio.Event()

    async def fails() -> None:
        async with effects.unit() as unit:
            await claim(unit, FIRST)
            claimed.set()
            await end.wait()
            raise RuntimeError

    failing = asyncio.create_task(fails())
    await claimed.wait()
    waiting = asyncio.create_task(_do(effects, FIRST))
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    end.set()
    await asyncio.gather(failing, return_exceptions=True)

    assert not done
    assert await waiting == {"count": 1}


async def test_a_killed_process_leaves_no_key(effects: Database, database_url: str) -> None:
    process = await asyncio.to_thread(
        subprocess.Popen[str],
        [sys.executable, "-c", CLAIMS, database_url, *FIRST],
        cwd=ROOT,
        env=dict(os.environ) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "claimed\n"
    finally:
        process.kill()
        process.communicate()

    assert await _do(effects, FIRST) == {"count": 1}


async def test_a_key_that_is_swept_while_it_is_asked_for_is_claimed_anew(effects: Database) -> None:
    await _do(effects, FIRST)
    async with effects.unit() as unit:
        await unit.session.execute(sa.text("UPDATE idempotency_key SET created_at = now() - interval '3 days'"))

    async with effects.unit() as unit:
        deleted = await delete_old(unit, limit=10)
        repeating = asyncio.create_task(_do(effects, FIRST))
        await asyncio.wait([repeating], timeout=0.2)
    answer = await repeating

    assert deleted == 1
    assert answer in ({"count": 1}, {"count": 2})
    assert await _count(effects, "effect") == answer["count"]


async def test_sweeps_old_keys_alone(effects: Database) -> None:
    for number in range(3):
        await _do(effects, FIRST._replace(key=f"old-{number}"))
    async with effects.unit() as unit:
        await unit.session.execute(sa.text("UPDATE idempotency_key SET created_at = now() - interval '49 hours'"))
    await _do(effects, FIRST)

    async with effects.unit() as unit:
        first = await delete_old(unit, limit=2)
    async with effects.unit() as unit:
        second = await delete_old(unit, limit=2)

    assert (first, second) == (2, 1)
    assert await _count(effects, "idempotency_key") == 1


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\0b", "half \ud800"])
def test_refuses_keys_that_are_none(key: str) -> None:
    with pytest.raises(Rejected) as refusal:
        check_key(key)

    assert [problem.code for problem in refusal.value.problems] == ["BAD_IDEMPOTENCY_KEY"]


@pytest.mark.parametrize("key", ["a", "x" * 200, "ключ 🔑"])
def test_takes_usual_keys(key: str) -> None:
    check_key(key)


def test_equal_inputs_have_equal_hashes_in_any_order() -> None:
    key = UUID(int=7)

    assert hash_input({"a": 1, "b": [key]}) == hash_input({"b": [str(key)], "a": 1})
    assert hash_input({"a": [1, 2]}) != hash_input({"a": [2, 1]})
    assert hash_input({"a": None}) != hash_input({})
    assert hash_input({"a": "1"}) != hash_input({"a": 1})
