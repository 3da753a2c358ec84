"""What is sent back: answers and refusals as HTTP responses."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from web.asked import BadRequest, RefusedDocument
from web.caching import Answered, Executed, cached_response
from web.execution import JsonObject
from web.limits.refusing import headers_of, status_of
from web.negotiation import EVENT_STREAM, JSON_TYPE, RESPONSE_TYPE, VARY, answered_status, failed_status
from web.observing import noted
from web.subscriptions.sse import single_answer


def respond(answer: JsonObject, media_type: str, request_id: str) -> Response:
    """The answer to one operation that was executed, or whose document was refused."""
    if media_type == EVENT_STREAM:
        return single_answer(answer, request_id)
    response = respond_json(orjson.dumps(answer), media_type, request_id, status=_status(answer, media_type))
    response.headers.update(headers_of(answer))
    return response


def respond_kept(request: Request, found: Answered | Executed, media_type: str, request_id: str) -> Response:
    """A kept answer, with what caches on the way need to know, or one that may not be kept."""
    if isinstance(found, Answered):
        content_type = f"{media_type}; charset=utf-8"
        return cached_response(request, found, media_type=content_type, headers=_headers(request_id))
    if not found.has_data:
        return respond(orjson.loads(found.body), media_type, request_id)
    status = answered_status(media_type, has_data=True, has_errors=not found.is_good)
    return respond_json(found.body, media_type, request_id, status=status)


def respond_refused(error: BadRequest, media_type: str | None, request_id: str) -> Response:
    """Why nothing was executed; no cache keeps it, since the next request like it may be answered."""
    refusal = noted({"errors": [error.as_error()]})
    if isinstance(error, RefusedDocument) and media_type == EVENT_STREAM:
        return single_answer(refusal, request_id)
    if media_type == EVENT_STREAM:
        # There is no stream to say it in.
        media_type = RESPONSE_TYPE
    is_legacy = isinstance(error, RefusedDocument) and error.status == 400
    status = failed_status(media_type) if is_legacy else error.status
    response = respond_json(orjson.dumps(refusal), media_type or JSON_TYPE, request_id, status=status)
    if error.status == 405:
        response.headers["allow"] = "POST"
    return response


def respond_json(body: bytes, media_type: str, request_id: str, *, status: int = 200) -> Response:
    content_type = f"{media_type}; charset=utf-8"
    return Response(body, status_code=status, headers=_headers(request_id), media_type=content_type)


def _status(answer: JsonObject, media_type: str) -> int:
    """Whoever has asked for too much is to notice, also where plain JSON is wanted."""
    has_data = "data" in answer
    refused = None if has_data else status_of(answer)
    return refused or answered_status(media_type, has_data=has_data, has_errors="errors" in answer)


def _headers(request_id: str) -> dict[str, str]:
    # What may be kept says so itself.
    return {"x-request-id": request_id, "vary": VARY, "cache-control": "no-store"}
