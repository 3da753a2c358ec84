"""Figures of merit, and typos."""

import random
from uuid import UUID

import pytest

from services.search.evaluation.metrics import compare, ndcg, score
from services.search.evaluation.typos import misspell

A, B, C, D = (UUID(int=number) for number in range(4))
GAINS = {A: 1.0, B: 0.5, C: 0.0}


def test_the_ideal_order_scores_one_and_its_reverse_less() -> None:
    assert ndcg([A, B, C], GAINS) == pytest.approx(1)
    assert ndcg([C, B, A], GAINS) == pytest.approx((0.5 / 1.5849625 + 1 / 2) / (1 + 0.5 / 1.5849625))


def test_condensed_drops_unjudged_products_first() -> None:
    found = score([D, A, B], GAINS)

    assert found.condensed_ndcg == pytest.approx(1)
    assert found.ndcg < 1
    assert found.judged == pytest.approx(2 / 3)
    assert found.recall == 1


def test_an_empty_list_scores_nothing() -> None:
    assert score([], GAINS).is_empty
    assert score([], GAINS).ndcg == 0


def test_a_clear_difference_is_no_chance_and_none_is() -> None:
    clear = compare([0.9] * 20, [0.5] * 20)
    none = compare([0.5, 0.6] * 10, [0.6, 0.5] * 10)

    assert clear.wins == 20
    assert clear.p < 0.001
    assert none.p > 0.5


def test_the_longest_word_gets_one_edit_and_the_same_seed_the_same() -> None:
    first = [misspell("usb headphones", random.Random(seed)) for seed in range(50)]

    assert first == [misspell("usb headphones", random.Random(seed)) for seed in range(50)]
    assert all(text.startswith("usb ") for text in first)
    assert len(set(first)) > 30


def test_short_words_are_left_alone_unless_asked_for() -> None:
    assert misspell("tv", random.Random(1)) == "tv"
    assert {misspell("tv", random.Random(seed), shortest=1) for seed in range(30)} != {"tv"}
