"""What keeps settings from serving production."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.settings import Settings

DEVELOPMENT_SECRET = "development-only-secret-not-for-production"
DEVELOPMENT_WEBHOOK_SECRET = "whsec_development"
# What the embedded payment provider takes for a key: it takes any.
EMBEDDED_PAYMENT_KEY = "sk_test_embedded"


def reasons_against(settings: "Settings") -> list[str]:
    """Why these settings must not serve production; empty when all is well."""
    return [*_embedded(settings), *_secrets(settings), *_payments(settings), *_web(settings)]


def _embedded(settings: "Settings") -> Iterator[str]:
    addresses = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "OPENSEARCH_URL": settings.opensearch_url,
        "SMTP_URL": settings.smtp_url,
        "STRIPE_API_KEY": settings.stripe_api_key,
    }
    for name, address in addresses.items():
        if address is None and not settings.allow_embedded:
            yield f"{name} is not set; EMPORIUM_ALLOW_EMBEDDED=true runs that part embedded."
    if settings.demo.play_orders:
        yield "EMPORIUM_DEMO__PLAY_ORDERS says that orders were delivered which nobody has packed."


def _secrets(settings: "Settings") -> Iterator[str]:
    if settings.auth.secret.get_secret_value() == DEVELOPMENT_SECRET:
        yield "EMPORIUM_AUTH__SECRET is the default one."
    for name, url in (("OIDC_ISSUER", settings.auth.oidc_issuer), ("OIDC_JWKS_URL", settings.auth.oidc_jwks_url)):
        if url is not None and not url.startswith("https://"):
            yield f"EMPORIUM_AUTH__{name} is not https: whoever is in between could sign tokens."


def _payments(settings: "Settings") -> Iterator[str]:
    if settings.payments.provider == "stub":
        yield "EMPORIUM_PAYMENTS__PROVIDER is one that charges nobody."
    key = settings.stripe_api_key
    if key is None or (settings.allow_embedded and key.get_secret_value() == EMBEDDED_PAYMENT_KEY):
        return
    if settings.stripe_webhook_secret.get_secret_value() == DEVELOPMENT_WEBHOOK_SECRET:
        yield "STRIPE_WEBHOOK_SECRET is the default one: whoever knows it could say what was paid."
    if settings.stripe_api_url is not None and not settings.stripe_api_url.startswith("https://"):
        yield "STRIPE_API_URL is not https: whoever is in between could read the key."


def _web(settings: "Settings") -> Iterator[str]:
    if any(origin.startswith("http://") for origin in settings.web.allowed_origins):
        yield "EMPORIUM_WEB__ALLOWED_ORIGINS holds one that is not https."
