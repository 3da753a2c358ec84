"""What an HTTP request carries, before it is known whether it makes sense."""

from typing import Any

from starlette.requests import Request

from web.asked import PARAMETERS, BadRequest, parse_json
from web.bodies import read_body
from web.execution import JsonObject
from web.negotiation import JSON_TYPE, is_utf_8_json

_SAFE = ("GET", "HEAD")


def is_safe(request: Request) -> bool:
    """Whether it may change nothing, and has its operation in its address (RFC 9110, 9.2.1)."""
    return request.method in _SAFE


async def read_request(request: Request, *, largest: int, seconds: float) -> bytes | None:
    """The body; None for a GET, which has none. Raises `BadRequest`."""
    headers = request.headers
    if is_safe(request):
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            raise BadRequest(400, "BAD_REQUEST", "A GET has its operation in its address, and no body.")
        return None
    content_type = headers.get("content-type", "")
    if content_type != JSON_TYPE and not is_utf_8_json(content_type):
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", f"Send the operation as {JSON_TYPE} in UTF-8.")
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise BadRequest(415, "UNSUPPORTED_MEDIA_TYPE", "Send the operation without a content encoding.")
    return await read_body(request, largest=largest, seconds=seconds)


# An object, a list of them, or whatever JSON a client may send, hence Any.
def parameters_in(request: Request, body: bytes | None) -> Any:
    """What a request asks for, in its address or in its body. Raises `BadRequest`."""
    if body is not None:
        return parse_json(body)
    given = [name for name, _ in request.query_params.multi_items() if name in PARAMETERS]
    if len(set(given)) < len(given):
        raise BadRequest(400, "BAD_REQUEST", "A parameter is given twice.")
    fields: JsonObject = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in fields:
            fields[name] = parse_json(fields[name].encode())
    return fields
