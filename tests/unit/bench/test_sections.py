"""What the sections say about holds, the delivery matrix, subscriptions and checkout."""

from bench.cases.checkout import Bought, Window
from bench.cases.live import Fanout
from bench.cases.matrix import Measured
from bench.cases.peers import GROUPED, JOINED, LOADERS, OURS
from bench.cases.reserving import Pace
from bench.document import put
from bench.facts import Others, describe_alone, describe_others, doubts, doubts_alone, doubts_of_length
from bench.load import Load
from bench.results import Window as Loaded
from bench.sections import HOLDS, TITLES, render_checkout, render_holds, render_live, render_matrix, render_peers
from tests.unit.bench.test_report import row

FACTS = {"When": "2026-01-02 03:04 UTC", "Command": "`python -m bench --reserving`"}


def fanout(last_ms: float, *, subscriptions: int = 2_000) -> Fanout:
    return Fanout("ws, all on one variant", subscriptions, 90.4, 180.6, last_ms, 400.0, 41.26)


def window(p99_ms: float = 900.0, *, trips: float = 60.0) -> Window:
    return Window(300, 10.0, 400.0, p99_ms, 350.0, trips, 50.0, 3)


def test_holds_are_compared_with_the_plain_transaction_of_their_run() -> None:
    paces = [
        Pace("plain transaction", 200.0, [190.0, 200.0, 210.0]),
        Pace("desk", 1_000.0, [900.0, 1_000.0, 1_300.0]),
        Pace("keys", 998.0, [998.0]),
    ]

    text = render_holds(paces, FACTS, [])

    assert row(text, "plain transaction") == ["plain transaction", "200 (190–210)", "1.0", "–"]
    assert row(text, "desk") == ["desk", "1,000 (900–1,300)", "5.0", "yes"]
    assert row(text, "keys")[-1] == "**no**"


def test_ratio_is_not_rounded_up_to_what_is_promised() -> None:
    paces = [Pace("plain transaction", 100.0, [100.0]), Pace("desk", 499.0, [499.0])]

    text = render_holds(paces, FACTS, [])

    assert row(text, "desk")[-2:] == ["4.9", "**no**"]


def test_matrix_is_judged_by_the_second_and_scaled_to_fewer_codes() -> None:
    found = [
        Measured("in time", 41_900, 59.9, 2_367_000, 12),
        Measured("too late", 80_000, 60.0, 1, 0),
        Measured("too few codes", 10_000, 15.1, 1, 0),
    ]

    text = render_matrix(found, FACTS, [])

    assert row(text, "in time") == ["in time", "41,900", "59.900", "2,367,000", "12", "yes"]
    assert row(text, "too late")[-1] == "**no**"
    assert row(text, "too few codes")[-1] == "**no**"


def test_answer_of_a_page_writes_no_lanes_and_has_no_promise() -> None:
    text = render_matrix([Measured("a page of 24", 41_900, 0.0162, None, None)], FACTS, [])

    assert row(text, "a page of 24")[2:] == ["0.016", "–", "–", "–"]


def loaded(name: str, requests: int) -> Loaded:
    return Loaded("listing", "", name, 16, 0, Load(requests, 10.0, 8.0, 20.0, 0), {"web": 1.0, "postgres": 0.5})


def test_peers_are_compared_by_the_rate_of_the_store_without_kept_answers() -> None:
    windows = [loaded(OURS, 1_984), loaded(LOADERS, 2_480), loaded(JOINED, 9_999), loaded(GROUPED, 993)]

    text = render_peers(windows, FACTS, [])

    assert row(text, LOADERS)[-2:] == ["0.80", "yes (≥ 0.8)"]
    assert row(text, JOINED)[-2:] == ["0.19", "–"]
    assert row(text, GROUPED)[-2:] == ["1.99", "**no** (≥ 2)"]
    assert row(text, OURS) == [OURS, "198", "8.0", "20.0", "0.50", "0.25", "1.00", "–"]


def test_checkout_is_judged_by_the_time_of_orders_and_by_the_same_cost_for_all_sizes() -> None:
    good = Bought([window()], {1: window(), 50: window()})
    bad = Bought([window(2_000.0)], {1: window(), 50: window(trips=61.0)})

    kept, broken = (render_checkout(found, FACTS, []) for found in (good, bad))

    assert row(kept, "30.0") == ["30.0", "400", "900", "350", "3", "yes"]
    assert row(kept, "50") == ["50", "60", "50", "yes"]
    assert row(broken, "30.0")[-1] == "**no**"
    assert row(broken, "50") == ["50", "61", "50", "**no**"]


def test_subscriptions_are_judged_by_the_last_delivery_and_their_number() -> None:
    found = [fanout(999.0), fanout(1_000.0), fanout(300.0, subscriptions=1_999)]

    texts = [render_live([one], FACTS, []) for one in found]

    assert row(texts[0], "ws") == ["ws, all on one variant", "90", "181", "999", "yes", "400", "41.3"]
    assert [row(text, "ws")[4] for text in texts] == ["yes", "**no**", "**no**"]


def test_section_says_its_own_date_load_and_command() -> None:
    others = Others(12.4, 100.0)
    facts = describe_alone(command="python -m bench --live", load="2,000 subscriptions") | describe_others(others)

    text = render_live([fanout(300.0)], facts, doubts_alone(others))

    assert "- **Command:** `python -m bench --live`." in text
    assert "- **Other work on the machine:** 12 % of all CPUs in the 5 s before, 100 % in those after." in text
    assert f"- **When:** {facts['When']}." in text
    assert "busy with other work (up to 100 % of its CPUs)" in text


def test_idle_machine_and_enough_time_leave_no_doubts() -> None:
    found = [doubts(0.1), doubts_alone(Others(0.5, 0.5)), doubts_of_length(20)]

    assert found == [[], [], []]


def test_busy_machine_or_a_short_run_is_said() -> None:
    found = [doubts(1.84), doubts_of_length(19.9)]

    assert "load average 1.8 before the start" in found[0][0]
    assert "short run" in found[1][0]


def test_sections_find_their_place_in_the_document_by_their_titles() -> None:
    paces = [Pace("plain transaction", 100.0, [100.0])]
    document = put("# Benchmarks\n", render_live([fanout(300.0)], FACTS, []), TITLES)

    found = put(put(document, render_holds(paces, FACTS, []), TITLES), render_holds(paces, FACTS, ["new"]), TITLES)

    assert found.index(HOLDS) < found.index("Subscriptions")
    assert found.count(HOLDS) == 1
    assert found.count("- **Note:** new") == 1
