"""Figures of merit for ranked lists, and whether a difference between two systems is more than chance."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

DEPTH = 10
RECALL_DEPTH = 100
_PERMUTATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Scores:
    """How one list did for one query. `judged` is the share of the first ten that was judged; all are 0 to 1."""

    ndcg: float
    condensed_ndcg: float
    judged: float
    recall: float
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """System against baseline, query by query. `p` is two-sided, from a sign-flip permutation test."""

    difference: float
    wins: int
    losses: int
    p: float


def score(ranked: Sequence[UUID], gains: Mapping[UUID, float]) -> Scores:
    """Scores of a list (best first, 100 deep). Unjudged products gain nothing; condensed drops them first."""
    relevant = {product for product, gain in gains.items() if gain > 0}
    top = ranked[:DEPTH]
    return Scores(
        ndcg=ndcg(top, gains),
        condensed_ndcg=ndcg([product for product in ranked if product in gains], gains),
        judged=sum(product in gains for product in top) / len(top) if top else 0.0,
        recall=len(relevant.intersection(ranked[:RECALL_DEPTH])) / len(relevant),
        is_empty=not ranked,
    )


def ndcg(ranked: Sequence[UUID], gains: Mapping[UUID, float]) -> float:
    """Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002), linear gains."""
    ideal = _discounted(sorted(gains.values(), reverse=True)[:DEPTH])
    return _discounted([gains.get(product, 0.0) for product in ranked[:DEPTH]]) / ideal


def compare(system: Sequence[float], baseline: Sequence[float], *, seed: int = 0) -> Comparison:
    """The paired difference of two systems' figures for the same queries."""
    differences = [ours - theirs for ours, theirs in zip(system, baseline, strict=True)]
    observed = abs(sum(differences))
    nonzero = [difference for difference in differences if difference]
    chance = random.Random(seed)
    as_extreme = sum(
        abs(sum(difference if chance.random() < 0.5 else -difference for difference in nonzero)) >= observed - 1e-12
        for _ in range(_PERMUTATIONS)
    )
    return Comparison(
        difference=sum(differences) / len(differences),
        wins=sum(difference > 0 for difference in differences),
        losses=sum(difference < 0 for difference in differences),
        p=(as_extreme + 1) / (_PERMUTATIONS + 1),
    )


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))
