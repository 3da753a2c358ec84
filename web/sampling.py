"""What a web process counts by itself, brought into its metrics now and then, so that requests pay nothing for it."""

from collections.abc import Callable
from dataclasses import asdict

from core.telemetry.metrics import CONNECTIONS, EXECUTIONS, KEPT_ANSWERS, TOPICS, Growing, note_pool
from services.live import Hub
from services.unit_of_work import Database
from web.caching import Keeper
from web.execution import Executor
from web.subscriptions.connections import Connections


def web_sampler(
    executor: Executor, keeper: Keeper | None, connections: Connections, hub: Hub, database: Database
) -> Callable[[], None]:
    """What is to be called every few seconds."""
    executions, kept = Growing(EXECUTIONS), Growing(KEPT_ANSWERS)

    def sample() -> None:
        counts = executor.counts
        executions.read({"compiled": counts.compiled, "fallback": counts.fallback.total()})
        if keeper is not None:
            kept.read(asdict(keeper.cache.counts))
        CONNECTIONS.set(len(connections))
        TOPICS.set(hub.topics)
        note_pool(database.pool_use()._asdict())

    return sample
