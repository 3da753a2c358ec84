"""Plain rows of ratings as reads return them."""

from typing import NamedTuple


class RatingRecord(NamedTuple):
    """`histogram` counts the ratings of one to five stars, in this order."""

    review_count: int
    average_hundredths: int
    histogram: tuple[int, ...]

    @property
    def average(self) -> float | None:
        """Stars, one to five; None without ratings."""
        return self.average_hundredths / 100 if self.review_count else None


NO_RATINGS = RatingRecord(0, 0, (0, 0, 0, 0, 0))
