"""Indexed products and search requests, given by what a test cares about, or generated from a seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from ports.search import (
    PAIR,
    Alternative,
    Clause,
    Filter,
    IndexedDocument,
    NumberRange,
    SearchRequest,
    SortKey,
    TextQuery,
)

CATEGORIES = tuple(UUID(int=0xCA00 + number) for number in range(6))
BRANDS = tuple(UUID(int=0xB000 + number) for number in range(5))
SELLERS = tuple(UUID(int=0x5E00 + number) for number in range(4))
WAREHOUSES = tuple(UUID(int=0x3A00 + number) for number in range(4))
COLOURS = ("red", "green", "blue", "black", "café crème", "a.b*c")
SIZES = ("S", "M", "L", "true")
WORDS = ("shoe", "red", "run", "trail", "light", "boot", "blue", "kid", "wide", "rain", "sole", "élan")


def product(
    number: int,
    *,
    version: int = 1,
    title: str = "",
    body: str | None = None,
    category_ids: Sequence[UUID] = (),
    brand_id: UUID | None = None,
    seller_ids: Sequence[UUID] = (),
    warehouse_ids: Sequence[UUID] = (),
    price_minor: int | None = None,
    price_bucket: int | None = None,
    rating_hundredths: int = 0,
    in_stock: bool = True,
    attributes: Mapping[str, Sequence[str]] | None = None,
    numbers: Mapping[str, float] | None = None,
    keys: Mapping[SortKey, int] | None = None,
    stored: bytes = b"",
) -> IndexedDocument:
    """Product `number`; its id is `product_id(number)` and its sort keys are its number unless given."""
    return IndexedDocument(
        id=product_id(number),
        version=version,
        body=title if body is None else body,
        title=title,
        category_ids=category_ids,
        brand_id=brand_id,
        seller_ids=seller_ids,
        warehouse_ids=warehouse_ids,
        price_minor=price_minor,
        price_bucket=price_bucket,
        rating_hundredths=rating_hundredths,
        in_stock=in_stock,
        pairs=[code + PAIR + value for code, values in (attributes or {}).items() for value in values],
        numbers=numbers or {},
        sort_keys=dict.fromkeys(SortKey, number) | dict(keys or {}),
        stored=stored,
    )


def product_id(number: int) -> UUID:
    return UUID(int=number)


def words(*tokens: str, minimum_match: int = 1) -> TextQuery:
    """A clause for each token, none required."""
    return TextQuery(tuple(any_of(token) for token in tokens), minimum_match)


def any_of(*alternatives: str | Alternative, required: bool = False) -> Clause:
    """A clause of alternatives; a string is one, its words a phrase."""
    return Clause(
        tuple(
            Alternative(tuple(alternative.split())) if isinstance(alternative, str) else alternative
            for alternative in alternatives
        ),
        required,
    )


def ask(
    text: TextQuery | None = None, chosen: Filter | None = None, *, limit: int = 100, facets: bool = False
) -> SearchRequest:
    return SearchRequest(text=text, filter=chosen or Filter(), limit=limit, facets=facets)


def generated_products(seed: int, count: int) -> list[IndexedDocument]:
    """Products with every kind of value present, absent, single and several."""
    source = random.Random(seed)
    return [_generated_product(source, number) for number in range(count)]


def _generated_product(source: random.Random, number: int) -> IndexedDocument:
    title = " ".join(source.choices(WORDS, k=source.randint(2, 6)))
    price = source.choice([None, source.randrange(100, 20_000), source.randrange(100, 20_000)])
    attributes: dict[str, list[str]] = {}
    if source.random() < 0.8:
        attributes["colour"] = source.sample(COLOURS, source.randint(1, 3))
    if source.random() < 0.6:
        attributes["size (EU)"] = source.sample(SIZES, source.randint(1, 2))
    if source.random() < 0.5:
        attributes["waterproof"] = [source.choice(("true", "false"))]
    numbers: dict[str, float] = {}
    if source.random() < 0.7:
        numbers["weight.kg"] = round(source.uniform(-5, 5), 2)
    if source.random() < 0.7:
        numbers["pieces"] = float(source.randrange(6))
    return product(
        number,
        title=title,
        body=f"{title} {title} {' '.join(source.choices(WORDS, k=source.randint(0, 30)))}".strip(),
        category_ids=source.sample(CATEGORIES, source.randint(0, 3)),
        brand_id=source.choice([None, *BRANDS]),
        seller_ids=source.sample(SELLERS, source.randint(0, 2)),
        warehouse_ids=source.sample(WAREHOUSES, source.randint(0, 3)),
        price_minor=price,
        price_bucket=None if price is None else price // 2_000,
        rating_hundredths=source.choice([0, source.randrange(100, 501)]),
        in_stock=source.random() < 0.7,
        attributes=attributes,
        numbers=numbers,
        keys={key: (source.getrandbits(62) - 2**61) for key in SortKey},
        stored=source.randbytes(source.randrange(20)),
    )


def generated_requests(seed: int, count: int) -> list[SearchRequest]:
    """Requests of every kind, with facets, that find many, few or no products."""
    source = random.Random(seed)
    return [_generated_request(source) for _ in range(count)]


def _generated_request(source: random.Random) -> SearchRequest:
    sort = source.choice([None, None, *SortKey])
    return SearchRequest(
        text=source.choice([None, _generated_text(source), _generated_text(source)]),
        filter=_generated_filter(source),
        limit=source.choice([0, 3, 24, 100]),
        offset=source.choice([0, 0, 5, 30]) if sort is None else 0,
        sort=sort,
        after_key=source.choice([None, source.getrandbits(62) - 2**61]) if sort else None,
        facets=source.random() < 0.8,
        count_total=source.random() < 0.9,
    )


def _generated_text(source: random.Random) -> TextQuery:
    clauses = []
    for _ in range(source.randint(1, 4)):
        alternatives = [
            Alternative(tuple(source.choices(WORDS, k=source.choice([1, 1, 1, 2]))), source.choice([1.0, 2.5, 0.4]))
            for _ in range(source.randint(1, 3))
        ]
        clauses.append(Clause(tuple(alternatives), required=source.random() < 0.3))
    return TextQuery(tuple(clauses), source.randint(0, len(clauses)))


def _generated_filter(source: random.Random) -> Filter:
    chosen = Filter()
    if source.random() < 0.25:
        chosen = replace(chosen, category_ids=tuple(source.sample(CATEGORIES, source.randint(1, 2))))
    if source.random() < 0.25:
        chosen = replace(chosen, brand_ids=tuple(source.sample(BRANDS, source.randint(1, 3))))
    if source.random() < 0.2:
        chosen = replace(chosen, seller_ids=tuple(source.sample(SELLERS, 2)))
    if source.random() < 0.2:
        chosen = replace(chosen, price_minimum=source.choice([None, 2_000]), price_maximum=source.choice([None, 9_000]))
    if source.random() < 0.2:
        chosen = replace(chosen, rating_minimum_hundredths=source.choice([0, 200, 400]))
    if source.random() < 0.2:
        chosen = replace(chosen, in_stock=source.random() < 0.7)
    if source.random() < 0.25:
        chosen = replace(chosen, warehouse_ids=tuple(source.sample(WAREHOUSES, source.choice([0, 1, 1, 2, 3]))))
    pairs = {}
    if source.random() < 0.3:
        pairs["colour"] = tuple(source.sample(COLOURS, source.randint(1, 3)))
    if source.random() < 0.2:
        pairs["size (EU)"] = tuple(source.sample(SIZES, 2))
    numbers: list[NumberRange] = []
    if source.random() < 0.2:
        numbers.append(NumberRange("weight.kg", source.choice([None, -2.5, -1.0]), source.choice([None, 3.0, 3.25])))
    if source.random() < 0.15:
        numbers.append(NumberRange("pieces", source.choice([None, 1.0, 1.5]), source.choice([None, 4.0, 2.5])))
    if source.random() < 0.15:
        numbers.append(NumberRange("weight.kg", source.choice([None, 1.0, 3.5]), source.choice([None, 4.5])))
    return replace(chosen, pairs=pairs, numbers=tuple(numbers))
