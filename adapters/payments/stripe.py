"""Stripe, or what speaks its protocol, through Stripe's own SDK.

Every call that changes something carries an idempotency key, so the SDK may repeat it by itself. All calls end in a
bounded time, and what nobody knows the outcome of is `Unavailable`.
"""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import httpx
import stripe
from stripe._base_address import BaseAddresses

from adapters.payments.stripe_words import (
    as_intent,
    as_refund,
    as_units,
    metadata_of,
    notice_of,
    refusal_of,
    told_amount_of,
)
from core.money import Money
from core.problems import Unavailable
from core.profile import payment_call
from ports.payments import BadNotice, Intent, IntentDraft, Notice, RefundResult, SavedCard, StaleNotice

P = ParamSpec("P")
T = TypeVar("T")

_PAGE = 100
_SIGNATURE = "stripe-signature"
_RETRIES = 1
# Over all attempts of the SDK and its pauses between them.
_ALL_ATTEMPTS = 2.5
# Wrong keys and lacking rights are ours to mend: nothing has happened, and the next call may succeed.
_UNKNOWN = (
    stripe.APIConnectionError,
    stripe.APIError,
    stripe.RateLimitError,
    stripe.AuthenticationError,
    stripe.PermissionError,
)


# What a coroutine yields and is sent is of no use here, hence Any.
def _named(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let the SDK's errors out in the words of the port."""

    @wraps(function)
    async def named(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with payment_call(function.__name__):
                return await function(*args, **kwargs)
        except _UNKNOWN as error:
            raise Unavailable("payments", f"{type(error).__name__}: {error.user_message}") from error
        except TimeoutError as error:
            raise Unavailable("payments", "Stripe did not answer in time.") from error
        except stripe.StripeError as error:
            raise refusal_of(error) from error

    return named


def _is_replayed(error: stripe.StripeError) -> bool:
    """Whether the answer is that of an earlier call with the same key."""
    return any(name.lower() == "idempotent-replayed" for name in error.headers or {})


class StripePayments:
    """Payments at `url`, Stripe's own if None. A call is given up `seconds` after it was made, or made again.

    `tolerance_seconds` is how old a webhook may be.
    """

    name = "stripe"

    def __init__(
        self,
        *,
        api_key: str,
        webhook_secret: str,
        url: str | None = None,
        seconds: float = 8.0,
        tolerance_seconds: int = 300,
    ) -> None:
        self._secret = webhook_secret
        self._tolerance = tolerance_seconds
        self._seconds = seconds * _ALL_ATTEMPTS
        self._http = stripe.HTTPXClient(timeout=httpx.Timeout(seconds))
        addresses: BaseAddresses = {} if url is None else {"api": url}
        client = stripe.StripeClient(
            api_key, http_client=self._http, base_addresses=addresses, max_network_retries=_RETRIES
        )
        self._api = client.v1

    @_named
    async def pay(self, draft: IntentDraft) -> Intent:
        params: stripe.params.PaymentIntentCreateParams = {
            "amount": as_units(draft.amount),
            "currency": draft.amount.currency.lower(),
            "payment_method": draft.method,
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "metadata": dict(draft.metadata),
            "expand": ["latest_charge"],
        }
        if draft.customer is not None:
            params["customer"] = draft.customer
        if draft.save:
            # The shopper will be there when the card is used again.
            params["setup_future_usage"] = "on_session"
        if draft.return_url is not None:
            params["return_url"] = draft.return_url
        try:
            async with asyncio.timeout(self._seconds):
                made = await self._api.payment_intents.create_async(params, {"idempotency_key": draft.key})
        except stripe.CardError as error:
            refused = None if error.error is None else error.error.payment_intent
            if refused is None:
                raise
            return as_intent(refused)
        return as_intent(made)

    @_named
    async def find(self, reference: str) -> Intent | None:
        try:
            async with asyncio.timeout(self._seconds):
                found = await self._api.payment_intents.retrieve_async(reference, {"expand": ["latest_charge"]})
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise
        return as_intent(found)

    @_named
    async def cancel(self, reference: str) -> Intent:
        # A key of its own each time: an answer from when it could not be cancelled must not come again.
        key = f"cancel:{reference}:{uuid4()}"
        try:
            async with asyncio.timeout(self._seconds):
                cancelled = await self._api.payment_intents.cancel_async(
                    reference, {"expand": ["latest_charge"]}, {"idempotency_key": key}
                )
        except stripe.InvalidRequestError:
            # It has ended already, or is on its way to an end.
            found = await self.find(reference)
            if found is None:
                raise
            return found
        return as_intent(cancelled)

    @_named
    async def refund(self, reference: str, amount: Money, *, key: str) -> RefundResult:
        """Stripe forgets keys after a day, so it is asked first whether it has the refund."""
        async with asyncio.timeout(self._seconds):
            page = await self._api.refunds.list_async({"payment_intent": reference, "limit": _PAGE})
            async for one in page.auto_paging_iter():
                if metadata_of(one).get("key") == key:
                    return as_refund(one)
        params: stripe.params.RefundCreateParams = {
            "payment_intent": reference,
            "amount": as_units(amount),
            "metadata": {"key": key},
        }
        async with asyncio.timeout(self._seconds):
            try:
                made = await self._api.refunds.create_async(params, {"idempotency_key": key})
            except stripe.InvalidRequestError as error:
                if not _is_replayed(error):
                    raise
                # A refusal is repeated for a day under its key, though its reason may be over. Nothing was or will be
                # made under that key; one key an hour instead is shared by calls that may meet.
                again = f"{key}:{int(time.time()) // 3600}"
                made = await self._api.refunds.create_async(params, {"idempotency_key": again})
        return as_refund(made)

    @_named
    async def list_intents(
        self, *, since: datetime, until: datetime | None = None, after: str | None
    ) -> Sequence[Intent]:
        created: stripe.params.PaymentIntentListParamsCreated = {"gte": int(since.timestamp())}
        if until is not None:
            created["lte"] = int(until.timestamp())
        params: stripe.params.PaymentIntentListParams = {
            "created": created,
            "limit": _PAGE,
            "expand": ["data.latest_charge"],
        }
        if after is not None:
            params["starting_after"] = after
        async with asyncio.timeout(self._seconds):
            page = await self._api.payment_intents.list_async(params)
        return [as_intent(one) for one in page.data]

    def read_notice(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        signature = headers.get(_SIGNATURE, "")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret)
            notice = notice_of(json.loads(body))
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise BadNotice(str(error)) from error
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret, self._tolerance)
        except stripe.SignatureVerificationError as error:
            raise StaleNotice(str(error)) from error
        return notice

    def told_amount(self, payload: Mapping[str, object]) -> Money | None:
        return told_amount_of(payload)

    @_named
    async def customer(self, *, key: str, email: str | None) -> str:
        params: stripe.params.CustomerCreateParams = {"metadata": {"key": key}}
        if email is not None:
            params["email"] = email
        async with asyncio.timeout(self._seconds):
            made = await self._api.customers.create_async(params, {"idempotency_key": key})
        return made.id

    @_named
    async def saved_cards(self, customer: str) -> Sequence[SavedCard]:
        async with asyncio.timeout(self._seconds):
            page = await self._api.payment_methods.list_async({"customer": customer, "type": "card", "limit": _PAGE})
        return [
            SavedCard(one.id, one.card.brand, one.card.last4, f"{one.card.exp_year:04}-{one.card.exp_month:02}")
            for one in page.data
            if one.card is not None
        ]

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK's
