"""Webhooks that Stripe sends and `localstripe` does not."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from localstripe.resources import Event, PaymentIntent, Refund, store
from localstripe.webhooks import schedule_webhook

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def tell_of_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell of a shopper who could not show who it is, of an intent that was cancelled, and of money that went back."""
    answer = await handler(request)
    if request.method != "POST" or answer.status != 200:
        return answer
    intent = store.get(f"payment_intent:{request.match_info.get('id', '')}")
    if isinstance(intent, PaymentIntent):
        if request.path.endswith("/_authenticate") and intent._authentication_failed:
            schedule_webhook(Event("payment_intent.payment_failed", intent))
        if request.path.endswith("/cancel"):
            schedule_webhook(Event("payment_intent.canceled", intent))
    if request.path == "/v1/refunds":
        _tell_of_newest_refund()
    return answer


def _tell_of_newest_refund() -> None:
    newest = next((one for one in reversed(list(store.values())) if isinstance(one, Refund)), None)
    if newest is not None:
        schedule_webhook(Event("refund.created", newest))
