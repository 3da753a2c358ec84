"""Throws away what has been kept long enough: events, what was handled, what was resolved, idempotency keys, sessions,
carts, holds of coupons that have lapsed, webhooks, and what people were told."""

from core.settings import Settings
from services import accounts, cart, idempotency, notifications, outbox, payments, promotions
from services.messaging import inbox, parking
from services.unit_of_work import Database
from workers.publisher import broker_name

_SWEPT_AT_ONCE = 1_000
# A session goes with all refresh tokens that it had, which may be thousands.
_SESSIONS_AT_ONCE = 100
# Other systems' messages may lie in a broker for weeks; the store's own are told again for as long as they are kept.
_LEAST_INBOX_DAYS = 30


class Sweeper:
    """The leader does this now and then."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._kept_days = settings.events.kept_days
        self._notice_days = settings.payments.kept_webhook_days
        self._broker = broker_name(settings)

    async def step(self) -> bool:
        """Delete a small batch of each, in a transaction of its own; True if more may be left."""
        async with self._database.unit() as unit:
            events = await outbox.delete_done(
                unit, broker=self._broker, older_than_days=self._kept_days, limit=_SWEPT_AT_ONCE
            )
        async with self._database.unit() as unit:
            handled = await inbox.delete_old(
                unit, older_than_days=max(_LEAST_INBOX_DAYS, 2 * self._kept_days), limit=_SWEPT_AT_ONCE
            )
        async with self._database.unit() as unit:
            resolved = await parking.delete_resolved(unit, limit=_SWEPT_AT_ONCE)
        async with self._database.unit() as unit:
            keys = await idempotency.delete_old(unit, limit=_SWEPT_AT_ONCE)
        async with self._database.unit() as unit:
            sessions = await accounts.delete_old_sessions(unit, limit=_SESSIONS_AT_ONCE)
        async with self._database.unit() as unit:
            carts = await cart.delete_old(unit, limit=_SWEPT_AT_ONCE)
        async with self._database.unit() as unit:
            holds = await promotions.delete_lapsed_holds(unit, limit=_SWEPT_AT_ONCE)
        async with self._database.unit() as unit:
            told = await notifications.delete_old(unit, limit=_SWEPT_AT_ONCE)
        async with self._database.unit() as unit:
            notices = await payments.delete_old_notices(unit, older_than_days=self._notice_days, limit=_SWEPT_AT_ONCE)
        full = _SWEPT_AT_ONCE in (events, handled, resolved, keys, carts, holds, told, notices)
        return full or sessions == _SESSIONS_AT_ONCE
