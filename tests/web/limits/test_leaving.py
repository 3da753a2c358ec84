"""Statements that nobody waits for are cancelled in Postgres: when time is over, or when the client has left."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from tests.factories.locking import locked_products, until_waiting
from tests.fixtures.shop import Shop
from web.asked import BadRequest
from web.execution import Executor
from web.limits.leaving import while_connected

QUERY = '{ product(slug: "trail-tent") { title } }'


def _executor(shop: Shop, *, seconds: float) -> Executor:
    return Executor(shop.executor.schema, introspection=False, profile=False, seconds=seconds)


async def test_when_time_is_over(own_shop: Shop) -> None:
    executor = _executor(own_shop, seconds=1.0)
    async with locked_products(own_shop) as unit:
        running = asyncio.create_task(
            executor.run(executor.prepare(QUERY), own_shop.context(), variables=None, operation_name=None)
        )
        await until_waiting(unit, 1)

        answer = await running

        await until_waiting(unit, 0)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]


async def test_when_the_client_leaves(own_shop: Shop) -> None:
    executor, left = _executor(own_shop, seconds=60.0), asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def ask() -> None:
        async with while_connected(Request({"type": "http", "method": "POST"}, receive=receive)):
            await executor.run(executor.prepare(QUERY), own_shop.context(), variables=None, operation_name=None)

    async with locked_products(own_shop) as unit:
        running = asyncio.create_task(ask())
        await until_waiting(unit, 1)

        left.set()

        with pytest.raises(BadRequest, match="has left"):
            await running
        await until_waiting(unit, 0)


async def test_whoever_else_cancels_is_not_taken_for_a_client() -> None:
    never = asyncio.Event()

    async def receive() -> Message:
        await never.wait()
        return {"type": "http.disconnect"}

    async def ask() -> None:
        async with while_connected(Request({"type": "http", "method": "POST"}, receive=receive)):
            await never.wait()

    running = asyncio.create_task(ask())
    await asyncio.sleep(0)
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
