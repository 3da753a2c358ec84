"""All facets of a search, counted in one statement over `listing`, each without the choice made from itself."""

from collections import defaultdict

from ports.facets import arranged, without_own_choices
from ports.search import ATTRIBUTE_FACET, PAIR, FacetKey, SearchRequest, ValueCount
from services.search.documents import PRICE_BUCKET_STARTS
from services.search.listing_filters import Parameters, conditions

_COLUMNS = "category_ids, brand_id, seller_ids, price_minor, rating_hundredths, in_stock, pairs"
# How many of them a price reaches is its bucket.
_BUCKET_STARTS = ",".join(map(str, PRICE_BUCKET_STARTS))
_VALUES = {
    FacetKey.CATEGORY: "SELECT unnest(category_ids)::text AS value FROM {rows}",
    FacetKey.BRAND: "SELECT brand_id::text AS value FROM {rows} WHERE brand_id IS NOT NULL",
    FacetKey.SELLER: "SELECT unnest(seller_ids)::text AS value FROM {rows}",
    FacetKey.PRICE: f"SELECT width_bucket(price_minor, '{{{{{_BUCKET_STARTS}}}}}'::bigint[])::text AS value "
    "FROM {rows} WHERE price_minor IS NOT NULL",
    FacetKey.RATING: "SELECT (rating_hundredths / 100)::text AS value FROM {rows}",
    FacetKey.AVAILABILITY: "SELECT CASE WHEN in_stock THEN 'true' ELSE 'false' END AS value FROM {rows}",
}
_PAIRS = "SELECT unnest(pairs) AS value FROM {rows}"


def facets_statement(request: SearchRequest, parameters: Parameters) -> str:
    """SQL of rows (facet, value, documents); the facet `attribute:` alone holds whole pairs under the whole filter."""
    matched = [f"m AS MATERIALIZED (SELECT {_COLUMNS} FROM listing WHERE {_where(request, parameters)})"]
    counted = [_count(key, _VALUES[key].format(rows="m")) for key in FacetKey]
    counted.append(_count(ATTRIBUTE_FACET, _PAIRS.format(rows="m")))
    for number, (key, chosen) in enumerate(without_own_choices(request.filter).items()):
        rows = f"m{number}"
        where = conditions(request.text, chosen, parameters)
        matched.append(f"{rows} AS MATERIALIZED (SELECT {_COLUMNS} FROM listing WHERE {where})")
        if key in _VALUES:
            counted.append(_count(f"={key}", _VALUES[FacetKey(key)].format(rows=rows)))
        else:
            code = key.removeprefix(ATTRIBUTE_FACET) + PAIR
            prefix = parameters.add(code, "text")
            values = f"SELECT value FROM ({_PAIRS.format(rows=rows)}) one WHERE starts_with(value, {prefix})"
            name = parameters.add(f"={key}", "text")
            counted.append(f"SELECT {name} AS facet, value, count(*) AS documents FROM ({values}) v GROUP BY value")
    return f"WITH {', '.join(matched)} {' UNION ALL '.join(counted)}"


def as_facets(request: SearchRequest, rows: list[tuple[str, str, int]]) -> dict[str, list[ValueCount]]:
    """The port's facets from the rows of `facets_statement`."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for facet, value, documents in rows:
        found[facet].append((value, documents))
    chosen = {key: found[f"={key}"] for key in without_own_choices(request.filter)}
    for key, counts in chosen.items():
        if key.startswith(ATTRIBUTE_FACET):
            chosen[key] = [(value.partition(PAIR)[2], documents) for value, documents in counts]
    return arranged({key: found[key] for key in FacetKey}, found[ATTRIBUTE_FACET], chosen)


def _where(request: SearchRequest, parameters: Parameters) -> str:
    return conditions(request.text, request.filter, parameters)


def _count(facet: str, values: str) -> str:
    return f"SELECT '{facet}' AS facet, value, count(*) AS documents FROM ({values}) v GROUP BY value"
