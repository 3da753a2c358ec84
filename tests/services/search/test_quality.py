"""Search is as good on judged queries as the store promises: nDCG over people's judgments, clean and misspelt."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.search.tantivy import TantivyIndex
from services.search.evaluation.collection import read_products, read_queries
from services.search.evaluation.run import Learner, Outcome, Typos, evaluate

SHARED = Path(os.environ.get("EMPORIUM_SHARED_DIR", Path(__file__).parents[4] / "shared"))
COLLECTION = SHARED / "data" / "icecat"


@pytest.fixture(scope="module")
async def outcomes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Outcome, list[Outcome]]]:
    """Figures of the queries as they are, and with a typo each, three times differently."""
    if not (COLLECTION / "products.jsonl.gz").exists():
        pytest.skip(f"no judged collection in {COLLECTION}")
    index = TantivyIndex(tmp_path_factory.mktemp("quality"))
    learner = Learner()
    await index.rebuild(learner.documents(read_products(COLLECTION)), generation="judged")
    vocabulary, ranker = learner.learnt()
    queries = read_queries(COLLECTION, split="dev")
    clean = await evaluate(index, queries, vocabulary=vocabulary, ranker=ranker)
    misspelt = [
        await evaluate(index, queries, vocabulary=vocabulary, ranker=ranker, typos=Typos(seed)) for seed in (1, 2, 3)
    ]
    yield clean, misspelt
    await index.close()


async def test_queries_as_typed(outcomes: tuple[Outcome, list[Outcome]]) -> None:
    clean, _ = outcomes

    assert clean.ours.mean("ndcg") >= 0.80
    assert clean.ours.mean("condensed_ndcg") >= 0.88
    assert clean.condensed.difference > 0
    assert clean.condensed.p < 0.05


async def test_queries_with_a_typo_each(outcomes: tuple[Outcome, list[Outcome]]) -> None:
    _, misspelt = outcomes

    assert sum(one.ours.mean("ndcg") for one in misspelt) / len(misspelt) >= 0.73
    assert sum(one.ours.mean("condensed_ndcg") for one in misspelt) / len(misspelt) >= 0.83
    assert all(one.ours.mean("is_empty") <= 0.02 for one in misspelt)


async def test_our_own_work_takes_at_most_five_milliseconds_of_processor_time(
    outcomes: tuple[Outcome, list[Outcome]],
) -> None:
    clean, misspelt = outcomes

    assert all(one.ours.own_ms <= 5 for one in (clean, *misspelt))
