"""What mutations with a key do at the place where they commit."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from core.problems import Problem, Rejected
from resolvers.context import Info
from resolvers.mutation import Outcome, attempt, commit_once
from services.accounts.tokens import Principal, Role
from services.unit_of_work import Database, UnitOfWork


class Caller:
    """A caller of a mutation that inserts its input, once per key, unless it is negative."""

    def __init__(self, database: Database, subject: str = "somebody", role: Role = Role.SELLER) -> None:
        self.renewed = 0
        context = SimpleNamespace(database=database, principal=Principal(role, subject), renew_loaders=self._renew)
        self.info = cast(Info, SimpleNamespace(context=context))

    def _renew(self) -> None:
        self.renewed += 1

    async def insert(self, key: str, value: int) -> Outcome[int]:
        async def command(unit: UnitOfWork) -> int:
            await unit.session.execute(sa.text("INSERT INTO effect VALUES (:value)"), {"value": value})
            if value < 0:
                raise Rejected(Problem(message="Too low."))
            return value

        async def restore(unit: UnitOfWork, answer: Mapping[str, Any]) -> int:  # the answer is any JSON
            return int(answer["value"])

        use = attempt(self.info, "insert", key, {"value": value})
        return await commit_once(self.info, use, command, answer=lambda result: {"value": result}, restore=restore)


async def _prepared(database: Database) -> Database:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("CREATE TABLE effect (value int)"))
    return database


async def _values(database: Database) -> list[int]:
    async with database.read() as session:
        return sorted(await session.scalars(sa.text("SELECT value FROM effect")))


async def test_two_at_once_run_once_and_answer_the_same(database: Database) -> None:
    caller = Caller(await _prepared(database))

    outcomes = await asyncio.gather(*(caller.insert("key", 5) for _ in range(4)))

    assert outcomes == [Outcome(5, ())] * 4
    assert await _values(database) == [5]


async def test_a_refused_mutation_leaves_no_key(database: Database) -> None:
    caller = Caller(await _prepared(database))

    refused = await caller.insert("key", -1)
    corrected = await caller.insert("key", 1)

    assert [problem.message for problem in refused.problems] == ["Too low."]
    assert corrected == Outcome(1, ())
    assert await _values(database) == [1]


async def test_another_input_is_refused(database: Database) -> None:
    caller = Caller(await _prepared(database))
    await caller.insert("key", 1)

    refused = await caller.insert("key", 2)

    assert [(problem.code, problem.path) for problem in refused.problems] == [
        ("IDEMPOTENCY_KEY_REUSED", ("idempotencyKey",))
    ]
    assert await _values(database) == [1]


async def test_other_callers_have_other_keys(database: Database) -> None:
    await _prepared(database)

    await Caller(database, "one").insert("key", 1)
    await Caller(database, "two").insert("key", 2)
    await Caller(database, "one", Role.OPERATOR).insert("key", 3)

    assert await _values(database) == [1, 2, 3]


async def test_a_replay_shows_the_committed_state(database: Database) -> None:
    caller = Caller(await _prepared(database))
    await caller.insert("key", 1)

    await caller.insert("key", 1)

    assert caller.renewed == 2


async def test_refuses_a_bad_key_before_anything_is_done(database: Database) -> None:
    caller = Caller(await _prepared(database))

    refused = await caller.insert(" ", 1)

    assert [problem.code for problem in refused.problems] == ["BAD_IDEMPOTENCY_KEY"]
    assert await _values(database) == []
