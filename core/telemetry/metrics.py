"""The metrics of this process. docs/observability.md describes them; a test holds dashboards and alerts to them.

Of several web processes the one that started them adds all up, from files that each keeps (prometheus_client's
multiprocess mode): so everything here is a counter, a histogram, or a gauge that says how it is added up.
"""

from collections.abc import Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from core.profile import TOTALS, Profile
from core.telemetry.operations import OperationNames

# When each series began is of no use here, and would double their number.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library forgot its type
REGISTRY = CollectorRegistry(auto_describe=True)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_SIZES = (1, 2, 5, 10, 25, 50, 100, 250, 500)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

OPERATIONS = Counter(
    "emporium_operations",
    "GraphQL operations that were executed, by name, type and outcome.",
    ("operation", "type", "outcome"),
    registry=REGISTRY,
)
OPERATION_SECONDS = Histogram(
    "emporium_operation_seconds",
    "How long GraphQL operations took to execute.",
    ("operation", "type"),
    buckets=_SECONDS,
    registry=REGISTRY,
)
SLOW_OPERATIONS = Counter(
    "emporium_slow_operations", "Operations that took longer than the slow log's threshold.", registry=REGISTRY
)
REFUSALS = Counter(
    "emporium_refusals",
    "GraphQL operations and requests that were refused unexecuted, by code.",
    ("code",),
    registry=REGISTRY,
)
BATCH_SIZES = Histogram(
    "emporium_loader_batch_size", "Keys of a loader's batch.", ("loader",), buckets=_SIZES, registry=REGISTRY
)
ROUND_TRIPS = Counter(
    "emporium_round_trips", "Calls of Postgres, Redis, the engine and the provider.", ("kind",), registry=REGISTRY
)
EXECUTIONS = Counter(
    "emporium_executions", "Executions that ran compiled, and on graphql-core.", ("executor",), registry=REGISTRY
)
KEPT_ANSWERS = Counter(
    "emporium_kept_answers",
    "Anonymous reads by how they were answered: local, shared or stale hits, or made.",
    ("result",),
    registry=REGISTRY,
)
CONNECTIONS = Gauge(
    "emporium_live_connections",
    "Open WebSockets and event streams.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
TOPICS = Gauge(
    "emporium_live_topics",
    "Objects that subscribers listen to.",
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
POOL = Gauge(
    "emporium_pool_connections",
    "Connections to Postgres: in use, idle, and the most there may be.",
    ("state",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
LOOP_LAG = Histogram(
    "emporium_event_loop_lag_seconds",
    "How much later than asked for the event loop came back.",
    buckets=_LAGS,
    registry=REGISTRY,
)
PROCESS_CPU = Counter("emporium_process_cpu_seconds", "Processor time that was used.", registry=REGISTRY)
PROCESS_MEMORY = Gauge(
    "emporium_process_resident_memory_bytes", "Resident memory.", registry=REGISTRY, multiprocess_mode="livesum"
)
PROCESS_FILES = Gauge("emporium_process_open_fds", "Open files.", registry=REGISTRY, multiprocess_mode="livesum")
PROCESSES = Gauge("emporium_processes", "Processes that run.", registry=REGISTRY, multiprocess_mode="livesum")
MESSAGES = Counter(
    "emporium_messages", "Messages by consumer and what became of them.", ("consumer", "outcome"), registry=REGISTRY
)
MESSAGE_SECONDS = Histogram(
    "emporium_message_seconds", "How long a message took to handle.", ("consumer",), buckets=_SECONDS, registry=REGISTRY
)
JOBS = Counter("emporium_jobs_done", "Attempts of jobs by outcome.", ("job", "outcome"), registry=REGISTRY)
JOB_SECONDS = Histogram(
    "emporium_job_seconds", "How long an attempt of a job took.", ("job",), buckets=_SECONDS, registry=REGISTRY
)


def note_operation(
    names: OperationNames, name: str | None, *, kind: str, outcome: str, seconds: float, profile: Profile
) -> None:
    """An operation has been executed."""
    label = names.label(name, is_good=outcome == "ok")
    _operations(label, kind, outcome).inc()
    _operation_seconds(label, kind).observe(seconds)
    for loader, sizes in profile.batches.items():
        histogram = _batch_sizes(loader)
        for size in sizes:
            histogram.observe(size)


def note_refusal(code: str) -> None:
    """An operation has been refused; clients cannot choose the code."""
    REFUSALS.labels(code).inc()


def note_pool(use: Mapping[str, int]) -> None:
    """How the process's pool of connections is used, by state."""
    for state, count in use.items():
        POOL.labels(state).set(count)


class Growing:
    """A counter whose figures others count as plain numbers, which costs them nothing; read now and then."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._last: dict[str, float] = {}

    def read(self, figures: Mapping[str, float]) -> None:
        """Add what has grown since the last time."""
        for label, value in figures.items():
            if (grown := value - self._last.get(label, 0.0)) > 0:
                self._counter.labels(label).inc(grown)
            self._last[label] = value


_round_trips = Growing(ROUND_TRIPS)
# Looking a series up takes longer than counting in it; there are few.
_operations = cache(OPERATIONS.labels)
_operation_seconds = cache(OPERATION_SECONDS.labels)
_batch_sizes = cache(BATCH_SIZES.labels)


def read_round_trips() -> None:
    """Bring the counter of round trips up to date."""
    figures = {"sql": TOTALS.sql, "cache": TOTALS.cache, "search": TOTALS.search, "payments": TOTALS.payments}
    _round_trips.read(figures)
