"""How much tax is, and which rate counts for what."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from services.taxes import TaxRateRecord, TaxTable, tax_of

CLOTHES, FOOD, TOYS = (UUID(int=number) for number in (1, 2, 3))


def rate(tax_class: str, rate_ppm: int, *, applies_to_delivery: bool = False) -> TaxRateRecord:
    return TaxRateRecord(new_id(), "US", "", tax_class, tax_class, rate_ppm, applies_to_delivery)


@pytest.mark.parametrize(
    ("amount", "rate_ppm", "included", "expected"),
    [
        (10_000, 88_750, False, 888),
        (10_000, 88_749, False, 887),
        (1, 500_000, False, 1),
        (1, 499_999, False, 0),
        (10_000, 190_000, True, 1_597),
        (119, 190_000, True, 19),
        (0, 190_000, True, 0),
        (10_000, 0, True, 0),
        (10_000, 1_000_000, False, 10_000),
        (10_000, 1_000_000, True, 5_000),
    ],
)
def test_tax_is_rounded_half_up(amount: int, rate_ppm: int, included: bool, expected: int) -> None:
    assert tax_of(amount, rate_ppm, included=included) == expected


@given(st.integers(0, 10**10), st.integers(0, 10**6))
def test_tax_that_is_included_is_no_more_than_what_it_is_in(amount: int, rate_ppm: int) -> None:
    included = tax_of(amount, rate_ppm, included=True)

    assert 0 <= included <= tax_of(amount, rate_ppm, included=False) <= amount
    # Taken out and put on top again, it is the same but for the roundings of both.
    assert abs(tax_of(amount - included, rate_ppm, included=False) - included) <= 1


def test_a_class_without_a_rate_has_the_standard_one() -> None:
    standard, reduced = rate("standard", 200_000), rate("reduced", 50_000)
    table = TaxTable({"standard": standard, "reduced": reduced}, {CLOTHES: "reduced", FOOD: "exotic"})

    assert table.rate_of(CLOTHES) == reduced
    assert table.rate_of(FOOD) == standard
    assert table.rate_of(TOYS) == standard


def test_there_may_be_no_rate_at_all() -> None:
    table = TaxTable({}, {CLOTHES: "reduced"})

    assert (table.rate_of(CLOTHES), table.rate_of(TOYS), table.delivery) == (None, None, None)


def test_a_rate_of_nothing_is_a_rate() -> None:
    table = TaxTable({"standard": rate("standard", 200_000), "none": rate("none", 0)}, {FOOD: "none"})

    found = table.rate_of(FOOD)

    assert found is not None
    assert found.rate_ppm == 0


@pytest.mark.parametrize("applies", [True, False])
def test_delivery_is_taxed_where_the_standard_rate_says_so(applies: bool) -> None:
    standard = rate("standard", 200_000, applies_to_delivery=applies)

    table = TaxTable({"standard": standard, "reduced": rate("reduced", 1, applies_to_delivery=True)}, {})

    assert table.delivery == (standard if applies else None)
