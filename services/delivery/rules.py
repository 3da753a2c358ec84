"""What zones, carriers and rates must be like, whoever writes them. Values in, problems out."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.problems import Problem
from services.delivery.problems import (
    BadCode,
    BadCoordinates,
    BadCountry,
    BadName,
    BadPostalCode,
    BadRate,
    OverlappingRates,
    TooMany,
)

LARGEST_LIST = 100
FARTHEST_KM = 25_000
LONGEST_DAYS = 365
DEAREST_MINOR = 10**9
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_POSTAL_CODE = re.compile(r"[A-Z0-9]{1,12}")
_LONGEST_NAME = 120
_ZIP_PLUS_FOUR = re.compile(r"[0-9]{9}")


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


def normalize_country(text: str) -> str:
    """Upper case; empty if it is not two letters."""
    country = text.strip().upper()
    return country if _COUNTRY.fullmatch(country) else ""


def normalize_postal_code(text: str, *, country: str = "") -> str:
    """Upper case without spaces and hyphens, as `postal_code.code` is; empty for what no postal code looks like.

    Of a ZIP+4 the first five digits count: the rest names a side of a street.
    """
    code = text.replace(" ", "").replace("-", "").upper()
    if country == "US" and _ZIP_PLUS_FOUR.fullmatch(code):
        code = code[:5]
    return code if _POSTAL_CODE.fullmatch(code) else ""


def check_names(*, code: str, name: str) -> list[Problem]:
    """What is wrong with the code and the name of a zone, carrier or method."""
    problems: list[Problem] = []
    if not _CODE.fullmatch(code):
        message = "A code has 1 to 40 letters, digits, hyphens, dots and underscores."
        problems.append(BadCode(message=message, path=("code",)))
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        message = f"A name has 1 to {_LONGEST_NAME} printable characters."
        problems.append(BadName(message=message, path=("name",)))
    return problems


def check_countries(given: Sequence[str], *path: str) -> list[Problem]:
    """What is wrong with a carrier's countries."""
    if problems := check_length(given, *path):
        return problems
    return [
        BadCountry(message="A country is two letters, as ISO 3166 has them.", path=(*path, str(index)))
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
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return "Latitude is from -90 to 90 degrees, longitude from -180 to 180."
    return None


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
            problems.append(_bad_postal_code("A postal code has 1 to 12 letters and digits.", field, index))
        elif times[code] > 1:
            problems.append(_bad_postal_code(f"{code} is named more than once.", field, index))
    for index, one in enumerate(added):
        path = ("addPostalCodes", str(index))
        if wrong := check_coordinates(one.latitude, one.longitude):
            problems.append(BadCoordinates(message=wrong, path=path))
        if one.place is not None and (len(one.place) > _LONGEST_NAME or not one.place.isprintable()):
            problems.append(BadName(message="A place has at most 120 printable characters.", path=(*path, "place")))
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
