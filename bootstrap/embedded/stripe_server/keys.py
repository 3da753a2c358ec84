"""Idempotency keys as Stripe keeps them, which `localstripe` does not: the first answer of a key is its answer."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiohttp import web
from localstripe.resources import store

_PREFIX = "idempotency_key:"
_IN_USE = object()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Kept(NamedTuple):
    """The answer of a key, and a digest of what was asked."""

    digest: str
    status: int
    body: bytes


@web.middleware
async def remember_keys(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer a repeated POST as the first time; refuse another one under its key, and one while the first runs."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return await handler(request)
    name = _PREFIX + key
    digest = hashlib.sha256(request.path.encode() + b"\n" + await request.read()).hexdigest()
    kept = store.get(name)
    if kept is _IN_USE:
        return _refusal(409, "idempotency_key_in_use", "Another request with this key is being answered.")
    if kept is not None:
        if kept.digest != digest:
            return _refusal(400, None, "Keys can only be used with the parameters that they were first used with.")
        return web.Response(
            body=kept.body, status=kept.status, content_type="application/json", headers={"Idempotent-Replayed": "true"}
        )
    return await _answer(name, digest, request, handler)


async def _answer(name: str, digest: str, request: web.Request, handler: Handler) -> web.StreamResponse:
    dict.__setitem__(store, name, _IN_USE)
    try:
        answer = await handler(request)
        body = answer.body if isinstance(answer, web.Response) else None
    except BaseException:
        dict.pop(store, name, None)
        raise
    store[name] = Kept(digest, answer.status, bytes(body) if isinstance(body, bytes) else b"")
    return answer


def _refusal(status: int, code: str | None, message: str) -> web.Response:
    error = {"type": "idempotency_error", "code": code, "message": message}
    return web.json_response({"error": error}, status=status)
