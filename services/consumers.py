"""Who hears which events: the consumers that every worker process runs, one line each."""

from collections.abc import Sequence

from core.settings import Settings
from services import delivery, wishlists
from services.inventory import handlers as inventory
from services.messaging import Consumer


def consumers(settings: Settings) -> Sequence[Consumer]:
    """All of them. Their names are their groups at the broker and their keys in the inbox, and never change."""
    return (
        delivery.consumer(topic_prefix=settings.events.topic_prefix),
        inventory.consumer(receipts_topic=settings.events.receipts_topic),
        wishlists.consumer(topic_prefix=settings.events.topic_prefix, currency=settings.catalog.currency),
    )
