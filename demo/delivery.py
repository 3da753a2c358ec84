"""Who brings what in the demo: two carriers, and the real postal codes of the USA, those with the same first three
digits as one zone."""

from collections.abc import Sequence
from typing import NamedTuple

import zipcodes

from services.delivery.codes import CodeRow
from services.delivery.rules import RateDraft

COUNTRY = "US"
_ZONE_DIGITS = 3


class MethodDraft(NamedTuple):
    code: str
    name: str
    rates: Sequence[RateDraft]


class CarrierDraft(NamedTuple):
    code: str
    name: str
    methods: Sequence[MethodDraft]


# Prices are in US cents. Alaska, Hawaii and Puerto Rico are within the last rate; the express stays on the mainland.
CARRIERS = (
    CarrierDraft(
        "overland",
        "Overland Parcel",
        (
            MethodDraft(
                "standard",
                "Standard",
                (
                    RateDraft(250, 399, 1, 2),
                    RateDraft(1_000, 499, 2, 3),
                    RateDraft(2_500, 649, 3, 5),
                    RateDraft(5_500, 1_299, 4, 9),
                ),
            ),
            MethodDraft("economy", "Economy", (RateDraft(1_000, 249, 4, 6), RateDraft(4_000, 349, 5, 9))),
        ),
    ),
    CarrierDraft(
        "swiftline",
        "Swiftline",
        (MethodDraft("express", "Express", (RateDraft(600, 999, 1, 1), RateDraft(3_000, 1_899, 1, 2))),),
    ),
)


def postal_codes() -> list[CodeRow]:
    """Some 42,000 codes of the package `zipcodes`, those of the military without a place on the map left out."""
    return [
        CodeRow(row["zip_code"], row["zip_code"][:_ZONE_DIGITS], float(row["lat"]), float(row["long"]), row["city"])
        for row in zipcodes.list_all()  # type: ignore[no-untyped-call]  # the package has no types
        if row["country"] == COUNTRY and (float(row["lat"]), float(row["long"])) != (0.0, 0.0)
    ]
