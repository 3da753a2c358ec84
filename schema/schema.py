"""The schema, built once per process."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.roots.mutation import Mutation
from schema.roots.query import Query
from schema.roots.subscription import Subscription
from schema.scalars import SCALARS
from schema.types.errors import ERROR_TYPES


def build_schema() -> strawberry.Schema:
    """All of the graph. Field suggestions in errors are for development; production hides them with introspection."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=ERROR_TYPES,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
