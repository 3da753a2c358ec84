"""Values of taxes: rows as reads return them, and what is known of one place."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

STANDARD = "standard"


class TaxRateRecord(NamedTuple):
    """As `models.taxes.TaxRate` explains it."""

    id: UUID
    country: str
    postal_prefix: str
    tax_class: str
    name: str
    rate_ppm: int
    applies_to_delivery: bool


class TaxRateDraft(NamedTuple):
    """A rate as somebody gives it, in any spelling."""

    country: str
    name: str
    rate_ppm: int
    postal_prefix: str = ""
    tax_class: str = STANDARD
    applies_to_delivery: bool = False


class TaxTable(NamedTuple):
    """What applies at one place: a rate for each class that has one there, and the classes of categories.

    Categories that are not in `classes` are of the standard class.
    """

    rates: Mapping[str, TaxRateRecord]
    classes: Mapping[UUID, str]

    def rate_of(self, category_id: UUID) -> TaxRateRecord | None:
        """The rate of what is in a category: of its class, or the standard one if its class has none here."""
        return self.rates.get(self.classes.get(category_id, STANDARD)) or self.rates.get(STANDARD)

    @property
    def delivery(self) -> TaxRateRecord | None:
        """The rate that is also taken of the price of delivery."""
        standard = self.rates.get(STANDARD)
        return standard if standard is not None and standard.applies_to_delivery else None
