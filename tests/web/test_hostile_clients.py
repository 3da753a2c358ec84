"""Clients that leave, dawdle, repeat themselves or send what no shop needs: each costs little and learns nothing."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schema.schema import build_schema
from tests.web.test_graphql_http import client
from web.authentication import Authenticator
from web.cookies import Cookies
from web.execution import CACHED_CHARACTERS, LONGEST_MESSAGE, Executor
from web.graphql import GraphQLEndpoint
from web.origins import Origins
from web.problems import EXCEPTION_HANDLERS

__all__ = ["client"]
# What ASGI hands over is any mapping, hence Any.
Message = MutableMapping[str, Any]
HEADERS = [(b"content-type", b"application/json")]


def _endpoint() -> GraphQLEndpoint:
    def never(*_: object) -> Any:
        raise AssertionError("no request of these gets so far")

    return GraphQLEndpoint(
        Executor(build_schema()._schema, introspection=False, profile=False),
        make_context=never,
        authenticator=Authenticator(secret="", is_alive=never, cookies=Cookies(secure=False), origins=Origins()),
        largest_body=1_000,
        body_seconds=0.05,
    )


def _request(messages: AsyncIterator[Message], headers: list[tuple[bytes, bytes]]) -> Request:
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    return Request(scope, receive=messages.__anext__)


async def test_a_client_that_leaves_is_no_failure_of_ours() -> None:
    async def leaves() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b'{"que', "more_body": True}
        yield {"type": "http.disconnect"}

    response = await _endpoint()(_request(leaves(), HEADERS))

    assert response.status_code == 400
    assert b'"CLIENT_LEFT"' in bytes(response.body)


async def test_a_body_that_takes_too_long_is_refused() -> None:
    async def dawdles() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b'{"que', "more_body": True}
        await asyncio.sleep(60)

    response = await _endpoint()(_request(dawdles(), HEADERS))

    assert response.status_code == 408
    assert b'"BODY_TOO_SLOW"' in bytes(response.body)


async def test_a_body_announced_as_too_large_is_not_waited_for() -> None:
    async def never() -> AsyncIterator[Message]:
        raise AssertionError("the body was read")
        yield {}

    response = await _endpoint()(_request(never(), [*HEADERS, (b"content-length", b"99999999999")]))

    assert response.status_code == 413


async def test_a_mistake_is_not_told_at_the_length_of_what_was_sent(client: Client) -> None:
    filter_by = {f"field{number}": "x" * 100 for number in range(50)}

    response = await client.post(
        "/graphql",
        json={
            "query": "query($filter: ProductFilter) { products(filter: $filter) { totalCount } }",
            "variables": {"filter": filter_by},
        },
    )

    errors = response.json()["errors"]
    assert "field0" in errors[0]["message"]
    assert max(len(error["message"]) for error in errors) <= LONGEST_MESSAGE


@pytest.mark.parametrize("argument", ["first: {}", "filter: {{price: {{min: {}}}}}"])
async def test_a_huge_number_gets_a_sentence_of_ours(client: Client, argument: str) -> None:
    document = f"{{ products({argument.format('9' * 5000)}) {{ totalCount }} }}"

    response = await client.post("/graphql", json={"query": document})

    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "sys." not in error["message"]


def test_long_documents_are_not_kept() -> None:
    executor = Executor(build_schema()._schema, introspection=False, profile=False)
    short, long = "{ __typename }", "{ __typename } #" + "x" * CACHED_CHARACTERS

    prepared = [executor.prepare(text) for text in (short, short, long, long)]

    assert prepared[0] is prepared[1]
    assert prepared[2] is not prepared[3]


def _broken(_request: Request) -> Response:
    raise RuntimeError("password=hunter2")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("PUT", "/broken", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/broken", 500, "INTERNAL"),
    ],
)
async def test_failures_of_any_address_are_told_in_json(method: str, path: str, status: int, code: str) -> None:
    app = Starlette(routes=[Route("/broken", _broken)], exception_handlers=EXCEPTION_HANDLERS)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async with Client(transport=transport, base_url="http://shop") as anybody:
        response = await anybody.request(method, path)

    assert response.status_code == status
    assert response.json()["code"] == code
    assert "hunter2" not in response.text
    assert ("allow" in response.headers) is (status == 405)
