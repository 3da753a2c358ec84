"""A kept answer over HTTP: caches on the way may keep it too, ask whether it is still the same, and drop it by tag."""

import time

from starlette.requests import Request
from starlette.responses import Response

from web.caching.responses import Answered

# A header line that proxies and CDNs take (Varnish: 8 kB a line; Fastly: 16 kB for all keys).
_LONGEST_TAGS = 4_000


def cached_response(request: Request, answered: Answered, *, media_type: str, headers: dict[str, str]) -> Response:
    """RFC 9111's `Cache-Control` and `Age`, RFC 9110's `ETag` with 304, and `Surrogate-Key`; for GET and HEAD alone,
    since no cache keeps answers to POST."""
    if request.method not in ("GET", "HEAD"):
        return Response(answered.body, headers=headers, media_type=media_type)
    etag = answered.etag
    age = max(int(time.time() - answered.at / 1_000_000), 0)
    # Whoever gets it from a cache on the way would read the id of somebody else's request.
    headers = {name: value for name, value in headers.items() if name != "x-request-id"} | {
        "cache-control": f"public, max-age={answered.seconds}, stale-while-revalidate={answered.seconds}",
        "age": str(min(age, answered.seconds)),
        "etag": etag,
    }
    tags = " ".join(sorted(answered.tags))
    if len(tags) <= _LONGEST_TAGS:
        headers["surrogate-key"] = tags
    if _names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(answered.body, headers=headers, media_type=media_type)


def _names(given: str, etag: str) -> bool:
    """Whether `If-None-Match` names this entity (RFC 9110, 13.1.2: weak comparison)."""
    named = {one.strip().removeprefix("W/") for one in given.split(",")}
    return etag in named or "*" in named
