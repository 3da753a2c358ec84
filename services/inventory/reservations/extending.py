"""Prolonging a hold, so that a shopper who is still paying keeps the units."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.problems import Rejected
from services.inventory.reservations.ending import lock, refuse_ended
from services.inventory.reservations.problems import AlreadyExtended, HoldExpired
from services.inventory.reservations.records import ReservationRecord
from services.unit_of_work import UnitOfWork


async def extend(unit: UnitOfWork, *, reservation_id: UUID, hold: timedelta, most_extensions: int) -> ReservationRecord:
    """Let a hold last `hold` longer than it would have, at most `most_extensions` times.

    Raises `Rejected`: NOT_FOUND, RESERVATION_ENDED, ALREADY_EXTENDED, HOLD_EXPIRED.
    """
    found, at = await lock(unit, reservation_id)
    refuse_ended(found)
    if found.extensions >= most_extensions:
        message = "This hold was prolonged before, and can be no further."
        raise Rejected(AlreadyExtended(message=message, path=("reservation",)))
    if found.expires_at <= at:
        raise Rejected(HoldExpired(message="This hold is past its time.", path=("reservation",)))
    longer = found._replace(expires_at=found.expires_at + hold, extensions=found.extensions + 1)
    await unit.session.execute(_EXTEND, {"id": longer.id, "at": longer.expires_at, "extensions": longer.extensions})
    return longer


_EXTEND = sa.text("UPDATE reservation SET expires_at = :at, extensions = :extensions WHERE id = :id").bindparams(
    sa.bindparam("at", type_=sa.DateTime(timezone=True))
)
