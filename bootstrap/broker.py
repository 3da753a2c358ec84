"""From settings to the broker of events."""

from adapters.broker.redis_streams import RedisStreams
from core.settings import Settings
from ports.broker import Broker


def open_broker(settings: Settings) -> Broker:
    """Redis Streams on the Redis of the settings.

    Nothing connects yet: an unreachable server shows with the first call, as `Unavailable("broker")`.
    """
    if settings.redis_url is None:
        raise ValueError("The settings name no broker; an embedded Redis fills in its address.")
    return RedisStreams.from_url(
        settings.redis_url.get_secret_value(),
        prefix=settings.events.topic_prefix,
        partitions=settings.events.partitions,
        kept_days=settings.events.kept_days,
    )
