"""The id under which a request is found in logs: the caller's, if it is well-formed, else one made here.

It is believed of everybody: it only names, and grants nothing. The signs that it may have are those that no log, header
or shell takes for something else.
"""

import re
import secrets

from starlette.requests import HTTPConnection

HEADER = "x-request-id"
_FORM = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id_of(request: HTTPConnection) -> str:
    """8 to 64 letters, digits, dots, lines and underscores of `X-Request-Id`, or 32 random digits."""
    given = request.headers.get(HEADER, "")
    return given if _FORM.fullmatch(given) else secrets.token_hex(16)
