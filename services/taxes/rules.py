"""How tax is computed, and what rates must be like, whoever writes them. Values in, values or problems out."""

import re
from uuid import UUID

from core.ids import new_id
from core.names import LONGEST_NAME, BadName, is_readable
from core.places import COUNTRY_RULE, BadCountry, BadPostalCode, normalize_country, normalize_postal_code
from core.problems import Problem
from core.rounding import share
from services.taxes.problems import BadTaxClass, BadTaxRate
from services.taxes.records import TaxRateDraft, TaxRateRecord

WHOLE_PPM = 1_000_000
_CLASS = re.compile(r"[a-z][a-z0-9-]{0,39}")


def tax_of(amount_minor: int, rate_ppm: int, *, included: bool) -> int:
    """The tax on an amount, half up: on top of it, or what it holds already if the tax is `included`."""
    return share(amount_minor, rate_ppm, WHOLE_PPM + rate_ppm if included else WHOLE_PPM)


def normalize_class(text: str) -> str:
    """Lower case; empty for what cannot name a class."""
    name = text.strip().lower()
    return name if _CLASS.fullmatch(name) else ""


def check_class(text: str) -> list[Problem]:
    """What is wrong with the name of a class."""
    if normalize_class(text):
        return []
    message = "A tax class has 1 to 40 letters, digits and hyphens, and begins with a letter."
    return [BadTaxClass(message=message, path=("taxClass",))]


def check_rate(draft: TaxRateDraft) -> list[Problem]:
    """What is wrong with a rate."""
    problems: list[Problem] = []
    if not normalize_country(draft.country):
        problems.append(BadCountry(message=COUNTRY_RULE, path=("country",)))
    if draft.postal_prefix and not normalize_postal_code(draft.postal_prefix):
        message = "A postal prefix has up to 12 letters and digits; without any, it is the whole country."
        problems.append(BadPostalCode(message=message, path=("postalPrefix",)))
    problems += check_class(draft.tax_class)
    if not is_readable(draft.name, most=LONGEST_NAME):
        message = f"A name has 1 to {LONGEST_NAME} characters that can be printed."
        problems.append(BadName(message=message, path=("name",)))
    if not 0 <= draft.rate_ppm <= WHOLE_PPM:
        message = f"A rate is from 0 to {WHOLE_PPM:,} parts per million."
        problems.append(BadTaxRate(message=message, path=("ratePpm",)))
    return problems


def as_record(draft: TaxRateDraft, *, id: UUID | None = None) -> TaxRateRecord:
    """The rate in the one spelling in which it is kept, with an id of its own if not given."""
    nation = normalize_country(draft.country)
    return TaxRateRecord(
        id=id or new_id(),
        country=nation,
        postal_prefix=normalize_postal_code(draft.postal_prefix, country=nation),
        tax_class=normalize_class(draft.tax_class),
        name=draft.name.strip(),
        rate_ppm=draft.rate_ppm,
        applies_to_delivery=draft.applies_to_delivery,
    )
