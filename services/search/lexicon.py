"""Synonyms and rules of ranking in the form that planning and ranking use: analysed once, then only looked up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from services.search.analysis import Word, words

Wholes = tuple[str, ...]


class SynonymTerms(NamedTuple):
    terms: Sequence[str]
    one_way: bool


class BoostFields(NamedTuple):
    """A rule as operators wrote it; see `models.search.SearchBoost`."""

    name: str
    query_words: Sequence[str]
    title_words: Sequence[str]
    category_id: UUID | None
    brand_id: UUID | None
    product_id: UUID | None
    factor: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of ranking. `query_phrases` and `title_phrases` are analysed; ids are None where they do not matter."""

    name: str
    query_phrases: frozenset[Wholes]
    title_phrases: frozenset[Wholes]
    category: UUID | None
    brand: UUID | None
    product: UUID | None
    factor: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists. `synonyms` maps the words of a term to the other terms that may stand for it.

    `known` are the words of its terms, which are well spelled whether or not the catalog has them. No term of any list
    has more words than `longest`.
    """

    synonyms: Mapping[Wholes, Sequence[Sequence[Word]]] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    longest: int = 1
    known: frozenset[str] = frozenset()


def make_lexicon(synonyms: Iterable[SynonymTerms], boosts: Iterable[BoostFields]) -> Lexicon:
    """Analyse word lists; terms without any token are passed over."""
    found: dict[Wholes, list[Sequence[Word]]] = {}
    known_words: set[str] = set()
    for entry in synonyms:
        analysed = [term for term in map(words, entry.terms) if term]
        known_words.update(word.whole for term in analysed for word in term)
        sources = analysed[:1] if entry.one_way else analysed
        for source in sources:
            others = found.setdefault(wholes(source), [])
            known = {wholes(source), *map(wholes, others)}
            others.extend({wholes(term): term for term in analysed if wholes(term) not in known}.values())
    rules = [
        Rule(
            name=boost.name,
            query_phrases=_phrases(boost.query_words),
            title_phrases=_phrases(boost.title_words),
            category=boost.category_id,
            brand=boost.brand_id,
            product=boost.product_id,
            factor=boost.factor,
        )
        for boost in boosts
    ]
    terms = [*found, *(phrase for rule in rules for phrase in (*rule.query_phrases, *rule.title_phrases))]
    return Lexicon(found, rules, max(map(len, terms), default=1), frozenset(known_words))


def wholes(term: Sequence[Word]) -> Wholes:
    return tuple(word.whole for word in term)


def phrase_or_word(term: Sequence[Word]) -> tuple[str, ...]:
    """A term as tokens to match: its one word, or its several words next to each other in the title."""
    return (term[0].whole,) if len(term) == 1 else tuple(part for word in term for part in word.parts)


def _phrases(terms: Sequence[str]) -> frozenset[Wholes]:
    return frozenset(wholes(term) for term in map(words, terms) if term)
