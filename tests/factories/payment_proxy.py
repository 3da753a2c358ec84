"""A recording proxy in front of a payment server: a real HTTP server that remembers idempotency keys as Stripe does, so
that doubled calls are seen, and that breaks connections on command."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import NamedTuple

import aiohttp
from aiohttp import web

_HOP = {"transfer-encoding", "connection", "content-length", "host", "keep-alive", "content-encoding"}


class Fault(StrEnum):
    """What happens to one request."""

    CUT_BEFORE = "cut_before"  # the connection breaks and nobody has heard the request
    CUT_AFTER = "cut_after"  # the connection breaks when the request has had its effect
    DELAY = "delay"  # it is forwarded late; the caller may be gone by then
    DOUBLE = "double"  # it arrives twice, at once
    BUSY = "busy"  # 503, and nobody has heard it


class Call(NamedTuple):
    """One POST that came in. `is_repeat` says that its key had been seen before."""

    path: str
    key: str | None
    body: bytes
    is_repeat: bool


class _Answer(NamedTuple):
    digest: str
    status: int
    body: bytes
    content_type: str
    is_repeated: bool = False


class PaymentProxy:
    """Forwards to `target`; `url` is where it listens. `calls` are all POSTs in the order of their coming."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.calls: list[Call] = []
        self.delay_seconds = 1.0
        self._faults: list[tuple[str, Fault]] = []
        self._kept: dict[str, asyncio.Future[_Answer]] = {}
        self._digests: dict[str, str] = {}

    def fail_next(self, fault: Fault, *, path: str = "") -> None:
        """Let the next POST below `path` meet with this; several wait for one POST each, in order."""
        self._faults.append((path, fault))

    def doubled(self) -> dict[str, int]:
        """The keys that came more than once, and how often."""
        counts = Counter(call.key for call in self.calls if call.key is not None)
        return {key: count for key, count in counts.items() if count > 1}

    def without_key(self) -> list[Call]:
        """POSTs that could not be repeated safely."""
        return [call for call in self.calls if call.key is None]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, or break it."""
        body = await request.read()
        if request.method != "POST":
            return _as_response(await self._forward(request, body))
        key = request.headers.get("Idempotency-Key")
        self.calls.append(Call(request.path, key, body, is_repeat=key in self._digests))
        fault = self._take_fault(request.path)
        if fault is Fault.BUSY:
            return web.json_response({"error": {"type": "api_error", "message": "Busy."}}, status=503)
        if fault is Fault.CUT_BEFORE:
            return _cut(request)
        if fault is Fault.DELAY:
            await asyncio.sleep(self.delay_seconds)
        if fault is Fault.DOUBLE:
            self.calls.append(self.calls[-1]._replace(is_repeat=True))
            answers = await asyncio.gather(*(self._once(request, body, key) for _ in range(2)))
            return _as_response(answers[0])
        answer = await self._once(request, body, key)
        return _cut(request) if fault is Fault.CUT_AFTER else _as_response(answer)

    def _take_fault(self, path: str) -> Fault | None:
        for place, (wanted, fault) in enumerate(self._faults):
            if path.startswith(wanted):
                del self._faults[place]
                return fault
        return None

    async def _once(self, request: web.Request, body: bytes, key: str | None) -> _Answer:
        """The first answer of a key, again; another request under it is refused as Stripe does."""
        if key is None:
            return await self._forward(request, body)
        digest = _digest(request, body)
        if self._digests.setdefault(key, digest) != digest:
            error = b'{"error": {"type": "idempotency_error", "message": "Keys are for one set of parameters."}}'
            return _Answer(digest, 400, error, "application/json")
        is_repeated = key in self._kept
        if not is_repeated:
            # Not the caller's to cancel: what was sent has its effect though nobody waits for the answer.
            self._kept[key] = asyncio.ensure_future(self._forward(request, body))
        answer = await asyncio.shield(self._kept[key])
        if answer.status >= 500:
            self._kept.pop(key, None)
        return answer._replace(is_repeated=is_repeated)

    async def _forward(self, request: web.Request, body: bytes) -> _Answer:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        async with (
            aiohttp.ClientSession(auto_decompress=True) as session,
            session.request(request.method, self.target + request.path_qs, data=body, headers=headers) as response,
        ):
            return _Answer(_digest(request, body), response.status, await response.read(), response.content_type)


def _digest(request: web.Request, body: bytes) -> str:
    return hashlib.sha256(request.path.encode() + b"\n" + body).hexdigest()


def _as_response(answer: _Answer) -> web.Response:
    headers = {"Idempotent-Replayed": "true"} if answer.is_repeated else {}
    return web.Response(body=answer.body, status=answer.status, content_type=answer.content_type, headers=headers)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def opened_proxy(target: str) -> AsyncIterator[PaymentProxy]:
    """A proxy in front of the server at `target`, for as long as the block runs."""
    proxy = PaymentProxy(target)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()
