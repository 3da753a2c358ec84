"""The one report: Markdown from a run."""

from collections.abc import Iterable, Sequence

from bench.cases import CASES, CEILING, ENGINE, FLOOR, OURS
from bench.costs import POSTGRES, VALKEY
from bench.operations import LISTING, PRODUCT, SEARCH
from bench.results import Import, Run, Summary, summarise
from bench.statistics import Spread, ratio

PROMISED_P99_MS = 200
PROMISED_CLIENTS = 16
PROMISED_PRODUCTS = 60_000
PROMISED_SECONDS = 180
TANTIVY, OPENSEARCH = "tantivy", "OpenSearch"
_TITLES = {
    LISTING: "Listing page: 24 products with title, price, rating, availability, category and image",
    SEARCH: "Search page: 24 hits, all facets and the price histogram; the queries take turns",
    PRODUCT: "Product page: content, breadcrumbs, attributes, options, 20 variants with their buy boxes, pictures",
}
_METHOD = """\
Measured by `python -m bench` (`make bench`), which also writes this page. Absolute figures are those of one machine;
compare the ratios, and CPU per request before rates: web server, database and load generator share the cores.

- All cases of a page run at once, one uvicorn worker each (uvloop, httptools), on the same Postgres, Valkey and
  search index. Only one gets load at a time.
- First every request is sent to every case, and the answers must be equal, byte by byte after sorting keys.
- The load is a closed loop from another process. Before and after each window all servers must be idle, so no
  window pays for the one before. CPU is user and system time of the whole process, from idle to idle, divided by
  the requests served; for Postgres it is that of all its processes.
- Figures are medians over the rounds, with the lowest and highest in brackets. × ceiling and × floor are ratios of
  the web process's CPU per request within this run: 2 is twice as much.
- Holds, the delivery matrix and subscriptions are measured alone, each by an option of its own that writes its section
  here and leaves the others as they are. Each section says when, beside which other work, and by which command.
"""


def render(run: Run) -> str:
    """The report as Markdown."""
    lines = ["# Benchmarks", "", _METHOD]
    lines += [f"- **{name}:** {value}." for name, value in run.facts.items()]
    lines += ["", "The cases:", ""]
    lines += [f"- **{case.name}:** {case.meaning}." for case in CASES]
    if run.notes:
        lines += ["", "Notes:", "", *(f"- {note}" for note in run.notes)]
    clients = sorted({window.clients for window in run.windows})
    for page in dict.fromkeys(window.page for window in run.windows):
        lines += ["", f"## {_TITLES[page]}", "", f"An answer has {run.answer_bytes[page]:,} bytes.", ""]
        for engine in dict.fromkeys(window.engine for window in run.windows if window.page == page):
            for count in clients:
                lines += _page_table(run, page, engine, count)
    lines += _promises(run)
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip() + "\n"


def _page_table(run: Run, page: str, engine: str, clients: int) -> list[str]:
    found = {
        case.name: summarise(run.select(page=page, engine=engine, case=case.name, clients=clients)) for case in CASES
    }
    present = {name: summary for name, summary in found.items() if summary is not None}
    if not present:
        return []
    ceiling, floor = present.get(CEILING), present.get(FLOOR)
    title = f"{clients} clients" + (f", {engine}" if page == SEARCH else "")
    header = (
        "case", "requests/s", "p50 ms", "p99 ms", "CPU ms", "Postgres CPU ms", "other CPU ms", "× ceiling", "× floor"
    )  # fmt: skip
    rows = [_row(name, summary, ceiling, floor) for name, summary in present.items()]
    return [f"**{title}**", "", *table(header, rows), ""]


def _row(name: str, summary: Summary, ceiling: Summary | None, floor: Summary | None) -> list[str]:
    others = [f"{server} {value.median:.2f}" for server, value in summary.behind_ms.items() if server != POSTGRES]
    failed = f" ({summary.failures} failed)" if summary.failures else ""
    is_page = name != ENGINE
    return [
        name + failed,
        shown(summary.rate, 0),
        shown(summary.p50_ms, 1),
        shown(summary.p99_ms, 1),
        shown(summary.web_ms, 2),
        shown(summary.behind_ms.get(POSTGRES), 2),
        ", ".join(text for text in others if not text.endswith(f"{VALKEY} 0.00")) or "–",
        _times(summary, ceiling) if is_page else "–",
        _times(summary, floor) if is_page else "–",
    ]


def _times(summary: Summary, base: Summary | None) -> str:
    found = None if base is None else ratio(summary.web_ms, base.web_ms)
    return "–" if found is None else f"{found:.2f}"


def _promises(run: Run) -> list[str]:
    lines = ["", "## Promises", ""]
    rows = []
    for engine in dict.fromkeys(window.engine for window in run.windows if window.page == SEARCH):
        for case in (OURS, ENGINE):
            windows = run.select(page=SEARCH, engine=engine, case=case, clients=PROMISED_CLIENTS)
            if (summary := summarise(windows)) is not None:
                name = f"{engine}: {'search page' if case == OURS else 'bare engine query'}, p99 in ms"
                bound = f"< {PROMISED_P99_MS} at {PROMISED_CLIENTS} clients"
                rows.append([name, bound, shown(summary.p99_ms, 1), verdict(summary.p99_ms.median < PROMISED_P99_MS)])
    if run.imports:
        rows.append(_import_promise(run.imports))
    if rows:
        lines += table(("what", "promised", "measured", "kept"), rows)
    if run.imports:
        lines += ["", "## Imports, from an empty database", ""]
        header = ("source", "products", "import s", "then index s", "products/s")
        lines += table(header, [_import_row(one) for one in run.imports])
    return lines


def _import_promise(imports: Sequence[Import]) -> list[str]:
    products, seconds = sum(one.products for one in imports), sum(one.seconds for one in imports)
    name = "importing, all indexed, in seconds"
    bound = f"< {PROMISED_SECONDS} for {PROMISED_PRODUCTS:,} products"
    kept = verdict(seconds * PROMISED_PRODUCTS < PROMISED_SECONDS * products)
    return [name, bound, f"{seconds:.0f} for {products:,}", kept]


def _import_row(one: Import) -> list[str]:
    rate = f"{one.products / one.seconds:,.0f}"
    return [one.source, f"{one.products:,}", f"{one.import_seconds:.1f}", f"{one.index_seconds:.1f}", rate]


def verdict(is_kept: bool) -> str:
    """Whether a promise was kept, as the report shows it."""
    return "yes" if is_kept else "**no**"


def shown(value: Spread | None, digits: int) -> str:
    """A spread as the report shows it: the median, then the range."""
    if value is None:
        return "–"
    middle, low, high = (f"{one:,.{digits}f}" for one in value)
    return middle if low == high else f"{middle} ({low}–{high})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table: the first column is text, the others are figures."""
    rule = ["---", *("--:" for _ in header[1:])]
    return [f"| {' | '.join(row)} |" for row in (header, rule, *rows)]
