"""How long answers to anonymous reads may be kept, declared on types and fields of the graph."""

import hashlib
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, print_schema
from strawberry.schema_directive import Location

from schema.describe import describe_enum


class CacheControlScope(Enum):
    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


describe_enum(
    CacheControlScope,
    name="CacheControlScope",
    description="Who may be shown a kept answer.",
    meanings={
        CacheControlScope.PUBLIC: "Everybody who has not signed in.",
        CacheControlScope.PRIVATE: "The caller alone, so that the store keeps none.",
    },
)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="cacheControl",
    description="For how many seconds an answer that shows this may be kept, if nothing in it changes before; the "
    "least of all that an answer shows counts. Objects with an `id` and root fields without it are not kept; other "
    "fields are as their parents.",
)
class CacheControl:
    max_age: int = strawberry.directive_field(name="maxAge")
    scope: CacheControlScope = strawberry.directive_field(name="scope", default=CacheControlScope.PUBLIC)


class CacheHint(NamedTuple):
    """The directive, as those who keep answers read it."""

    seconds: int
    is_private: bool


def cache_hints(schema: GraphQLSchema) -> dict[str, CacheHint]:
    """The hints of a schema that strawberry has made: by type, and by type and field, as in `Query.product`."""
    return dict(_hints(schema))


def schema_digest(schema: GraphQLSchema) -> str:
    """Another one for each schema that could answer otherwise."""
    return hashlib.blake2b(print_schema(schema).encode(), digest_size=8).hexdigest()


def _hints(schema: GraphQLSchema) -> Iterator[tuple[str, CacheHint]]:
    for name, shown in schema.type_map.items():
        if not isinstance(shown, GraphQLObjectType | GraphQLInterfaceType):
            continue
        yield from _declared(name, shown)
        for field_name, field in shown.fields.items():
            yield from _declared(f"{name}.{field_name}", field)


# Types and fields of graphql-core have nothing in common but their extensions, hence Any.
def _declared(place: str, element: Any) -> Iterator[tuple[str, CacheHint]]:
    definition = element.extensions.get("strawberry-definition")
    for directive in getattr(definition, "directives", None) or ():
        if isinstance(directive, CacheControl):
            yield place, CacheHint(directive.max_age, directive.scope is CacheControlScope.PRIVATE)
