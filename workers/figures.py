"""What takes statements to know: how long the queues are, what is held, what is unsettled, how old the index is.

The leading worker looks it up on a schedule, so that neither scrapes nor other processes ask Postgres anything. What
it exported goes away with its leadership.
"""

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bootstrap.resources import Resources
from core.clock import utc_now
from core.problems import Unavailable
from core.telemetry.metrics import REGISTRY
from services import messaging, outbox
from services.consumers import consumers
from services.inventory.reservations import count_holds
from services.jobs import count_jobs
from services.payments import count_unsettled
from services.search.records import latest_version, read_cursor
from services.unit_of_work import ReadSession
from workers.consumers import group_of
from workers.parts import index_consumer
from workers.publisher import broker_name

# Name: what it is, and the label that tells its values apart.
FAMILIES: Mapping[str, tuple[str, str | None]] = {
    "emporium_outbox_events": ("Events by what they wait for: projection, position, broker.", "waiting_for"),
    "emporium_outbox_oldest_seconds": ("Age of the oldest event that the broker has not been told.", None),
    "emporium_consumer_lag": ("Messages that a consumer has not acknowledged.", "consumer"),
    "emporium_parked_messages": ("Messages that a consumer could not handle.", "consumer"),
    "emporium_jobs": ("Jobs that are not done, by state: later, waiting, running, failed.", "state"),
    "emporium_holds": ("Reservations that are held: active, and overdue to be ended.", "state"),
    "emporium_payments_unsettled": ("Money that waits: attempts, refunds, notices.", "kind"),
    "emporium_index_behind_versions": ("Versions of listings that the index lacks.", None),
    "emporium_index_behind_seconds": ("Time since the index had everything, by the leader's looks.", None),
    "emporium_leader": ("1 in the worker that leads.", None),
}
Values = Mapping[str, float]


class Figures(Collector):
    """The leader's figures. `step` looks them up; a scrape shows the last ones."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._found: Mapping[str, Values] = {}
        self._registered = False
        self._fresh_at = time.monotonic()

    async def step(self) -> bool:
        """Look once; raises `Unavailable` while Postgres is away."""
        resources = self._resources
        async with resources.database.read() as session:
            found = {**await self._queues(session), **await self._shop(session), "emporium_leader": {"": 1.0}}
        found["emporium_consumer_lag"] = dict([pair async for pair in self._lags()])
        self._found = found
        if not self._registered:
            REGISTRY.register(self)
            self._registered = True
        return False

    def forget(self) -> None:
        """Export nothing any more: somebody else leads."""
        if self._registered:
            REGISTRY.unregister(self)
            self._registered = False

    def describe(self) -> Iterable[Metric]:
        """Without values, so that registering asks nobody."""
        return [_family(name, {}) for name in FAMILIES]

    def collect(self) -> Iterator[Metric]:
        for name, values in self._found.items():
            yield _family(name, values)

    async def _queues(self, session: ReadSession) -> dict[str, Values]:
        backlog = await outbox.count_unpublished(session, broker_name(self._resources.settings))
        unprojected = await outbox.count_waiting(session)
        parked = dict.fromkeys((one.name for one in consumers(self._resources.settings)), 0.0)
        for consumer, _reason, count in await messaging.count_parked(session):
            parked[consumer] = parked.get(consumer, 0.0) + count
        return {
            "emporium_outbox_events": {
                "projection": unprojected,
                "position": backlog.unplaced,
                "broker": backlog.unpublished,
            },
            "emporium_outbox_oldest_seconds": {"": _age(backlog.oldest_at)},
            "emporium_parked_messages": parked,
            "emporium_jobs": (await count_jobs(session))._asdict(),
        }

    async def _shop(self, session: ReadSession) -> dict[str, Values]:
        latest = await latest_version(session)
        behind = max(0, latest - await read_cursor(session, index_consumer(self._resources.settings)))
        now = time.monotonic()
        if behind == 0:
            self._fresh_at = now
        return {
            "emporium_holds": (await count_holds(session))._asdict(),
            "emporium_payments_unsettled": (await count_unsettled(session))._asdict(),
            "emporium_index_behind_versions": {"": behind},
            "emporium_index_behind_seconds": {"": now - self._fresh_at},
        }

    async def _lags(self) -> AsyncIterator[tuple[str, float]]:
        """How much each consumer has before it; nothing of those that the broker does not tell of."""
        settings = self._resources.settings
        for consumer in consumers(settings):
            try:
                lag = await self._resources.broker.lag(group_of(consumer, settings.events), consumer.topics)
            except Unavailable:
                return
            yield consumer.name, float(lag)


def _family(name: str, values: Values) -> GaugeMetricFamily:
    about, label = FAMILIES[name]
    family = GaugeMetricFamily(name, about, labels=None if label is None else [label])
    for key, value in values.items():
        family.add_metric([] if label is None else [key], value)
    return family


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (utc_now() - moment).total_seconds())
