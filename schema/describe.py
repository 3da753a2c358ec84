"""Enums of the shop in the graph."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

E = TypeVar("E", bound=Enum)


def describe_enum(values: type[E], *, name: str, description: str, meanings: Mapping[E, str]) -> None:
    """Give an enum of the shop a place in the graph, with a description for it and for each of its values."""
    strawberry.enum(values, name=name, description=description)
    definition: StrawberryEnumDefinition = values.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = meanings[values[value.name]]
