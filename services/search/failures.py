"""Products that the projection or an index could not take: kept listed, so that somebody can look."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.feed import FeedFailure
from services.unit_of_work import UnitOfWork

_LONGEST_ERROR = 2000


async def record_failure(unit: UnitOfWork, product_id: UUID, *, consumer: str, error: BaseException) -> None:
    """List a product as one that `consumer` skipped, with the reason."""
    # NUL cannot be stored as text.
    text = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR].replace("\x00", "")
    values = {"consumer": consumer, "product_id": product_id, "error": text}
    await unit.session.execute(_RECORD, values)


async def forget_failures(unit: UnitOfWork, product_ids: Sequence[UUID], *, consumer: str) -> None:
    """Strike off the list what has succeeded by now."""
    values = {"consumer": consumer, "ids": product_ids}
    await unit.session.execute(_FORGET, values)


async def list_failures(connection: AsyncConnection, *, limit: int = 100) -> Sequence[tuple[str, UUID, str]]:
    """The latest failures: consumer, product and error."""
    statement = (
        sa.select(FeedFailure.consumer, FeedFailure.product_id, FeedFailure.error)
        .order_by(FeedFailure.failed_at.desc())
        .limit(limit)
    )
    return [(consumer, product_id, error) for consumer, product_id, error in await connection.execute(statement)]


_RECORD = sa.text(
    """
    INSERT INTO feed_failure (consumer, product_id, error) VALUES (:consumer, :product_id, :error)
    ON CONFLICT (consumer, product_id) DO UPDATE SET error = excluded.error, failed_at = now()
    """
)
_FORGET = sa.text("DELETE FROM feed_failure WHERE consumer = :consumer AND product_id = ANY(CAST(:ids AS uuid[]))")
