"""From windows to the page that people read."""

from pathlib import Path

from bench.cases import CEILING, ENGINE, FLOOR, OURS
from bench.load import Load
from bench.report import TANTIVY, render
from bench.results import Import, Run, Window, load_run, summarise


def window(
    case: str,
    web: float,
    *,
    page: str = "listing",
    clients: int = 16,
    requests: int = 984,
    p99: float = 30.0,
    turn: int = 0,
) -> Window:
    load = Load(requests, 10.0, 10.0, p99, 0)
    return Window(page, TANTIVY, case, clients, turn, load, {"web": web, "postgres": 1.0})


def a_run(*windows: Window, imports: list[Import] | None = None) -> Run:
    pages = {one.page: 6_400 for one in windows}
    return Run({"Machine": "2 cores"}, answer_bytes=pages, windows=list(windows), imports=imports or [])


def row(text: str, name: str) -> list[str]:
    """The cells of the first table row that begins with `name`."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_requests_under_way_at_the_end_count_as_served() -> None:
    one = window(OURS, 2.0, requests=984, clients=16)

    assert one.cpu_ms("web") == 2.0
    assert one.cpu_ms("opensearch") is None


def test_summary_takes_the_median_of_the_rounds() -> None:
    rounds = [window(OURS, cpu, turn=turn) for turn, cpu in enumerate([3.0, 1.0, 2.0])]

    found = summarise(rounds)

    assert found is not None
    assert found.web_ms == (2.0, 1.0, 3.0)
    assert found.behind_ms == {"postgres": (1.0, 1.0, 1.0)}


def test_ratios_are_of_cpu_per_request() -> None:
    run = a_run(window(OURS, 2.0), window(CEILING, 0.5), window(FLOOR, 20.0))

    text = render(run)

    assert row(text, OURS)[-2:] == ["4.00", "0.10"]
    assert row(text, CEILING)[-2:] == ["1.00", "0.03"]


def test_ratios_are_left_out_when_the_base_was_not_measured() -> None:
    text = render(a_run(window(OURS, 2.0)))

    assert row(text, OURS)[-2:] == ["–", "–"]


def test_promise_of_search_is_judged_at_its_number_of_clients() -> None:
    slow_at_64 = window(OURS, 2.0, page="search", clients=64, p99=900.0)
    run = a_run(window(OURS, 2.0, page="search", p99=150.0), slow_at_64, window(ENGINE, 1.0, page="search", p99=201.0))

    text = render(run)

    assert row(text, "tantivy: search page")[2:] == ["150.0", "yes"]
    assert row(text, "tantivy: bare engine query")[2:] == ["201.0", "**no**"]


def test_promise_of_imports_is_scaled_to_its_number_of_products() -> None:
    kept = [Import("icecat", 20_000, 40.0, 5.0), Import("fashion", 40_000, 100.0, 30.0)]
    broken = [Import("demo", 2_000, 6.5, 0.0)]

    texts = [render(a_run(imports=imports)) for imports in (kept, broken)]

    assert row(texts[0], "importing")[2:] == ["175 for 60,000", "yes"]
    assert row(texts[1], "importing")[2:] == ["6 for 2,000", "**no**"]


def test_run_survives_its_file(tmp_path: Path) -> None:
    run = a_run(window(OURS, 2.0), imports=[Import("demo", 2_000, 3.0, 1.0)])

    run.save(tmp_path / "runs" / "one.json")

    assert load_run(tmp_path / "runs" / "one.json") == run
