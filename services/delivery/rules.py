"""What zones, carriers and rates must be like, whoever writes them. Values in, problems out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.names import LONGEST_NAME, BadName, is_readable
from core.places import (
    COUNTRY_RULE,
    POSTAL_CODE_RULE,
    BadCoordinates,
    BadCountry,
    BadPostalCode,
    misplaced,
    normalize_country,
    normalize_postal_code,
)
from core.problems import Problem
from services.delivery.problems import BadRate, OverlappingRates, TooMany

LARGEST_LIST = 100
FARTHEST_KM = 25_000
LONGEST_DAYS = 365
DEAREST_MINOR = 10**9


class PostalCodeDraft(NamedTuple):
    """A postal code in any spelling, and where it is: degrees, or unknown."""

    code: str
    latitude: float | None = None
    longitude: float | None = None
    place: str | None = None


class RateDraft(NamedTuple):
    """What a method costs (minor units of the store's currency) and takes, up to a distance."""

    up_to_km: int
    price_minor: int
    min_days: int
    max_days: int


def check_countries(given: Sequence[str], *path: str) -> list[Problem]:
    """What is wrong with a carrier's countries."""
    if problems := check_length(given, *path):
        return problems
    return [
        BadCountry(message=COUNTRY_RULE, path=(*path, str(index)))
        for index, text in enumerate(given)
        if not normalize_country(text)
    ]


def check_length(given: Sequence[object], *path: str) -> list[Problem]:
    """Whether a list is too long for one call."""
    if len(given) <= LARGEST_LIST:
        return []
    return [TooMany(message=f"At most {LARGEST_LIST} entries are taken at a time.", path=path)]


def check_coordinates(latitude: float | None, longitude: float | None) -> str | None:
    """What is wrong with a pair of coordinates, as a sentence."""
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        return "Latitude and longitude are given together."
    return next(iter(misplaced(latitude, longitude).values()), None)


def check_postal_codes(added: Sequence[PostalCodeDraft], removed: Sequence[str], *, country: str) -> list[Problem]:
    """What is wrong with the codes that a zone gets and loses."""
    if problems := [*check_length(added, "addPostalCodes"), *check_length(removed, "removePostalCodes")]:
        return problems
    times = Counter(normalize_postal_code(code, country=country) for code in (*(one.code for one in added), *removed))
    named = [*(("addPostalCodes", index, one.code) for index, one in enumerate(added))]
    named += [("removePostalCodes", index, code) for index, code in enumerate(removed)]
    for field, index, text in named:
        code = normalize_postal_code(text, country=country)
        if not code:
            problems.append(_bad_postal_code(POSTAL_CODE_RULE, field, index))
        elif times[code] > 1:
            problems.append(_bad_postal_code(f"{code} is named more than once.", field, index))
    for index, one in enumerate(added):
        path = ("addPostalCodes", str(index))
        if wrong := check_coordinates(one.latitude, one.longitude):
            problems.append(BadCoordinates(message=wrong, path=path))
        if one.place and not is_readable(one.place, most=LONGEST_NAME):
            message = f"A place has at most {LONGEST_NAME} characters that can be printed."
            problems.append(BadName(message=message, path=(*path, "place")))
    return problems


def check_rates(rates: Sequence[RateDraft]) -> list[Problem]:
    """What is wrong with a method's rates."""
    if problems := check_length(rates, "rates"):
        return problems
    problems += [
        BadRate(message=message, path=("rates", str(index), field))
        for index, rate in enumerate(rates)
        for field, message in _flaws(rate)
    ]
    times = Counter(rate.up_to_km for rate in rates)
    message = "Another rate of the method reaches equally far."
    problems += [
        OverlappingRates(message=message, path=("rates", str(index), "upToKm"))
        for index, rate in enumerate(rates)
        if times[rate.up_to_km] > 1
    ]
    return problems


def _flaws(rate: RateDraft) -> Iterable[tuple[str, str]]:
    if not 1 <= rate.up_to_km <= FARTHEST_KM:
        yield "upToKm", f"A rate reaches 1 to {FARTHEST_KM:,} km."
    if not 0 <= rate.price_minor <= DEAREST_MINOR:
        yield "priceMinor", f"A price is from 0 to {DEAREST_MINOR:,} minor units."
    if not 0 <= rate.min_days <= rate.max_days <= LONGEST_DAYS:
        yield "maxDays", f"Delivery takes 0 to {LONGEST_DAYS} days, and at least as many at most as at least."


def _bad_postal_code(message: str, field: str, index: int) -> Problem:
    return BadPostalCode(message=message, path=(field, str(index)))
