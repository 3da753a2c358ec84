"""What a client asks for, however it comes: the parameters of a GraphQL request."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from web.execution import JsonObject, as_error

PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")
LONGEST_ID = 200
_SHA256 = "sha256:"


class BadRequest(Exception):
    """A request that is not GraphQL over HTTP. `status` is HTTP's; `more` goes beside the code."""

    def __init__(self, status: int, code: str, message: str, **more: int) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.more = more

    def as_error(self) -> JsonObject:
        """As clients get it."""
        error = as_error(self.code, self.message)
        error["extensions"] |= self.more
        return error


class RefusedDocument(BadRequest):
    """A good request for a document that cannot be executed. With the status 400 it is 200 for clients that want plain
    JSON, and the only event of a stream."""


class Asked(NamedTuple):
    """The parameters of a well-formed request. `document_id` names a document that is known by its id, in which case
    `query` may be empty until that is found; without the prefix `sha256:`."""

    query: str
    variables: JsonObject | None
    operation_name: str | None
    document_id: str | None = None


# Whatever JSON a client may send, hence Any.
def parse_json(text: bytes | str) -> Any:
    """Raises `BadRequest` (BAD_JSON)."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(400, "BAD_JSON", "The request is not valid JSON.") from error
    if _may_repeat(text):
        _check_names(text)
    return found


def _may_repeat(text: bytes | str) -> bool:
    """Whether a parameter could be given twice, told in a fraction of the time that it takes to know. Names may be
    written with escapes."""
    raw = text.encode() if isinstance(text, str) else text
    return b"\\u00" in raw or any(raw.count(b'"%s"' % name.encode()) > 1 for name in PARAMETERS)


def _check_names(text: bytes | str) -> None:
    """Refuse objects with two members of one name: what is in between may have looked at the other (RFC 8259, 4)."""
    try:
        json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except RecursionError as error:
        raise BadRequest(400, "BAD_JSON", "The request is nested too deeply.") from error


def _once(pairs: Sequence[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise BadRequest(400, "BAD_JSON", "An object has two members of one name.")


def as_asked(fields: Any) -> Asked:
    """The parameters in a parsed request; raises `BadRequest` (BAD_REQUEST, VARIABLES_TOO_DEEP)."""
    if not isinstance(fields, dict):
        raise BadRequest(400, "BAD_REQUEST", "A request is one JSON object.")
    query, variables = fields.get("query"), fields.get("variables")
    operation_name, extensions = fields.get("operationName"), fields.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest(400, "BAD_REQUEST", "`extensions` must be an object.")
    document_id = _document_id(fields.get("documentId"), (extensions or {}).get("persistedQuery"))
    if document_id is not None and query in (None, ""):
        query = ""
    elif not isinstance(query, str) or not query:
        raise BadRequest(400, "BAD_REQUEST", "`query` must be the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "BAD_REQUEST", "`variables` must be an object.")
    if variables and not _can_be_written(variables):
        raise BadRequest(400, "VARIABLES_TOO_DEEP", "`variables` has lists or objects too deep inside each other.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadRequest(400, "BAD_REQUEST", "`operationName` must be a string.")
    return Asked(query, variables, operation_name or None, document_id)


def _document_id(document_id: Any, persisted: Any) -> str | None:
    """The id in `documentId` or in Apollo's extension, which clients may send both of if they agree."""
    if document_id is not None and (not isinstance(document_id, str) or not 0 < len(document_id) <= LONGEST_ID):
        raise BadRequest(400, "BAD_REQUEST", f"`documentId` must be a string of at most {LONGEST_ID} characters.")
    named = None if document_id is None else document_id.removeprefix(_SHA256)
    if persisted is None:
        return named
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or not 0 < len(digest) <= LONGEST_ID or persisted.get("version") != 1:
        raise BadRequest(400, "BAD_REQUEST", "`persistedQuery` must have the `version` 1 and a `sha256Hash`.")
    if named not in (None, digest):
        raise BadRequest(400, "BAD_REQUEST", "`documentId` and `persistedQuery` name two documents.")
    return digest


def _can_be_written(variables: JsonObject) -> bool:
    """Whether they can be written as JSON again, also within what names an answer: orjson writes 254 levels, and reads
    1,024."""
    try:
        orjson.dumps([variables])
    except TypeError:
        return False
    return True
