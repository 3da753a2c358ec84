"""Browsers and thieves at a real web process: cookies, pages of other sites, and a stolen refresh token."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bootstrap.embedded import Addresses
from tests.architecture.source import ROOT
from tests.factories.issuer import AUDIENCE, Issuer, running_issuer
from tests.fixtures.broker import free_port
from tests.fixtures.cache import valkey_address
from tests.fixtures.database import cloned_database
from tests.fixtures.site import Process

PASSWORD = "correct horse battery staple"
SIGN_UP = """
mutation($input: RegisterInput!) {
  register(input: $input) { viewer { email } tokens { accessToken refreshToken } userErrors { code } }
}
"""
REFRESH = """
mutation($token: String) {
  refreshSession(input: {refreshToken: $token}) { tokens { accessToken refreshToken } userErrors { code } }
}
"""
VIEWER = "{ viewer { email } }"
LOGOUT = "mutation { logout(input: {}) { userErrors { code } } }"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
async def environment(
    servers: Addresses, administration: AsyncEngine, template: str, worker_number: int, issuer: Issuer
) -> AsyncIterator[dict[str, str]]:
    """Of a process in development, on a database of its own, that takes the issuer's tokens too."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    async with cloned_database(servers, administration, template) as database_url:
        yield own | {
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey_address(servers, 12 + worker_number % 4),
            "EMPORIUM_AUTH__PASSWORD_MEMORY_KIB": "1024",
            "EMPORIUM_AUTH__OIDC_ISSUER": issuer.url,
            "EMPORIUM_AUTH__OIDC_AUDIENCE": AUDIENCE,
            "PYTHONPATH": str(ROOT),
        }


@pytest.fixture(scope="module")
async def address(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Where a web process answers."""
    folder, port = tmp_path_factory.mktemp("identity"), free_port()
    environment["EMPORIUM_DATA_DIR"] = str(folder)
    web = Process(environment, folder / "web.log", "serve", "--port", str(port))
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while not await _answers(client, f"http://127.0.0.1:{port}/health"):
                assert web.popen.poll() is None, folder
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        web.kill()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


async def ask(
    client: httpx.AsyncClient, query: str, *, headers: Mapping[str, str] | None = None, **variables: object
) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


def sign_up(email: str, transport: str) -> dict[str, object]:
    return {"email": email, "password": PASSWORD, "transport": transport}


# Any JSON, hence Any.
def data(response: httpx.Response) -> Any:
    body = response.json()
    assert "errors" not in body, body
    return body["data"]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_browser_signs_up_is_known_and_leaves(address: str) -> None:
    own_page = {"origin": address, "sec-fetch-site": "same-origin"}
    other_page = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    async with httpx.AsyncClient(base_url=address) as browser:
        entering = await ask(browser, SIGN_UP, headers=own_page, input=sign_up("ann@example.com", "COOKIE"))
        held = set(browser.cookies)
        known = await ask(browser, VIEWER, headers=own_page)
        forged = await ask(browser, VIEWER, headers=other_page)
        leaving = await ask(browser, LOGOUT, headers=own_page)
        after = await ask(browser, VIEWER, headers=own_page)

    assert data(entering)["register"] == {"viewer": {"email": "ann@example.com"}, "tokens": None, "userErrors": []}
    assert entering.headers["cache-control"] == known.headers["cache-control"] == "no-store"
    assert held == {"emporium_access", "emporium_refresh"}
    assert data(known) == {"viewer": {"email": "ann@example.com"}}
    assert forged.status_code == 403
    assert forged.json()["errors"][0]["extensions"]["code"] == "CSRF_REFUSED"
    assert data(leaving) == {"logout": {"userErrors": []}}
    assert set(browser.cookies) == set()
    assert data(after) == {"viewer": None}


async def test_a_browser_goes_on_by_its_refresh_cookie(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as browser:
        await ask(browser, SIGN_UP, input=sign_up("bob@example.com", "COOKIE"))
        before = browser.cookies["emporium_refresh"]
        browser.cookies.delete("emporium_access")

        forgotten = data(await ask(browser, VIEWER))
        refreshed = data(await ask(browser, REFRESH))
        known = data(await ask(browser, VIEWER))

    assert forgotten == {"viewer": None}
    assert refreshed == {"refreshSession": {"tokens": None, "userErrors": []}}
    assert browser.cookies["emporium_refresh"] != before
    assert known == {"viewer": {"email": "bob@example.com"}}


async def test_a_stolen_refresh_token_is_of_no_use_for_long(address: str) -> None:
    async with httpx.AsyncClient(base_url=address) as app:
        stolen = data(await ask(app, SIGN_UP, input=sign_up("eve@example.com", "BEARER")))["register"]["tokens"]
        owners = data(await ask(app, REFRESH, token=stolen["refreshToken"]))["refreshSession"]["tokens"]
        good = await ask(app, VIEWER, headers=bearer(owners["accessToken"]))

        theft = data(await ask(app, REFRESH, token=stolen["refreshToken"]))["refreshSession"]
        afterwards = [await ask(app, VIEWER, headers=bearer(one["accessToken"])) for one in (stolen, owners)]
        refreshed = data(await ask(app, REFRESH, token=owners["refreshToken"]))["refreshSession"]

    assert data(good) == {"viewer": {"email": "eve@example.com"}}
    assert theft == {"tokens": None, "userErrors": [{"code": "SESSION_ENDED"}]}
    assert [one.status_code for one in afterwards] == [401, 401]
    assert refreshed == {"tokens": None, "userErrors": [{"code": "SESSION_ENDED"}]}


async def test_what_a_client_says_of_its_address_is_not_believed(address: str) -> None:
    sessions = "{ viewer { sessions { edges { node { address } } } } }"
    async with httpx.AsyncClient(base_url=address, headers={"x-forwarded-for": "198.51.100.7"}) as client:
        await ask(client, SIGN_UP, input=sign_up("dan@example.com", "COOKIE"))

        found = data(await ask(client, sessions))

    assert found["viewer"]["sessions"]["edges"] == [{"node": {"address": "127.0.0.1"}}]


async def test_who_signs_in_elsewhere_has_an_account_here(address: str, issuer: Issuer) -> None:
    async with httpx.AsyncClient(base_url=address) as app:
        token = issuer.token(email="olga@example.com", email_verified=True)
        known = await ask(app, VIEWER, headers=bearer(token))
        refused = await ask(app, VIEWER, headers=bearer(issuer.token(aud="https://other.example")))

    assert data(known) == {"viewer": {"email": "olga@example.com"}}
    assert refused.status_code == 401
