"""Stripe behind connections that break: every call ends, and none has its effect twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from adapters.payments.stripe import StripePayments
from core.money import Money
from core.problems import Unavailable
from ports.payments import IntentDraft, IntentStatus
from tests.contracts.payments.scene import SECRET, draft
from tests.factories.payment_proxy import Fault, PaymentProxy, opened_proxy

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _tagged() -> IntentDraft:
    """A payment that is found by its key among all others."""
    made = draft()
    return made._replace(metadata={"key": made.key})


@pytest.fixture
async def proxy(stripe_server: str) -> AsyncIterator[PaymentProxy]:
    async with opened_proxy(stripe_server) as proxy:
        yield proxy


@pytest.fixture
async def provider(proxy: PaymentProxy) -> AsyncIterator[StripePayments]:
    provider = StripePayments(api_key="sk_test_faults", webhook_secret=SECRET, url=proxy.url, seconds=0.8)
    yield provider
    await provider.close()


async def _intents(provider: StripePayments, key: str) -> int:
    """How many intents a key has made, as the server itself has them."""
    listed = await provider.list_intents(since=_LONG_AGO, after=None)
    return sum(one.metadata.get("key") == key for one in listed)


@pytest.mark.parametrize("fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.BUSY])
async def test_one_broken_call_is_repeated_by_the_sdk_under_its_key(
    provider: StripePayments, proxy: PaymentProxy, fault: Fault
) -> None:
    wanted = _tagged()
    proxy.fail_next(fault)

    intent = await provider.pay(wanted)

    assert intent.status is IntentStatus.SUCCEEDED
    assert await _intents(provider, wanted.key) == 1
    assert proxy.doubled() == {wanted.key: 2}


@pytest.mark.parametrize(("fault", "made"), [(Fault.CUT_BEFORE, 0), (Fault.CUT_AFTER, 1), (Fault.BUSY, 0)])
async def test_what_stays_broken_is_unavailable_and_can_be_asked_for_again(
    provider: StripePayments, proxy: PaymentProxy, fault: Fault, made: int
) -> None:
    wanted = _tagged()
    for _ in range(2):
        proxy.fail_next(fault)

    with pytest.raises(Unavailable):
        await provider.pay(wanted)
    between = await _intents(provider, wanted.key)
    intent = await provider.pay(wanted)

    assert between == made
    assert intent.status is IntentStatus.SUCCEEDED
    assert await _intents(provider, wanted.key) == 1


async def test_a_server_that_does_not_answer_is_given_up(provider: StripePayments, proxy: PaymentProxy) -> None:
    wanted = _tagged()
    proxy.delay_seconds = 3.0
    for _ in range(2):
        proxy.fail_next(Fault.DELAY)
    begun = time.monotonic()

    with pytest.raises(Unavailable):
        await provider.pay(wanted)
    took = time.monotonic() - begun
    await asyncio.sleep(3.5)

    assert took < 2.5
    assert await _intents(provider, wanted.key) == 1, "both calls have arrived by now, under one key"


async def test_a_request_that_arrives_twice_has_its_effect_once(provider: StripePayments, proxy: PaymentProxy) -> None:
    wanted = _tagged()
    proxy.fail_next(Fault.DOUBLE)

    intent = await provider.pay(wanted)
    proxy.fail_next(Fault.DOUBLE, path="/v1/refunds")
    await provider.refund(intent.reference, Money(234, "USD"), key=f"refund:{wanted.key}")

    assert await _intents(provider, wanted.key) == 1
    found = await provider.find(intent.reference)
    assert found is not None
    assert found.refunded == Money(234, "USD")


async def test_a_refund_is_found_again_when_the_server_has_forgotten_its_key(
    provider: StripePayments, stripe_server: str
) -> None:
    intent = await provider.pay(_tagged())
    form = {"payment_intent": intent.reference, "amount": "100", "metadata[key]": "refund:forgotten"}
    async with httpx.AsyncClient(base_url=stripe_server, auth=("sk_test_faults", "")) as http:
        made = (await http.post("/v1/refunds", data=form)).json()

    refund = await provider.refund(intent.reference, Money(100, "USD"), key="refund:forgotten")

    assert refund.reference == made["id"]


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    provider = StripePayments(api_key="sk_test_nobody", webhook_secret=SECRET, url="http://127.0.0.1:1", seconds=0.5)

    for call in (
        provider.pay(draft()),
        provider.find("pi_1"),
        provider.cancel("pi_1"),
        provider.refund("pi_1", Money(1, "USD"), key="k"),
        provider.list_intents(since=_LONG_AGO, after=None),
        provider.customer(key="k", email=None),
        provider.saved_cards("cus_1"),
    ):
        with pytest.raises(Unavailable) as unavailable:
            await call
        assert unavailable.value.part == "payments"
    await provider.close()
