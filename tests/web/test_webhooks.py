"""The endpoint that the payment provider tells: only what it has signed is stored, and only once."""

import time
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
import sqlalchemy as sa
import stripe
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.payments.stripe import StripePayments
from adapters.payments.stub import StubPayments
from bootstrap.database import make_database
from core.settings import DatabaseSettings
from models.payments import ProviderEvent
from ports.payments import PaymentProvider
from services.unit_of_work import Database
from tests.contracts.payments.scene import SECRET
from web.webhooks import PaymentWebhooks

PATH = "/webhooks/stripe"
BODY = (
    b'{"id": "evt_1", "object": "event", "type": "payment_intent.succeeded", '
    b'"data": {"object": {"object": "payment_intent", "id": "pi_1", "amount": 1000, "currency": "usd"}}}'
)


def _signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    moment = int(time.time()) - age
    return {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body.decode(), secret, moment)}


@pytest.fixture
async def provider() -> AsyncIterator[StripePayments]:
    provider = StripePayments(api_key="sk_test_x", webhook_secret=SECRET, url="http://127.0.0.1:1")
    yield provider
    await provider.close()


def _client(database: Database, provider: PaymentProvider) -> httpx.AsyncClient:
    endpoint = PaymentWebhooks(database, provider, largest_body=10_000)
    app = Starlette(routes=[Route(endpoint.path, endpoint.take, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.example")


@pytest.fixture
async def client(database: Database, provider: StripePayments) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(database, provider) as client:
        yield client


async def _stored(database: Database) -> Sequence[tuple[str, str, str | None]]:
    statement = sa.select(ProviderEvent.provider, ProviderEvent.event_id, ProviderEvent.reference)
    async with database.read() as session:
        return [(row.provider, row.event_id, row.reference) for row in await session.execute(statement)]


async def test_what_is_signed_is_stored_once_and_answered_so_each_time(
    client: httpx.AsyncClient, database: Database
) -> None:
    first = await client.post(PATH, content=BODY, headers=_signed(BODY))
    again = await client.post(PATH, content=BODY, headers=_signed(BODY))

    assert (first.status_code, first.json()) == (200, {"received": True, "duplicate": False})
    assert (again.status_code, again.json()) == (200, {"received": True, "duplicate": True})
    assert await _stored(database) == [("stripe", "evt_1", "pi_1")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "t=1,v1=0"},
        {"Stripe-Signature": "v1=" + "0" * 64},
        _signed(BODY, secret="whsec_guessed"),
        _signed(BODY + b" "),
    ],
    ids=["none", "empty", "wrong", "no time", "another secret", "another body"],
)
async def test_what_is_forged_is_refused(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str]
) -> None:
    answer = await client.post(PATH, content=BODY, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_SIGNATURE")
    assert await _stored(database) == []


@pytest.mark.parametrize("age", [301, 3_600])
async def test_what_was_signed_too_long_ago_is_refused_for_that(
    client: httpx.AsyncClient, database: Database, age: int
) -> None:
    answer = await client.post(PATH, content=BODY, headers=_signed(BODY, age=age))

    assert (answer.status_code, answer.json()["code"]) == (400, "STALE_SIGNATURE")
    assert await _stored(database) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "type": "x"}', b"\xff\xfe"])
async def test_what_is_signed_and_no_event_is_refused(
    client: httpx.AsyncClient, database: Database, body: bytes
) -> None:
    headers = _signed(body) if body.isascii() else {"Stripe-Signature": "t=1,v1=0"}

    answer = await client.post(PATH, content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_SIGNATURE")
    assert await _stored(database) == []


async def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    body = BODY + b" " * 10_000

    answer = await client.post(PATH, content=body, headers=_signed(body))

    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_other_methods_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH)).status_code == 405


async def test_each_provider_has_its_own_path_and_headers(database: Database) -> None:
    stub = StubPayments(webhook_secret=SECRET)
    body, headers = stub.tell("pi_1", event_id="evt_1", type="payment_intent.succeeded")

    async with _client(database, stub) as client:
        answer = await client.post("/webhooks/stub", content=body, headers=headers)
        elsewhere = await client.post(PATH, content=body, headers=headers)

    assert (answer.status_code, elsewhere.status_code) == (200, 404)
    assert await _stored(database) == [("stub", "evt_1", "pi_1")]


async def test_what_cannot_be_stored_is_to_be_sent_again(provider: StripePayments) -> None:
    gone = make_database("postgresql://nobody@127.0.0.1:1/nothing", DatabaseSettings(), application="test")
    async with _client(gone, provider) as client:
        answer = await client.post(PATH, content=BODY, headers=_signed(BODY))
    await gone.dispose()

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"]
