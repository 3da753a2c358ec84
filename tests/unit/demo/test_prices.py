"""The demo's taxes cover the postal codes that the demo delivers to, and its promotions are ones that can be saved."""

import zipcodes

from demo import catalog
from demo.prices import CLOTHES, COUPON, PROMOTIONS, tax_rates
from services.promotions import code_key
from services.promotions.drafts import check_promotion
from services.taxes.rules import check_rate

# The demo delivers there, and the file of states has no taxes of theirs.
_ELSEWHERE = {"AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
# Offices of one state whose first three digits are another's: a handful of codes, taxed as their neighbours.
_ACROSS = {"NJ": 6, "VA": 1, "MD": 1, "MO": 1, "TX": 1, "WY": 1, "DC": 10}


def test_each_state_has_its_own_rate() -> None:
    names = {rate.postal_prefix: rate.name for rate in tax_rates() if rate.tax_class == "standard"}
    states: dict[str, dict[str, int]] = {}

    for row in zipcodes.list_all():  # type: ignore[no-untyped-call]  # the package has no types
        code, state = row["zip_code"], row["state"]
        if state not in _ELSEWHERE:
            name = next((names[code[:digits]] for digits in (5, 3) if code[:digits] in names), "none")
            states.setdefault(state, {}).setdefault(name, 0)
            states[state][name] += 1

    mostly = {state: max(found, key=lambda name: found[name]) for state, found in states.items()}
    assert len(set(mostly.values())) == len(mostly) == 51
    for state, found in states.items():
        assert sum(found.values()) - found[mostly[state]] <= _ACROSS.get(state, 0), (state, found)


def test_rates_are_known_ones() -> None:
    rates = {(rate.postal_prefix, rate.tax_class): rate for rate in tax_rates()}

    assert [problem for rate in rates.values() for problem in check_rate(rate)] == []
    assert len(rates) == len(tax_rates())
    assert (rates["100", "standard"].rate_ppm, rates["100", "standard"].name) == (40_000, "New York sales tax")
    assert (rates["941", "standard"].rate_ppm, rates["941", "standard"].applies_to_delivery) == (72_500, False)
    assert (rates["551", "standard"].rate_ppm, rates["551", "clothing"].rate_ppm) == (68_750, 0)
    assert ("972", "clothing") not in rates


def test_promotions_are_sound_and_their_categories_are_in_the_catalog() -> None:
    paths = {category.path for category in catalog().categories}

    assert [problem for one in PROMOTIONS for problem in check_promotion(one.draft)] == []
    assert {tuple(one.path) for one in PROMOTIONS if one.path} | {tuple(path) for path in CLOTHES} <= paths
    assert [one.coupon for one in PROMOTIONS if one.draft.needs_coupon] == [COUPON]
    assert code_key(COUPON)
