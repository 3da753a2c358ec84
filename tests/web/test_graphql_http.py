"""GraphQL over HTTP: methods, media types, statuses, and what errors look like."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bootstrap.cache import open_cache
from bootstrap.database import make_database
from core.settings import DatabaseSettings
from ports.cache import Cache, Versioned
from resolvers.context import RequestContext
from schema.schema import build_schema
from services.accounts.tokens import Principal, Role, issue_token
from services.unit_of_work import Database
from tests.factories.authentication import SECRET, authenticating, sign_in
from tests.fixtures.shop import Shop
from web.execution import Executor
from web.graphql import GraphQLEndpoint

NEW = "application/graphql-response+json"
OLD = "application/json"
NOW = datetime.now(UTC)


@asynccontextmanager
async def serving(shop: Shop, *, database: Database | None = None, cache: Cache | None = None) -> AsyncIterator[Client]:
    """The endpoint over a shop, with some of its parts exchanged."""
    parts = shop.resources

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(
            database or parts.database, cache or parts.cache, shop.search, parts.settings, principal, request_id
        )

    endpoint = GraphQLEndpoint(
        Executor(build_schema()._schema, introspection=False, profile=False),
        make_context=make_context,
        authenticator=authenticating(database or parts.database, cache or parts.cache),
        largest_body=10_000,
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    app = Starlette(routes=[Route("/graphql", graphql, methods=["GET", "POST"])])
    async with Client(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield client


@pytest.fixture
async def client(shop: Shop) -> AsyncIterator[Client]:
    async with serving(shop) as found:
        yield found


async def test_post_answers_json(client: Client) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{OLD}; charset=utf-8"
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_answers_in_the_drafts_own_type_when_asked(client: Client) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": NEW})

    assert response.headers["content-type"] == f"{NEW}; charset=utf-8"


async def test_get_takes_queries(client: Client) -> None:
    response = await client.get(
        "/graphql",
        params={
            "query": "query($slug: String!) { category(slug: $slug) { name } }",
            "variables": orjson.dumps({"slug": "tents"}).decode(),
        },
    )

    assert response.json() == {"data": {"category": {"name": "Tents"}}}


async def test_get_refuses_mutations(client: Client) -> None:
    response = await client.get(
        "/graphql", params={"query": 'mutation { deleteSynonymSet(input: {id: "x"}) { deletedId } }'}
    )

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), (OLD, 200)])
@pytest.mark.parametrize(
    ("document", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")],
)
async def test_refused_documents_have_a_status_that_their_type_allows(
    client: Client, document: str, code: str, accept: str, status: int
) -> None:
    response = await client.post("/graphql", json={"query": document}, headers={"accept": accept})

    assert response.status_code == status
    assert "data" not in response.json()
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_wrong_variables_are_the_callers_mistake(client: Client) -> None:
    response = await client.post(
        "/graphql",
        json={"query": "query($first: Int!) { products(first: $first) { totalCount } }", "variables": {"first": "x"}},
        headers={"accept": NEW},
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("accept", "status", "answered"),
    [
        (f"text/event-stream;q=0, {OLD}", 200, OLD),
        (f"{NEW}; Q=0.000, */*", 200, OLD),
        (f"{NEW};q=0.1", 200, NEW),
        ("text/event-stream; q=0", 406, OLD),
    ],
)
async def test_a_type_with_a_weight_of_zero_is_not_answered(
    client: Client, accept: str, status: int, answered: str
) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})

    assert response.status_code == status
    assert response.headers["content-type"].partition(";")[0] == answered


async def test_refuses_answers_that_it_cannot_give(client: Client) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": "image/png"})

    assert response.status_code == 406


async def test_hides_the_schema_where_introspection_is_off(client: Client) -> None:
    response = await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})

    assert response.json()["errors"][0]["extensions"]["code"] == "NO_INTROSPECTION"


async def test_a_signed_token_gives_its_role(client: Client) -> None:
    token = issue_token(secret=SECRET, role=Role.OPERATOR, subject="me", lifetime=timedelta(hours=1), now=NOW)

    response = await client.post(
        "/graphql",
        json={"query": "{ operations { synonymSets { pageInfo { hasPreviousPage } } } }"},
        headers={"authorization": f"Bearer {token}"},
    )

    assert response.json() == {"data": {"operations": {"synonymSets": {"pageInfo": {"hasPreviousPage": False}}}}}


@pytest.mark.parametrize(
    "header",
    [
        "Bearer nonsense",
        "Basic dXNlcjpwYXNz",
        "Bearer",
        "Bearer "
        + issue_token(
            secret="another-secret-of-at-least-32-characters",
            role=Role.OPERATOR,
            subject="thief",
            lifetime=timedelta(hours=1),
            now=NOW,
        ),
        "Bearer "
        + issue_token(
            secret=SECRET, role=Role.OPERATOR, subject="late", lifetime=timedelta(0), now=NOW - timedelta(hours=1)
        ),
        # The algorithm "none", unsigned.
        "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJyb2xlIjoib3BlcmF0b3IiLCJzdWIiOiJ4In0.",
    ],
)
async def test_refuses_tokens_that_it_did_not_sign(client: Client, header: str) -> None:
    response = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"authorization": header})

    assert response.status_code == 401
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


class BrokenCache:
    """A cache with a bug."""

    async def get_many(self, keys: Sequence[str]) -> Sequence[Versioned | None]:
        raise RuntimeError("password=hunter2")

    async def put_many(self, values: Mapping[str, Versioned], *, seconds: int) -> None: ...

    async def invalidate(self, versions: Mapping[str, int], *, seconds: int) -> None: ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


async def test_masks_what_went_wrong_inside(shop: Shop) -> None:
    async with serving(shop, cache=BrokenCache()) as client:
        response = await client.post("/graphql", json={"query": '{ product(slug: "meadow-tents-001") { id } }'})

    (error,) = response.json()["errors"]
    assert "hunter2" not in response.text
    assert error["extensions"] == {"code": "INTERNAL", "requestId": response.headers["x-request-id"]}


async def test_who_cannot_be_checked_is_told_to_try_again(shop: Shop) -> None:
    customer = await sign_in(shop.resources.database)
    gone = make_database("postgresql://nobody@127.0.0.1:9/nothing", DatabaseSettings(), application="test")
    cache = open_cache("redis://127.0.0.1:1/0")

    async with serving(shop, database=gone, cache=cache) as client:
        response = await client.post("/graphql", json={"query": "{ __typename }"}, headers=customer.bearer)

    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    await cache.close()
    await gone.dispose()


@pytest.mark.parametrize("way", ["bearer", "cookie"])
async def test_what_is_not_for_everybody_is_kept_by_nobody(client: Client, shop: Shop, way: str) -> None:
    customer = await sign_in(shop.resources.database)

    theirs = await client.post("/graphql", json={"query": "{ __typename }"}, headers=getattr(customer, way))
    anybodys = await client.get("/graphql", params={"query": "{ __typename }"})

    assert theirs.headers["cache-control"] == "no-store"
    assert anybodys.headers["cache-control"] == "no-store"
    assert anybodys.headers["vary"] == "accept, authorization, cookie"


async def test_names_the_part_that_does_not_answer(shop: Shop) -> None:
    gone = make_database("postgresql://nobody@127.0.0.1:9/nothing", DatabaseSettings(), application="test")

    async with serving(shop, database=gone) as client:
        response = await client.post("/graphql", json={"query": "{ categories { id } }"})

    (error,) = response.json()["errors"]
    assert "127.0.0.1" not in response.text
    assert (error["extensions"]["code"], error["extensions"]["part"]) == ("UNAVAILABLE", "postgres")
    await gone.dispose()
