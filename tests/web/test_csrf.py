"""Pages of other sites: what their visitors' browsers send here for them counts for nothing."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.routing import Route

from resolvers.context import RequestContext
from schema.schema import build_schema
from services.accounts.tokens import Principal
from tests.factories.authentication import SignedIn, authenticating, connection, sign_in
from tests.fixtures.shop import Shop
from web.execution import Executor
from web.graphql import GraphQLEndpoint
from web.origins import Origins, cors

OWN = "http://shop.example"
ALLOWED = "https://app.example"
QUERY = {"query": "{ __typename }"}
MUTATION = {"query": 'mutation { deleteSynonymSet(input: {id: "x"}) { deletedId } }'}
LOGIN = {
    "query": 'mutation { login(input: {email: "a@b.co", password: "x", transport: COOKIE}) { userErrors { code } } }'
}
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "https://shop.example.evil.example"},
    {"origin": "http://shop.example:8080"},
    {"origin": "https://app.example.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "something new"},
    {"origin": OWN, "sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
]
OURS = [
    {},
    {"origin": OWN},
    {"origin": OWN, "sec-fetch-site": "same-origin"},
    {"origin": "https://shop.example", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": ALLOWED},
    {"origin": ALLOWED, "sec-fetch-site": "cross-site"},
]


@pytest.fixture(scope="module")
async def customer(shop: Shop) -> SignedIn:
    return await sign_in(shop.resources.database)


@pytest.fixture(scope="module")
async def client(shop: Shop) -> AsyncIterator[Client]:
    parts = shop.resources

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(parts.database, parts.cache, shop.search, parts.settings, principal, request_id)

    endpoint = GraphQLEndpoint(
        Executor(build_schema()._schema, introspection=False, profile=False),
        make_context=make_context,
        authenticator=authenticating(parts.database, parts.cache, allowed_origins=[ALLOWED]),
        largest_body=10_000,
    )
    app = Starlette(routes=[Route("/graphql", endpoint.__call__, methods=["GET", "POST"])], middleware=cors([ALLOWED]))
    async with Client(transport=httpx.ASGITransport(app), base_url=OWN) as opened:
        yield opened


@pytest.mark.parametrize("headers", FOREIGN)
def test_foreign(headers: Mapping[str, str]) -> None:
    assert Origins([ALLOWED]).is_foreign(connection(headers))


@pytest.mark.parametrize("headers", OURS)
def test_not_foreign(headers: Mapping[str, str]) -> None:
    assert not Origins([ALLOWED]).is_foreign(connection(headers))


@pytest.mark.parametrize(
    ("scheme", "origin"), [("ws", OWN), ("wss", "https://shop.example"), ("https", "https://shop.example")]
)
def test_sockets_and_tls_have_an_origin_too(scheme: str, origin: str) -> None:
    assert not Origins().is_foreign(connection({"origin": origin}, scheme=scheme))
    assert Origins().is_foreign(connection({"origin": "https://evil.example"}, scheme=scheme))


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("body", [QUERY, MUTATION], ids=["query", "mutation"])
async def test_cookies_are_refused_to_foreign_pages(
    client: Client, customer: SignedIn, headers: Mapping[str, str], body: Mapping[str, str]
) -> None:
    response = await client.post("/graphql", json=body, headers={**customer.cookie, **headers})

    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_REFUSED"
    assert "set-cookie" not in response.headers


async def test_a_link_of_another_site_is_refused_too(client: Client, customer: SignedIn) -> None:
    headers = {**customer.cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}

    response = await client.get("/graphql", params=QUERY, headers=headers)

    assert response.status_code == 403


@pytest.mark.parametrize("headers", OURS)
async def test_cookies_are_taken_from_our_own_pages(
    client: Client, customer: SignedIn, headers: Mapping[str, str]
) -> None:
    response = await client.post("/graphql", json=QUERY, headers={**customer.cookie, **headers})

    assert response.json() == {"data": {"__typename": "Query"}}


async def test_foreign_pages_sign_nobody_in(client: Client) -> None:
    response = await client.post("/graphql", json=MUTATION, headers={"origin": "https://evil.example"})

    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_REFUSED"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_who_brings_a_token_needs_no_cookie_and_may_come_from_anywhere(
    client: Client, customer: SignedIn, origin: str
) -> None:
    response = await client.post("/graphql", json=MUTATION, headers={**customer.bearer, "origin": origin})

    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_token_does_not_let_a_foreign_page_set_cookies(client: Client, customer: SignedIn) -> None:
    """Else it could sign its visitors in as its own owner."""
    headers = {**customer.bearer, "origin": "https://evil.example"}

    response = await client.post("/graphql", json=LOGIN, headers=headers)

    assert response.json()["errors"][0]["extensions"]["code"] == "CSRF_REFUSED"
    assert "set-cookie" not in response.headers


async def test_who_has_no_cookie_may_read(client: Client) -> None:
    response = await client.post("/graphql", json=QUERY, headers={"origin": "https://evil.example"})

    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "text/plain;application/json"],
)
async def test_what_browsers_send_without_asking_first_is_no_operation(
    client: Client, customer: SignedIn, content_type: str
) -> None:
    body = b'{"query": "mutation { __typename }"}'

    response = await client.post("/graphql", content=body, headers={**customer.cookie, "content-type": content_type})

    assert response.status_code == 415


async def test_mutations_are_not_taken_by_get(client: Client, customer: SignedIn) -> None:
    response = await client.get("/graphql", params=MUTATION, headers=customer.cookie)

    assert response.status_code == 405


async def test_browsers_are_told_that_an_allowed_page_may_send_cookies(client: Client) -> None:
    asking = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}

    allowed = await client.options("/graphql", headers={**asking, "origin": ALLOWED})
    other = await client.options("/graphql", headers={**asking, "origin": "https://evil.example"})
    read = await client.post("/graphql", json=QUERY, headers={"origin": "https://evil.example"})

    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ALLOWED
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert other.status_code == 400
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-origin" not in read.headers


def test_where_no_other_origin_is_allowed_nothing_is_added() -> None:
    assert cors(()) == []
