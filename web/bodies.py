"""Reading what a request carries, with an end to its length and to its taking."""

import asyncio

from starlette.requests import Request

from web.asked import BadRequest

# A body comes in one piece from nearly everybody; who takes longer than this holds a connection for nothing.
BODY_SECONDS = 10.0


async def read_body(request: Request, *, largest: int, seconds: float = BODY_SECONDS) -> bytes:
    """The whole body; raises `BadRequest` (BODY_TOO_LARGE, BODY_TOO_SLOW, CLIENT_LEFT)."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > largest:
        raise _too_large(largest)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    # Nobody reads this answer, but a client that leaves is no failure to be logged.
                    raise BadRequest(400, "CLIENT_LEFT", "The request ended before its body did.")
                body += message.get("body", b"")
                if len(body) > largest:
                    raise _too_large(largest)
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise BadRequest(408, "BODY_TOO_SLOW", "The request took too long to arrive.") from error
    return bytes(body)


def _too_large(largest: int) -> BadRequest:
    return BadRequest(413, "BODY_TOO_LARGE", f"A request has at most {largest} bytes.")
