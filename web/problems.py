"""Failures outside of GraphQL, told as RFC 9457 has it: JSON with a stable code and nothing of our insides."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.asked import BadRequest

_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


def problem(status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document that caches do not keep."""
    title = HTTPStatus(status).phrase.capitalize()
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code},
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase.capitalize()
    code = _CODES.get(error.status_code, "BAD_REQUEST")
    return problem(error.status_code, code, f"{phrase}.", headers=error.headers)


def _bad(_request: Request, error: Exception) -> Response:
    if not isinstance(error, BadRequest):
        raise error
    return problem(error.status, error.code, error.message)


def _failed(_request: Request, _error: Exception) -> Response:
    # Starlette raises the error again behind this answer, so that the server logs its traceback.
    return problem(500, "INTERNAL", "Something went wrong on our side.")


# As Starlette takes them: keys are exception classes or statuses, hence Any.
EXCEPTION_HANDLERS: Mapping[Any, Any] = {HTTPException: _refused, BadRequest: _bad, Exception: _failed}
