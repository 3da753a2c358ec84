"""Whether the process lives, and whether its parts answer."""

import asyncio
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Check = Callable[[], Awaitable[object]]
_SECONDS = 2.0


def health_routes(checks: dict[str, Check], *, needed: frozenset[str], is_leaving: Callable[[], bool]) -> list[Route]:
    """`/health` says that the process runs; `/ready` asks each part and answers 503 if a needed one fails, or if the
    process is about to stop."""

    async def health(_request: Request) -> Response:
        return _json(200, {"status": "ok"})

    async def ready(_request: Request) -> Response:
        if is_leaving():
            return _json(503, {"status": "leaving"})
        answers = await asyncio.gather(*(_passes(check) for check in checks.values()))
        parts = dict(zip(checks, answers, strict=True))
        failed = {name for name, works in parts.items() if not works}
        status = "unavailable" if failed & needed else "degraded" if failed else "ok"
        body = {"status": status, "parts": {name: "ok" if works else "failing" for name, works in parts.items()}}
        return _json(503 if failed & needed else 200, body)

    return [Route("/health", health), Route("/ready", ready)]


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            await check()
    except Exception:  # whatever is wrong with a part, it fails
        return False
    return True


def _json(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
