"""Whether the process lives, and whether its parts answer."""

from collections.abc import Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.readiness import Check, ask


def health_routes(
    checks: Mapping[str, Check], *, needed: frozenset[str], is_leaving: Callable[[], bool]
) -> list[Route]:
    """`/health` says that the process runs; `/ready` asks each part and answers 503 if a needed one fails, or if the
    process is about to stop."""

    async def health(_request: Request) -> Response:
        return _json(200, {"status": "ok"})

    async def ready(_request: Request) -> Response:
        if is_leaving():
            return _json(503, {"status": "leaving"})
        found = await ask(checks, needed=needed)
        return _json(found.code, found.as_json())

    return [Route("/health", health), Route("/ready", ready)]


def _json(status: int, body: object) -> Response:
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")
