"""The section of fan-out at scale."""

import math
from collections.abc import Mapping, Sequence

from bench.cases.fanout import CONNECTIONS, DELIVERIES, PLAIN_CONNECTIONS, PLAIN_DELIVERIES, Fanned
from bench.report import table, verdict
from bench.sections import section

FANOUT = f"Fan-out: {CONNECTIONS:,} subscriptions and {DELIVERIES:,} deliveries a second"
PROMISED_P99_MS = 150
PROMISED_KILOBYTES = 50
PROMISED_SHARE = 5
# Of the rate that was asked for, so much must have been reached.
_ENOUGH = 0.98
_METHOD = f"""\
Events are published to Valkey as a worker does, and subscribers in another process say when they hear of them: times
are from the publication to each delivery. CPU is all that the web process uses meanwhile, heartbeats and looks into the
log included. Memory is what it grew by, divided by the connections. Strawberry's own ASGI application is told the same
over the same Valkey, and shows the same fields of it by an async generator for each subscriber; it is measured with
{PLAIN_CONNECTIONS:,} connections and {PLAIN_DELIVERIES:,} deliveries a second, which it keeps up with. The promise is
that a delivery costs at most 1/{PROMISED_SHARE} of its CPU where an event has many subscribers; where each event has
one, there is nothing to share."""
_HEADER = (
    "subscribers", "connections", "deliveries/s", "p50 ms", "p99 ms", "last ms", f"p99 ≤ {PROMISED_P99_MS} ms",
    "CPU ms an event", "CPU µs a delivery", "× less than strawberry", "kB a connection",
    f"≤ {PROMISED_KILOBYTES} kB",
)  # fmt: skip


def render_fanout(found: Sequence[Fanned], facts: Mapping[str, str], notes: Sequence[str]) -> str:
    """Each shape, and what strawberry's own needs for it."""
    plain = {one.shape: one.cpu_us_delivery for one in found if one.is_plain}
    rows = []
    for one in found:
        is_judged = not one.is_plain and one.connections >= CONNECTIONS
        kept_up = one.per_second >= DELIVERIES * _ENOUGH
        times = None if one.is_plain else plain.get(one.shape, 0.0) / one.cpu_us_delivery
        rows.append(
            [
                f"{one.kind}, {one.shape}{', strawberry' if one.is_plain else ''}",
                f"{one.connections:,}",
                f"{one.per_second:,.0f}",
                f"{one.p50_ms:,.0f}",
                f"{one.p99_ms:,.0f}",
                f"{one.last_ms:,.0f}",
                verdict(one.p99_ms <= PROMISED_P99_MS and kept_up) if is_judged else "–",
                f"{one.cpu_ms_event:,.2f}",
                f"{one.cpu_us_delivery:,.1f}",
                # Rounded down, so that no broken promise looks kept.
                "–" if not times else f"{math.floor(times * 10) / 10:.1f}",
                f"{one.kilobytes:.1f}",
                verdict(one.kilobytes <= PROMISED_KILOBYTES) if is_judged else "–",
            ]
        )
    return section(FANOUT, _METHOD, facts, notes, table(_HEADER, rows))
