"""What the section says about fan-out."""

from bench.cases.fanout import Fanned
from bench.fanout_section import render_fanout
from tests.unit.bench.test_report import row

FACTS = {"Command": "`python -m bench --fan-out`"}
ALL = "all on one variant"


def fanned(p99_ms: float = 149.0, *, connections: int = 10_000, rate: float = 5_000.0, plain: bool = False) -> Fanned:
    return Fanned("ws", ALL, plain, connections, rate, 80.0, p99_ms, 160.0, 200.0, 400.0 if plain else 20.5, 41.0)


def test_a_delivery_is_compared_with_strawberrys_of_the_same_shape() -> None:
    text = render_fanout([fanned(), fanned(plain=True, connections=1_000)], FACTS, [])

    assert row(text, f"ws, {ALL}")[-6:] == ["yes", "200.00", "20.5", "19.5", "41.0", "yes"]
    assert row(text, f"ws, {ALL}, strawberry")[-6:] == ["–", "200.00", "400.0", "–", "41.0", "–"]


def test_too_late_and_too_few_deliveries_break_the_promise() -> None:
    late = render_fanout([fanned(150.1)], FACTS, [])
    slow = render_fanout([fanned(rate=4_000.0)], FACTS, [])
    few = render_fanout([fanned(connections=9_999)], FACTS, [])

    assert row(late, f"ws, {ALL}")[6] == "**no**"
    assert row(slow, f"ws, {ALL}")[6] == "**no**"
    assert row(few, f"ws, {ALL}")[6] == "–"
