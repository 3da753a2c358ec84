"""The arithmetic of docs/scaling.md: its figures are those of the benchmarks, and its sums are right."""

import pytest

from bench.capacity import BENCHMARKS, SCALING, Assumed, compute, read_figures, rewritten


def test_the_page_shows_what_follows_from_the_benchmarks() -> None:
    figures = read_figures(BENCHMARKS.read_text(encoding="utf-8"))

    page = SCALING.read_text(encoding="utf-8")

    assert page == rewritten(page, figures), "Run `python -m bench.capacity`."


def test_what_a_cdn_answers_never_reaches_the_origin() -> None:
    figures = read_figures(BENCHMARKS.read_text(encoding="utf-8"))

    need = compute(figures, Assumed(cdn_hit_ratio=1.0))

    assert (need.origin, need.browse_cores, need.engine_cores) == (0, 0, 0)
    assert need.order_cores > 0


def test_cores_grow_with_the_load_and_with_the_reserve() -> None:
    figures = read_figures(BENCHMARKS.read_text(encoding="utf-8"))

    # All cores busy, and as many orders as the benchmark had: its own cores are needed, and no more.
    same = compute(figures, Assumed(orders_per_second=45, busy=1.0, browse_per_second=0))
    half_busy = compute(figures, Assumed(orders_per_second=45, busy=0.5, browse_per_second=0))

    assert same.order_cores == pytest.approx(45 / figures.orders_per_second * 2, abs=1)
    assert half_busy.order_cores == pytest.approx(2 * same.order_cores, abs=1)


def test_a_page_without_a_figure_is_refused() -> None:
    with pytest.raises(LookupError, match="Listing page"):
        read_figures("# Benchmarks\n")
