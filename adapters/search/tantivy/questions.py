"""Translates the port's text and filters into tantivy queries. Filters never change a score."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tantivy import FieldType, Index, Occur, Query

from adapters.search.tantivy.layout import SCHEMA, WAREHOUSE, is_outdated, key_field, number_key
from ports.search import (
    PAIR,
    Alternative,
    Clause,
    Filter,
    NumberRange,
    OutdatedIndex,
    SearchRequest,
    SortKey,
    TextQuery,
)

# tantivy keeps whole numbers as 64-bit integers and panics on a bound outside of them.
_LARGEST_BOUND = 2.0**62
_SCORED_FREQUENCY = "freq"


def question(index: Index, text: TextQuery | None, chosen: Filter, *more: Query) -> Query:
    """What matches the text and all of the filter, scored by the text alone."""
    filters = [*_filters(index, chosen), *more]
    parts = [(Occur.Must, Query.const_score_query(part, 0.0)) for part in filters]
    if text is not None:
        parts.insert(0, (Occur.Must, _text(text)))
    if not parts:
        return Query.all_query()
    return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)


def below(request: SearchRequest) -> list[Query]:
    """The filter that continues a sort: keys strictly below `after_key`."""
    if request.sort is None or request.after_key is None:
        return []
    field = key_field(request.sort)
    return [Query.range_query(SCHEMA, field, FieldType.Integer, None, request.after_key, include_upper=False)]


def at_least(key: SortKey, least: int) -> Query:
    """Documents whose key is `least` or higher."""
    return _range(key_field(key), least, None)


def _text(text: TextQuery) -> Query:
    required = sum(clause.required for clause in text.clauses)
    missing = max(0, text.minimum_match - required)
    if missing > len(text.clauses) - required:
        return Query.empty_query()
    if len(text.clauses) == 1 and required + missing:
        return _clause(text.clauses[0])
    parts = [(Occur.Must if clause.required else Occur.Should, _clause(clause)) for clause in text.clauses]
    if not required and not missing:
        # Without a Must, tantivy wants one of the others to match.
        parts.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
    return Query.boolean_query(parts, minimum_number_should_match=missing)


def _clause(clause: Clause) -> Query:
    found = [_alternative(alternative) for alternative in clause.alternatives]
    if not found:
        return Query.empty_query()
    return found[0] if len(found) == 1 else Query.disjunction_max_query(found)


def _alternative(alternative: Alternative) -> Query:
    if len(alternative.tokens) == 1:
        found = Query.term_query(SCHEMA, "body", alternative.tokens[0], _SCORED_FREQUENCY)
    else:
        found = Query.phrase_query(SCHEMA, "title", list(alternative.tokens))
    return found if alternative.weight == 1.0 else Query.boost_query(found, alternative.weight)


def _filters(index: Index, chosen: Filter) -> Iterator[Query]:
    for name, ids in (
        ("category", chosen.category_ids),
        ("brand", chosen.brand_ids),
        ("seller", chosen.seller_ids),
    ):
        if ids:
            yield any_of(name, [str(one) for one in ids])
    if chosen.price_minimum is not None or chosen.price_maximum is not None:
        yield _range("price", chosen.price_minimum, chosen.price_maximum)
    if chosen.rating_minimum_hundredths is not None:
        yield _range("rating", chosen.rating_minimum_hundredths, None)
    if chosen.warehouse_ids is not None:
        if is_outdated(index):
            raise OutdatedIndex("The index does not know yet where products can be delivered from.")
        yield any_of(WAREHOUSE, [str(one) for one in chosen.warehouse_ids])
    if chosen.in_stock is not None:
        yield Query.term_query(SCHEMA, "in_stock", int(chosen.in_stock), "basic")
    for code, values in chosen.pairs.items():
        if values:
            yield any_of("pair", [code + PAIR + value for value in values])
    for ranges in chosen.ranges_by_code().values():
        yield _any_range(index, ranges)


def any_of(field: str, values: Sequence[str]) -> Query:
    """Any of the exact values; nothing if there are none."""
    if not values:
        return Query.empty_query()
    if len(values) == 1:
        return Query.term_query(SCHEMA, field, values[0], "basic")
    return Query.term_set_query(SCHEMA, field, values)


def _range(field: str, minimum: int | None, maximum: int | None) -> Query:
    return Query.range_query(SCHEMA, field, FieldType.Integer, minimum, maximum)


def _any_range(index: Index, ranges: Sequence[NumberRange]) -> Query:
    found = [_all_of([*_number(index, wanted)]) for wanted in ranges]
    return found[0] if len(found) == 1 else Query.boolean_query([(Occur.Should, one) for one in found])


def _all_of(parts: Sequence[Query]) -> Query:
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Must, part) for part in parts])


def _number(index: Index, wanted: NumberRange) -> Iterator[Query]:
    """Ranges below a JSON field, which the binding takes only from its query parser.

    One query for each bound: tantivy panics when one bound is whole and the other is not.
    """
    path = f"number.{number_key(wanted.code)}"
    low, high = wanted.minimum, wanted.maximum
    if (low is not None and not low < _LARGEST_BOUND) or (high is not None and not high > -_LARGEST_BOUND):
        yield Query.empty_query()
        return
    if low is not None and low > -_LARGEST_BOUND:
        yield index.parse_query(f"{path}:[{_digits(low)} TO *]")
    if high is not None and high < _LARGEST_BOUND:
        yield index.parse_query(f"{path}:[* TO {_digits(high)}]")
    yield Query.exists_query(path)


def _digits(number: float) -> str:
    """All digits without an exponent, which the parser does not know."""
    return format(Decimal(repr(float(number))), "f")
