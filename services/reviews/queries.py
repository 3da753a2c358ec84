"""SQL reads of ratings."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from models.reviews import RatingSummary
from services.reading import Read
from services.reviews.records import RatingRecord
from services.unit_of_work import ReadSession

_RATINGS = Read(
    sa.select(
        RatingSummary.product_id, RatingSummary.count, RatingSummary.average_hundredths, RatingSummary.histogram
    ).where(RatingSummary.product_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))))
)


async def find_ratings(session: ReadSession, product_ids: Sequence[UUID]) -> Mapping[UUID, RatingRecord]:
    """The summaries of those products that have one."""
    rows = await _RATINGS.rows(session, ids=product_ids)
    return {key: RatingRecord(count, average, tuple(histogram)) for key, count, average, histogram in rows}
