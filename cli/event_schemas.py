"""JSON Schemas of the events that the store publishes, from their classes: one file for each type and version."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import orjson

import services
from services.events import Event

FOLDER = Path(__file__).parent.parent / "docs" / "events"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES: Mapping[type, Mapping[str, str]] = {
    UUID: {"type": "string", "format": "uuid"},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
}


def event_types() -> list[type[Event]]:
    """The events in the `events` modules of all contexts, by type."""
    contexts = [
        f"services.{context.name}.events" for context in pkgutil.iter_modules(services.__path__) if context.ispkg
    ]
    modules = [importlib.import_module(name) for name in contexts if find_spec(name) is not None]
    found = [
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Event) and one.__module__ == module.__name__
    ]
    return sorted(found, key=lambda event: event.type)


def printed() -> Mapping[str, str]:
    """The text of each file by its name."""
    files = {f"{event.type}.v{event.schema_version}.json": schema_of(event) for event in event_types()}
    files["envelope.v1.json"] = ENVELOPE
    return {name: orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n" for name, schema in files.items()}


def breaks(before: str, after: str) -> list[str]:
    """The fields of a payload that readers of the schema `before` would miss, or find changed, in `after`."""
    old, new = (orjson.loads(text)["properties"]["payload"].get("properties", {}) for text in (before, after))
    return [name for name in old if old[name] != new.get(name)]


def schema_of(event: type[Event]) -> dict[str, Any]:  # any JSON Schema
    """The schema of a whole message, envelope included. Readers pass over fields that they do not know."""
    hints = get_type_hints(event)
    given = {field.name: _value(hints[field.name]) for field in fields(event)}
    return {
        "$schema": _DIALECT,
        "$id": f"{event.type}.v{event.schema_version}.json",
        "title": event.type,
        "description": " ".join((event.__doc__ or "").split()),
        "allOf": [{"$ref": "envelope.v1.json"}],
        "properties": {
            "type": {"const": event.type},
            "schemaVersion": {"const": event.schema_version},
            "payload": {"type": "object", "required": sorted(given), "properties": given},
        },
    }


def _value(hint: Any) -> dict[str, Any]:  # a type, and any JSON Schema
    if isinstance(hint, UnionType):
        return {"anyOf": [_value(one) for one in get_args(hint)]}
    if hint not in _TYPES:
        raise TypeError(f"Events have no fields of type {hint}.")
    return dict(_TYPES[hint])


ENVELOPE = {
    "$schema": _DIALECT,
    "$id": "envelope.v1.json",
    "title": "Envelope",
    "description": "What every message is, whatever its type. Readers pass over fields that they do not know.",
    "type": "object",
    "required": ["type", "schemaVersion", "occurredAt", "payload"],
    "properties": {
        "id": {
            "type": "string",
            "format": "uuid",
            "description": "The event's own, the same in each repetition. Events of the store always have it.",
        },
        "type": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Context and what happened."},
        "schemaVersion": {"type": "integer", "minimum": 1, "description": "The version of the payload's schema."},
        "key": {
            "type": "string",
            "maxLength": 200,
            "description": "What it is about. Events with the same key keep their order. Without it, the broker's key.",
        },
        "position": {
            "type": ["integer", "null"],
            "description": "The place among all events of the store, in order of their commits.",
        },
        "occurredAt": {"type": "string", "format": "date-time", "description": "When it happened, with a time zone."},
        "payload": {"type": "object", "description": "What the type's own schema says."},
    },
}
