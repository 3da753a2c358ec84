"""The file that names the documents which an operator trusts, in either of the formats that tools write.

A map of ids to texts is what Relay's compiler and GraphQL Code Generator write; Apollo's has an object for each
operation (apollographql.com/docs/graphos/platform/security/persisted-queries).
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

APOLLO_FORMAT = "apollo-persisted-query-manifest"
_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
_PREFIX = "sha256:"


class BadManifest(Exception):
    """The manifest cannot be served; the sentence names the document."""


class Trusted(NamedTuple):
    """A document that may be executed. `name` is for people."""

    id: str
    name: str
    text: str


def invalid(document: Trusted, message: str) -> BadManifest:
    return BadManifest(f"The document {document.name} is not valid: {message}")


def digest_of(text: str) -> str:
    """The id that a document has by its text: SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_digest(id: str) -> bool:
    return _HEXADECIMAL.fullmatch(id) is not None


def read_manifest(path: Path) -> list[Trusted]:
    """Raises `BadManifest` where the file cannot be read, or an id that looks like a digest is not that of its text."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise BadManifest(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise BadManifest(f"The manifest {path} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise BadManifest(f"The manifest {path} is not an object.")
    found = list(_apollo(content) if "format" in content else _plain(content))
    _check(found)
    return found


def manifest(documents: Iterable[Trusted], kinds: Iterable[str]) -> dict[str, Any]:  # JSON
    """The content of a manifest in Apollo's format; `kinds` are query, mutation or subscription."""
    operations = [
        {"id": one.id, "name": one.name, "type": kind, "body": one.text}
        for one, kind in zip(documents, kinds, strict=True)
    ]
    return {"format": APOLLO_FORMAT, "version": 1, "operations": operations}


# Any JSON, hence Any.
def _plain(content: dict[str, Any]) -> Iterator[Trusted]:
    for id, text in content.items():
        if not isinstance(text, str):
            raise BadManifest(f"The document {id} has no text.")
        yield Trusted(id.removeprefix(_PREFIX), id, text)


def _apollo(content: dict[str, Any]) -> Iterator[Trusted]:
    if (content["format"], content.get("version")) != (APOLLO_FORMAT, 1):
        raise BadManifest(f"A manifest with a `format` must be {APOLLO_FORMAT}, version 1.")
    operations = content.get("operations")
    for place, one in enumerate(operations if isinstance(operations, list) else [None]):
        fields = one if isinstance(one, dict) else {}
        id, name, text = fields.get("id"), fields.get("name"), fields.get("body")
        if not isinstance(id, str) or not isinstance(text, str):
            raise BadManifest(f"The operation {name or place} needs an `id` and a `body`.")
        yield Trusted(id.removeprefix(_PREFIX), str(name or id), text)


def _check(documents: Iterable[Trusted]) -> None:
    texts: dict[str, str] = {}
    for one in documents:
        if is_digest(one.id) and digest_of(one.text) != one.id:
            raise BadManifest(f"The id of {one.name} is not the SHA-256 of its text.")
        if texts.setdefault(one.id, one.text) != one.text:
            raise BadManifest(f"The id of {one.name} is that of another document too.")
