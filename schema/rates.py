"""How often one caller may use a field at the root, declared on fields of the graph."""

from collections.abc import Mapping
from typing import NamedTuple

import strawberry
from graphql import GraphQLSchema
from strawberry.schema_directive import Location

from schema.costs import directives_of

# What mutations may be used at that declare nothing, all of them together.
MUTATIONS_PER_MINUTE = 240


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="rateLimit",
    description="How often one caller may use the field: `most` times at once, and as often again in `seconds`. A "
    "caller is an account, or an address for who has not signed in. With `by`, uses are counted for what that argument "
    "of the input names, whoever the caller is. Those that are `guarded` are refused with UNAVAILABLE, not let "
    f"through, while they cannot be counted. Mutations without it have {MUTATIONS_PER_MINUTE} uses a minute together.",
    repeatable=True,
)
class RateLimit:
    most: int = strawberry.directive_field(name="most")
    seconds: int = strawberry.directive_field(name="seconds")
    guarded: bool = strawberry.directive_field(name="guarded", default=False)
    by: str | None = strawberry.directive_field(name="by", default=None)


class Rate(NamedTuple):
    """The directive, as those who count read it."""

    most: int
    seconds: int
    is_guarded: bool = False
    by: str | None = None


def declared_rates(schema: GraphQLSchema) -> Mapping[str, tuple[Rate, ...]]:
    """By root type and field, as in `Mutation.login`."""
    found: dict[str, tuple[Rate, ...]] = {}
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in ({} if root is None else root.fields).items():
            declared = [one for one in directives_of(field) if isinstance(one, RateLimit)]
            if declared and root is not None:
                found[f"{root.name}.{name}"] = tuple(
                    Rate(one.most, one.seconds, one.guarded, one.by) for one in declared
                )
    return found
