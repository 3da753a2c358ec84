"""The order of the best candidates: BM25 from the engine, corrected by what the shop knows of query and product.

Constants are few and general, chosen on judged queries where those say anything (docs/decisions/0004): everything
particular is in word lists that operators edit.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple
from uuid import UUID

from ports.search import Hit
from services.search.categories import Categories
from services.search.documents import Stored, unpack_stored
from services.search.lexicon import Lexicon, Rule, Wholes
from services.search.planning import Plan

# So many of the engine's best are put in order here; later pages come as the engine orders them.
WINDOW = 200
# How much a product of the category that the query names is worth more.
_INTENT = 0.3
# Sales and ratings decide between products that match about equally well, no more. 100,000 sold counts as most.
_SALES = 0.2
_MOST_SOLD = 5.0
_RATING = 0.1
# A rating counts in full with many voters: that many voters of the middle are added to each.
_PRIOR_VOTERS = 10
_MIDDLE_HUNDREDTHS = 350
_OUT_OF_STOCK = 0.5
# Products whose facts are kept unpacked, about 1 kB each.
_REMEMBERED = 20_000

OutOfStock = Literal["sink", "hide", "keep"]


class _ActiveRule(NamedTuple):
    """A rule that holds for the query at hand, with what is left to ask of a product."""

    words: frozenset[str]
    phrases: Sequence[Wholes]
    needs_title: bool
    categories: set[str] | None
    brand: str | None
    product: UUID | None
    factor: float


@dataclass(frozen=True, slots=True)
class Ranker:
    """Puts candidates in order. Holds no state of a query."""

    lexicon: Lexicon
    categories: Categories
    out_of_stock: OutOfStock = "sink"

    def order(self, plan: Plan | None, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, best first, with the scores that put them so; equal ones keep the engine's order.

        Without a plan (nothing was typed) the engine's order, by sales, is only corrected by rules and stock.
        """
        rules = self._active_rules(frozenset() if plan is None else plan.phrases)
        named = frozenset() if plan is None else self.categories.named_by(self._wordings(plan))
        scored = []
        for hit in hits:
            product, popularity = _weighed(hit.stored)
            score = 1.0 if plan is None else hit.score * popularity
            if product.category in named:
                score *= 1 + _INTENT
            if not product.in_stock and self.out_of_stock == "sink":
                score *= _OUT_OF_STOCK
            for rule in rules:
                if _describes(rule, hit.id, product):
                    score *= rule.factor
            scored.append((score, hit))
        scored.sort(key=itemgetter(0), reverse=True)
        return [Hit(hit.id, score, hit.sort_key, hit.stored) for score, hit in scored]

    def _wordings(self, plan: Plan) -> Iterable[frozenset[str]]:
        yield plan.tokens
        for phrase in plan.phrases:
            for term in self.lexicon.synonyms.get(phrase, ()):
                yield frozenset(word.whole for word in term)

    def _active_rules(self, phrases: frozenset[Wholes]) -> list[_ActiveRule]:
        return [
            self._active(rule, phrases)
            for rule in self.lexicon.rules
            if not rule.query_phrases or not rule.query_phrases.isdisjoint(phrases)
        ]

    def _active(self, rule: Rule, phrases: frozenset[Wholes]) -> _ActiveRule:
        lacking = rule.title_phrases - phrases
        return _ActiveRule(
            words=frozenset(phrase[0] for phrase in lacking if len(phrase) == 1),
            phrases=[phrase for phrase in lacking if len(phrase) > 1],
            needs_title=bool(rule.title_phrases),
            categories=None if rule.category is None else self.categories.below(rule.category),
            brand=None if rule.brand is None else rule.brand.hex,
            product=rule.product,
            factor=rule.factor,
        )


def fuse(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """One list of candidates from several sources, whose scores must be on one scale: the best of each product.

    There is one source today, the engine's text search; a second (by meaning) joins here.
    """
    if len(lists) == 1:
        return list(lists[0])
    best: dict[UUID, Hit] = {}
    for hit in (hit for found in lists for hit in found):
        if hit.id not in best or best[hit.id].score < hit.score:
            best[hit.id] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, -hit.sort_key))


def _describes(rule: _ActiveRule, product_id: UUID, product: Stored) -> bool:
    if rule.categories is not None and product.category not in rule.categories:
        return False
    if rule.brand is not None and product.brand != rule.brand:
        return False
    if rule.product is not None and product_id != rule.product:
        return False
    if not rule.needs_title:
        return True
    return not rule.words.isdisjoint(product.title) or any(
        all(word in product.title for word in phrase) for phrase in rule.phrases
    )


@lru_cache(maxsize=_REMEMBERED)
def _weighed(stored: bytes) -> tuple[Stored, float]:
    """What comes back with a hit, and its popularity. Few products are candidates of most queries."""
    product = unpack_stored(stored)
    return product, _popularity(product)


def _popularity(product: Stored) -> float:
    """A factor near 1 from sales and rating; exactly 1 for a product that has neither."""
    sales = min(math.log10(1 + product.units_sold) / _MOST_SOLD, 1.0)
    voters = product.rating_count
    average = (product.rating_hundredths * voters + _MIDDLE_HUNDREDTHS * _PRIOR_VOTERS) / (voters + _PRIOR_VOTERS)
    return 1 + _SALES * sales + _RATING * (average - _MIDDLE_HUNDREDTHS) / (500 - _MIDDLE_HUNDREDTHS)
