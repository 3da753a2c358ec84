"""Documents that clients have sent once and name by their digest from then on: Apollo's automatic persisted queries.

Whoever can send a document can have it kept, so that what is kept is bounded: each process keeps the latest, and in the
cache that all share a document has one of a fixed number of places, which it takes from whatever was there.
"""

import time
from collections import OrderedDict

import structlog

from core.problems import Unavailable
from ports.cache import Cache, Versioned
from web.documents.manifest import digest_of

# Apollo's clients send what is not found again, so that nothing depends on this.
_SECONDS = 24 * 3600
_PREFIX = "document:"

log = structlog.get_logger(__name__)


class AutomaticDocuments:
    """At most `most` documents, in this process and in the cache each; none if it is 0. Those longer than
    `longest` characters are not kept."""

    def __init__(self, cache: Cache, *, most: int, longest: int) -> None:
        self.most = most
        self._cache = cache
        self._longest = longest
        self._kept: OrderedDict[str, str] = OrderedDict()

    async def find(self, digest: str) -> str | None:
        """The text that has this digest, if somebody has sent it lately."""
        found = self._kept.get(digest)
        if found is not None:
            self._kept.move_to_end(digest)
            return found
        try:
            (shared,) = await self._cache.get_many([self._place(digest)])
        except Unavailable:
            return None
        text = "" if shared is None or shared.data is None else shared.data.decode()
        if digest_of(text) != digest:
            return None
        self._remember(digest, text)
        return text

    async def keep(self, digest: str, text: str) -> None:
        """Keep a valid document under its digest."""
        if len(text) > self._longest or digest in self._kept:
            return
        self._remember(digest, text)
        value = Versioned(time.time_ns() // 1000, text.encode())
        try:
            await self._cache.put_many({self._place(digest): value}, seconds=_SECONDS)
        except Unavailable as error:
            log.warning("document_not_shared", reason=str(error)[:200])

    def _remember(self, digest: str, text: str) -> None:
        self._kept[digest] = text
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)

    def _place(self, digest: str) -> str:
        return f"{_PREFIX}{int(digest[:16], 16) % self.most}"
