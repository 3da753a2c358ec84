"""Who a request speaks for, by its token or by its cookies."""

from collections.abc import AsyncIterator, Iterator

import jwt
import pytest
import sqlalchemy as sa

from adapters.signing_keys.jwks import JwksSigningKeys
from bootstrap.cache import open_cache
from bootstrap.database import make_database
from core.problems import Denied, Unavailable
from core.settings import DatabaseSettings
from models.sellers import Seller
from services.accounts.outside import OutsideAccounts
from services.accounts.outside_tokens import OutsideTokens
from services.accounts.tokens import ANYBODY, Principal, Role
from tests.factories.authentication import (
    SECRET,
    SignedIn,
    authenticating,
    connection,
    sign_in,
    sign_out,
)
from tests.factories.issuer import AUDIENCE, Issuer, running_issuer
from tests.fixtures.shop import Shop
from web.authentication import Authenticator

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
async def authenticator(shop: Shop, issuer: Issuer) -> AsyncIterator[Authenticator]:
    keys = JwksSigningKeys(issuer.url, https_only=False)
    tokens = OutsideTokens(issuer.url, AUDIENCE, ("RS256", "ES256"), None, keys)
    parts = shop.resources
    yield authenticating(parts.database, parts.cache, outside=OutsideAccounts(tokens, parts.database, parts.cache))
    await keys.close()


@pytest.fixture
async def customer(shop: Shop) -> SignedIn:
    return await sign_in(shop.resources.database)


async def principal(authenticator: Authenticator, headers: dict[str, str]) -> Principal:
    return (await authenticator.identify(connection(headers))).principal


@pytest.mark.parametrize("way", ["bearer", "cookie"])
async def test_a_session_is_known_by_token_and_by_cookie(
    authenticator: Authenticator, customer: SignedIn, way: str
) -> None:
    found = await principal(authenticator, getattr(customer, way))

    assert (found.role, found.account_id, found.session_id) == (
        Role.CUSTOMER,
        customer.account_id,
        customer.session_id,
    )


async def test_a_seller_acts_for_a_seller(shop: Shop, authenticator: Authenticator) -> None:
    async with shop.resources.database.read() as session:
        seller_id = await session.scalar(sa.select(Seller.id).limit(1))
    seller = await sign_in(shop.resources.database, role=Role.SELLER, seller_id=seller_id)

    found = await principal(authenticator, seller.bearer)

    assert (found.role, found.seller_id) == (Role.SELLER, seller_id)


async def test_a_token_wins_over_cookies(shop: Shop, authenticator: Authenticator, customer: SignedIn) -> None:
    other = await sign_in(shop.resources.database)

    found = await principal(authenticator, {**customer.cookie, **other.bearer})

    assert found.account_id == other.account_id


async def test_nobody_in_particular(authenticator: Authenticator) -> None:
    assert await principal(authenticator, {"cookie": "other=1"}) == ANYBODY


async def test_a_token_ends_with_its_session(shop: Shop, authenticator: Authenticator, customer: SignedIn) -> None:
    await principal(authenticator, customer.bearer)
    await sign_out(shop.resources.database, shop.resources.cache, customer)

    with pytest.raises(Denied, match="session has ended"):
        await principal(authenticator, customer.bearer)


@pytest.mark.parametrize(
    "cookie",
    [
        "emporium_access=nonsense",
        "emporium_access=",
        "emporium_access=" + "x" * 9_000,
        "emporium_refresh=something",
        "emporium_access="
        + jwt.encode({"role": "operator", "sub": "x"}, "another secret of thirty-two signs", "HS256"),
    ],
)
async def test_cookies_that_are_no_longer_good_are_nobodys(authenticator: Authenticator, cookie: str) -> None:
    asker = await authenticator.identify(connection({"cookie": cookie}))

    assert asker.principal == ANYBODY
    assert asker.has_credentials


async def test_an_expired_cookie_leaves_the_refresh_token_to_be_used(shop: Shop, authenticator: Authenticator) -> None:
    late = await sign_in(shop.resources.database, seconds=-1)

    asker = await authenticator.identify(connection(late.cookie))

    assert asker.principal == ANYBODY
    assert asker.cookies.refresh_token == late.refresh_token


async def test_a_cookie_of_an_ended_session_is_nobodys(
    shop: Shop, authenticator: Authenticator, customer: SignedIn
) -> None:
    await sign_out(shop.resources.database, shop.resources.cache, customer)

    assert await principal(authenticator, customer.cookie) == ANYBODY


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic eDp5", "", "Bearer " + "x" * 9_000])
async def test_a_bad_token_is_refused_also_beside_good_cookies(
    authenticator: Authenticator, customer: SignedIn, header: str
) -> None:
    with pytest.raises(Denied) as refused:
        await principal(authenticator, {**customer.cookie, "authorization": header})

    assert refused.value.code == "UNAUTHENTICATED"


async def test_an_outside_token_is_an_account(authenticator: Authenticator, issuer: Issuer) -> None:
    found = await principal(authenticator, {"authorization": f"Bearer {issuer.token(sub='outsider')}"})

    assert found.role is Role.CUSTOMER
    assert found.subject == str(found.account_id)
    assert found.session_id is None


async def test_neither_issuer_signs_for_the_other(authenticator: Authenticator, issuer: Issuer) -> None:
    ours_in_its_name = jwt.encode(issuer.claims(role="operator"), SECRET, "HS256", {"kid": "rsa", "typ": "at+jwt"})
    its_in_our_name = issuer.token(iss="emporium", aud="emporium", role="operator", jti="1")

    for token in (ours_in_its_name, its_in_our_name):
        with pytest.raises(Denied):
            await principal(authenticator, {"authorization": f"Bearer {token}"})


async def test_outside_tokens_are_not_taken_as_cookies(authenticator: Authenticator, issuer: Issuer) -> None:
    assert await principal(authenticator, {"cookie": f"emporium_access={issuer.token()}"}) == ANYBODY


async def test_names_in_production_are_those_that_no_neighbour_can_set(shop: Shop, customer: SignedIn) -> None:
    authenticator = authenticating(shop.resources.database, shop.resources.cache, secure=True)
    prefixed = {"cookie": f"__Host-emporium_access={customer.access_token}"}

    found = [await principal(authenticator, headers) for headers in (customer.cookie, prefixed)]

    assert found[0] == ANYBODY
    assert found[1].account_id == customer.account_id


async def test_resolvers_hear_of_the_client(authenticator: Authenticator) -> None:
    asker = await authenticator.identify(connection({"user-agent": "x" * 1_000, "x-forwarded-for": "198.51.100.7"}))

    assert asker.caller == ("203.0.113.9", "x" * 300)


async def test_who_it_is_cannot_be_told_without_postgres(customer: SignedIn) -> None:
    database = make_database("postgresql://nobody@127.0.0.1:9/nothing", DatabaseSettings(), application="test")
    cache = open_cache(NOWHERE)
    lonely = authenticating(database, cache)

    with pytest.raises(Unavailable):
        await principal(lonely, customer.bearer)
    still = await lonely.goes_on(Principal(Role.CUSTOMER, session_id=customer.session_id))

    assert still
    await cache.close()
    await database.dispose()
