"""What the proxy does to connections, with a server behind it that answers each piece in capitals."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.faults.proxy import Proxy, Way, to_port


class Echo:
    """The server; `heard` has all that arrived, `open` counts connections."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        with suppress(ConnectionError):
            while piece := await reader.read(100):
                self.heard.append(piece)
                writer.write(piece.upper())
        self.open -= 1
        writer.close()


@pytest.fixture
async def echo() -> Echo:
    return Echo()


@pytest.fixture
async def proxy(echo: Echo) -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    proxy = Proxy("echo", to_port(server.sockets[0].getsockname()[1]))
    await proxy.start()
    yield proxy
    await proxy.close()
    server.close()


async def ask(proxy: Proxy, *words: bytes) -> list[bytes]:
    """The answers to words that are said one after the other on one connection; empty where it was cut."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    answers = []
    for word in words:
        try:
            writer.write(word)
            answers.append(await reader.read(100))
        except ConnectionError:
            answers.append(b"")
    writer.close()
    return answers


async def test_lets_everything_through(proxy: Proxy) -> None:
    assert await ask(proxy, b"a", b"b") == [b"A", b"B"]


async def test_loses_the_chosen_request_and_its_connection_once(proxy: Proxy, echo: Echo) -> None:
    proxy.lose(Way.ASKED, after=1)

    assert await ask(proxy, b"a", b"b") == [b"A", b""]
    assert await ask(proxy, b"c", b"d") == [b"C", b"D"]
    assert echo.heard == [b"a", b"c", b"d"]


async def test_loses_an_answer_of_what_was_done(proxy: Proxy, echo: Echo) -> None:
    proxy.lose(Way.ANSWERED, after=0)

    assert await ask(proxy, b"a") == [b""]
    assert echo.heard == [b"a"]


async def test_refuses_until_it_heals(proxy: Proxy, echo: Echo) -> None:
    proxy.refuse()
    refused = await ask(proxy, b"a")
    proxy.heal()

    assert refused == [b""]
    assert await ask(proxy, b"b") == [b"B"]
    assert echo.heard == [b"b"]


async def test_stalls_until_it_heals(proxy: Proxy) -> None:
    proxy.stall()
    asking = asyncio.create_task(ask(proxy, b"a"))
    await asyncio.sleep(0.1)
    waited = not asking.done()
    proxy.heal()

    assert waited
    assert await asking == [b"A"]


async def test_delays_both_ways(proxy: Proxy) -> None:
    proxy.delay(50)
    begun = time.monotonic()

    assert await ask(proxy, b"a") == [b"A"]
    assert time.monotonic() - begun > 0.1


async def test_doubles_a_request_whose_client_hears_one_answer(proxy: Proxy, echo: Echo) -> None:
    proxy.double(1)

    assert await ask(proxy, b"a", b"b") == [b"A", b"B"]
    while len(echo.heard) < 3:  # noqa: ASYNC110 - it comes on another connection
        await asyncio.sleep(0.01)
    assert sorted(echo.heard) == [b"a", b"a", b"b"]


async def test_a_client_that_dies_with_an_answer_unread_is_gone_for_the_server_too(proxy: Proxy, echo: Echo) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"a")
    await asyncio.sleep(0.1)
    writer.transport.abort()

    async with asyncio.timeout(5):
        while echo.open:  # noqa: ASYNC110 - it hears of it by itself
            await asyncio.sleep(0.01)
