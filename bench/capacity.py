"""`python -m bench.capacity`: what a load needs, by the figures of docs/benchmarks.md; a section of docs/scaling.md.

Only measured figures are read from the page. What was not measured is in `Assumed`, and is printed with the result.
"""

import math
import re
from dataclasses import dataclass, fields
from pathlib import Path

from bench.report import table

_DOCS = Path(__file__).parents[1] / "docs"
BENCHMARKS, SCALING = _DOCS / "benchmarks.md", _DOCS / "scaling.md"
_BEGIN, _END = "<!-- printed by python -m bench.capacity -->\n", "<!-- end -->\n"
_HIT_RATIOS = (0.0, 0.8, 0.9, 0.95, 0.99)
_FIRST_NUMBER = re.compile(r"[\d,.]+")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of docs/benchmarks.md: CPU in milliseconds of the web process (`web`), Postgres and OpenSearch a request."""

    kept_ms: float
    kept_per_second: float
    shared_ms: float
    constant_per_second: float
    listing_ms: float
    listing_postgres_ms: float
    product_ms: float
    product_postgres_ms: float
    search_ms: float
    search_postgres_ms: float
    search_engine_ms: float
    listing_bytes: int
    product_bytes: int
    search_bytes: int
    orders_per_second: float
    round_trips: int
    statements: int
    indexed_per_second: int


@dataclass(frozen=True, slots=True)
class Assumed:
    """What nobody has measured here. Shares are of requests; bytes are of one order."""

    browse_per_second: int = 500_000
    orders_per_second: int = 10_000
    cdn_hit_ratio: float = 0.9
    product_share: float = 0.5
    listing_share: float = 0.35
    search_share: float = 0.15
    kept_in_process_share: float = 0.8
    kept_in_redis_share: float = 0.1
    busy: float = 0.6
    bench_cores: int = 2
    postgres_share_of_order: float = 0.3
    events_of_order: int = 8
    lines_of_order: int = 3
    wal_bytes_of_order: int = 40_000
    postgres_cores_a_node: int = 64
    pool_size: int = 8
    redis_ops_a_node: int = 100_000
    messages_a_partition: int = 2_000
    engine_cores_a_node: int = 16


@dataclass(frozen=True, slots=True)
class Need:
    """What a load needs, per second where nothing else is said."""

    origin: float
    executed: float
    browse_cores: int
    engine_cores: int
    browse_postgres_cores: int
    order_cores: int
    order_postgres_cores: int
    order_web_cores: int
    statements: int
    redis_ops: int
    events: int
    wal_megabytes: float
    connections: int
    postgres_nodes: int
    orders_of_one_node: int
    orders_of_one_leader: int
    gigabits: float

    @property
    def web_processes(self) -> int:
        """One uses one core."""
        return self.browse_cores + self.order_web_cores


def read_figures(page: str) -> Figures:
    """Raises `LookupError` for a page without one of the figures."""
    listing, search, product = (_section(page, f"{name} page:") for name in ("Listing", "Search", "Product"))
    checkout, kept = _section(page, "Checkout:"), _section(page, "Kept answers:")
    opensearch = search[search.index("clients, OpenSearch") :]
    emporium = _cells(listing, "emporium"), _cells(product, "emporium"), _cells(opensearch, "emporium")
    engine = re.search(r"opensearch ([\d.]+)", emporium[2][6])
    if engine is None:
        raise LookupError("The page does not say what OpenSearch costs.")
    order, one_line = _row_after(checkout, "| orders/s"), _cells(checkout, "1")
    in_process, in_redis = _cells(kept, "kept in the process"), _cells(kept, "kept in Redis")
    return Figures(
        kept_ms=_number(in_process[3]),
        kept_per_second=_number(in_process[1]),
        shared_ms=_number(in_redis[3]),
        constant_per_second=_number(_cells(kept, "constant answer")[1]),
        listing_ms=_number(emporium[0][4]),
        listing_postgres_ms=_number(emporium[0][5]),
        product_ms=_number(emporium[1][4]),
        product_postgres_ms=_number(emporium[1][5]),
        search_ms=_number(emporium[2][4]),
        search_postgres_ms=_number(emporium[2][5]),
        search_engine_ms=float(engine[1]),
        listing_bytes=_size(listing),
        product_bytes=_size(product),
        search_bytes=_size(search),
        orders_per_second=_number(order[0]),
        round_trips=int(_number(one_line[1])),
        statements=int(_number(one_line[2])),
        indexed_per_second=_indexed(page),
    )


def compute(figures: Figures, given: Assumed) -> Need:
    """The sums of the page. Cores are those at which `busy` of them work."""
    origin = given.browse_per_second * (1 - given.cdn_hit_ratio)
    in_process, in_redis = origin * given.kept_in_process_share, origin * given.kept_in_redis_share
    executed = origin - in_process - in_redis
    web_ms = _mixed(given, figures.product_ms, figures.listing_ms, figures.search_ms)
    postgres_ms = _mixed(given, figures.product_postgres_ms, figures.listing_postgres_ms, figures.search_postgres_ms)
    engine_ms = given.search_share * figures.search_engine_ms
    bytes_each = _mixed(given, figures.product_bytes, figures.listing_bytes, figures.search_bytes)
    order_ms = given.bench_cores * 1000 / figures.orders_per_second
    postgres_of_order = order_ms * given.postgres_share_of_order
    browse_cores = _cores(in_process * figures.kept_ms + in_redis * figures.shared_ms + executed * web_ms, given)
    order_web_cores = _cores(given.orders_per_second * (order_ms - postgres_of_order), given)
    browse_postgres = _cores(executed * postgres_ms, given)
    order_postgres = _cores(given.orders_per_second * postgres_of_order, given)
    return Need(
        origin=origin,
        executed=executed,
        browse_cores=browse_cores,
        engine_cores=_cores(executed * engine_ms, given),
        browse_postgres_cores=browse_postgres,
        order_cores=_cores(given.orders_per_second * order_ms, given),
        order_postgres_cores=order_postgres,
        order_web_cores=order_web_cores,
        statements=given.orders_per_second * figures.statements,
        redis_ops=round(given.orders_per_second * (figures.round_trips - figures.statements) + in_redis + executed),
        events=given.orders_per_second * given.events_of_order,
        wal_megabytes=given.orders_per_second * given.wal_bytes_of_order / 1e6,
        connections=(browse_cores + order_web_cores) * given.pool_size,
        postgres_nodes=math.ceil((browse_postgres + order_postgres) / given.postgres_cores_a_node),
        orders_of_one_node=int(given.postgres_cores_a_node * given.busy * 1000 / postgres_of_order),
        orders_of_one_leader=figures.indexed_per_second // given.lines_of_order,
        gigabits=origin * bytes_each * 8 / 1e9,
    )


def printed(figures: Figures, given: Assumed) -> str:
    """The section of docs/scaling.md."""
    need = compute(figures, given)
    measured = [[_words(name.name), f"{getattr(figures, name.name):,}"] for name in fields(figures)]
    assumed = [[_words(name.name), f"{getattr(given, name.name):,}"] for name in fields(given)]
    ratios = ["answered by the CDN", "requests/s at the origin", "cores for browsing", "Gbit/s"]
    parts = [
        ("Measured ([benchmarks.md](benchmarks.md)):", table(["figure", "value"], measured)),
        ("Assumed, and not measured here:", table(["figure", "value"], assumed)),
        ("What follows:", table(["needed", "value", "because"], _results(figures, given, need))),
        ("The share that a CDN answers decides more than anything else:", table(ratios, _by_ratio(figures))),
    ]
    return "\n".join(line for title, lines in parts for line in ("", title, "", *lines)) + "\n\n"


def rewritten(page: str, figures: Figures) -> str:
    """The page with the section as it is printed now. Raises `ValueError` for a page without a place for it."""
    begin, end = page.index(_BEGIN) + len(_BEGIN), page.index(_END)
    return page[:begin] + printed(figures, Assumed()) + page[end:]


def _results(figures: Figures, given: Assumed, need: Need) -> list[list[str]]:
    order_ms = given.bench_cores * 1000 / figures.orders_per_second
    return [
        ["requests/s at the origin", f"{need.origin:,.0f}", "what the CDN does not answer"],
        ["of them executed", f"{need.executed:,.0f}", "what neither process nor Redis has kept"],
        ["cores for browsing", f"{need.browse_cores:,}", "CPU of each kind of answer, divided by `busy`"],
        ["cores of OpenSearch", f"{need.engine_cores:,}", "searches that are executed"],
        ["cores of Postgres for browsing", f"{need.browse_postgres_cores:,}", "pages that are executed"],
        ["CPU of one order, all parts, ms", f"{order_ms:.0f}", "two cores, all busy, divided by orders/s"],
        ["cores for orders, all parts", f"{need.order_cores:,}", "orders/s × that, divided by `busy`"],
        ["of them for Postgres", f"{need.order_postgres_cores:,}", "its assumed share"],
        ["web processes", f"{need.web_processes:,}", "one a core"],
        ["connections without a pooler", f"{need.connections:,}", "processes × pool"],
        ["statements/s of orders", f"{need.statements:,}", "statements of an order"],
        ["Redis commands/s", f"{need.redis_ops:,}", "an order's other round trips, and answers looked up"],
        ["masters of Redis", f"{math.ceil(need.redis_ops / given.redis_ops_a_node / given.busy)}", "assumed of one"],
        ["events/s", f"{need.events:,}", "events of an order"],
        ["partitions of a topic", f"{math.ceil(need.events / given.messages_a_partition)}", "if all were in one topic"],
        ["WAL, MB/s", f"{need.wal_megabytes:,.0f}", "bytes of an order"],
        ["Postgres nodes by CPU", f"{need.postgres_nodes}", "both, on nodes of the assumed size"],
        ["orders/s of one such node", f"{need.orders_of_one_node:,}", "where one primary ends"],
        [
            "orders/s of the one leading worker",
            f"{need.orders_of_one_leader:,}",
            "products/s that it indexes, by lines",
        ],
        ["nodes of OpenSearch", f"{math.ceil(need.engine_cores / given.engine_cores_a_node)}", "of the assumed size"],
        ["network of the origin, Gbit/s", f"{need.gigabits:,.1f}", "bytes of the pages, not compressed"],
    ]


def _by_ratio(figures: Figures) -> list[list[str]]:
    needs = [(ratio, compute(figures, Assumed(cdn_hit_ratio=ratio))) for ratio in _HIT_RATIOS]
    return [
        [f"{ratio:.0%}", f"{need.origin:,.0f}", f"{need.browse_cores:,}", f"{need.gigabits:,.1f}"]
        for ratio, need in needs
    ]


def _mixed(given: Assumed, product: float, listing: float, search: float) -> float:
    return given.product_share * product + given.listing_share * listing + given.search_share * search


def _cores(milliseconds_a_second: float, given: Assumed) -> int:
    return math.ceil(milliseconds_a_second / 1000 / given.busy)


def _section(page: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"The page has no section that begins with {title!r}.")
    return found[0]


def _cells(section: str, first: str) -> list[str]:
    """The cells of the row whose first cell is this one."""
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0] == first:
            return cells
    raise LookupError(f"There is no row {first!r}.")


def _row_after(section: str, heading: str) -> list[str]:
    lines = section.splitlines()
    position = next(number for number, line in enumerate(lines) if line.startswith(heading))
    return [cell.strip() for cell in lines[position + 2].strip("| ").split("|")]


def _number(cell: str) -> float:
    found = _FIRST_NUMBER.match(cell)
    if found is None:
        raise LookupError(f"{cell!r} does not begin with a figure.")
    return float(found[0].replace(",", ""))


def _size(section: str) -> int:
    found = re.search(r"An answer has ([\d,]+) bytes", section)
    if found is None:
        raise LookupError("A section does not say how large its answer is.")
    return int(found[1].replace(",", ""))


def _indexed(page: str) -> int:
    """Products a second that a worker projects and indexes while they are imported."""
    found = re.search(r"\| importing, all indexed, .*?\| (\d+) for ([\d,]+) \|", page)
    if found is None:
        raise LookupError("The page does not say how long an import takes.")
    return int(found[2].replace(",", "")) // int(found[1])


def _words(name: str) -> str:
    return name.replace("_", " ").replace(" ms", ", CPU ms")


if __name__ == "__main__":
    found = read_figures(BENCHMARKS.read_text(encoding="utf-8"))
    SCALING.write_text(rewritten(SCALING.read_text(encoding="utf-8"), found), encoding="utf-8")
