"""The id under which a request is found in logs: the caller's, if it is well-formed, else one made here.

It is believed of everybody: it only names, and grants nothing. The signs that it may have are those that no log, header
or shell takes for something else.
"""

import re
import secrets
from collections.abc import Iterable

from starlette.requests import HTTPConnection

_HEADER = b"x-request-id"
_FORM = re.compile(rb"[A-Za-z0-9._-]{8,64}")


def request_id_of(request: HTTPConnection) -> str:
    """8 to 64 letters, digits, dots, lines and underscores of `X-Request-Id`, or 32 random digits."""
    return request_id_in(request.scope["headers"])


def request_id_in(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The same, of headers as ASGI has them."""
    for name, value in headers:
        if name == _HEADER:
            return value.decode() if _FORM.fullmatch(value) else secrets.token_hex(16)
    return secrets.token_hex(16)
