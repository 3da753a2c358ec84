"""What an operation is told that asks for more than it may: a code, a sentence, the limit and what was asked."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from graphql import GraphQLError

# A JSON object as clients get it, hence Any.
Answer = Mapping[str, Any]

# By which status an answer without data says that it was refused. Clients that want plain JSON get 200 for mistakes in
# documents; who has asked for too much is to notice in any case.
_STATUSES = {
    "DOCUMENT_TOO_LONG": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "TOO_MANY_TOKENS": HTTPStatus.BAD_REQUEST,
    "TOO_DEEP": HTTPStatus.BAD_REQUEST,
    "TOO_MANY_SELECTIONS": HTTPStatus.BAD_REQUEST,
    "TOO_MANY_ALIASES": HTTPStatus.BAD_REQUEST,
    "TOO_MANY_ROOT_FIELDS": HTTPStatus.BAD_REQUEST,
    "TOO_MANY_DIRECTIVES": HTTPStatus.BAD_REQUEST,
    "FIELD_REPEATED": HTTPStatus.BAD_REQUEST,
    "TOO_COMPLEX": HTTPStatus.BAD_REQUEST,
    "TOO_COSTLY": HTTPStatus.BAD_REQUEST,
    "TOO_MANY_OPERATIONS": HTTPStatus.TOO_MANY_REQUESTS,
    "RATE_LIMITED": HTTPStatus.TOO_MANY_REQUESTS,
}


class Excessive(Exception):
    """A document asks for more than it may."""

    def __init__(self, code: str, message: str, *, limit: int, asked: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.limit = limit
        self.asked = asked

    def as_error(self) -> GraphQLError:
        """As clients get it; `asked` is left out where counting ended at the limit."""
        extensions: dict[str, Any] = {"code": self.code, "limit": self.limit}
        if self.asked is not None:
            extensions["asked"] = self.asked
        return GraphQLError(self.message, extensions=extensions)


def status_of(answer: Answer) -> int | None:
    """HTTP's status for an answer without data that a limit has refused; None for all others."""
    for extensions in _extensions(answer):
        status = _STATUSES.get(extensions.get("code", ""))
        if status is not None:
            return int(status)
        if "retryAfterSeconds" in extensions:
            return int(HTTPStatus.SERVICE_UNAVAILABLE)
    return None


def headers_of(answer: Answer) -> dict[str, str]:
    """`Retry-After` (RFC 9110, 10.2.3) for an answer that says when to come again."""
    for extensions in _extensions(answer):
        if "retryAfterSeconds" in extensions:
            return {"retry-after": str(extensions["retryAfterSeconds"])}
    return {}


def _extensions(answer: Answer) -> Iterator[Answer]:
    return (error.get("extensions") or {} for error in answer.get("errors", ()))
