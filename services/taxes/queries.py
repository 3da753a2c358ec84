"""SQL reads of tax rates and classes."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.places import normalize_country, normalize_postal_code
from models.taxes import TaxRate
from services.taxes.records import TaxRateRecord, TaxTable
from services.unit_of_work import ReadSession


async def find_tax_table(
    session: ReadSession, *, country: str, postal_code: str, category_ids: Sequence[UUID]
) -> TaxTable:
    """What applies to products of these categories at a place, in one statement.

    Country and code come in any spelling. A code that is none has the rates of the whole country.
    """
    nation = normalize_country(country)
    code = normalize_postal_code(postal_code, country=nation)
    prefixes = [code[:length] for length in range(len(code) + 1)]
    values = {"country": nation, "prefixes": prefixes, "categories": list(category_ids)}
    rates, classes = (await session.execute(_TABLE, values)).one()
    found = [TaxRateRecord(UUID(key), *rest) for key, *rest in rates]
    return TaxTable({rate.tax_class: rate for rate in found}, {UUID(key): name for key, name in classes})


class RatePlace(NamedTuple):
    """Where a rate stands in the list of all: by country, then by postal prefix and class."""

    country: str
    postal_prefix: str
    tax_class: str


async def list_tax_rates(
    session: ReadSession, *, first: int, after: RatePlace | None, country: str | None = None
) -> Sequence[TaxRateRecord]:
    """Rates by country, postal prefix and class."""
    statement = _RATES.order_by(*_PLACE).limit(first)
    if country is not None:
        statement = statement.where(TaxRate.country == country)
    if after is not None:
        statement = statement.where(sa.tuple_(*_PLACE) > sa.tuple_(*after))
    return [TaxRateRecord._make(row) for row in await session.execute(statement)]


_RATES = sa.select(*(getattr(TaxRate, name) for name in TaxRateRecord._fields))
_PLACE = tuple(getattr(TaxRate, name) for name in RatePlace._fields)
_TABLE = sa.text(
    """
    SELECT
        COALESCE((
            SELECT json_agg(json_build_array(
                r.id, r.country, r.postal_prefix, r.tax_class, r.name, r.rate_ppm, r.applies_to_delivery))
            FROM (
                SELECT DISTINCT ON (tax_class) * FROM tax_rate
                WHERE country = :country AND postal_prefix = ANY(:prefixes)
                ORDER BY tax_class, length(postal_prefix) DESC
            ) AS r
        ), '[]') AS rates,
        COALESCE((
            SELECT json_agg(json_build_array(c.id, nearest.tax_class))
            FROM category c CROSS JOIN LATERAL (
                SELECT t.tax_class FROM unnest(c.ancestor_ids) WITH ORDINALITY AS a(id, place)
                JOIN category_tax_class t ON t.category_id = a.id
                ORDER BY a.place DESC LIMIT 1
            ) AS nearest
            WHERE c.id = ANY(:categories)
        ), '[]') AS classes
    """
).bindparams(
    sa.bindparam("prefixes", type_=sa.ARRAY(sa.Text())),
    sa.bindparam("categories", type_=sa.ARRAY(sa.Uuid())),
)
