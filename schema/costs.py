"""What fields cost by themselves, beside the objects that they answer with, declared on fields of the graph."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.schema_directive import Location

# What a mutation costs that declares nothing: a transaction of its own.
MUTATION_WEIGHT = 10


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description="What the field costs each time that it is answered, in points, beside one point for each object that "
    f"it may answer with. Mutations without it cost {MUTATION_WEIGHT}.",
)
class Cost:
    weight: int = strawberry.directive_field(name="weight")


def field_weights(schema: GraphQLSchema) -> dict[str, int]:
    """By type and field, as in `Query.search`; those that weigh nothing are left out."""
    found = {}
    if schema.mutation_type is not None:
        found = {f"{schema.mutation_type.name}.{name}": MUTATION_WEIGHT for name in schema.mutation_type.fields}
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType):
            found |= {f"{type_.name}.{name}": cost.weight for name, cost in _declared(type_)}
    return found


def _declared(type_: GraphQLObjectType) -> Iterator[tuple[str, Cost]]:
    for name, field in type_.fields.items():
        for directive in directives_of(field):
            if isinstance(directive, Cost):
                yield name, directive


# A field of graphql-core knows what strawberry made it of, which is of no public type, hence Any.
def directives_of(field: Any) -> list[object]:
    """The schema directives that a field declares."""
    definition = field.extensions.get("strawberry-definition")
    return list(getattr(definition, "directives", None) or ())
