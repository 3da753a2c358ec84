"""Countries, postal codes and coordinates: what they must be like, and the one spelling in which they are kept."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem

COUNTRY_RULE = "A country is two letters, as ISO 3166 has them."
POSTAL_CODE_RULE = "A postal code has 1 to 12 letters and digits."
_COUNTRY = re.compile(r"[A-Z]{2}")
_POSTAL_CODE = re.compile(r"[A-Z0-9]{1,12}")
_LONGEST_SPELLING = 40
_ZIP_PLUS_FOUR = re.compile(r"[0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCountry(Problem):
    """A country is two letters, as ISO 3166 has them; a zone keeps the one that it was made with."""

    code: ClassVar[str] = "BAD_COUNTRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPostalCode(Problem):
    """A postal code has 1 to 12 letters and digits, and is named once."""

    code: ClassVar[str] = "BAD_POSTAL_CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCoordinates(Problem):
    """Coordinates are two numbers, degrees from -90 to 90 north and from -180 to 180 east, or neither is given."""

    code: ClassVar[str] = "BAD_COORDINATES"


def normalize_country(text: str) -> str:
    """Upper case; empty if it is not two letters."""
    country = _upper(text.strip())
    return country if _COUNTRY.fullmatch(country) else ""


def normalize_postal_code(text: str, *, country: str = "") -> str:
    """Upper case without spaces and hyphens, as `postal_code.code` is; empty for what no postal code looks like.

    Of a ZIP+4 the first five digits count: the rest names a side of a street.
    """
    if len(text) > _LONGEST_SPELLING:
        return ""
    code = _upper(text.replace(" ", "").replace("-", ""))
    if country == "US" and _ZIP_PLUS_FOUR.fullmatch(code):
        code = code[:5]
    return code if _POSTAL_CODE.fullmatch(code) else ""


def check_place(*, country: str, postal_code: str) -> list[Problem]:
    """What is wrong with the form of an input's `country` and `postalCode`, in any spelling."""
    problems: list[Problem] = []
    if not normalize_country(country):
        problems.append(BadCountry(message=COUNTRY_RULE, path=("country",)))
    if not normalize_postal_code(postal_code):
        problems.append(BadPostalCode(message=POSTAL_CODE_RULE, path=("postalCode",)))
    return problems


def misplaced(latitude: float, longitude: float) -> Mapping[str, str]:
    """What is wrong with degrees north and east: a sentence for each of the two that is."""
    given = {"latitude": (latitude, 90), "longitude": (longitude, 180)}
    return {
        field: f"A {field} is from -{most} to {most} degrees."
        for field, (value, most) in given.items()
        if not (math.isfinite(value) and abs(value) <= most)
    }


def _upper(text: str) -> str:
    # Some letters of other scripts have upper cases in ASCII, which nobody has written.
    return text.upper() if text.isascii() else ""
