"""Filters and text queries of the search port as conditions on `listing`, all values as parameters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from ports.search import PAIR, Alternative, Clause, Filter, NumberRange, TextQuery
from services.search.words import quote_lexeme

# What a word in the title is worth, beside one that is only elsewhere.
_TITLE_FACTOR = 3.0


@dataclass(slots=True)
class Parameters:
    """Collects values and gives each a number; equal SQL for equal shapes lets prepared statements be used again."""

    values: list[object] = field(default_factory=list)

    def add(self, value: object, type_: str) -> str:
        self.values.append(value)
        return f"CAST(${len(self.values)} AS {type_})"


def conditions(text: TextQuery | None, chosen: Filter, parameters: Parameters) -> str:
    """The condition that a row of `listing` satisfies all of it; `true` for everything."""
    parts = [*_text_conditions(text, parameters), *_filter_conditions(chosen, parameters)]
    return " AND ".join(parts) if parts else "true"


def _filter_conditions(chosen: Filter, parameters: Parameters) -> Sequence[str]:
    add = parameters.add
    parts = []
    if chosen.category_ids:
        parts.append(f"category_ids && {add(_ids(chosen.category_ids), 'uuid[]')}")
    if chosen.brand_ids:
        parts.append(f"brand_id = ANY({add(_ids(chosen.brand_ids), 'uuid[]')})")
    if chosen.seller_ids:
        parts.append(f"seller_ids && {add(_ids(chosen.seller_ids), 'uuid[]')}")
    if chosen.price_minimum is not None:
        parts.append(f"price_minor >= {add(chosen.price_minimum, 'bigint')}")
    if chosen.price_maximum is not None:
        parts.append(f"price_minor <= {add(chosen.price_maximum, 'bigint')}")
    if chosen.rating_minimum_hundredths is not None:
        parts.append(f"rating_hundredths >= {add(chosen.rating_minimum_hundredths, 'bigint')}")
    if chosen.warehouse_ids is not None:
        parts.append(f"warehouse_ids && {add(_ids(chosen.warehouse_ids), 'uuid[]')}")
    if chosen.in_stock is not None:
        parts.append("in_stock" if chosen.in_stock else "NOT in_stock")
    for code, values in chosen.pairs.items():
        if values:
            parts.append(f"pairs && {add([code + PAIR + value for value in values], 'text[]')}")
    for code, ranges in chosen.ranges_by_code().items():
        number = f"(numbers ->> {add(code, 'text')})::float8"
        parts.append(f"({' OR '.join(_within(number, wanted, parameters) for wanted in ranges)})")
    return parts


def _within(number: str, wanted: NumberRange, parameters: Parameters) -> str:
    bounds = [f"{number} IS NOT NULL"]
    if wanted.minimum is not None:
        bounds.append(f"{number} >= {parameters.add(wanted.minimum, 'float8')}")
    if wanted.maximum is not None:
        bounds.append(f"{number} <= {parameters.add(wanted.maximum, 'float8')}")
    return " AND ".join(bounds)


def _ids(ids: Sequence[UUID]) -> list[UUID]:
    return list(ids)


def _text_conditions(text: TextQuery | None, parameters: Parameters) -> Sequence[str]:
    if text is None:
        return []
    queries = [_clause_query(clause) for clause in text.clauses]
    required = [query for query, clause in zip(queries, text.clauses, strict=True) if clause.required]
    if text.minimum_match > len(queries):
        return ["false"]
    wanted = text.minimum_match
    # Of what is added all must be used: Postgres cannot tell the type of a parameter that it does not see.
    parts = [
        f"words @@ {parameters.add(query, 'tsquery')}" for query in (queries if wanted == len(queries) else required)
    ]
    if wanted <= len(required) or wanted == len(queries):
        return parts
    parts.append(f"words @@ {parameters.add(' | '.join(f'({query})' for query in queries), 'tsquery')}")
    if wanted > 1:
        counted = " + ".join(f"(words @@ {parameters.add(query, 'tsquery')})::int" for query in queries)
        parts.append(f"{counted} >= {parameters.add(wanted, 'int')}")
    return parts


def _clause_query(clause: Clause) -> str:
    return " | ".join(f"({alternative_query(alternative)})" for alternative in clause.alternatives)


def alternative_query(alternative: Alternative, *, title: bool = False) -> str:
    """The `tsquery` of an alternative: a word anywhere (or in the title), or a phrase in the title."""
    if len(alternative.tokens) == 1:
        return quote_lexeme(alternative.tokens[0]) + (":A" if title else "")
    return " <-> ".join(quote_lexeme(token) + ":A" for token in alternative.tokens)


def score(text: TextQuery, rarities: dict[str, float], parameters: Parameters) -> str:
    """An expression of how well a row matches: for each clause its best alternative, rare words above common ones."""
    clauses = []
    for clause in text.clauses:
        worths = []
        for alternative in clause.alternatives:
            worth = alternative.weight * sum(rarities.get(token, 0.0) for token in alternative.tokens)
            titled = parameters.add(alternative_query(alternative, title=True), "tsquery")
            worths.append(
                f"CASE WHEN words @@ {titled} THEN {parameters.add(worth * _TITLE_FACTOR, 'float8')} ELSE 0 END"
            )
            if len(alternative.tokens) == 1:
                anywhere = parameters.add(alternative_query(alternative), "tsquery")
                worths.append(f"CASE WHEN words @@ {anywhere} THEN {parameters.add(worth, 'float8')} ELSE 0 END")
        clauses.append(f"greatest({', '.join(worths)})")
    return " + ".join(clauses) if clauses else "0::float8"
