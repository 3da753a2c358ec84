"""What a client asks for, however it comes: the parameters of a GraphQL request."""

from typing import Any

import orjson

from web.execution import JsonObject


class BadRequest(Exception):
    """A request that is not GraphQL over HTTP. `status` is HTTP's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Asked:
    """The parameters of a well-formed request."""

    __slots__ = ("operation_name", "query", "variables")

    def __init__(self, query: str, variables: JsonObject | None, operation_name: str | None) -> None:
        self.query = query
        self.variables = variables
        self.operation_name = operation_name


# Whatever JSON a client may send, hence Any.
def parse_json(text: bytes | str) -> Any:
    """Raises `BadRequest` (BAD_JSON)."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_JSON", "The request is not valid JSON.") from error


def as_asked(fields: Any) -> Asked:
    """The parameters in a parsed request; raises `BadRequest` (BAD_REQUEST, VARIABLES_TOO_DEEP)."""
    if not isinstance(fields, dict):
        raise BadRequest(400, "BAD_REQUEST", "A request is one JSON object; batches are not taken.")
    query, variables = fields.get("query"), fields.get("variables")
    operation_name, extensions = fields.get("operationName"), fields.get("extensions")
    if not isinstance(query, str) or not query:
        raise BadRequest(400, "BAD_REQUEST", "`query` must be the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "BAD_REQUEST", "`variables` must be an object.")
    if variables and not _can_be_written(variables):
        raise BadRequest(400, "VARIABLES_TOO_DEEP", "`variables` has lists or objects too deep inside each other.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest(400, "BAD_REQUEST", "`operationName` must be a string.")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest(400, "BAD_REQUEST", "`extensions` must be an object.")
    return Asked(query, variables, operation_name or None)


def _can_be_written(variables: JsonObject) -> bool:
    """Whether they can be written as JSON again, which orjson does 254 levels deep, and reads 1,024."""
    try:
        orjson.dumps(variables)
    except TypeError:
        return False
    return True
