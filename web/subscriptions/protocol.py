"""The words of graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""

from enum import IntEnum
from typing import Any, NamedTuple

from graphql import GraphQLFormattedError

from web.asked import Asked, BadRequest, as_asked, parse_json
from web.execution import JsonObject
from web.limits.refusing import Excessive

SUBPROTOCOL = "graphql-transport-ws"
LONGEST_ID = 200


class Close(IntEnum):
    """Why the server ends a socket. Clients come back by themselves after the first four."""

    NO_PONG = 1001
    RESTART = 1012
    TOO_SLOW = 1013
    FORBIDDEN = 4403
    TOO_BIG = 1009
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    BAD_SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_MANY_INITS = 4429


class Closing(Exception):
    """The client broke the protocol, or may not go on."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Said(NamedTuple):
    """One message of a client. `id` is empty where its type has none; `payload` is any JSON."""

    type: str
    id: str = ""
    payload: Any = None


_TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})


def read(text: str | None) -> Said:
    """The message in a frame; raises `Closing` (BAD_REQUEST)."""
    try:
        found = parse_json(text) if text is not None else None
    except BadRequest as error:
        raise Closing(Close.BAD_REQUEST, "A message is one JSON object.") from error
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise Closing(Close.BAD_REQUEST, "A message is one JSON object with a `type`.")
    type_, id_, payload = found["type"], found.get("id"), found.get("payload")
    if type_ not in _TYPES:
        raise Closing(Close.BAD_REQUEST, "This type of message is not known.")
    if type_ in ("subscribe", "complete"):
        if not isinstance(id_, str) or not id_:
            raise Closing(Close.BAD_REQUEST, "This type of message needs an `id`.")
        if len(id_) > LONGEST_ID:
            # It is kept, and sent with each answer.
            raise Closing(Close.BAD_REQUEST, f"An `id` has at most {LONGEST_ID} characters.")
    elif payload is not None and not isinstance(payload, dict):
        raise Closing(Close.BAD_REQUEST, "`payload` must be an object.")
    return Said(type_, id_ if isinstance(id_, str) else "", payload)


def too_many_operations(most: int) -> GraphQLFormattedError:
    """What is told of an operation beyond those that one connection may have."""
    message = f"At most {most} operations run on one connection."
    return Excessive("TOO_MANY_OPERATIONS", message, limit=most, asked=most + 1).as_error().formatted


# Any JSON, hence Any.
def asked_in(payload: Any) -> Asked:
    """What a `subscribe` asks for; raises `Closing` (BAD_REQUEST)."""
    try:
        return as_asked(payload)
    except BadRequest as error:
        raise Closing(Close.BAD_REQUEST, error.message) from error


def authorization_in(payload: JsonObject | None) -> str | None:
    """`authorization`, in any case, in the payload of `connection_init`. Raises `Closing` if it is no text."""
    for name, value in (payload or {}).items():
        if name.lower() == "authorization" and value is not None:
            if not isinstance(value, str):
                raise Closing(Close.FORBIDDEN, "Forbidden")
            return value
    return None
