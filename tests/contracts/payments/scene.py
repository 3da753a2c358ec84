"""A provider, and those around it."""

import json
from collections.abc import Mapping
from typing import Protocol
from uuid import uuid4

import httpx
import stripe

from adapters.payments.stripe import StripePayments
from adapters.payments.stub import StubPayments
from core.money import Money
from ports.payments import Intent, IntentDraft, PaymentProvider
from tests.factories.payment_proxy import PaymentProxy

SECRET = "whsec_contract"


class Scene(Protocol):
    """One provider in one test."""

    @property
    def provider(self) -> PaymentProvider: ...

    async def authenticate(self, intent: Intent, *, agrees: bool) -> None:
        """The shopper has, or has not, shown the bank who it is."""
        ...

    def notice(self, reference: str, *, event_id: str) -> bytes:
        """The body of a webhook about an intent."""
        ...

    def sign(self, body: bytes, *, moment: int | None = None) -> Mapping[str, str]:
        """Headers with the provider's signature, of now or of another moment."""
        ...


def draft(method: str = "pm_card_visa", **changes: object) -> IntentDraft:
    """A payment of $12.34, under a key of its own."""
    made = IntentDraft(key=f"attempt:{uuid4()}", amount=Money(1234, "USD"), method=method, metadata={"attempt": "a-1"})
    return made._replace(**changes)  # type: ignore[arg-type]  # tests change any field by name


class StubScene:
    """The stub plays all of them itself."""

    def __init__(self, provider: StubPayments) -> None:
        self.provider = provider

    async def authenticate(self, intent: Intent, *, agrees: bool) -> None:
        self.provider.authenticate(intent.reference, agrees=agrees)

    def notice(self, reference: str, *, event_id: str) -> bytes:
        return self.provider.tell(reference, event_id=event_id, type="payment_intent.succeeded")[0]

    def sign(self, body: bytes, *, moment: int | None = None) -> Mapping[str, str]:
        return self.provider.sign(body, moment=moment)


class StripeScene:
    """The SDK in front of the recording proxy in front of the embedded server."""

    def __init__(self, provider: StripePayments, proxy: PaymentProxy, http: httpx.AsyncClient) -> None:
        self.provider = provider
        self.proxy = proxy
        self._http = http

    async def authenticate(self, intent: Intent, *, agrees: bool) -> None:
        form = {"key": "pk_test_x", "client_secret": intent.client_secret, "success": str(agrees).lower()}
        await self._http.post(f"/v1/payment_intents/{intent.reference}/_authenticate", data=form)

    def notice(self, reference: str, *, event_id: str) -> bytes:
        about = {"object": "payment_intent", "id": reference, "amount": 1234, "currency": "usd"}
        told = {"id": event_id, "object": "event", "type": "payment_intent.succeeded", "data": {"object": about}}
        return json.dumps(told).encode()

    def sign(self, body: bytes, *, moment: int | None = None) -> Mapping[str, str]:
        return {"stripe-signature": stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, moment)}
