"""From settings to the broker of events."""

from adapters.broker.kafka import Kafka
from adapters.broker.redis_streams import RedisStreams
from core.settings import Settings
from ports.broker import Broker


def open_broker(settings: Settings) -> Broker:
    """Kafka where its address is set, streams in the Redis of the settings otherwise.

    Nothing connects yet: an unreachable server shows with the first call, as `Unavailable("broker")`.
    """
    if settings.kafka_bootstrap_servers is not None:
        return Kafka(
            settings.kafka_bootstrap_servers,
            partitions=settings.events.partitions,
            kept_days=settings.events.kept_days,
        )
    if settings.redis_url is None:
        raise ValueError("The settings name no broker; an embedded Redis fills in its address.")
    return RedisStreams.from_url(
        settings.redis_url.get_secret_value(),
        prefix=settings.events.topic_prefix,
        partitions=settings.events.partitions,
        kept_days=settings.events.kept_days,
    )
