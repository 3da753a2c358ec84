"""What a process would have opened, for tests that bring some parts of their own."""

from datetime import timedelta

from pydantic import SecretStr

from adapters.payments.stub import StubPayments
from bootstrap.broker import open_broker
from bootstrap.carts import open_carts
from bootstrap.live import open_live
from bootstrap.mail import open_mailer
from bootstrap.resources import Resources
from bootstrap.throttle import open_throttle
from core.settings import Settings
from ports.cache import Cache
from ports.payments import PaymentProvider
from ports.search import SearchIndex
from services.unit_of_work import Database

# Nothing listens there: what a test does not bring is unavailable.
_NOWHERE = "redis://127.0.0.1:1/0"


def make_resources(
    settings: Settings,
    database: Database,
    cache: Cache,
    index: SearchIndex,
    *,
    redis_url: str = _NOWHERE,
    payments: PaymentProvider | None = None,
) -> Resources:
    """Resources whose other parts are at `redis_url`, and whose cards are charged by the stub if not given."""
    broker = open_broker(settings.model_copy(update={"redis_url": SecretStr(redis_url)}))
    carts = open_carts(redis_url, kept=timedelta(days=settings.cart.kept_days))
    return Resources(
        settings,
        database,
        cache,
        index,
        broker,
        open_live(redis_url),
        open_mailer(settings),
        carts=carts,
        throttle=open_throttle(redis_url),
        payments=payments or StubPayments(webhook_secret=settings.stripe_webhook_secret.get_secret_value()),
    )
