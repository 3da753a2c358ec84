"""From settings to what charges cards."""

from urllib.parse import urlsplit

from adapters.payments.stripe import StripePayments
from adapters.payments.stub import StubPayments
from bootstrap.database import BadAddress
from core.settings import Settings
from ports.payments import PaymentProvider


def open_payments(settings: Settings) -> PaymentProvider:
    """Stripe, or what speaks its protocol at the address that is set. Nothing connects yet.

    Raises `BadAddress` for an address of a wrong form.
    """
    secret = settings.stripe_webhook_secret.get_secret_value()
    tolerance = settings.payments.webhook_tolerance_seconds
    if settings.payments.provider == "stub":
        return StubPayments(webhook_secret=secret, tolerance_seconds=tolerance)
    if settings.stripe_api_key is None:
        raise BadAddress("STRIPE_API_KEY is not set, and no embedded payment provider runs.")
    url = settings.stripe_api_url
    if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise BadAddress("STRIPE_API_URL is not a URL such as https://host.")
    return StripePayments(
        api_key=settings.stripe_api_key.get_secret_value(),
        webhook_secret=secret,
        url=None if url is None else url.rstrip("/"),
        seconds=settings.payments.timeout_seconds,
        tolerance_seconds=tolerance,
    )
