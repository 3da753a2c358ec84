"""An engine that cannot be reached says so with the port's own error, whatever is asked of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from adapters.search.opensearch import OpenSearchIndex
from adapters.search.tantivy import TantivyIndex
from core.problems import Unavailable
from ports.search import IndexedDocument, SearchIndex
from tests.factories.search import ask, product, product_id


async def one_batch() -> AsyncIterator[Sequence[IndexedDocument]]:
    yield [product(1)]


CALLS: dict[str, Callable[[SearchIndex], Awaitable[object]]] = {
    "search": lambda index: index.search(ask()),
    "search_many": lambda index: index.search_many([ask(), ask()]),
    "write": lambda index: index.write([product(1)]),
    "delete": lambda index: index.write([], deleted=[product_id(1)]),
    "rebuild": lambda index: index.rebuild(one_batch(), generation="one"),
    "indexed_count": lambda index: index.indexed_count(),
    "is_outdated": lambda index: index.is_outdated(),
}


@pytest.fixture
async def answer_of_a_server() -> AsyncIterator[Callable[[bytes | None], Awaitable[str]]]:
    """Starts servers that answer every request with the same bytes, or never; gives their addresses."""
    servers: list[asyncio.Server] = []

    async def start(answer: bytes | None) -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            if answer is not None:
                writer.write(answer)
            else:
                await reader.read()
            writer.close()

        servers.append(await asyncio.start_server(serve, "127.0.0.1", 0))
        return f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def unused_url(answer_of_a_server: Callable[[bytes | None], Awaitable[str]]) -> str:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("call", CALLS)
class TestUnavailable:
    async def test_nobody_listens(self, unused_url: str, call: str) -> None:
        index = OpenSearchIndex(unused_url, "products", 5.0)

        with pytest.raises(Unavailable) as raised:
            await CALLS[call](index)

        await index.close()
        assert raised.value.part == "search"

    @pytest.mark.parametrize("status", [b"503 Service Unavailable", b"429 Too Many Requests", b"403 Forbidden"])
    async def test_server_refuses(
        self, answer_of_a_server: Callable[[bytes | None], Awaitable[str]], call: str, status: bytes
    ) -> None:
        url = await answer_of_a_server(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        index = OpenSearchIndex(url, "products", 5.0)

        with pytest.raises(Unavailable) as raised:
            await CALLS[call](index)

        await index.close()
        assert raised.value.part == "search"

    async def test_folder_cannot_be_used(self, tmp_path: Path, call: str) -> None:
        (tmp_path / "search").write_text("not a folder")
        index = TantivyIndex(tmp_path / "search")

        with pytest.raises(Unavailable) as raised:
            await CALLS[call](index)

        await index.close()
        assert raised.value.part == "search"


@pytest.mark.parametrize("call", ["search", "search_many", "indexed_count"])
async def test_server_that_never_answers_is_given_up_after_the_timeout(
    answer_of_a_server: Callable[[bytes | None], Awaitable[str]], call: str
) -> None:
    index = OpenSearchIndex(await answer_of_a_server(None), "products", 0.2)

    with pytest.raises(Unavailable):
        await asyncio.wait_for(CALLS[call](index), 10)

    await index.close()


async def test_damaged_index_is_unavailable_and_a_rebuild_heals_it(tmp_path: Path) -> None:
    writer, reader = TantivyIndex(tmp_path), TantivyIndex(tmp_path)
    await writer.write([product(1)])
    await writer.close()
    _damage(tmp_path)

    for call in ("search", "indexed_count", "write"):
        with pytest.raises(Unavailable):
            await CALLS[call](reader)
    await reader.rebuild(one_batch(), generation="healed")

    assert await reader.indexed_count() == 1
    await reader.close()


def _damage(folder: Path) -> None:
    for meta in folder.rglob("meta.json"):
        meta.write_text("{")
