"""Making sure at the provider that nobody can pay an order's open payments any more, or finding that somebody has."""

from uuid import UUID

from services import payments
from services.checkout.settling import learn
from services.checkout.till import Till
from services.payments import AttemptRecord


async def stop_open(till: Till, order_id: UUID) -> None:
    """Cancel what is open of an order's payments, and settle what that brings. Raises `Unavailable`, also where the
    provider will not say that it is cancelled."""
    async with till.database.read() as session:
        attempts = (await payments.find_attempts(session, [order_id])).get(order_id, ())
    for attempt in attempts:
        if attempt.is_open:
            await stop(till, attempt)


async def stop(till: Till, attempt: AttemptRecord) -> None:
    """Cancel one attempt at the provider, and settle."""
    intent = await payments.stop(till.provider, attempt)
    async with till.database.unit() as unit:
        await learn(unit, attempt, intent, settings=till.settings)
