"""Writes of rating summaries."""

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa

from core.problems import NotFound, Rejected
from core.recordset import as_recordset
from models.catalog import Product
from services.reviews.events import RatingChanged
from services.reviews.problems import BadHistogram
from services.unit_of_work import UnitOfWork

Histogram = tuple[int, int, int, int, int]
LARGEST_COUNT = 10**9
_SET_RATINGS = sa.text(
    """
    INSERT INTO rating_summary AS r (product_id, histogram, count, average_hundredths)
    SELECT product_id, histogram, count, average_hundredths
    FROM json_to_recordset(CAST(:rows AS json)) AS d(
        product_id uuid, histogram bigint[], count bigint, average_hundredths bigint)
    ORDER BY product_id
    ON CONFLICT (product_id) DO UPDATE SET
        (histogram, count, average_hundredths) = (excluded.histogram, excluded.count, excluded.average_hundredths)
    WHERE r.histogram <> excluded.histogram
    RETURNING product_id
    """
)


async def set_rating(unit: UnitOfWork, *, product_id: UUID, histogram: Histogram) -> None:
    """Set how many ratings of one to five stars a product has.

    Raises `Rejected`: NOT_FOUND for an unknown product, BAD_HISTOGRAM for anything but five counts of zero or more.
    """
    if await unit.session.scalar(sa.select(Product.id).where(Product.id == product_id)) is None:
        raise Rejected(NotFound(message="There is no such product.", path=("product_id",), kind="Product"))
    await set_ratings(unit, {product_id: histogram}, announced={product_id})


async def set_ratings(unit: UnitOfWork, histograms: Mapping[UUID, Histogram], *, announced: Collection[UUID]) -> None:
    """Set many ratings in one statement and publish one event for each of the `announced` that changed.

    New products are not among the `announced`: their own event says it. Raises `Rejected` (BAD_HISTOGRAM).
    """
    rows = [_row(product_id, histogram) for product_id, histogram in histograms.items()]
    if rows:
        changed = await unit.session.scalars(_SET_RATINGS, {"rows": as_recordset(rows)})
        unit.publish(*(RatingChanged(key) for key in changed if key in announced))


def average_hundredths(histogram: Histogram) -> int:
    """The mean of the stars times 100, half rounded up; 0 without ratings."""
    count = sum(histogram)
    stars = sum(star * ratings for star, ratings in enumerate(histogram, 1))
    return (200 * stars + count) // (2 * count) if count else 0


def _row(product_id: UUID, histogram: Histogram) -> dict[str, object]:
    if not all(0 <= count <= LARGEST_COUNT for count in histogram):
        raise Rejected(BadHistogram(message="Ratings are five counts of zero or more.", path=("histogram",)))
    return {
        "product_id": product_id,
        "histogram": histogram,
        "count": sum(histogram),
        "average_hundredths": average_hundredths(histogram),
    }
