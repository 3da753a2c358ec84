"""What every way of telling all processes must do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bootstrap.live import open_live
from core.problems import Unavailable
from ports.live import Live
from tests.fixtures.broker import PrivateValkey


@pytest.fixture
async def live(redis_url: str) -> AsyncIterator[Live]:
    opened = open_live(redis_url)
    yield opened
    await opened.close()


async def test_all_who_listen_hear_everything_in_order(live: Live) -> None:
    async with live.listen("news") as one, live.listen("news") as other:
        for number in range(100):
            await live.tell("news", str(number).encode())

        heard = [[int(await anext(told)) for _ in range(100)] for told in (one, other)]

    assert heard == [list(range(100)), list(range(100))]


async def test_channels_do_not_mix(live: Live) -> None:
    async with live.listen("news") as told:
        await live.tell("gossip", b"no")
        await live.tell("news", b"\xff\x00yes")

        assert await anext(told) == b"\xff\x00yes"


async def test_numbered_databases_do_not_mix(live: Live, redis_url: str) -> None:
    elsewhere = open_live(redis_url.replace("?db=", "?db=1") if "?db=" in redis_url else f"{redis_url}1")
    async with live.listen("news") as told:
        await elsewhere.tell("news", b"no")
        await live.tell("news", b"yes")

        assert await anext(told) == b"yes"
    await elsewhere.close()


async def test_a_lost_connection_is_no_silence(private_valkey: PrivateValkey) -> None:
    live = open_live(private_valkey.url)
    async with live.listen("news") as told:
        await live.tell("news", b"1")
        first = await anext(told)

        await asyncio.to_thread(private_valkey.kill)
        with pytest.raises(Unavailable):
            await asyncio.wait_for(anext(told), 15)
    with pytest.raises(Unavailable):
        await live.tell("news", b"2")
    await asyncio.to_thread(private_valkey.start)
    async with live.listen("news") as again:
        await live.tell("news", b"3")
        last = await anext(again)
    await live.close()

    assert (first, last) == (b"1", b"3")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    live = open_live("redis://127.0.0.1:1/0")

    for call in (live.ping(), live.tell("news", b""), live.listen("news").__aenter__()):
        with pytest.raises(Unavailable):
            await call
    await live.close()
