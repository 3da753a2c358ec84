"""The sections of the cases that are measured alone: holds, delivery matrix, subscriptions, carts and checkout."""

import math
from collections.abc import Iterable, Mapping, Sequence

from bench.cases.carts import LINES, CartPace
from bench.cases.checkout import CLIENTS as BUYERS
from bench.cases.checkout import VARIANTS, Bought
from bench.cases.kept import MEMORY, SHARED
from bench.cases.kept import Pace as KeptPace
from bench.cases.live import SUBSCRIPTIONS, Fanout
from bench.cases.matrix import WAREHOUSES, Measured
from bench.cases.peers import CLIENTS as VISITORS
from bench.cases.peers import GROUPED, LOADERS, OURS, PRODUCTS
from bench.cases.reserving import CLIENTS, Pace
from bench.costs import POSTGRES
from bench.report import shown, table, verdict
from bench.results import Window, summarise
from bench.statistics import ratio, spread

HOLDS = f"Holds: {CLIENTS} clients reserve units of one variant"
MATRIX = f"Delivery matrix: {WAREHOUSES} warehouses and the postal codes of the USA"
LIVE = f"Subscriptions: {SUBSCRIPTIONS:,} on one web process"
CARTS = f"Carts: pages of {LINES} lines, and units added to them"
CHECKOUT = f"Checkout: {BUYERS} buyers, stock spread over {VARIANTS:,} variants"
KEPT = "Kept answers: a page of 24 products, 16 clients"
PEERS = f"Node peers: the listing page of 24 products, {VISITORS} clients"
TITLES = (HOLDS, MATRIX, LIVE, CARTS, CHECKOUT, KEPT, PEERS)
PROMISED_TIMES = 5
PROMISED_CODES = 40_000
PROMISED_SECONDS = 60
PROMISED_LAST_MS = 1_000
PROMISED_ORDER_MS = 2_000
_HOLDS = """\
Clients that never pause reserve one unit each of the same variant. The plain transaction is what one would write first:
a conditional UPDATE of the level, then an INSERT of the hold; the desk also writes lines, allocations, the ledger and
events. All ways run in one process, on the same pool and the same row of a Postgres with durable commits, and take
turns. Afterwards every hold must have its rows, and scarce stock must have been granted to the last unit and no more;
else there are no figures. Medians over the rounds, with the lowest and highest in brackets."""
_MATRIX = """\
All lanes (a warehouse, a zone, a method: with days and price) are computed in one transaction of a Postgres that holds
nothing else: with each postal code a zone of its own, and with codes grouped by their first digits. Codes that have no
place on the map are not counted. A page stands for the one statement that says how its products, each of three variants
in stock in all warehouses, get to a place; the median over about a hundred places."""
_LIVE = """\
Subscribers in another process hear of new stock from one web process, by way of Postgres, a worker and Valkey. Times
are from the commit of a change: p50 and p99 over all deliveries of all changes, and the last delivery of the slowest
change, which is what is promised. CPU is that of the web process for a change and all its deliveries. Memory is what
the web process grew by, divided by the connections."""

_CARTS = """\
Shoppers that never pause look at their carts with prices, delivery and totals, or add a unit. The bare ways send the
same commands and statements and compute nothing with the answers: what is left of their rate is what the rules of carts
cost. All ways run in one process on one pool of a Postgres with durable commits, and take turns. Medians over the
rounds, with the lowest and highest in brackets."""
_CHECKOUT = """\
Buyers that never pause fill a cart over HTTP, make a checkout of it for an address, and pay by card: two web
processes, a worker, a Postgres with durable commits, and a provider that takes every card at once. An order's time is
from the cart to the answer that it is placed, two requests; the completion is the last of them. Requests that found
no free connection to Postgres in time are sent again, and counted as repeated. Afterwards every order must be placed,
and the units that are gone must be in orders; else there are no figures. Medians over the rounds, with the lowest and
highest in brackets. Below is what one order alone costs a web process, by the number of its lines: round trips to
Postgres and Redis, and the SQL statements among them, of all its requests, the first included, which fills the cart."""

_KEPT = """\
Clients that never pause ask one web process for a page of a list over HTTP, anonymously. The constant answer has the
same bytes: an endpoint that reads the request and sends them. What is kept is identified, looked up by document and
variables, and compared with what has changed since; in Redis each answer has been driven out of the process before it
is asked for again. Medians over the rounds, with the lowest and highest in brackets."""
_PEERS = """\
All servers run at once, one process each, on one Postgres with pools of equal size; only one gets load at a time, and
all are idle before and after. The store and mercurius (fastify, graphql-jit, postgres.js) answer the same query from
the same tables with the same bytes, keys sorted. Mercurius' loaders send a statement for the page and one for each kind
of thing shown; its other way joins what the selection needs into one statement, as the store does for such a page. The
store's second row is production's default, which answers most requests without executing them: only the first is like
with like.

Vendure has the 10,000 best-selling products with the same names, prices, stock, categories (as collections) and
addresses of pictures, in a database of its own; its names, prices, pictures and stock are compared with ours first. It
answers less than the store: no ratings, no number of units, and from `search` only ids of collections. Its pages are
those of its default order, five in turn, where the store's are five sorts of all its products. `search` groups by
product, as a listing must; by variants it need not group, and is equal only as long as a product has one variant.
Medians over the rounds, with the lowest and highest in brackets. × is the store's rate, without kept answers, in
multiples of the row's."""
PROMISED_PEERS = {LOADERS: 0.8, PRODUCTS: 20.0, GROUPED: 2.0}
PROMISED_KEPT = {MEMORY: 0.8, SHARED: 0.4}


def render_holds(paces: Sequence[Pace], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Holds per second, beside the plain transaction, which comes first."""
    plain = spread(paces[0].rounds)
    rows = []
    for pace in paces:
        rate = spread(pace.rounds)
        times = ratio(rate, plain)
        # Rounded down, so that no broken promise looks kept.
        kept = "–" if pace is paces[0] or times is None else verdict(times >= PROMISED_TIMES)
        rows.append([pace.name, shown(rate, 0), "–" if times is None else f"{math.floor(times * 10) / 10:.1f}", kept])
    header = ("way", "holds/s", "× plain transaction", f"≥ {PROMISED_TIMES} ×")
    return section(HOLDS, _HOLDS, facts, notes, table(header, rows))


def render_matrix(found: Sequence[Measured], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Seconds of each computation; what is promised for 40,000 codes is scaled to fewer, but not to more."""
    rows = []
    for one in found:
        is_answer = one.written is None or one.deleted is None
        in_time = one.seconds * PROMISED_CODES < PROMISED_SECONDS * min(one.codes, PROMISED_CODES)
        rows.append(
            [
                one.what,
                f"{one.codes:,}",
                f"{one.seconds:.3f}",
                "–" if one.written is None else f"{one.written:,}",
                "–" if one.deleted is None else f"{one.deleted:,}",
                "–" if is_answer else verdict(in_time),
            ]
        )
    header = ("what", "codes", "seconds", "lanes written", "deleted", f"< {PROMISED_SECONDS} s")
    return section(MATRIX, _MATRIX, facts, notes, table(header, rows))


def render_live(found: Sequence[Fanout], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Milliseconds from a commit to its deliveries, and what a change and a connection cost."""
    rows = [
        [
            one.name,
            f"{one.p50_ms:,.0f}",
            f"{one.p99_ms:,.0f}",
            f"{one.last_ms:,.0f}",
            verdict(one.last_ms < PROMISED_LAST_MS and one.subscriptions >= SUBSCRIPTIONS),
            f"{one.cpu_ms:,.0f}",
            f"{one.kilobytes:.1f}",
        ]
        for one in found
    ]
    header = (
        "subscribers", "p50 ms", "p99 ms", "last ms", f"last < {PROMISED_LAST_MS:,} ms",
        "CPU ms a change", "kB a connection",
    )  # fmt: skip
    return section(LIVE, _LIVE, facts, notes, table(header, rows))


def render_carts(paces: Sequence[CartPace], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Each way beside its bare one, which stands before it."""
    rows = []
    for bare, pace in zip(paces[::2], paces[1::2], strict=True):
        floor, rate = spread(bare.rounds), spread(pace.rounds)
        times = ratio(rate, floor)
        rows.append([bare.name, shown(floor, 0), "1.00", str(bare.round_trips)])
        rows.append([pace.name, shown(rate, 0), "–" if times is None else f"{times:.2f}", str(pace.round_trips)])
    return section(CARTS, _CARTS, facts, notes, table(("way", "times/s", "× bare", "round trips"), rows))


def render_checkout(bought: Bought, facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Orders per second with their times, and what one costs, which must not depend on its size."""
    windows = bought.windows
    slowest = spread([window.p99_ms for window in windows])
    rates = table(
        ("orders/s", "p50 ms", "p99 ms", "completion p99 ms", "repeated", f"p99 < {PROMISED_ORDER_MS:,} ms"),
        [
            [
                shown(spread([window.per_second for window in windows]), 1),
                shown(spread([window.p50_ms for window in windows]), 0),
                shown(slowest, 0),
                shown(spread([window.completion_p99_ms for window in windows]), 0),
                f"{sum(window.repeats for window in windows):,}",
                verdict(slowest.median < PROMISED_ORDER_MS),
            ]
        ],
    )
    same = len({(one.round_trips, one.statements) for one in bought.costs.values()}) == 1
    costs = table(
        ("lines", "round trips", "SQL statements", "constant"),
        [
            [str(lines), f"{one.round_trips:g}", f"{one.statements:g}", verdict(same)]
            for lines, one in bought.costs.items()
        ],
    )
    return section(CHECKOUT, _CHECKOUT, facts, notes, [*rates, "", *costs])


def section(title: str, method: str, facts: Mapping[str, str], notes: Iterable[str], measured: Iterable[str]) -> str:
    """A section of the report: what was measured, how, where, and what came out."""
    described = [f"- **{name}:** {value}." for name, value in facts.items()]
    noted = [f"- **Note:** {note}" for note in notes]
    return "\n".join([f"## {title}", "", method, "", *described, *noted, "", *measured]) + "\n"


def render_kept(paces: Sequence[KeptPace], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Each way beside the constant answer, which comes first."""
    constant = spread(paces[0].rates)
    rows = []
    for pace in paces:
        rate = spread(pace.rates)
        times, promised = ratio(rate, constant), PROMISED_KEPT.get(pace.name)
        kept = "–" if promised is None or times is None else f"{verdict(times >= promised)} (≥ {promised})"
        shown_times = "–" if times is None else f"{math.floor(times * 100) / 100:.2f}"
        rows.append([pace.name, shown(rate, 0), shown_times, shown(spread(pace.cpu_ms), 2), kept])
    return section(KEPT, _KEPT, facts, notes, table(("way", "answers/s", "× constant", "CPU ms", "promised"), rows))


def render_peers(windows: Sequence[Window], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Each server, and how many times its rate the store's is."""
    found = {
        name: summary
        for name in dict.fromkeys(window.case for window in windows)
        if (summary := summarise([window for window in windows if window.case == name])) is not None
    }
    rows = []
    for name, summary in found.items():
        times, promised = ratio(found[OURS].rate, summary.rate), PROMISED_PEERS.get(name)
        kept = "–" if promised is None or times is None else f"{verdict(times >= promised)} (≥ {promised:g})"
        rows.append(
            [
                name,
                shown(summary.rate, 0),
                shown(summary.p50_ms, 1),
                shown(summary.p99_ms, 1),
                shown(summary.web_ms, 2),
                shown(summary.behind_ms.get(POSTGRES), 2),
                # Rounded down, so that no broken promise looks kept.
                "–" if times is None else f"{math.floor(times * 100) / 100:.2f}",
                kept,
            ]
        )
    header = ("server", "requests/s", "p50 ms", "p99 ms", "CPU ms", "Postgres CPU ms", "×", "promised")
    return section(PEERS, _PEERS, facts, notes, table(header, rows))
