"""Runs judged queries through planning and ranking as production does, against an engine and plain BM25 on it."""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from ports.search import (
    Alternative,
    Clause,
    Filter,
    IndexedDocument,
    SearchIndex,
    SearchRequest,
    SearchResponse,
    TextQuery,
)
from services.search.analysis import tokens
from services.search.categories import Categories, CategoryName
from services.search.defaults import default_lexicon
from services.search.documents import to_document
from services.search.evaluation.collection import CollectionListing, JudgedQuery
from services.search.evaluation.metrics import Comparison, Scores, compare, score
from services.search.evaluation.typos import SHORTEST, misspell
from services.search.planning import plan_query
from services.search.ranking import WINDOW, Ranker
from services.search.retrieval import retrieve
from services.search.vocabulary import Vocabulary

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class System:
    """A way of answering, over all queries. `own_ms` is the mean processor time that a query takes in planning and
    ranking, without the engine and its client."""

    name: str
    scores: Sequence[Scores]
    own_ms: float

    def mean(self, figure: str) -> float:
        values: list[float] = [getattr(one, figure) for one in self.scores]
        return sum(values) / len(values)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both systems on the same queries, and the paired comparisons of nDCG and of condensed nDCG."""

    ours: System
    plain: System
    ndcg: Comparison
    condensed: Comparison


class Typos(NamedTuple):
    """One edit a query, the same for the same seed; words below `shortest` letters have none."""

    seed: int
    shortest: int = SHORTEST


class Learner:
    """Passes listings on to an index and learns from them what production learns from the catalog."""

    def __init__(self) -> None:
        self._terms: Counter[str] = Counter()
        self._categories: dict[UUID, CategoryName] = {}
        self.products = 0

    async def documents(self, listings: Iterable[CollectionListing]) -> AsyncIterator[Sequence[IndexedDocument]]:
        """The listings as documents, in batches."""
        rest = iter(listings)
        while batch := list(islice(rest, _BATCH)):
            documents = [to_document(listing) for listing in batch]
            for listing, document in zip(batch, documents, strict=True):
                self._terms.update(set(document.body.split()) | set(document.title.split()))
                for depth, (key, name) in enumerate(zip(listing.category_ids, listing.category_names, strict=True), 1):
                    self._categories[key] = CategoryName(key, name, listing.category_ids[:depth])
            self.products += len(batch)
            yield documents

    def learnt(self) -> tuple[Vocabulary, Ranker]:
        """What planning and ranking need."""
        return Vocabulary(self._terms), Ranker(default_lexicon(), Categories(self._categories.values()))


class Timed:
    """An index that adds up the time of this thread that goes into asking it, so that the rest is known to be ours."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self.seconds = 0.0

    async def search(self, request: SearchRequest) -> SearchResponse:
        started = time.thread_time()
        try:
            return await self._index.search(request)
        finally:
            self.seconds += time.thread_time() - started


async def evaluate(
    index: SearchIndex,
    queries: Sequence[JudgedQuery],
    *,
    vocabulary: Vocabulary,
    ranker: Ranker,
    typos: Typos | None = None,
) -> Outcome:
    """Both systems on all queries, which are misspelt first if `typos` are given."""
    texts = [query.text for query in queries]
    if typos is not None:
        chance = random.Random(typos.seed)
        texts = [misspell(text, chance, shortest=typos.shortest) for text in texts]
    source = Timed(index)
    started = time.thread_time()
    found = [await ours(source, text, vocabulary=vocabulary, ranker=ranker) for text in texts]
    own = (time.thread_time() - started - source.seconds) * 1000 / len(texts)
    plain = [await plain_bm25(source, text) for text in texts]
    system = System("ours", _scores(found, queries), own)
    baseline = System("plain BM25", _scores(plain, queries), 0.0)
    return Outcome(system, baseline, *(_compared(system, baseline, name) for name in ("ndcg", "condensed_ndcg")))


async def ours(source: Timed, text: str, *, vocabulary: Vocabulary, ranker: Ranker) -> list[UUID]:
    """The first 200 products as production finds them."""
    plan = plan_query(text, lexicon=ranker.lexicon, vocabulary=vocabulary)
    request = SearchRequest(text=None, filter=Filter(), limit=WINDOW, count_total=False)
    response, _ = await retrieve(source, request=request, plan=plan, ranker=ranker)
    return [hit.id for hit in response.hits]


async def plain_bm25(source: Timed, text: str) -> list[UUID]:
    """The first 200 products by BM25 over the same weighted text and tokens, any word matching, nothing else."""
    clauses = tuple(Clause((Alternative((token,)),)) for token in dict.fromkeys(tokens(text)))
    request = SearchRequest(text=TextQuery(clauses), filter=Filter(), limit=WINDOW, count_total=False)
    return [hit.id for hit in (await source.search(request)).hits]


def _scores(found: Sequence[Sequence[UUID]], queries: Sequence[JudgedQuery]) -> list[Scores]:
    return [score(ranked, query.gains) for ranked, query in zip(found, queries, strict=True)]


def _compared(system: System, baseline: System, figure: str) -> Comparison:
    return compare([getattr(one, figure) for one in system.scores], [getattr(one, figure) for one in baseline.scores])
