"""Each provider in a scene: itself, and somebody who plays the shopper's bank and the sender of webhooks."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest

from adapters.payments.stripe import StripePayments
from adapters.payments.stub import StubPayments
from bootstrap.embedded import EmbeddedServers
from tests.contracts.payments.scene import SECRET, Scene, StripeScene, StubScene
from tests.factories.payment_proxy import opened_proxy


@pytest.fixture(scope="session")
def stripe_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded payment provider."""
    servers = EmbeddedServers(tmp_path_factory.mktemp("payments") / "servers", fast=True)
    addresses = servers.open(["payments"])
    assert addresses.payments is not None
    yield addresses.payments
    servers.close(stop="always")


@pytest.fixture(params=["stub", "stripe"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    if request.param == "stub":
        yield StubScene(StubPayments(webhook_secret=SECRET))
        return
    server = request.getfixturevalue("stripe_server")
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(opened_proxy(server))
        provider = StripePayments(api_key="sk_test_contract", webhook_secret=SECRET, url=proxy.url, seconds=5.0)
        stack.push_async_callback(provider.close)
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=server))
        yield StripeScene(provider, proxy, http)
        # Whatever a test did: a call that changes something can always be repeated.
        assert proxy.without_key() == []
