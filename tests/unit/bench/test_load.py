"""The generator for machines without wrk, against a real server on a socket."""

import asyncio

from bench.load.sockets import as_requests, content_length, run, status


def test_request_is_complete() -> None:
    (request,) = as_requests("http://127.0.0.1:8000/graphql", [b'{"a": 1}'])

    assert request.startswith(b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n")
    assert request.endswith(b'Content-Length: 8\r\n\r\n{"a": 1}')


def test_head_of_a_response_is_read() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nContent-Length: 12"

    assert (status(head), content_length(head)) == (503, 12)


async def test_every_client_sends_its_next_request_when_the_last_is_answered() -> None:
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            seen.append(await reader.readexactly(content_length(head)))
            # In two pieces, the first one within the head.
            writer.write(b"HTTP/1.1 200 OK\r\nContent-")
            await writer.drain()
            await asyncio.sleep(0)
            writer.write(b"Length: 2\r\n\r\nok")
            await asyncio.sleep(0.001)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        figures = await run(f"http://127.0.0.1:{port}/", [b"1", b"2", b"3"], clients=2, seconds=0.2)

    assert figures["failures"] == 0
    assert 0 < figures["requests"] <= len(seen) <= figures["requests"] + 2
    assert set(seen) == {b"1", b"2", b"3"}
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
