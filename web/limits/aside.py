"""What has been made of texts, kept by them, and made beside the event loop where that takes long."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
# Documents of pages; what is longer may take tens of milliseconds to validate.
SHORT_CHARACTERS = 2_000


class Known(Generic[T]):
    """At most `most` of what `make` has made, of texts of at most `longest` characters."""

    def __init__(self, make: Callable[[str], T], *, most: int, longest: int) -> None:
        self._make = make
        self._most = most
        self._longest = longest
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._pinned: dict[str, T] = {}
        self._turn = asyncio.Lock()

    def pin(self, text: str) -> T:
        """Make this one now, and keep it whatever comes."""
        made = self._pinned[text] = self._make(text)
        return made

    def get(self, text: str) -> T:
        """What is kept, or made now."""
        found = self._find(text)
        return self._keep(text, self._make(text)) if found is None else found

    async def get_aside(self, text: str) -> T:
        """As `get`, but of long texts one at a time, in a thread: all others would wait for them."""
        if len(text) <= SHORT_CHARACTERS or self._find(text) is not None:
            return self.get(text)
        async with self._turn:
            found = self._find(text)
            return self._keep(text, await asyncio.to_thread(self._make, text)) if found is None else found

    def _find(self, text: str) -> T | None:
        if (pinned := self._pinned.get(text)) is not None:
            return pinned
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
        return found

    def _keep(self, text: str, made: T) -> T:
        if len(text) <= self._longest:
            self._kept[text] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
