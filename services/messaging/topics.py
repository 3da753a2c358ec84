"""Which topic an event is published on."""

from core.work_settings import EventSettings


def topic_of(event_type: str, settings: EventSettings) -> str:
    """The topic of the event's context: `emporium.inventory` for `inventory.stock_changed`."""
    return f"{settings.topic_prefix}.{event_type.partition('.')[0]}"
