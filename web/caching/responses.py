"""Answers that are kept: in this process, and behind it in the cache that all processes share.

An answer is true as of the moment at which its execution began. It is shown as long as nothing that it shows is known
to have changed since (see `changes`), and no longer than its policy allows; for as long again while somebody makes a
new one. Of equal requests one is executed, and the others wait for it.

No client of this process sees an older answer after a newer one: executions of one operation follow each other, and
what comes from the shared cache must have begun after the last answer of this process to the same operation was made.
"""

import asyncio
import hashlib
import struct
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import structlog

from core.problems import Unavailable
from ports.cache import Cache, Versioned
from services.search.freshness import Moment
from web.caching.changes import Changes
from web.caching.gathering import GatheredLookups
from web.caching.policy import Policy

_PREFIX = "answer:"
_LARGEST_BYTES = 256_000
# However many answers are kept, they take no more than this.
_MOST_BYTES = 64_000_000
_SECOND = 1_000_000
_HEAD = struct.Struct(">QQI")
# What nobody has asked for is forgotten, but for when it was made.
_FLOORS_PER_ANSWER = 8

log = structlog.get_logger(__name__)


class Answered(NamedTuple):
    """An answer, as JSON. `at` is when its execution began by the database's clock, in microseconds since 1970."""

    body: bytes
    tags: frozenset[str]
    moment: Moment
    at: int
    seconds: int

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'


class Executed(NamedTuple):
    """What an execution has come to, as JSON; `is_good` if it may be kept."""

    body: bytes
    is_good: bool
    has_data: bool
    tags: frozenset[str]


Execute = Callable[[], Awaitable[Executed]]


class _Floor(NamedTuple):
    """When this process last executed an operation: from when to when, as `Answered.at`."""

    begun: int = 0
    ended: int = 0


@dataclass(slots=True)
class Counts:
    """How requests were answered since the process began."""

    local: int = 0
    shared: int = 0
    stale: int = 0
    made: int = 0


class ResponseCache:
    """At most `most` answers in this process. `salt` names the release and the store: what else would answer
    differently."""

    def __init__(self, changes: Changes, shared: Cache, *, most: int, salt: str) -> None:
        self._changes = changes
        self._shared = shared
        self._lookups = GatheredLookups(shared)
        self._most = most
        self._salt = salt.encode()
        self._kept: OrderedDict[str, Answered] = OrderedDict()
        self._verified: dict[str, int] = {}
        self._bytes = 0
        # Answers that nobody has asked for again, and that are not worth the room in the shared cache.
        self._new: set[str] = set()
        self._sharing: set[asyncio.Task[None]] = set()
        self._flights: dict[str, asyncio.Task[Answered | Executed]] = {}
        self._floors: OrderedDict[str, _Floor] = OrderedDict()
        self._floor = _Floor()
        self.counts = Counts()

    def key(self, text: str, operation_name: str | None, variables: Mapping[str, Any] | None) -> str:
        """The same for the same operation, in whatever order its variables come."""
        digest = hashlib.blake2b(self._salt, digest_size=16)
        given = orjson.dumps([text, operation_name, variables or {}], option=orjson.OPT_SORT_KEYS)
        digest.update(given)
        return digest.hexdigest()

    async def recall(self, key: str) -> Answered | None:
        """The answer under a key, if one is kept whose time is not over, here or for all processes."""
        if not await self._changes.catch_up():
            return None
        found = self._find(key)
        if found is None:
            return None if key in self._flights else await self._take_shared(key)
        if not self._is_young(found):
            return None
        self._found_again(key, found)
        return found

    async def get(self, key: str, policy: Policy, execute: Execute) -> Answered | Executed:
        """The answer under a key, kept or made; as it was executed where it may not be kept."""
        if not await self._changes.catch_up():
            return await execute()
        found = self._find(key)
        if found is not None and self._is_young(found):
            self._found_again(key, found)
            return found
        if found is not None and self._is_young(found, times=2):
            self._fly(key, policy, execute)
            self.counts.stale += 1
            return found
        return await self._wait(key, policy, execute)

    def _find(self, key: str) -> Answered | None:
        """What is kept, unless something that it shows has changed; that is looked up once for each time that anything
        changes."""
        found, generation = self._kept.get(key), self._changes.generation
        if found is None or self._verified.get(key) == generation:
            return found
        if not self._changes.is_fresh(found.tags, found.moment):
            return None
        self._verified[key] = generation
        return found

    def _is_young(self, answered: Answered, *, times: int = 1) -> bool:
        """Whether its time, or so many times that, is not over."""
        return self._now() - answered.at < times * answered.seconds * _SECOND

    async def _wait(self, key: str, policy: Policy, execute: Execute) -> Answered | Executed:
        is_mine = key not in self._flights
        made = await asyncio.shield(self._fly(key, policy, execute))
        if isinstance(made, Executed) and not is_mine:
            # A failure is told to whom it befell; others have a try of their own.
            return await execute()
        return made

    def _fly(self, key: str, policy: Policy, execute: Execute) -> "asyncio.Task[Answered | Executed]":
        """The one execution of a key that is under way, begun now if there is none."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._make(key, policy, execute))
            flight.add_done_callback(lambda _done: self._flights.pop(key, None))
        return flight

    async def _make(self, key: str, policy: Policy, execute: Execute) -> Answered | Executed:
        shared = await self._take_shared(key)
        if shared is not None:
            return shared
        moment, begun = self._changes.now().moment, self._now()
        done = await execute()
        self.counts.made += 1
        self._note_floor(key, begun)
        if not done.is_good or len(done.body) > _LARGEST_BYTES:
            return done
        made = Answered(done.body, done.tags, moment, begun, policy.seconds)
        self._keep(key, made)
        self._new.add(key)
        return made

    def _keep(self, key: str, answered: Answered) -> None:
        self._drop(key)
        self._kept[key] = answered
        self._bytes += len(answered.body)
        while len(self._kept) > self._most or self._bytes > _MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        if (dropped := self._kept.pop(key, None)) is not None:
            self._bytes -= len(dropped.body)
            self._verified.pop(key, None)
            self._new.discard(key)

    def _found_again(self, key: str, found: Answered) -> None:
        """Somebody has asked for what is kept, so others may."""
        self._kept.move_to_end(key)
        self.counts.local += 1
        if key in self._new:
            self._new.discard(key)
            sharing = asyncio.create_task(self._share(key, found))
            self._sharing.add(sharing)
            sharing.add_done_callback(self._sharing.discard)

    def _note_floor(self, key: str, begun: int) -> None:
        """What others began before now may be older than what this process shows from now on."""
        self._floors[key] = _Floor(begun, self._now())
        self._floors.move_to_end(key)
        if len(self._floors) > self._most * _FLOORS_PER_ANSWER:
            _key, forgotten = self._floors.popitem(last=False)
            self._floor = max(self._floor, _Floor(0, forgotten.ended))

    def _now(self) -> int:
        return int(self._changes.now().at * _SECOND)

    async def _take_shared(self, key: str) -> Answered | None:
        """What all processes keep is from now on kept here as well."""
        shared = await self._find_shared(key)
        if shared is not None:
            self.counts.shared += 1
            self._keep(key, shared)
        return shared

    async def _find_shared(self, key: str) -> Answered | None:
        try:
            found = await self._lookups.get(_PREFIX + key)
        except Unavailable:
            return None
        answered = None if found is None or found.data is None else _decode(found)
        floor = self._floors.get(key, self._floor)
        if answered is None or (answered.at != floor.begun and answered.at < floor.ended):
            return None
        is_fresh = self._is_young(answered) and self._changes.is_fresh(answered.tags, answered.moment)
        return answered if is_fresh else None

    async def _share(self, key: str, answered: Answered) -> None:
        try:
            await self._shared.put_many({_PREFIX + key: _encode(answered)}, seconds=answered.seconds)
        except Unavailable as error:
            log.warning("answer_not_shared", reason=str(error)[:200])


def _encode(answered: Answered) -> Versioned:
    tags = ",".join(sorted(answered.tags)).encode()
    head = _HEAD.pack(answered.moment.position, answered.moment.version, answered.seconds)
    data = head + len(tags).to_bytes(4, "big") + tags + answered.body
    return Versioned(answered.at, data)


def _decode(found: Versioned) -> Answered:
    data = found.data or b""
    position, version, seconds = _HEAD.unpack_from(data)
    start = _HEAD.size + 4
    end = start + int.from_bytes(data[_HEAD.size : start], "big")
    tags = frozenset(data[start:end].decode().split(",")) if end > start else frozenset[str]()
    return Answered(data[end:], tags, Moment(position, version), found.version, seconds)
