"""The list of tax rates, for operators."""

from collections.abc import Awaitable
from typing import Annotated

import strawberry

from core.paging import Page, binding, decode_cursor
from core.places import normalize_country
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.fields.delivery import as_text
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from services.taxes import RatePlace, TaxRateRecord, list_tax_rates


def tax_rates(
    root: OperationsRoot,
    info: Info,
    country: Annotated[
        str | None, strawberry.argument(description="Only those of this country, ISO 3166; all if not given.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[TaxRateRecord]]:
    chosen = None if country is None else normalize_country(country)
    return list_page(
        info,
        binding("tax rates", chosen),
        first=first,
        after=after,
        decode=_place,
        position=lambda row: [row.country, row.postal_prefix, row.tax_class],
        read=lambda session, size, start: list_tax_rates(session, first=size, after=start, country=chosen),
    )


def _place(bound_to: bytes, cursor: str) -> RatePlace:
    return RatePlace(*map(as_text, decode_cursor(bound_to, cursor, length=3)))
