"""Objects of `localstripe` in a file of the data folder, instead of one that all of the machine share.

It is written a few times a second if anything has changed, in one piece: killed, the server forgets the last moment.
`localstripe` would write all of it at each change, which takes longer with each payment.
"""

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import web
from localstripe import webhooks
from localstripe.resources import Store, store

_PAUSE_SECONDS = 0.25
_WEBHOOK = "webhook:"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Keeper:
    """Reads the file when the server starts, and writes it while it runs and when it stops."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._has_changed = False
        self._writing: asyncio.Task[None] | None = None
        Store.dump_to_disk = lambda _store: self._note()
        self._read()

    async def start(self, _app: web.Application) -> None:
        self._writing = asyncio.create_task(self._write_on())

    async def stop(self, _app: web.Application) -> None:
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        self._write()

    @web.middleware
    async def remember_webhooks(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Where events go to is kept as well; `localstripe` forgets it when it ends."""
        answer = await handler(request)
        name = request.match_info.get("id", "")
        if request.path.startswith("/_config/webhooks/") and name in webhooks._webhooks:
            store[_WEBHOOK + name] = webhooks._webhooks[name]
        return answer

    def _note(self) -> None:
        self._has_changed = True

    def _read(self) -> None:
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            # The folder belongs to us alone, so this is what we have written.
            dict.update(store, pickle.load(file))
        for key, value in store.items():
            if key.startswith(_WEBHOOK):
                webhooks._webhooks[key.removeprefix(_WEBHOOK)] = value

    async def _write_on(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            if self._has_changed:
                self._write()

    def _write(self) -> None:
        self._has_changed = False
        kept = {key: value for key, value in store.items() if type(value) is not object}
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            pickle.dump(kept, file, protocol=pickle.HIGHEST_PROTOCOL)
        fresh.replace(self._path)
