"""What is a request of GraphQL over HTTP and what is none, and the status that each is answered with."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient as Client

from tests.factories.web import NEW, OLD, serving
from tests.fixtures.shop import Shop


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[Client]:
    async with serving(shop, largest_batch=1) as site:
        yield site.client


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", OLD, 400, "BAD_JSON"),
        (b"\xff\xfe", OLD, 400, "BAD_JSON"),
        (b"[]", OLD, 400, "BAD_REQUEST"),
        (b"{}", OLD, 400, "BAD_REQUEST"),
        (b'{"query": 1}', OLD, 400, "BAD_REQUEST"),
        (b'{"query": "{a}", "variables": []}', OLD, 400, "BAD_REQUEST"),
        (b'{"query": "{a}", "operationName": 1}', OLD, 400, "BAD_REQUEST"),
        (b'{"query": "{a}", "extensions": 1}', OLD, 400, "BAD_REQUEST"),
        (b'{"query": "{a}", "query": "{b}"}', OLD, 400, "BAD_JSON"),
        (b'{"query": "{a}", "variables": {"a": 1e999}}', OLD, 400, "BAD_JSON"),
        (b'{"query": "{a}"}', f"{OLD}; charset=utf-16", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b'{"query": "{a}"}', "", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"query={a}", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"--a--", "multipart/form-data; boundary=a", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b'{"query": "' + b" " * 100_000 + b'"}', OLD, 413, "BODY_TOO_LARGE"),
    ],
)
async def test_refuses_what_is_not_a_request(
    client: Client, body: bytes, content_type: str, status: int, code: str
) -> None:
    response = await client.post("/graphql", content=body, headers={"content-type": content_type})

    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_a_compressed_body_is_refused(client: Client) -> None:
    headers = {"content-type": OLD, "content-encoding": "gzip"}

    response = await client.post("/graphql", content=b"{}", headers=headers)

    assert response.status_code == 415


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/graphql?query={__typename}&query={a}", b""),
        ("/graphql?query={__typename}", b'{"query": "{__typename}"}'),
        ("/graphql?query={__typename}&variables=[]", b""),
        ("/graphql?query={__typename}&extensions=1", b""),
        ("/graphql?variables={}", b""),
    ],
)
async def test_a_get_has_each_parameter_once_and_no_body(client: Client, address: str, body: bytes) -> None:
    response = await client.request("GET", address, content=body)

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_head_is_answered_as_get(client: Client) -> None:
    query = await client.head("/graphql", params={"query": "{ __typename }"})
    mutation = await client.head(
        "/graphql", params={"query": 'mutation { deleteSynonymSet(input: {id: "x"}) { deletedId } }'}
    )

    assert (query.status_code, query.headers["content-type"]) == (200, f"{OLD}; charset=utf-8")
    assert (mutation.status_code, mutation.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_told_which_there_are(client: Client, method: str) -> None:
    response = await client.request(method, "/graphql", json={"query": "{ __typename }"})

    assert response.status_code == 405
    assert {name.strip() for name in response.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(("accept", "status"), [(NEW, 294), (OLD, 200)])
async def test_an_answer_with_errors_beside_data_is_a_partial_success(client: Client, accept: str, status: int) -> None:
    response = await client.post(
        "/graphql",
        json={"query": '{ __typename products(first: 1, after: "nonsense") { totalCount } node(id: "x") { id } }'},
        headers={"accept": accept},
    )

    assert response.status_code == status
    assert {"data", "errors"} <= response.json().keys()
