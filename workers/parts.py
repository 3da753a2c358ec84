"""The parts of the worker, wired to the resources of a process."""

from bootstrap.resources import Resources
from core.settings import Settings
from services.consumers import consumers
from services.messaging import release
from services.search.announcements import announce_new_words
from services.search.projection import Projected
from workers.carts import CartSaver
from workers.feeds import CacheFeed, IndexFeed
from workers.live import LiveFeed
from workers.publisher import Publisher
from workers.rebuilding import Rebuilder
from workers.relay import Relay
from workers.sweeping import Sweeper


def index_consumer(settings: Settings) -> str:
    """The name under which the index keeps its cursor and state; another engine or index has its own."""
    engine = "tantivy" if settings.opensearch_url is None else "opensearch"
    return f"{engine}:{settings.search.index_name}"


class Worker:
    """The parts of the work, wired together."""

    def __init__(self, resources: Resources) -> None:
        settings, database = resources.settings, resources.database
        self.resources = resources
        self._database = database
        self._new_words = 0
        self.index = IndexFeed(database, resources.index, name=index_consumer(settings))
        self.cache = CacheFeed(database, resources.cache, seconds=settings.catalog.cache_seconds)
        self.relay = Relay(database, currency=settings.catalog.currency, on_projected=self._hear)
        self.rebuilder = Rebuilder(database, resources.index, feed=self.index)
        self.publisher = Publisher(database, resources.broker, settings)
        self.sweeper = Sweeper(database, settings)
        self.live = LiveFeed(database, resources.live, topic_prefix=settings.events.topic_prefix)
        self.carts = CartSaver(database, resources.carts, settings.cart)
        self._consumers = consumers(settings)

    async def announce(self) -> bool:
        """Tell readers of the vocabulary of new words, if there are any."""
        if self._new_words:
            self._new_words = 0
            async with self._database.unit() as unit:
                await announce_new_words(unit)
        return False

    async def release(self) -> bool:
        """Handle messages that were parked behind others which are resolved by now; True if any was."""
        return await release(self._database, self._consumers)

    def _hear(self, projected: Projected) -> None:
        self._new_words += projected.new_words
        self.index.hear(projected)
